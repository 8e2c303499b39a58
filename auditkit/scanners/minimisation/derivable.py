"""A column of personal data follows from another one.

What can be computed need not be stored: it is one more thing to keep accurate, and goes wrong by itself, as
an age does every year (GDPR Art. 5(1)(c) and (d)). Tried are an age, an age group or a year from a date of
birth, an age group from an age, a gender from a form of address, a full name from its parts, a domain from an
e-mail address, a country from a telephone number. A column follows when at most 1 % of 100 rows or more does
not (`error`); `source` is what it follows from.

Remedy: compute it where it is shown (a view, a generated column that is not stored), and drop the column;
    where the coarser one is
enough, such as the age group, keep that and drop its source.

>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"id": range(300), "birth_date": [f"{1950 + n % 50}-05-{1 + n % 28:02d}" for n in range(300)]})
>>> people["age"] = [2026 - (1950 + n % 50) for n in range(300)]
>>> audit = auditkit.audit({"people": people}, checks=["minimisation-derivable"], as_of="2026-11-22")
>>> [(f.columns, f.detail["source"], f.rows, f.of, f.detail["error"]) for f in audit.findings]
[(('age',), 'birth_date', 300, 300, 0)]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.detection import Profile
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import ColumnPolicy
from auditkit.relations.names import words
from auditkit.vocabulary import ENTITIES, PRESENT

SCHEMA = pa.schema(
    [
        ("column", pa.string()),
        ("source", pa.string()),
        ("rows", pa.int64()),
        ("of", pa.int64()),
        ("error", pa.float64()),
    ]
)
COMPARED, ALIKE = 100, 5
"""Rows that are compared at least, and rows a value of the source at least: what is unique determines
everything.
"""
TELLS = 0.9
"""The share of what the most frequent value leaves open that the source must settle."""
_TITLE = re.compile(r"(?:^|_)(?:title|salutation|anrede|honorific|civility|prefix|form_of_address)$")
_FULL = re.compile(r"^(?:full_?name|display_?name|whole_?name|complete_?name|name)$")
_FIRST, _LAST = (
    re.compile(r"(?:first|given|fore)_?name$|^vorname$|^prenom$"),
    re.compile(r"(?:last|family|sur)_?name$|^nachname$|^nom$"),
)
_YEAR = re.compile(r"^(?:birth_?year|year_of_birth|yob)$")
_DOMAIN = re.compile(r"^e?_?mail_?domain$")
_DIALLED = re.compile(
    r"^(?:phone|mobile|tel)_?(?:country|country_code|prefix)$|^(?:dial(?:ling)?|calling)_?code$"
)


@fact
def derivations(
    dataset: Dataset,
    profile: Profile,
    relation: Examined,
    as_of: date,
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> ir.Table | Missing:
    """Which personal columns of the table follow from others: each with its `source`, and with how many
    `rows` of `of` do.

    Tried are an age, an age group and a year from a date of birth, an age group from an age, a gender from a
    form of address, a full name from its parts, the domain of an address and the country of a telephone
    number. `error` is the share that does not follow (g3).
    """
    if (failed := profile.failed.get(relation.name)) is not None:
        return failed
    if "view" in dataset.relations[relation.name].kind:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{relation.name} is a view: what it repeats or computes is not stored for it",
        )
    rows = dataset.tables[relation.name]
    innocent = {name for name, c in (columns or {}).items() if not c.personal}
    here = [
        c
        for c in profile.columns
        if c.table == relation.name and c.verdict in PRESENT and c.entity in ENTITIES
    ]
    tried = list(
        _tried(
            rows.drop(*innocent & set(rows.columns)),
            {c.column: str(c.entity) for c in here if c.column not in innocent},
            as_of,
        )
    )
    if not tried:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{relation.name} has no two columns of which one could follow from the other",
        )
    found = [
        {"column": column, "source": source, **told}
        for column, source, count in tried
        if (told := count(dataset)) is not None
    ]
    best: dict[str, dict[str, Any]] = {}
    for one in sorted(found, key=lambda f: f["error"]):
        best.setdefault(one["column"], one)
    return ibis.memtable(pa.Table.from_pylist(list(best.values()), schema=SCHEMA))


Count = Callable[[Dataset], dict[str, Any] | None]


def _tried(rows: ir.Table, kinds: Mapping[str, str], as_of: date) -> Iterator[tuple[str, str, Count]]:
    """Yield what may follow from what, with a function that counts in how many rows it does."""

    def of_kind(kind: str) -> list[str]:
        return [c for c in rows.columns if kinds.get(c) == kind]

    def called(pattern: re.Pattern[str]) -> list[str]:
        return [c for c in rows.columns if pattern.search(words(c))]

    numeric = [c for c in of_kind("AGE") if rows[c].type().is_numeric()]
    groups = [c for c in of_kind("AGE") if rows[c].type().is_string()]
    for born in of_kind("DATE_OF_BIRTH"):
        moment = clock(rows[born]).moment
        still = moment.month() * 100 + moment.day() > as_of.month * 100 + as_of.day
        age = as_of.year - moment.year() - still.ifelse(1, 0)
        yield from ((c, born, _offset(rows, age - rows[c].cast("int64"))) for c in numeric)
        yield from ((c, born, _dependent(rows, age, rows[c])) for c in groups)
        yield from (
            (c, born, _equal(rows, moment.year().cast("string"), _text(rows[c])))
            for c in called(_YEAR)
            if c != born
        )
    for age_column in numeric:
        yield from ((c, age_column, _dependent(rows, rows[age_column], rows[c])) for c in groups)
    titles = [
        c for c in called(_TITLE) if kinds.get(c) in ("GENDER", "PERSON", None) and rows[c].type().is_string()
    ]
    for title in titles:
        yield from (
            (c, title, _dependent(rows, _text(rows[title]), rows[c]))
            for c in of_kind("GENDER")
            if c not in titles
        )
    yield from _names(rows, kinds)
    for address in of_kind("EMAIL_ADDRESS"):
        text = _text(rows[address])
        yield from (
            (c, address, _equal(rows, text.substr(text.find("@") + 1), _text(rows[c])))
            for c in called(_DOMAIN)
        )
    for phone in of_kind("PHONE_NUMBER"):
        abroad = (
            _text(rows[phone]).startswith("+").ifelse(_text(rows[phone]).substr(0, 4), ibis.null("string"))
        )
        yield from ((c, phone, _dependent(rows, abroad, rows[c])) for c in called(_DIALLED) if c != phone)


def _names(rows: ir.Table, kinds: Mapping[str, str]) -> Iterator[tuple[str, str, Count]]:
    people = [c for c, kind in kinds.items() if kind == "PERSON" and rows[c].type().is_string()]
    full, first, last = (
        [c for c in people if pattern.search(words(c))] for pattern in (_FULL, _FIRST, _LAST)
    )
    if len(first) != 1 or len(last) != 1:
        return
    a, b = _text(rows[first[0]]), _text(rows[last[0]])
    for column in full:
        if column not in (first[0], last[0]):
            whole = _text(rows[column]).replace(",", "")
            ordered = whole == a + " " + b
            yield (
                column,
                f"{first[0]} + {last[0]}",
                _true(rows, ordered | (whole == b + " " + a), whole.notnull() & a.notnull() & b.notnull()),
            )


def _text(cell: ir.Column) -> ir.StringValue:
    return cell.cast("string").strip().lower().nullif("")


def _true(rows: ir.Table, follows: ir.BooleanValue, both: ir.BooleanValue) -> Count:
    """Count the rows in which something is so."""

    def count(dataset: Dataset) -> dict[str, Any] | None:
        found = dataset.fetch(
            rows.aggregate(n=rows.count(where=both), hits=rows.count(where=both & follows))
        )[0]
        return _told(int(found["hits"]), int(found["n"]))

    return count


def _equal(rows: ir.Table, a: ir.Value, b: ir.Value) -> Count:
    return _true(rows, a == b, a.notnull() & b.notnull())


def _offset(rows: ir.Table, difference: ir.IntegerValue) -> Count:
    """Count the rows whose two ages differ alike: of ages of one day two differences occur, by who had a
    birthday since.
    """

    def count(dataset: Dataset) -> dict[str, Any] | None:
        told = rows.select(auditkit_difference=difference).filter(lambda t: t.auditkit_difference.notnull())
        each = told.group_by("auditkit_difference").aggregate(n=told.count())
        counts = {int(r["auditkit_difference"]): int(r["n"]) for r in dataset.fetch(each)}
        return _told(
            max((n + counts.get(d + 1, 0) for d, n in counts.items()), default=0), sum(counts.values())
        )

    return count


def _dependent(rows: ir.Table, source: ir.Value, column: ir.Column) -> Count:
    """Count the rows that have the most frequent value of their source's value, where that says more than the
    most frequent value does.
    """

    def count(dataset: Dataset) -> dict[str, Any] | None:
        both = rows.select(auditkit_source=source.cast("string"), auditkit_value=_text(column))
        both = both.filter(both.auditkit_source.notnull() & both.auditkit_value.notnull())
        pairs = both.group_by("auditkit_source", "auditkit_value").aggregate(n=both.count())
        best = pairs.group_by("auditkit_source").aggregate(n=pairs.n.sum(), most=pairs.n.max())
        values = both.group_by("auditkit_value").aggregate(n=both.count())
        found = dataset.fetch(best.aggregate(n=best.n.sum(), hits=best.most.sum(), sources=best.count()))[0]
        usual = int(dataset.fetch(values.aggregate(n=values.n.max()))[0]["n"] or 0)
        n, hits, sources = (int(found[k] or 0) for k in ("n", "hits", "sources"))
        tells = n > usual and (hits - usual) >= TELLS * (n - usual) and n >= ALIKE * sources
        return _told(hits, n) if tells else _told(0, n)

    return count


def _told(hits: int, n: int) -> dict[str, Any] | None:
    return {"rows": hits, "of": n, "error": (n - hits) / n} if n >= COMPARED else None


ERROR = 0.01


@check(severity=Severity.LOW, articles=("GDPR 5(1)(c)", "GDPR 5(1)(d)"))
def derivable(derivations: ir.Table) -> ir.Table:
    """Return the columns that follow from another one but for 1 % of the rows."""
    return derivations.filter(derivations.error <= ERROR)
