"""Personal data more precise than the purpose needs

## What it finds
Coordinates, IP addresses, and columns with a declared `precision` whose cells are more precise than needed.
`need` is the needed precision. `risk` is the share of rows that their values alone single out, as the number
of groups of equal rows by the number of rows. `risk_coarse` is what is left of it at the needed precision,
and `gain` is how many times more people then share each value.

## Why it matters
Five decimals of a coordinate name a front door, a full IP address names a household, and a full date of birth
names one person in a village. Where the town, the network or the year is enough, the rest only singles people
out (GDPR Art. 5(1)(c), 25).

## How to fix
Round when you write, and once what is there: `UPDATE <table> SET <column> = round(<column>, 3)`,
`set_masklen(<column>, 24)`, the first of January of the year of birth. Or declare the `precision` that the
purpose needs: `exact`, `year`, `month`, `day`, `hour`, `network`, `3 decimals`, `4 characters` (of a postal
code) or `steps of 1000`.

## Limits
Where the policy declares nothing, three decimals (110 m) are enough for the places of people, and the network
for IP addresses. The confidence is then medium. Dates of birth, postal codes and incomes are not assessed
without a declared precision, because only the purpose says how precise they must be.

## Example
>>> import auditkit, pandas as pd
>>> born = [f"19{60 + n % 40}-0{1 + n % 9}-1{n % 7}" for n in range(600)]
>>> homes = pd.DataFrame({"user_id": range(600), "birth_date": born})
>>> columns = "{birth_date: {category: user.demographic.date_of_birth, precision: year}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{data: {{columns: {columns}}}}}}}")
>>> audit = auditkit.audit(homes, policy, checks=["minimisation-excess-precision"])
>>> [(f.columns, f.rows, f.detail["need"], f.detail["risk"], f.detail["risk_coarse"]) for f in audit.findings]
[(('birth_date',), 600, 'year', 1, 0.066667)]

## References
- GDPR Art. 5(1)(c), data minimisation
- GDPR Art. 25, data protection by design
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add

import ibis
import ibis.expr.types as ir

from auditkit.check import Item, Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.detection import ColumnVerdict
from auditkit.facts.minimisation.precision import as_text, coarsened, is_finer, unchanged
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import ColumnPolicy, TablePolicy
from auditkit.policy.precision import DECIMALS, EXACT, NETWORK, Precision
from auditkit.relations.names import PEOPLE, is_people, singular, words
from auditkit.vocabulary import ENTITIES, THROUGHOUT

PLACE, ADDRESS = "GEO_COORDINATES", "IP_ADDRESS"
ENOUGH: Mapping[str, Precision] = {PLACE: Precision(DECIMALS, 3), ADDRESS: Precision(NETWORK)}
"""What is enough where the policy declares nothing: 110 metres, and the network of an IP address."""
BY_CATEGORY: Mapping[str, Precision] = {
    "user.location.imprecise": Precision(DECIMALS, 2),
    "user.demographic.age_range": Precision("year"),
}
"""What is enough for a column that is declared in a coarse category."""
NEEDS_PURPOSE = ("DATE_OF_BIRTH", "POSTAL_CODE", "INCOME")
"""Entities of which only the purpose says how precise they must be."""
CROWD = 5
"""Where so many rows share each place on average, the places are towns or shops and not homes."""
_DOOR = Precision(DECIMALS, 4)
"""Finer coordinates tell one door from the next."""
_OF_A_PERSON = frozenset(
    "PERSON PSEUDONYM DEVICE_ID COOKIE_ID USERNAME NATIONAL_ID DATE_OF_BIRTH GENDER AGE".split()
)
_MACHINE = re.compile(
    r"(?:^|_)(?:server|host|node|gateway|router|dns|dest|destination|dst|local|listen|bind|cluster|vm|proxy)s?(?:_|$)"
)


@dataclass(frozen=True)
class PreciseColumn(Item, columns="name"):
    """A column of personal data that can be coarser.

    `need` is the precision that is needed, and `stated` says that the policy declares it.
    """

    name: str
    entity: str | None
    need: Precision
    stated: bool
    confidence: Confidence
    missing: Missing | None = None


@each
def precise_column(
    verdicts: Mapping[str, ColumnVerdict],
    relation: Examined,
    columns: Mapping[str, ColumnPolicy] | None = None,
    declared: TablePolicy | None = None,
) -> tuple[PreciseColumn, ...] | Missing:
    """The columns whose values can be more precise than needed.

    These have a declared `precision`, or hold coordinates or IP addresses of people.
    """
    of_people = _is_of_people(relation.name, verdicts, declared)
    found = tuple(_columns(verdicts, relation, columns or {}, of_people=of_people))
    return found or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no personal data that can be more or less precise"
    )


def _columns(
    verdicts: Mapping[str, ColumnVerdict],
    relation: Examined,
    declared: Mapping[str, ColumnPolicy],
    *,
    of_people: bool,
) -> Iterator[PreciseColumn]:
    for name in relation.table.columns if relation.table is not None else ():
        stated, entity = declared.get(name), _entity(verdicts.get(name))
        if stated is not None and not stated.personal:
            continue
        need = (stated.precision or _by_category(stated, entity)) if stated is not None else None
        may_be_of_people = of_people or stated is not None
        if need is not None:
            missing = _unfitting(relation, name, need)
            yield PreciseColumn(name, entity, need, stated=True, confidence=Confidence.HIGH, missing=missing)
        elif entity in ENOUGH and (may_be_of_people or _is_of_a_user(entity, f"{relation.name}_{name}")):
            yield PreciseColumn(name, entity, ENOUGH[str(entity)], stated=False, confidence=Confidence.MEDIUM)
        elif entity in NEEDS_PURPOSE:
            reason = (
                f"the policy does not say how precise {name} must be (`precision`, such as year, 3 characters"
                " or exact)"
            )
            missing = Missing(Cause.UNDECLARED, reason)
            yield PreciseColumn(
                name, entity, Precision(EXACT), stated=False, confidence=Confidence.LOW, missing=missing
            )


def _entity(verdict: ColumnVerdict | None) -> str | None:
    """Return what a column certainly holds.

    A text with a pair of coordinates in most cells holds coordinates.
    """
    if verdict is None:
        return None
    if verdict.verdict in THROUGHOUT:
        return verdict.entity
    filled = verdict.rows - verdict.nulls
    mostly_places = filled and 2 * verdict.contains.get(PLACE, 0) > filled
    return PLACE if mostly_places and (verdict.entity is None or verdict.verdict == "mixed") else None


def _is_of_people(name: str, verdicts: Mapping[str, ColumnVerdict], declared: TablePolicy | None) -> bool:
    """Return whether the rows of a table are about people: declared so, named so, or by its other columns."""
    is_declared = declared is not None and declared.subject is not None
    entities = {str(v.entity) for v in verdicts.values() if v.verdict in THROUGHOUT and v.entity in ENTITIES}
    kinds = entities | {ENTITIES[entity].kind for entity in entities}
    return is_declared or singular(name).rpartition("_")[2] in PEOPLE or not kinds.isdisjoint(_OF_A_PERSON)


def _is_of_a_user(entity: str | None, name: str) -> bool:
    """Return whether an address belongs to a person, though nothing else in the table does.

    It does unless its name says that it is the address of a machine.
    """
    return entity == ADDRESS and not _MACHINE.search(words(name))


def _by_category(stated: ColumnPolicy, entity: str | None) -> Precision | None:
    return BY_CATEGORY.get(stated.category) if entity in (PLACE, "DATE_OF_BIRTH") else None


def _unfitting(relation: Examined, name: str, need: Precision) -> Missing | None:
    """Return that the type of a column does not fit the needed precision, or None where it does."""
    assert relation.table is not None  # its columns were listed
    kind = relation.table.schema()[name]
    match need.unit:
        case "exact":
            fits = True
        case "steps" | "decimals":
            fits = kind.is_numeric() or (need.unit == DECIMALS and kind.is_string())
        case "characters" | "year" | "month":
            # whole numbers are postal codes, years, and days such as 19800412
            fits = kind.is_integer() or not kind.is_numeric()
        case _:
            fits = not kind.is_numeric()
    if fits:
        return None
    reason = f"nobody can say how precise {name} is: its type {kind} does not fit `precision: {need}`"
    return Missing(Cause.UNSEEN, reason)


@dataclass(frozen=True)
class PrecisionUse:
    """How precise the cells of a column are.

    Groups are of rows that are equal in this column and in the declared quasi-identifiers. Divided by
    `filled` they are the share of rows that somebody who knows these values finds (the marketer's risk).

    Attributes:
        finer: whether a cell is more precise than needed.
        filled: how many rows have a value.
        groups: how many groups there are with the values as they are.
        groups_coarse: how many groups there are at the needed precision.
        doors: how many coordinates tell one door from the next.
    """

    finer: ir.BooleanValue
    filled: int
    groups: int
    groups_coarse: int
    doors: int


@fact
def precision_use(
    dataset: Dataset, relation: Examined, precise_column: PreciseColumn, declared: TablePolicy | None = None
) -> PrecisionUse:
    """How precise the cells of a column are, compared with what is needed."""
    rows = dataset.tables[relation.name]
    cell, need, is_place = rows[precise_column.name], precise_column.need, precise_column.entity == PLACE
    quasi_identifiers = declared.quasi_identifiers if declared is not None else ()
    others = [as_text(rows[c]) for c in quasi_identifiers if c in rows.columns and c != precise_column.name]
    filled = as_text(cell) != ""
    measures = {
        "filled": rows.count(where=filled),
        "fine": _groups([unchanged(cell), *others], filled),
        "coarse": _groups([coarsened(cell, need), *others], filled),
    }
    if is_place:
        measures["doors"] = rows.count(where=is_finer(cell, _DOOR))
    counts = {name: int(n or 0) for name, n in dataset.fetch(rows.aggregate(**measures))[0].items()}
    shared = (
        is_place and is_people(relation.name, rows.columns) and counts["filled"] >= CROWD * counts["fine"]
    )
    harmless = shared and not precise_column.stated
    finer = ibis.literal(False) & cell.notnull() if harmless else is_finer(cell, need)
    return PrecisionUse(finer, counts["filled"], counts["fine"], counts["coarse"], counts.get("doors", 0))


def _groups(parts: list[ir.StringValue], filled: ir.BooleanValue) -> ir.IntegerScalar:
    together = reduce(add, [part.fill_null("") + "\x1f" for part in parts])
    return together.nunique(where=filled)


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 5(1)(c)", "GDPR 25"),
    says=(
        "needed: {need}; the values single out {risk:.1%} of the rows;"
        " {risk_coarse:.1%} at the needed precision; {gain:.1f} times as many rows would then share a value"
    ),
)
def excess_precision(precision_use: PrecisionUse, precise_column: PreciseColumn) -> Offending:
    """Return whether a cell is more precise than needed.

    The severity is high where most cells tell one door from the next, and low for IP addresses.
    """
    filled = max(precision_use.filled, 1)
    severity = Severity.LOW if precise_column.entity == ADDRESS else Severity.MEDIUM
    if 2 * precision_use.doors >= filled:
        severity = Severity.HIGH
    return Offending(
        precision_use.finer,
        detail={
            "need": str(precise_column.need),
            "risk": precision_use.groups / filled,
            "risk_coarse": precision_use.groups_coarse / filled,
            "gain": precision_use.groups / max(precision_use.groups_coarse, 1),
        },
        severity=severity,
        confidence=precise_column.confidence,
    )
