"""Personal column that can be computed from another one

## What it finds
Columns of personal data that follow from another column of the same row, except in 1 % of 100 rows or more.
The detail `source` names the other column, and `error` is the share of rows that differ. These pairs are
tried:

- an age, an age group or a year of birth from a date of birth;
- an age group from an age;
- a gender from a form of address;
- a full name from its parts;
- a domain from an e-mail address;
- a country code from a telephone number.

## Why it matters
Data that can be computed need not be stored. A second copy must be kept accurate, and some copies become
wrong by themselves, as an age does every year (GDPR Art. 5(1)(c) and (d)).

## How to fix
Compute the value where it is shown, by a view or by a generated column that is not stored, and drop the
column. Where the coarser value is enough, such as the age group, keep it and drop its source.

## Limits
Only the pairs above are tried. A view is not assessed, because it stores nothing.

## Example
>>> import auditkit, pandas as pd
>>> born = [f"{1950 + n % 50}-05-{1 + n % 28:02d}" for n in range(300)]
>>> people = pd.DataFrame({"id": range(300), "birth_date": born, "age": [76 - n % 50 for n in range(300)]})
>>> audit = auditkit.audit({"people": people}, checks=["minimisation-derivable"], as_of="2026-11-22")
>>> [(f.columns, f.detail["source"], f.rows, f.of, f.detail["error"]) for f in audit.findings]
[(('age',), 'birth_date', 300, 300, 0)]

## References
- GDPR Art. 5(1)(c), data minimisation
- GDPR Art. 5(1)(d), accuracy
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.dataset.numbers import whole_number
from auditkit.detection import ColumnVerdict
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import ColumnPolicy
from auditkit.relations.names import words
from auditkit.vocabulary import ENTITIES, THROUGHOUT

ERROR = 0.01
FEWEST_COMPARED = 100
ROWS_A_VALUE = 5
"""The fewest rows for each value of the source, because a unique value determines everything."""
SETTLED = 0.9
"""The share of the rows with another than the most frequent value that the source must settle."""
SCHEMA = pa.schema(
    [
        ("column", pa.string()),
        ("source", pa.string()),
        ("rows", pa.int64()),
        ("of", pa.int64()),
        ("error", pa.float64()),
    ]
)
_TITLE = re.compile(r"(?:^|_)(?:title|salutation|anrede|honorific|civility|prefix|form_of_address)$")
_FULL_NAME = re.compile(r"^(?:full_?name|display_?name|whole_?name|complete_?name|name)$")
_FIRST_NAME = re.compile(r"(?:first|given|fore)_?name$|^vorname$|^prenom$")
_LAST_NAME = re.compile(r"(?:last|family|sur)_?name$|^nachname$|^nom$")
_YEAR = re.compile(r"^(?:birth_?year|year_of_birth|yob)$")
_DOMAIN = re.compile(r"^e?_?mail_?domain$")
_COUNTRY_CODE = re.compile(
    r"^(?:phone|mobile|tel)_?(?:country|country_code|prefix)$|^(?:dial(?:ling)?|calling)_?code$"
)

Counts = tuple[int, int]
"""How many rows follow, and how many were compared."""


@dataclass(frozen=True)
class Candidate:
    """A column that may follow from its source, and a function that counts in how many rows it does."""

    column: str
    source: str
    counts: Callable[[Dataset], Counts]


@fact
def derivations(
    dataset: Dataset,
    verdicts: Mapping[str, ColumnVerdict],
    relation: Examined,
    as_of: date,
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> ir.Table | Missing:
    """The personal columns of the table that may follow from another one, each with its best `source`.

    `rows` of the `of` compared rows follow, and `error` is the share of the others.
    """
    if "view" in dataset.relations[relation.name].kind:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} is a view, which stores nothing itself")
    rows = dataset.tables[relation.name]
    not_personal = {name for name, column in (columns or {}).items() if not column.personal}
    entities = {
        name: str(verdict.entity)
        for name, verdict in verdicts.items()
        if verdict.verdict in THROUGHOUT and verdict.entity in ENTITIES and name not in not_personal
    }
    candidates = list(_candidates(rows.drop(*not_personal & set(rows.columns)), entities, as_of))
    if not candidates:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{relation.name} has no two columns of which one could follow from the other",
        )
    found = [derived for candidate in candidates if (derived := _derived(candidate, dataset)) is not None]
    best: dict[str, dict[str, Any]] = {}
    for derived in sorted(found, key=lambda derived: derived["error"]):
        best.setdefault(derived["column"], derived)
    return ibis.memtable(pa.Table.from_pylist(list(best.values()), schema=SCHEMA))


def _derived(candidate: Candidate, dataset: Dataset) -> dict[str, Any] | None:
    """Return how a column follows from its source, or None where too few rows could be compared."""
    hits, compared = candidate.counts(dataset)
    if compared < FEWEST_COMPARED:
        return None
    return {
        "column": candidate.column,
        "source": candidate.source,
        "rows": hits,
        "of": compared,
        "error": (compared - hits) / compared,
    }


def _candidates(rows: ir.Table, entities: Mapping[str, str], as_of: date) -> Iterator[Candidate]:
    """Yield the columns that may follow from another one."""
    yield from _from_birth_dates(rows, entities, as_of)
    yield from _from_ages(rows, entities)
    yield from _from_titles(rows, entities)
    yield from _from_names(rows, entities)
    yield from _from_addresses(rows, entities)
    yield from _from_phones(rows, entities)


def _of_entity(rows: ir.Table, entities: Mapping[str, str], entity: str) -> list[str]:
    return [column for column in rows.columns if entities.get(column) == entity]


def _named(rows: ir.Table, pattern: re.Pattern[str]) -> list[str]:
    return [column for column in rows.columns if pattern.search(words(column))]


def _ages(rows: ir.Table, entities: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return the columns of ages in years, and those of age groups."""
    ages = _of_entity(rows, entities, "AGE")
    years = [column for column in ages if rows[column].type().is_numeric()]
    return years, [column for column in ages if rows[column].type().is_string()]


def _from_birth_dates(rows: ir.Table, entities: Mapping[str, str], as_of: date) -> Iterator[Candidate]:
    years, groups = _ages(rows, entities)
    for born in _of_entity(rows, entities, "DATE_OF_BIRTH"):
        moment = clock(rows[born]).moment
        birthday_to_come = moment.month() * 100 + moment.day() > as_of.month * 100 + as_of.day
        age = as_of.year - moment.year() - birthday_to_come.ifelse(1, 0)
        for column in years:
            yield Candidate(column, born, _alike(rows, age - whole_number(rows[column])))
        for column in groups:
            yield Candidate(column, born, _dependent(rows, age, rows[column]))
        for column in _named(rows, _YEAR):
            if column != born:
                year = moment.year().cast("string")
                yield Candidate(column, born, _equal(rows, year, _text(rows[column])))


def _from_ages(rows: ir.Table, entities: Mapping[str, str]) -> Iterator[Candidate]:
    years, groups = _ages(rows, entities)
    for age in years:
        for column in groups:
            yield Candidate(column, age, _dependent(rows, rows[age], rows[column]))


def _from_titles(rows: ir.Table, entities: Mapping[str, str]) -> Iterator[Candidate]:
    titles = [
        column
        for column in _named(rows, _TITLE)
        if entities.get(column) in ("GENDER", "PERSON", None) and rows[column].type().is_string()
    ]
    for title in titles:
        for column in _of_entity(rows, entities, "GENDER"):
            if column not in titles:
                yield Candidate(column, title, _dependent(rows, _text(rows[title]), rows[column]))


def _from_names(rows: ir.Table, entities: Mapping[str, str]) -> Iterator[Candidate]:
    people = [
        column
        for column, entity in entities.items()
        if entity == "PERSON" and rows[column].type().is_string()
    ]
    full, first, last = (
        [column for column in people if pattern.search(words(column))]
        for pattern in (_FULL_NAME, _FIRST_NAME, _LAST_NAME)
    )
    if len(first) != 1 or len(last) != 1:
        return
    a, b = _text(rows[first[0]]), _text(rows[last[0]])
    for column in full:
        if column not in (first[0], last[0]):
            whole = _text(rows[column]).replace(",", "")
            follows = (whole == a + " " + b) | (whole == b + " " + a)
            known = whole.notnull() & a.notnull() & b.notnull()
            yield Candidate(column, f"{first[0]} + {last[0]}", _true(rows, follows, known))


def _from_addresses(rows: ir.Table, entities: Mapping[str, str]) -> Iterator[Candidate]:
    for address in _of_entity(rows, entities, "EMAIL_ADDRESS"):
        text = _text(rows[address])
        for column in _named(rows, _DOMAIN):
            domain = text.substr(text.find("@") + 1)
            yield Candidate(column, address, _equal(rows, domain, _text(rows[column])))


def _from_phones(rows: ir.Table, entities: Mapping[str, str]) -> Iterator[Candidate]:
    for phone in _of_entity(rows, entities, "PHONE_NUMBER"):
        number = _text(rows[phone])
        prefix = number.startswith("+").ifelse(number.substr(0, 4), ibis.null("string"))
        for column in _named(rows, _COUNTRY_CODE):
            if column != phone:
                yield Candidate(column, phone, _dependent(rows, prefix, rows[column]))


def _text(cell: ir.Column) -> ir.StringValue:
    return cell.cast("string").strip().lower().nullif("")


def _true(rows: ir.Table, follows: ir.BooleanValue, known: ir.BooleanValue) -> Callable[[Dataset], Counts]:
    """Count the rows in which a column follows, among those in which both sides are known."""

    def counts(dataset: Dataset) -> Counts:
        counted = rows.aggregate(n=rows.count(where=known), hits=rows.count(where=known & follows))
        found = dataset.fetch(counted)[0]
        return int(found["hits"]), int(found["n"])

    return counts


def _equal(rows: ir.Table, a: ir.Value, b: ir.Value) -> Callable[[Dataset], Counts]:
    return _true(rows, a == b, a.notnull() & b.notnull())


def _alike(rows: ir.Table, difference: ir.IntegerValue) -> Callable[[Dataset], Counts]:
    """Count the rows whose two ages differ by the same number of years.

    Ages that were written on one day differ by two numbers, depending on who had a birthday since.
    """

    def counts(dataset: Dataset) -> Counts:
        known = rows.select(auditkit_difference=difference).filter(lambda t: t.auditkit_difference.notnull())
        grouped = known.group_by("auditkit_difference").aggregate(n=known.count())
        by_years = {int(row["auditkit_difference"]): int(row["n"]) for row in dataset.fetch(grouped)}
        most = max((n + by_years.get(years + 1, 0) for years, n in by_years.items()), default=0)
        return most, sum(by_years.values())

    return counts


def _dependent(rows: ir.Table, source: ir.Value, column: ir.Column) -> Callable[[Dataset], Counts]:
    """Count the rows with the most frequent value among the rows of the same source value.

    No row counts where the source says little more than the most frequent value of the column does.
    """

    def counts(dataset: Dataset) -> Counts:
        both = rows.select(auditkit_source=source.cast("string"), auditkit_value=_text(column))
        both = both.filter(both.auditkit_source.notnull() & both.auditkit_value.notnull())
        pairs = both.group_by("auditkit_source", "auditkit_value").aggregate(n=both.count())
        best = pairs.group_by("auditkit_source").aggregate(n=pairs.n.sum(), most=pairs.n.max())
        values = both.group_by("auditkit_value").aggregate(n=both.count())
        found = dataset.fetch(best.aggregate(n=best.n.sum(), hits=best.most.sum(), sources=best.count()))[0]
        usual = int(dataset.fetch(values.aggregate(n=values.n.max()))[0]["n"] or 0)
        n, hits, sources = (int(found[name] or 0) for name in ("n", "hits", "sources"))
        settles = n > usual and (hits - usual) >= SETTLED * (n - usual) and n >= ROWS_A_VALUE * sources
        return (hits if settles else 0), n

    return counts


@check(
    severity=Severity.LOW,
    articles=("GDPR 5(1)(c)", "GDPR 5(1)(d)"),
    says="it follows from {source}; {error:.1%} of the rows differ",
)
def derivable(derivations: ir.Table) -> ir.Table:
    """Return the columns that follow from another one, except in 1 % of the rows."""
    return derivations.filter(derivations.error <= ERROR)
