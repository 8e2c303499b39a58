"""An incident: counts, days and labels, and no value of anybody's data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

RECENT_DAYS = 30
"""An incident with rows of the last so many days before the audit goes on."""

MOST_PAIRS = 10
"""So many pairs of tenants are named; how many more there are is said."""


@dataclass(frozen=True)
class Pair:
    """Two tenants that meet in some rows: whose the rows are, and the other; None where none is known.

    While they are counted both are keys; whoever is given a pair is given labels.
    """

    tenant: str | None
    other: str | None
    rows: int


@dataclass(frozen=True)
class Seen:
    """What was seen of the rows of an incident.

    Attributes:
        clock: the column that says when each row came to be; None where the table has none.
        first: the first day of any, UTC; None where it is unknown.
        last: the last day.
        recent: how many are of the last `RECENT_DAYS` days; None without a clock.
        undated: how many have no time that can be read, or one that cannot be.
        subjects: how many data subjects they are about, by the rows or through their references; None where
            nobody has declared who those are.
        pairs: the pairs of tenants with the most rows.
        more_pairs: how many other pairs there are.
        missing: why something is not known; None where nothing is missing.
    """

    clock: str | None = None
    first: str | None = None
    last: str | None = None
    recent: int | None = None
    undated: int | None = None
    subjects: int | None = None
    pairs: tuple[Pair, ...] = ()
    more_pairs: int = 0
    missing: str | None = None


@dataclass(frozen=True, kw_only=True)
class Incident(Seen):
    """What is known of an observed leak, for the person who assesses it under GDPR Art. 33 and 34.

    Attributes:
        fingerprint: of the finding it was made for.
        check: which check saw it.
        table: where the rows are.
        tables: that table and those whose rows it reaches.
        categories: the categories of personal data in those tables, as declared or detected.
        rows: how many rows.
        as_of: the day of the audit.
        key: the id of the key under which the tenants are labelled; None where no pair is named.
    """

    fingerprint: str
    check: str
    table: str
    tables: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    rows: int | None = None
    as_of: str = ""
    key: str | None = None

    @property
    def goes_on(self) -> bool | None:
        """Whether rows of the last `RECENT_DAYS` days are among them; None where no column says when."""
        return None if self.first is None else bool(self.recent)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return {
            "fingerprint": self.fingerprint, "check": self.check, "table": self.table, "as_of": self.as_of,
            "rows": self.rows, "subjects": self.subjects, "clock": self.clock, "first": self.first,
            "last": self.last, "goes_on": self.goes_on, "recent": self.recent, "undated": self.undated,
            "tables": list(self.tables), "categories": list(self.categories), "key": self.key,
            "pairs": [asdict(p) for p in self.pairs], "more_pairs": self.more_pairs, "missing": self.missing,
        }  # fmt: skip

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Incident:
        """Return the incident that `to_dict` wrote.

        >>> seen = Incident(fingerprint="0705fab6", check="c", table="t", pairs=(Pair("T-1", None, 3),))
        >>> Incident.from_dict(seen.to_dict()) == seen
        True
        """
        known = {k: v for k, v in data.items() if k in cls.__dataclass_fields__}
        known["pairs"] = tuple(Pair(**p) for p in data["pairs"])
        for name in ("tables", "categories"):
            known[name] = tuple(data[name])
        return cls(**known)


def ranked(
    counts: Mapping[tuple[str | None, str | None], int], most: int = MOST_PAIRS
) -> tuple[tuple[Pair, ...], int]:
    """Return the pairs with the most rows, and how many others there are.

    >>> ranked({("1", "2"): 3, ("2", "1"): 5}, most=1)
    ((Pair(tenant='2', other='1', rows=5),), 1)
    """
    every = sorted(counts.items(), key=lambda one: (-one[1], str(one[0][0]), str(one[0][1])))
    return tuple(Pair(*tenants, n) for tenants, n in every[:most]), max(0, len(every) - most)


@dataclass
class Tally:
    """What adds up while the cells of an incident are streamed; it keeps keys in memory and shows none."""

    pairs: Counter[tuple[str | None, str | None]] = field(default_factory=Counter, repr=False)
    subjects: set[str] = field(default_factory=set, repr=False)
    days: Counter[int] = field(default_factory=Counter, repr=False)
    undated: int = 0

    def add(self, tenant: str, others: Iterable[str], day: str | None, people: Iterable[str | None]) -> None:
        """Add a row of a tenant whose cell names others, with the people that the row is about."""
        self.pairs.update((tenant, other) for other in others)
        self.subjects |= {person for person in people if person is not None}
        if day is None:
            self.undated += 1
        else:
            self.days[int(float(day))] += 1
