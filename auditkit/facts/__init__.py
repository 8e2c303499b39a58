"""What a check may ask for, by parameter name: the closed list of facts.

A fact is a module of this package whose function of the same name computes it; its parameters are other
facts, or what an audit is
given: `dataset`, `policy`, `as_of`, `sample`, `progress`, `deadline`. It is computed at most once for what it
    depends on, and only if a
chosen check asks for it. A fact that is not there is a `Missing` with the reason; whatever asks for it is
then missing for the same reason.

A fact marked `@many` is a tuple: what asks for one of its things is computed once for each. `relation` is
one: a check that asks for `rows`, which asks for `relation`, runs once a table.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol, TypeVar, runtime_checkable

from auditkit.outcome import Cause, Missing

GIVEN = ("dataset", "policy", "as_of", "sample", "progress", "deadline")
"""The facts that an audit starts from."""

F = TypeVar("F", bound=Callable[..., Any])


@runtime_checkable
class Located(Protocol):
    """One of a fact that is many: says which part of an outcome's locus it decides."""

    @property
    def locus(self) -> Mapping[str, Any]:
        """Some of `table`, `columns`, `target`."""
        ...

    @property
    def missing(self) -> Missing | None:
        """Why nothing about it can be seen, or None."""
        ...


def many(function: F) -> F:
    """Mark a fact as many: its function returns a tuple of `Located`, and what asks for it runs once for
    each.
    """
    function.__many__ = True  # type: ignore[attr-defined]
    return function


@dataclass(frozen=True)
class Fact:
    """A fact of the catalogue."""

    name: str
    function: Callable[..., Any]

    @property
    def many(self) -> bool:
        """Whether what asks for it runs once for each of its things."""
        return getattr(self.function, "__many__", False)

    @property
    def needs(self) -> tuple[str, ...]:
        """The facts it is made from."""
        return tuple(inspect.signature(self.function).parameters)

    @property
    def optional(self) -> frozenset[str]:
        """Those of them that it can do without."""
        return frozenset(
            p.name for p in inspect.signature(self.function).parameters.values() if p.default is not p.empty
        )

    @property
    def reads(self) -> bool:
        """Whether it may read the source, and looks at no deadline of its own; what is many lists names."""
        return "dataset" in self.needs and "deadline" not in self.needs and not self.many

    @property
    def doc(self) -> str:
        """What it is."""
        return inspect.getdoc(self.function) or ""


@cache
def catalogue() -> Mapping[str, Fact]:
    """Return every fact by name, found by walking this package.

    >>> "rows" in catalogue(), catalogue()["relation"].many
    (True, True)
    """
    names = sorted(m.name for m in pkgutil.iter_modules(__path__))
    facts = {n: Fact(n, getattr(importlib.import_module(f"{__name__}.{n}"), n)) for n in names}
    for fact in facts.values():
        if unknown := set(fact.needs) - facts.keys() - set(GIVEN):
            raise TypeError(
                f"the fact {fact.name} asks for {', '.join(sorted(unknown))}, which is no fact; there are:"
                f" {', '.join(facts)}"
            )
    return facts


@cache
def ways(name: str) -> tuple[str, ...]:
    """Return the facts that are many on which a fact depends, outermost first.

    >>> ways("kept")
    ('relation', 'rule')
    """
    if name in GIVEN:
        return ()
    fact = catalogue()[name]
    below = dict.fromkeys(w for need in fact.needs for w in ways(need))
    return (*below, name) if fact.many else tuple(below)


@cache
def rests_on(name: str) -> frozenset[str]:
    """Return every fact that a fact is made from, directly or not, and itself.

    >>> "dataset" in rests_on("rows"), "profile" in rests_on("rows")
    (True, False)
    """
    return (
        frozenset({name}).union(*(rests_on(need) for need in catalogue()[name].needs))
        if name in catalogue()
        else frozenset({name})
    )


def ways_of(needs: Collection[str]) -> tuple[str, ...]:
    """Return the facts that are many on which any of the needs depends, outermost first."""
    return tuple(dict.fromkeys(w for need in needs for w in ways(need)))


@dataclass
class Facts:
    """The facts of one audit, computed when they are asked for and remembered."""

    given: Mapping[str, Any]
    on_error: Callable[[str, Exception], Missing]
    known: dict[tuple[str, tuple[Any, ...]], Any] = field(default_factory=dict)

    def get(self, name: str, scope: Mapping[str, Any]) -> Any:
        """Return a fact within a scope (the chosen one of each fact that is many), or the `Missing` that says
        why there is none.
        """
        if name in GIVEN:
            return self.given[name]
        if name in scope:
            return scope[name]
        return self._remembered(name, scope)

    def _remembered(self, name: str, scope: Mapping[str, Any]) -> Any:
        key = (name, tuple(id(scope[w]) for w in ways(name) if w in scope))
        if key not in self.known:
            self.known[key] = self._computed(catalogue()[name], scope)
        return self.known[key]

    def _computed(self, fact: Fact, scope: Mapping[str, Any]) -> Any:
        arguments = self.arguments(fact.needs, fact.optional, scope)
        if isinstance(arguments, Missing):
            return arguments
        deadline = self.given.get("deadline") if fact.reads else None
        if deadline is not None and (late := deadline.missing):
            return late
        try:
            return fact.function(**arguments)
        except Exception as error:  # every failure of a fact is a fact of its own: what depends on it says so
            return self.on_error(fact.name, error)

    def arguments(
        self, needs: Collection[str], optional: Collection[str], scope: Mapping[str, Any]
    ) -> dict[str, Any] | Missing:
        """Return the facts that are asked for, by name, or the first that is missing; optional ones are left
        out where missing.
        """
        found = {}
        for need in needs:
            value = self.get(need, scope)
            if not isinstance(value, Missing):
                found[need] = value
            elif need not in optional:
                return value
        return found

    def scopes(self, needs: Collection[str]) -> Iterator[tuple[dict[str, Any], Missing | None]]:
        """Yield every scope in which a check with these needs runs, with the reason where nothing can be seen
        in it.
        """
        yield from self._within({}, ways_of(needs))

    def _within(
        self, scope: dict[str, Any], left: tuple[str, ...]
    ) -> Iterator[tuple[dict[str, Any], Missing | None]]:
        if not left:
            yield scope, None
            return
        each = self._remembered(left[0], scope)
        if isinstance(each, Missing):
            yield scope, each
        elif not each:
            yield scope, Missing(Cause.NOT_APPLICABLE, f"there is no {left[0].replace('_', ' ')} here")
        else:
            for one in each:
                inner = {**scope, left[0]: one}
                if one.missing is not None:
                    yield inner, one.missing
                else:
                    yield from self._within(inner, left[1:])
