"""Children in tables that do not expect them

## What it finds
Rows whose date of birth or age is that of a child on the day of the audit: below 16, or below `of_age` of the
policy. Tables in which the policy expects children (`subject: {children: true}`) do not count.

## Why it matters
Children merit specific protection. Below 16 (in some member states below 13, 14 or 15) their parents consent
to an online service (GDPR Art. 8(1)). The balance of legitimate interests tips in their favour (Art. 6(1)(f),
recital 38). A service that does not know of its children protects none of them.

## How to fix
Where children are expected, say so (`subject: {type: pupil, children: true}`), and obtain and record the
consent of their parents. Where another age holds, state it (`subject: {type: customer, of_age: 14}`).
Otherwise close the accounts that the SQL of the finding selects, erase their rows, and refuse such dates
where they come in: `CHECK (<column> <= CURRENT_DATE - INTERVAL '16 years')`.

## Limits
Dates in the future, dates more than 120 years ago, and dates that more than 5% of the rows share are
placeholders. An age of 0 is what an empty field becomes. Both are counted as a detail, and as no child. A
year of birth alone counts as the first of January.

## Example
>>> import auditkit, pandas as pd
>>> born = ["2013-04-02", "2010-01-01", "1984-04-21", "1975-11-30", "1900-01-01", None]
>>> users = pd.DataFrame({"birth_date": born})
>>> audit = auditkit.audit({"users": users}, checks=["pii-child"], as_of="2026-01-01")
>>> [(f.columns, f.rows, f.of, f.detail["under"], f.detail["implausible"]) for f in audit.findings]
[(('birth_date',), 1, 6, 16, 1)]

## References
- GDPR Art. 8(1), consent of a child to an information society service
- GDPR Art. 6(1)(f), legitimate interests, in particular of a child
- GDPR recitals 38 and 58, protection and information of children
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
from auditkit.detection import ColumnVerdict
from auditkit.facts.detections import CONFIDENCE
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import ColumnPolicy, TablePolicy
from auditkit.vocabulary import ENTITIES

CHILD, IMPLAUSIBLE, UNREADABLE = "auditkit_child", "auditkit_implausible", "auditkit_unreadable_birth"
ENTITY_OF = {ENTITIES[e].category: e for e in ("DATE_OF_BIRTH", "AGE")}
OF_AGE = 16
"""From this age on a person consents to an online service alone, unless a member state says less."""
OLDEST = 120
MANY, SHARE = 20, 0.05
"""A date that so many rows share, and more than this share of them, is a placeholder."""
_ISO = r"^[0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2}"
_COMPACT = r"^[0-9]{8}$"
_DAY_FIRST = r"^[0-9]{2}[-/.][0-9]{2}[-/.][0-9]{4}$"


@dataclass(frozen=True)
class BirthColumn(Item, columns="name"):
    """A column that says how old people are, by `DATE_OF_BIRTH` or by `AGE`."""

    name: str
    entity: str
    confidence: Confidence


@each
def birth_column(
    verdicts: Mapping[str, ColumnVerdict],
    relation: Examined,
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> tuple[BirthColumn, ...] | Missing:
    """The columns of the table with dates of birth or ages of people, declared or found."""
    found = tuple(_birth_columns(verdicts, relation, columns or {}))
    reason = f"{relation.name} has no column with dates of birth or ages"
    return found or Missing(Cause.NOT_APPLICABLE, reason)


def _birth_columns(
    verdicts: Mapping[str, ColumnVerdict], relation: Examined, columns: Mapping[str, ColumnPolicy]
) -> Iterator[BirthColumn]:
    for name in relation.table.columns if relation.table is not None else ():
        stated, found = columns.get(name), verdicts.get(name)
        if stated is not None and stated.category in ENTITY_OF:
            yield BirthColumn(name, ENTITY_OF[stated.category], Confidence.HIGH)
        elif found is None or found.verdict not in CONFIDENCE or found.entity not in ENTITY_OF.values():
            continue
        elif stated is None or stated.personal:
            yield BirthColumn(name, str(found.entity), Confidence(CONFIDENCE[found.verdict]))


@fact
def births(
    rows: ir.Table,
    birth_column: BirthColumn,
    dataset: Dataset,
    as_of: date,
    declared: TablePolicy | None = None,
) -> ir.Table | Missing:
    """The rows of the table, with whether each is about a child, implausible, or unreadable.

    A row is about a child when the day of the audit is before the birthday of majority. A column of texts of
    which most are unreadable is not assessed.
    """
    cell, of_age = rows[birth_column.name], of_age_in(declared)
    if birth_column.entity == "AGE":
        marked = _by_age(rows, cell, of_age)
    else:
        marked = _by_birthday(rows, cell, _day(dataset, rows, cell), as_of, of_age)
    if not cell.type().is_string():
        return marked
    filled, unreadable = _is_filled(marked[birth_column.name]), marked[UNREADABLE]
    measures = {"filled": marked.count(where=filled), "unreadable": marked.count(where=unreadable)}
    found = dataset.fetch(marked.aggregate(**measures))[0]
    if found["unreadable"] * 2 > found["filled"]:
        reason = (
            f"{found['unreadable']} of {found['filled']} cells of {birth_column.name} cannot be read as dates"
            " or ages"
        )
        return Missing(Cause.UNSEEN, reason)
    return marked


def of_age_in(declared: TablePolicy | None) -> int:
    """Return the age from which the people of a table are no children."""
    return declared.subject.of_age if declared is not None and declared.subject is not None else OF_AGE


def _by_birthday(rows: ir.Table, cell: ir.Column, day: ir.StringValue, as_of: date, of_age: int) -> ir.Table:
    """Return rows marked by the day of birth, which compares as a text `yyyymmdd`."""
    known = rows.mutate(auditkit_birth=day)
    alike = ibis.window(group_by=[known.auditkit_birth])
    born = known.mutate(
        auditkit_same_birth=known.auditkit_birth.count().over(alike),
        # a window over all rows would bring them to one place on Spark
        auditkit_births=known.auditkit_birth.count().as_scalar(),
    )
    day, same = born.auditkit_birth, born.auditkit_same_birth
    shared = (same >= MANY) & (same > born.auditkit_births * SHARE)
    implausible = (day > _key(as_of)) | (day < _key(_years_before(as_of, OLDEST))) | shared
    young = day > _key(_years_before(as_of, of_age))
    unreadable = _is_filled(born[cell.get_name()]) & day.isnull()
    return _marked(born, child=young & ~implausible, implausible=implausible, unreadable=unreadable)


def _by_age(rows: ir.Table, cell: ir.Column, of_age: int) -> ir.Table:
    """Return rows marked by an age, as a number or a text; a text may be a band such as `under 16`."""
    if cell.type().is_numeric():
        return _marked(
            rows,
            child=(cell > 0) & (cell < of_age),
            implausible=(cell <= 0) | (cell > OLDEST),
            unreadable=ibis.literal(False),
        )
    text = cell.cast("string").strip().lower()
    below = "|".join(str(n) for n in range(1, of_age))
    to, under = "(-|–|to|bis|à|a)", "(<|under|below|unter)"
    band = (
        f"^0*({below})([.][0-9]+)?$|^0*(0|{below}) *{to} *0*({below})( |$)|^{under}"
        f" *0*({below}|{of_age})( |$)"
    )
    number = text.re_search(r"^[0-9]+([.][0-9]+)?$")
    beyond = text.re_search(r"^0+([.]0+)?$") | text.re_search(
        r"^(12[1-9]|1[3-9][0-9]|[2-9][0-9]{2}|[0-9]{4,})([.]|$)"
    )
    unreadable = _is_filled(cell) & ~text.re_search("[0-9]")
    return _marked(rows, child=text.re_search(band), implausible=number & beyond, unreadable=unreadable)


def _marked(
    rows: ir.Table, *, child: ir.BooleanValue, implausible: ir.BooleanValue, unreadable: ir.BooleanValue
) -> ir.Table:
    marks = {CHILD: child, IMPLAUSIBLE: implausible, UNREADABLE: unreadable}
    return rows.mutate(**{name: mark.fill_null(False) for name, mark in marks.items()})


def _day(dataset: Dataset, rows: ir.Table, cell: ir.Column) -> ir.StringValue:
    """Return the day of birth as a text `yyyymmdd`, which compares like a date on every engine; or null."""
    moment = clock(cell).moment
    day = _padded(moment.year(), 4) + _padded(moment.month(), 2) + _padded(moment.day(), 2)
    if cell.type().is_integer():
        number = cell.cast("string")
        year, compact = cell.between(1850, 2100), cell.between(18500101, 21001231)
        # a year alone does not say whether the birthday was: the first of January makes nobody too young
        return ibis.cases((year, number.concat("0101")), (compact, number), else_=day)
    if not cell.type().is_string():
        return day
    text = cell.strip()
    first, second, year = text.substr(0, 2), text.substr(3, 2), text.substr(6, 4)
    written = text.re_search(_DAY_FIRST)
    month_first = _is_month_first(dataset, rows, written, first, second)
    return ibis.cases(
        (text.re_search(_ISO), text.substr(0, 4) + text.substr(5, 2) + text.substr(8, 2)),
        (text.re_search(_COMPACT), text),
        (written, year + (first + second if month_first else second + first)),
        else_=day,
    )


def _is_month_first(
    dataset: Dataset, rows: ir.Table, written: ir.BooleanValue, first: ir.StringValue, second: ir.StringValue
) -> bool:
    """Return whether dates such as 04/21/2015 have the month first, which the column as a whole shows."""
    found = dataset.fetch(rows.aggregate(first=first.max(where=written), second=second.max(where=written)))[0]
    return (found["first"] or "") <= "12" < (found["second"] or "")


def _padded(number: ir.IntegerValue, width: int) -> ir.StringValue:
    return (number + 10**width).cast("string").substr(1, width)


def _is_filled(cell: ir.Column) -> ir.BooleanValue:
    return cell.cast("string").strip().nullif("").notnull()


def _key(day: date) -> str:
    return f"{day:%Y%m%d}"


def _years_before(day: date, years: int) -> date:
    """Return the same day so many years before; for 29 February the last day of the month.

    >>> _years_before(date(2028, 2, 29), 13)
    datetime.date(2015, 2, 28)
    """
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


@check(
    severity=Severity.HIGH,
    articles=("GDPR 8(1)", "GDPR 6(1)(f)", "GDPR rec. 38"),
    says=(
        "people under {under}; {implausible:row} with an implausible date or age;"
        " {unreadable:row} with one that cannot be read"
    ),
)
def child(births: ir.Table, birth_column: BirthColumn, declared: TablePolicy | None = None) -> Offending:
    """Return whether a row is about a child, unless the policy expects children in the table."""
    expected = declared is not None and declared.expects_children
    detail = {
        "under": of_age_in(declared),
        "implausible": births.count(where=births[IMPLAUSIBLE]),
        "unreadable": births.count(where=births[UNREADABLE]),
    }
    return Offending(
        births[CHILD] & ibis.literal(not expected), detail=detail, confidence=birth_column.confidence
    )
