"""Where the relations of an engine are: their real names, found by the names that are shown, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from auditkit.dataset.sql import quoted


@dataclass(frozen=True)
class Place:
    """Where a relation is: the real names of its schema and table, and of each column by its shown name."""

    schema: str
    table: str
    columns: Mapping[str, str]

    def sql(self, quote: Callable[[str], str] = quoted) -> str:
        """Return the table as SQL."""
        return f"{quote(self.schema)}.{quote(self.table)}"


@dataclass
class Places:
    """The places of relations by their shown names.

    `table_key` and `column_key` return the form in which the engine compares names: `str.casefold` where
    upper and lower case do not matter.
    """

    table_key: Callable[[str], str] = str
    column_key: Callable[[str], str] = str
    _places: dict[str, Place] = field(default_factory=dict)
    _shown: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, shown: str, place: Place) -> None:
        """Add the place of a relation."""
        self._places[shown] = place
        self._shown[place.schema, self.table_key(place.table)] = shown

    def __getitem__(self, shown: str) -> Place:
        return self._places[shown]

    def __contains__(self, shown: str) -> bool:
        return shown in self._places

    def items(self) -> Iterator[tuple[str, Place]]:
        """Yield the shown name of each relation with its place."""
        yield from self._places.items()

    def shown(
        self, schema: str, table: str, columns: Sequence[str | None]
    ) -> tuple[str, tuple[str, ...]] | None:
        """Return the shown names of a table and some of its columns; None where one of them is not seen."""
        shown = self._shown.get((schema, self.table_key(table)))
        if shown is None or not columns:
            return None
        by_real = {self.column_key(real): new for new, real in self._places[shown].columns.items()}
        names = tuple(
            by_real.get(self.column_key(column), "") if column is not None else "" for column in columns
        )
        return (shown, names) if all(names) else None
