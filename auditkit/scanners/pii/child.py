"""Birth dates or ages of children stand where the policy does not expect them.

Children merit specific protection: below 16 (in some member states below 13, 14 or 15) consent to an online
service is the parents' to give, and the balance of legitimate interests tips (GDPR Art. 6(1)(f), 8, recitals
38 and 58). A service that does not know of its children protects none of them. The age is that of the day of
the audit, worked out where the data lives. Dates in the future, more than 120 years ago, or shared by more
than one row in twenty are placeholders, and an age of 0 is what an empty field becomes: they are told as a
detail and count as no child.

Remedy: where children are meant to be there, say so (`subject: {type: pupil, children: true}`) and obtain and
    record the parents' consent;
where another age holds, state it (`subject: {type: customer, of_age: 14}`). Else close the accounts that the
finding's SQL selects, erase their rows, and refuse such dates where they come in (`CHECK (birth_date <=
CURRENT_DATE - INTERVAL '16 years')`).

>>> import auditkit, pandas as pd
>>> users = pd.DataFrame({"birth_date": ["2013-04-02", "2010-01-01", "1984-04-21", "1975-11-30", "1900-01-01", None]})
>>> audit = auditkit.audit({"users": users}, checks=["pii-child"], as_of="2026-01-01")
>>> [(f.columns, f.rows, f.of, f.detail["under"], f.detail["implausible"]) for f in audit.findings]
[(('birth_date',), 1, 6, 16, 1)]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from auditkit.check import Item, Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.detection import Profile
from auditkit.facts.detections import CONFIDENCE
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import ColumnPolicy, TablePolicy
from auditkit.vocabulary import ENTITIES

AGES = {ENTITIES[e].category: e for e in ("DATE_OF_BIRTH", "AGE")}


@dataclass(frozen=True)
class BirthColumn(Item, columns="name"):
    """A column that says how old people are: by `DATE_OF_BIRTH` or by `AGE`."""

    name: str
    entity: str
    confidence: Confidence
    missing: Missing | None = None


@each
def birth_column(
    profile: Profile, relation: Examined, columns: Mapping[str, ColumnPolicy] | None = None
) -> tuple[BirthColumn, ...] | Missing:
    """The columns of the table with dates of birth or ages of people: declared so, or found."""
    if (failed := profile.failed.get(relation.name)) is not None:
        return failed
    return tuple(_columns(profile, relation, columns or {})) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no column with dates of birth or ages"
    )


def _columns(
    profile: Profile, relation: Examined, columns: Mapping[str, ColumnPolicy]
) -> Iterator[BirthColumn]:
    found = {c.column: c for c in profile.columns if c.table == relation.name and c.verdict in CONFIDENCE}
    for name in relation.table.columns if relation.table is not None else ():
        stated, seen = columns.get(name), found.get(name)
        if stated is not None and stated.category in AGES:
            yield BirthColumn(name, AGES[stated.category], Confidence.HIGH)
        elif (stated is None or stated.personal) and seen is not None and seen.entity in AGES.values():
            yield BirthColumn(name, str(seen.entity), Confidence(CONFIDENCE[seen.verdict]))


BORN_AFTER, IMPLAUSIBLE, UNREADABLE = "auditkit_child", "auditkit_implausible", "auditkit_unreadable_birth"
OF_AGE = 16
"""Below this age consent to a service of the information society is not a child's own, unless a member state
says less (Art. 8(1)).
"""
OLDEST = 120
MANY, SHARE = 20, 0.05
_ISO = r"^[0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2}"
_COMPACT = r"^[0-9]{8}$"
_DAY_FIRST = r"^[0-9]{2}[-/.][0-9]{2}[-/.][0-9]{4}$"


@fact
def births(
    rows: ir.Table,
    birth_column: BirthColumn,
    dataset: Dataset,
    as_of: date,
    declared: TablePolicy | None = None,
) -> ir.Table | Missing:
    """The rows of the table, each with whether it is about a child, by a date of birth or an age.

    A child is born so late that the day of the audit is not yet the 16th birthday (`of_age` of the policy's
    `subject`). A row is implausible, and no child's, when the date is in the future, more than 120 years ago,
    or shared by more than 5 % of the rows, 20 at
    least: a placeholder. An age of 0 is what an empty field becomes. What cannot be read as a date or an age
        is marked, too.
    """
    cell = rows[birth_column.name]
    of_age = of_age_in(declared)
    marked = (
        _aged(rows, cell, of_age)
        if birth_column.entity == "AGE"
        else _born(rows, cell, _day(dataset, rows, cell), as_of, of_age)
    )
    if cell.type().is_string():
        marks = {
            "filled": marked.count(where=_filled(marked[birth_column.name])),
            "unreadable": marked.count(where=marked[UNREADABLE]),
        }
        found = dataset.fetch(marked.aggregate(**marks))[0]
        if found["unreadable"] * 2 > found["filled"]:
            told = (
                f"{found['unreadable']} of {found['filled']} cells of {birth_column.name} cannot be read as"
                " dates or ages"
            )
            return Missing(Cause.UNSEEN, told)
    return marked


def _born(rows: ir.Table, cell: ir.Column, day: ir.StringValue, as_of: date, of_age: int) -> ir.Table:
    known = rows.mutate(auditkit_birth=day)
    alike = ibis.window(group_by=[known.auditkit_birth])
    born = known.mutate(
        auditkit_same_birth=known.auditkit_birth.count().over(alike),
        auditkit_births=known.auditkit_birth.count().as_scalar(),  # a window over all rows would bring them to one place on Spark
    )
    day, same = born.auditkit_birth, born.auditkit_same_birth
    usual = (same >= MANY) & (same > born.auditkit_births * SHARE)
    odd = (day > _key(as_of)) | (day < _key(_years_before(as_of, OLDEST))) | usual
    young = day > _key(_years_before(as_of, of_age))
    marks = {
        BORN_AFTER: young & ~odd,
        IMPLAUSIBLE: odd,
        UNREADABLE: _filled(born[cell.get_name()]) & day.isnull(),
    }
    return born.mutate(**{name: mark.fill_null(False) for name, mark in marks.items()})


def of_age_in(declared: TablePolicy | None) -> int:
    """Return from which age nobody is a child, as the policy says for the people of a table."""
    return declared.subject.of_age if declared is not None and declared.subject is not None else OF_AGE


def _aged(rows: ir.Table, cell: ir.Column, of_age: int) -> ir.Table:
    if cell.type().is_numeric():
        child, odd, unreadable = (
            (cell > 0) & (cell < of_age),
            (cell <= 0) | (cell > OLDEST),
            ibis.literal(False),
        )
    else:
        text = cell.cast("string").strip().lower()
        below = "|".join(str(n) for n in range(1, of_age))
        to, under = "(-|–|to|bis|à|a)", "(<|under|below|unter)"
        band = (
            f"^0*({below})([.][0-9]+)?$|^0*(0|{below}) *{to} *0*({below})( |$)|^{under}"
            f" *0*({below}|{of_age})( |$)"
        )
        number = text.re_search(r"^[0-9]+([.][0-9]+)?$")
        child = text.re_search(band)
        odd = number & (
            text.re_search(r"^0+([.]0+)?$")
            | text.re_search(r"^(12[1-9]|1[3-9][0-9]|[2-9][0-9]{2}|[0-9]{4,})([.]|$)")
        )
        unreadable = _filled(cell) & ~text.re_search("[0-9]")
    marks = {BORN_AFTER: child, IMPLAUSIBLE: odd, UNREADABLE: unreadable}
    return rows.mutate(**{name: mark.fill_null(False) for name, mark in marks.items()})


def _day(dataset: Dataset, rows: ir.Table, cell: ir.Column) -> ir.StringValue:
    """Return the day of birth as `yyyymmdd`, which compares like a date on every engine; null where there is
    none.
    """
    moment = clock(cell).moment
    day = _padded(moment.year(), 4) + _padded(moment.month(), 2) + _padded(moment.day(), 2)
    if cell.type().is_integer():
        number = cell.cast("string")
        year, compact = cell.between(1850, 2100), cell.between(18500101, 21001231)
        # of a year alone it is not known whether the birthday was: the first of January makes nobody younger
        # than he is
        return ibis.cases((year, number.concat("0101")), (compact, number), else_=day)
    if not cell.type().is_string():
        return day
    text = cell.strip()
    first, second, year = text.substr(0, 2), text.substr(3, 2), text.substr(6, 4)
    written = text.re_search(_DAY_FIRST)
    month_first = _month_first(dataset, rows, written, first, second)
    return ibis.cases(
        (text.re_search(_ISO), text.substr(0, 4) + text.substr(5, 2) + text.substr(8, 2)),
        (text.re_search(_COMPACT), text),
        (written, year + (first + second if month_first else second + first)),
        else_=day,
    )


def _month_first(
    dataset: Dataset, rows: ir.Table, written: ir.BooleanValue, first: ir.StringValue, second: ir.StringValue
) -> bool:
    """Return whether dates such as 04/21/2015 are written with the month first, which the column as a whole
    tells.
    """
    found = dataset.fetch(rows.aggregate(first=first.max(where=written), second=second.max(where=written)))[0]
    return (found["first"] or "") <= "12" < (found["second"] or "")


def _padded(number: ir.IntegerValue, width: int) -> ir.StringValue:
    return (number + 10**width).cast("string").substr(1, width)


def _filled(cell: ir.Column) -> ir.BooleanValue:
    return cell.cast("string").strip().nullif("").notnull()


def _key(day: date) -> str:
    return f"{day:%Y%m%d}"


def _years_before(day: date, years: int) -> date:
    """Return the same day so many years before; of a 29 February the last of the month.

    >>> _years_before(date(2028, 2, 29), 13)
    datetime.date(2015, 2, 28)
    """
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


@check(severity=Severity.HIGH, articles=("GDPR 8(1)", "GDPR 6(1)(f)", "GDPR rec. 38"))
def child(births: ir.Table, birth_column: BirthColumn, declared: TablePolicy | None = None) -> Offending:
    """Return whether a row is about a child, unless the policy expects children in the table."""
    expected = declared is not None and declared.expects_children
    detail = {
        "under": of_age_in(declared),
        "implausible": births.count(where=births[IMPLAUSIBLE]),
        "unreadable": births.count(where=births[UNREADABLE]),
    }
    return Offending(
        births[BORN_AFTER] & ibis.literal(not expected), detail=detail, confidence=birth_column.confidence
    )
