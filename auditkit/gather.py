"""The facts of one audit: computed when they are asked for, and remembered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from auditkit.facts import Catalogue, Fact, shared
from auditkit.outcome import Cause, Missing

Scope = Mapping[str, Any]
"""The item that is meant of each fact with several items, by the name of the fact."""
Meant = Mapping[str, Sequence[Any]]
"""Some of the items of facts with several items, by the name of the fact."""


@dataclass(frozen=True)
class _Key:
    """Of what a fact is remembered: the function, and the items that it depends on."""

    function: Callable[..., Any]
    items: tuple[int, ...]
    depends_on_day: bool


@dataclass
class Facts:
    """The facts of one audit.

    A scope says which item of each fact with several items is meant. `known` says which facts can be seen:
    those of a check's module and the shared ones, or the shared ones alone. `given` are the facts that nobody
    has to compute.
    """

    given: Mapping[str, Any]
    on_error: Callable[[str, Exception], Missing]
    remembered: dict[_Key, Any] = field(default_factory=dict)

    def get(self, name: str, scope: Scope, known: Catalogue | None = None) -> Any:
        """Return a fact within a scope, or the `Missing` that says why it is missing."""
        if name in self.given:
            return self.given[name]
        if name in scope:
            return scope[name]
        return self._remembered(name, scope, known or shared())

    def asked(self, name: str) -> bool:
        """Return whether a shared fact was asked for so far, or was known from the start."""
        return name in self.given or any(key.function is shared()[name].function for key in self.remembered)

    def forget(self, items: Iterable[Any]) -> None:
        """Forget every fact about some items; whoever asks for one again has it computed again."""
        gone = set(map(id, items))
        for key in [key for key in self.remembered if not gone.isdisjoint(key.items)]:
            del self.remembered[key]

    def on_another_day(self, as_of: date) -> Facts:
        """Return the facts of another day, which share what does not depend on the day."""
        same = {key: value for key, value in self.remembered.items() if not key.depends_on_day}
        return Facts({**self.given, "as_of": as_of}, self.on_error, same)

    def _remembered(self, name: str, scope: Scope, known: Catalogue) -> Any:
        one = known[name]
        items = tuple(id(scope[item]) for item in known.each_of([name]) if item in scope)
        key = _Key(one.function, items, "as_of" in known.rests_on(name))
        if key not in self.remembered:
            self.remembered[key] = self._computed(one, scope, known)
        return self.remembered[key]

    def _computed(self, one: Fact, scope: Scope, known: Catalogue) -> Any:
        arguments = self.arguments(one.needs, one.optional, scope, known)
        if isinstance(arguments, Missing):
            return arguments
        budget = self.given.get("budget") if one.stops_when_late else None
        if budget is not None and (late := budget.missing):
            return late
        try:
            return one.function(**arguments)
        except Exception as error:  # a fact that fails is missing, and so is whatever asks for it
            return self.on_error(one.name, error)

    def arguments(
        self,
        needs: Collection[str],
        optional: Collection[str],
        scope: Scope,
        known: Catalogue | None = None,
    ) -> dict[str, Any] | Missing:
        """Return the needed facts by name, or the first that is missing; optional ones may be left out."""
        found = {}
        for need in needs:
            value = self.get(need, scope, known)
            if not isinstance(value, Missing):
                found[need] = value
            elif need not in optional:
                return value
        return found

    def scopes(
        self, needs: Collection[str], known: Catalogue | None = None, meant: Meant = MappingProxyType({})
    ) -> Iterator[tuple[dict[str, Any], Missing | None]]:
        """Yield every scope in which a check with these needs runs, and why nothing can be seen in it.

        Args:
            needs: the facts that it asks for.
            known: the facts that can be seen.
            meant: the items that are meant of a fact with several items, by its name; all of them by default.
        """
        seen = known or shared()
        yield from self._within({}, seen.each_of(needs), seen, meant)

    def _within(
        self, scope: dict[str, Any], left: tuple[str, ...], known: Catalogue, meant: Meant
    ) -> Iterator[tuple[dict[str, Any], Missing | None]]:
        if not left:
            yield scope, None
            return
        items = meant[left[0]] if left[0] in meant else self._remembered(left[0], scope, known)
        if isinstance(items, Missing):
            yield scope, items
        elif not items:
            yield scope, Missing(Cause.NOT_APPLICABLE, f"there is no {left[0].replace('_', ' ')} here")
        else:
            for item in items:
                inner = {**scope, left[0]: item}
                if item.missing is not None:
                    yield inner, item.missing
                else:
                    yield from self._within(inner, left[1:], known, meant)
