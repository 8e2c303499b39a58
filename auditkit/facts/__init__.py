"""What a check may ask for, by parameter name: the closed list of facts.

A fact is a function under `@fact` or `@each`; its parameters are other facts, or what an audit starts from:
`dataset`, `policy`, `as_of`, `sample`, `progress`, `budget`. Facts that several scanners share stand in this
package, those that several checks of one scanner share in its folder of this package, and a fact that only
one check asks for stands in the module of that check.

A fact marked `@each` is a tuple of items: whatever asks for it runs once for each item. `relation` is one, so
a check that asks for `rows`, which asks for `relation`, runs once for each table.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from auditkit.check import Asking, Check, Marks, marks_of

GIVEN = ("dataset", "policy", "as_of", "sample", "progress", "budget")
"""What an audit starts from."""


@dataclass(frozen=True)
class Fact(Asking):
    """A fact of the catalogue: the function that computes it, and what its decorator says."""

    function: Callable[..., Any]
    marks: Marks

    @property
    def name(self) -> str:
        """The name by which it is asked for."""
        return self.function.__name__

    @property
    def each(self) -> bool:
        """Whether whatever asks for it runs once for each of its items."""
        return self.marks.each

    @property
    def stops_when_late(self) -> bool:
        """Whether it is not computed any more once the time is up: it may read the source, and keeps no time
        itself. A fact with several items only lists names.
        """
        return "dataset" in self.needs and "budget" not in self.needs and not self.each

    @property
    def doc(self) -> str:
        """What it is."""
        return inspect.getdoc(self.function) or ""


class Catalogue(Mapping[str, Fact]):
    """The facts that can be seen from one place, by name: each asks only for what can be seen there too.

    Raises:
        TypeError: two facts have one name, or a fact asks for what is no fact.
    """

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._facts: dict[str, Fact] = {}
        for one in facts:
            if one.name in self._facts or one.name in GIVEN:
                raise TypeError(
                    f"there are two facts with the name {one.name}; give one of them another name"
                )
            self._facts[one.name] = one
        for one in self._facts.values():
            if unknown := set(one.needs) - self._facts.keys() - set(GIVEN):
                raise TypeError(
                    f"the fact {one.name} asks for {', '.join(sorted(unknown))}, which is no fact that it can"
                    f" see; it can see: {', '.join(sorted(self._facts))}"
                )
        self._each: dict[str, tuple[str, ...]] = {}
        self._below: dict[str, frozenset[str]] = {}

    def __getitem__(self, name: str) -> Fact:
        """Return the fact of that name."""
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self._facts)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._facts)

    def each_of(self, needs: Iterable[str]) -> tuple[str, ...]:
        """Return the facts with several items on which any of the needs depends, outermost first.

        >>> shared().each_of(["kept"])
        ('relation', 'rule')
        """
        return tuple(dict.fromkeys(item for need in needs for item in self._items(need)))

    def _items(self, name: str) -> tuple[str, ...]:
        if name not in self._facts:
            return ()
        if name not in self._each:
            below = self.each_of(self._facts[name].needs)
            self._each[name] = (*below, name) if self._facts[name].each else below
        return self._each[name]

    def rests_on(self, name: str) -> frozenset[str]:
        """Return every fact that a fact is made from, directly or not, and itself.

        >>> "dataset" in shared().rests_on("rows"), "profile" in shared().rests_on("rows")
        (True, False)
        """
        if name not in self._below:
            needs = self._facts[name].needs if name in self._facts else ()
            self._below[name] = frozenset({name}).union(*map(self.rests_on, needs))
        return self._below[name]

    def reads_cells(self, needs: Iterable[str]) -> bool:
        """Return whether any of the needs rests on a fact that reads every cell of a table.

        >>> shared().reads_cells(["detections"]), shared().reads_cells(["rows"])
        (True, False)
        """
        below = {name for need in needs for name in self.rests_on(need)}
        return any(self._facts[name].marks.reads_cells for name in below if name in self._facts)


@cache
def shared() -> Catalogue:
    """Return the facts that several checks share, found by walking this package.

    >>> "rows" in shared(), shared()["relation"].each
    (True, True)
    """
    modules = sorted(m.name for m in pkgutil.walk_packages(__path__, f"{__name__}.") if not m.ispkg)
    return Catalogue(one for name in modules for one in _facts_of(importlib.import_module(name)))


def seen_by(check: Check) -> Catalogue:
    """Return the facts that a check may ask for: those of its own module, and the shared ones."""
    return _seen_in(check.function.__module__)


@cache
def _seen_in(module: str) -> Catalogue:
    own = tuple(_facts_of(importlib.import_module(module)))
    return Catalogue((*shared().values(), *own)) if own else shared()


def _facts_of(module: ModuleType) -> Iterator[Fact]:
    """Yield the facts that a module defines, not those that it imports."""
    for value in vars(module).values():
        if (marks := marks_of(value)) is not None and value.__module__ == module.__name__:
            yield Fact(value, marks)
