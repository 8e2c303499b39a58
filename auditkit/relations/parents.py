"""The tables that a column could refer to, by what its name says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from auditkit.relations import names


@dataclass(frozen=True)
class Parents:
    """The tables that the columns of a table could refer to.

    Attributes:
        columns: the columns of each table.
    """

    columns: Mapping[str, tuple[str, ...]]

    def __iter__(self) -> Iterator[str]:
        """Yield the tables, in their order."""
        return iter(self.columns)

    def named(self, stem: str) -> Mapping[str, int]:
        """Return the tables that a stem names, each with how well its name fits (`names.fits`).

        >>> tables = dict.fromkeys(["projects", "support_tickets", "tickets"], ("id",))
        >>> Parents(tables).named("ticket")
        {'support_tickets': 6, 'tickets': 106}
        """
        tails = [stem, *_tails(stem)]
        near = {table for tail in tails for table in self._by_noun.get(tail, ())}
        near.update(self._by_tail.get(stem, ()))
        fits = {table: names.fits(stem, table) for table in sorted(near, key=self._places.__getitem__)}
        return {table: fit for table, fit in fits.items() if fit}

    @cached_property
    def _places(self) -> Mapping[str, int]:
        """Where each table stands among them."""
        return {table: place for place, table in enumerate(self.columns)}

    @cached_property
    def people(self) -> tuple[str, ...]:
        """The tables whose rows are people."""
        return tuple(table for table, columns in self.columns.items() if names.is_people(table, columns))

    @cached_property
    def _by_noun(self) -> Mapping[str, list[str]]:
        """The tables by their names and by the nouns of their names."""
        found: dict[str, list[str]] = {}
        for table in self.columns:
            for noun in {names.words(table), names.singular(table)}:
                found.setdefault(noun, []).append(table)
        return found

    @cached_property
    def _by_tail(self) -> Mapping[str, list[str]]:
        """The tables by each end of the noun of their names: `support_ticket` ends in `ticket`."""
        found: dict[str, list[str]] = {}
        for table in self.columns:
            for tail in _tails(names.singular(table)):
                found.setdefault(tail, []).append(table)
        return found


def _tails(noun: str) -> list[str]:
    """Return the ends of a noun after each underscore.

    >>> _tails("old_support_ticket")
    ['support_ticket', 'ticket']
    """
    words = noun.split("_")
    return ["_".join(words[i:]) for i in range(1, len(words))]
