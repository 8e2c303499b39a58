"""Personal data is exacter than its purpose needs.

Five decimals of a coordinate name a front door, a full IP address a household, a full date of birth one
person in a village; where the town, the network or the year is enough, the rest only singles people out (GDPR
Art. 5(1)(c), 25). How exactly a column is needed is declared as `precision`: `exact`, `year`, `month`, `day`,
`hour`, `network`, `3 decimals`, `4 characters` (of a postal code), `steps of 1000`. Where nobody says so,
three decimals (110 m) are enough for where people are, and the network for IP addresses; the confidence is
then medium. `risk` is the share of rows that their values alone single out (groups of like rows by rows),
`risk_coarse` what is left of it when the values are as coarse as is enough, `gain` how many times more people
then share each value.

Remedy: round when writing, and once what is there: `UPDATE t SET lat = round(lat, 3)`, `set_masklen(ip, 24)`,
    the first of January of the
year of birth; or declare the `precision` that the purpose needs.

>>> import auditkit, pandas as pd
>>> homes = pd.DataFrame({"user_id": range(600), "birth_date": [f"19{60 + n % 40}-0{1 + n % 9}-1{n % 7}" for n in range(600)]})
>>> column = "{category: user.demographic.date_of_birth, precision: year}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{data: {{columns: {{birth_date: {column}}}}}}}}}")
>>> audit = auditkit.audit(homes, policy, checks=["minimisation-excess-precision"])
>>> [(f.columns, f.rows, f.detail["need"], f.detail["risk"], f.detail["risk_coarse"]) for f in audit.findings]
[(('birth_date',), 600, 'year', 1, 0.066667)]
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add

import ibis
import ibis.expr.types as ir

from auditkit.check import Item, Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import backend_of
from auditkit.detection import ColumnVerdict, Profile
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import ColumnPolicy, TablePolicy
from auditkit.policy.precision import DECIMALS, EXACT, NETWORK, TIMES, Precision
from auditkit.relations.names import PEOPLE, is_people, singular, words
from auditkit.vocabulary import ENTITIES, PRESENT

PLACE, ADDRESS = "GEO_COORDINATES", "IP_ADDRESS"
ENOUGH: Mapping[str, Precision] = {PLACE: Precision(DECIMALS, 3), ADDRESS: Precision(NETWORK)}
"""What is enough where nobody says otherwise: 110 metres, and the network of an IP address."""
BY_CATEGORY: Mapping[str, Precision] = {
    "user.location.imprecise": Precision(DECIMALS, 2),
    "user.demographic.age_range": Precision("year"),
}
"""What is enough for a column that is declared to hold no more than this."""
ASKED = ("DATE_OF_BIRTH", "POSTAL_CODE", "INCOME")
"""Of these only the purpose tells how exactly they are needed."""
_OF_A_PERSON = frozenset(
    {
        "PERSON",
        "PSEUDONYM",
        "DEVICE_ID",
        "COOKIE_ID",
        "USERNAME",
        "NATIONAL_ID",
        "DATE_OF_BIRTH",
        "GENDER",
        "AGE",
    }
)
_MACHINE = re.compile(
    r"(?:^|_)(?:server|host|node|gateway|router|dns|dest|destination|dst|local|listen|bind|cluster|vm|proxy)s?(?:_|$)"
)


@dataclass(frozen=True)
class PreciseColumn(Item, columns="name"):
    """A column of personal data that can be coarser, and how exactly it is needed; `stated` says that the
    policy says so.
    """

    name: str
    entity: str | None
    need: Precision
    stated: bool
    confidence: Confidence
    missing: Missing | None = None


@each
def precise_column(
    profile: Profile,
    relation: Examined,
    columns: Mapping[str, ColumnPolicy] | None = None,
    declared: TablePolicy | None = None,
) -> tuple[PreciseColumn, ...] | Missing:
    """The columns whose values can be exacter than needed: those with a declared `precision`, coordinates and
    IP addresses of people.

    Dates of birth, postal codes and incomes are among them with what is missing: only the purpose tells how
    exactly they are needed.
    """
    if (failed := profile.failed.get(relation.name)) is not None:
        return failed
    found = tuple(_columns(profile, relation, columns or {}, declared))
    return found or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no personal data that can be more or less exact"
    )


def _columns(
    profile: Profile, relation: Examined, stated: Mapping[str, ColumnPolicy], declared: TablePolicy | None
) -> Iterator[PreciseColumn]:
    here = {c.column: c for c in profile.columns if c.table == relation.name}
    of_people = _is_of_people(relation.name, here.values(), declared)
    for name in relation.table.columns if relation.table is not None else ():
        told, seen = stated.get(name), here.get(name)
        entity = _entity(seen)
        if (
            told is not None
            and told.personal
            and (need := told.precision or _by_category(told, entity)) is not None
        ):
            yield PreciseColumn(name, entity, need, True, Confidence.HIGH, _unreadable(relation, name, need))
        elif told is not None and not told.personal:
            continue
        elif (
            entity is not None
            and entity in ENOUGH
            and (of_people or told is not None or _may_be(entity, f"{relation.name}_{name}"))
        ):
            yield PreciseColumn(name, entity, ENOUGH[entity], False, Confidence.MEDIUM)
        elif entity in ASKED:
            why = (
                f"the policy does not say how exactly {name} is needed (`precision`, such as year, 3"
                " characters or exact)"
            )
            yield PreciseColumn(
                name, entity, Precision(EXACT), False, Confidence.LOW, Missing(Cause.UNDECLARED, why)
            )


def _entity(seen: ColumnVerdict | None) -> str | None:
    """Return what a column surely holds; a text with a pair of coordinates in nearly every cell holds
    coordinates.
    """
    if seen is None:
        return None
    if seen.verdict in PRESENT:
        return seen.entity
    filled = seen.rows - seen.nulls
    return PLACE if filled and 2 * seen.contains.get(PLACE, 0) > filled and seen.entity is None else None


def _is_of_people(name: str, here: Collection[ColumnVerdict], declared: TablePolicy | None) -> bool:
    """Return whether the rows of a table are about people: by what is declared, by its name, or by what else
    stands in it.
    """
    stated = declared is not None and declared.subject is not None
    kinds = {
        e
        for c in here
        if c.verdict in PRESENT and c.entity in ENTITIES
        for e in (c.entity, ENTITIES[str(c.entity)].kind)
    }
    return stated or singular(name).rpartition("_")[2] in PEOPLE or not kinds.isdisjoint(_OF_A_PERSON)


def _may_be(entity: str, name: str) -> bool:
    """Return whether something is of a person though nothing else in the table is: an address, where its name
    does not say a machine's.
    """
    return entity == ADDRESS and not _MACHINE.search(words(name))


def _by_category(told: ColumnPolicy, entity: str | None) -> Precision | None:
    exacter = entity in (PLACE, "DATE_OF_BIRTH")
    return BY_CATEGORY.get(told.category) if exacter else None


def _unreadable(relation: Examined, name: str, need: Precision) -> Missing | None:
    """Return why it cannot be told how exact a column is: numbers are no dates, and text is no number."""
    assert relation.table is not None  # its columns were listed
    kind = relation.table.schema()[name]
    match need.unit:
        case "exact":
            fits = True
        case "steps" | "decimals":
            fits = kind.is_numeric() or (need.unit == DECIMALS and kind.is_string())
        case (
            "characters" | "year" | "month"
        ):  # whole numbers are postal codes, years, and days such as 19800412
            fits = kind.is_integer() or not kind.is_numeric()
        case _:
            fits = not kind.is_numeric()
    return (
        None
        if fits
        else Missing(
            Cause.UNSEEN,
            f"how exact {name} is cannot be told: its type {kind} does not fit `precision: {need}`",
        )
    )


CROWD = 5
"""Where so many rows share each place on average, the places are towns or shops and nobody's home."""
_FINE, _NOISE, _DOOR = 7, 1e-5, Precision(DECIMALS, 4)
_DATE = "^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|^(18|19|20)[0-9]{6}$"
_TIME = "[T ][0-9]{2}:[0-9]{2}"
_V4 = r"^[0-9]{1,3}([.][0-9]{1,3}){3}(/32)?$"
_V6 = "^[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f]{0,4}){2,7}(/128)?$"
_NOBODY = r"^127[.]|^::1?(/128)?$"
EXACTER: Mapping[str, tuple[str, str]] = {
    "year": (_DATE, "^[0-9]{4}[-/.]01[-/.]01|^0?1[-/.]0?1[-/.]|^[0-9]{4}0101$"),
    "month": (_DATE, "^[0-9]{4}[-/.][0-9]{2}[-/.]01|^0?1[-/.]|^[0-9]{6}01$"),
    "day": (_TIME, "[T ]00:00(:00([.]0+)?)?([^0-9:.]|$)"),
    "hour": (_TIME, "[T ][0-9]{2}:00(:00([.]0+)?)?([^0-9:.]|$)"),
    "minute": (f"{_TIME}:[0-9]{{2}}", f"{_TIME}:00([.]0+)?([^0-9.]|$)"),
    "second": ("[.][0-9]", "[.]0+([^0-9]|$)"),
}
"""What a text looks like that says a moment exacter than to this part, unless it looks like the second."""
_UP_TO = dict(zip(TIMES, (4, 7, 10, 13, 16, 19), strict=True))


@dataclass(frozen=True)
class Exactness:
    """Which cells of a column are exacter than needed, and in how many groups its rows fall as they are and
    as coarse as is enough.

    The groups are of rows that are alike in this column, in the other coordinates, and in the declared
    quasi-identifiers. Divided by `filled` they are the share of rows that somebody who knows these values
    finds (the marketer's risk). `doors` is how many coordinates tell one door from the next (five decimals or
    more).
    """

    finer: ir.BooleanValue
    filled: int
    groups: int
    groups_coarse: int
    doors: int


@fact
def exactness(
    dataset: Dataset, relation: Examined, precise_column: PreciseColumn, declared: TablePolicy | None = None
) -> Exactness:
    """How exact the values of a column are, compared with what is needed of them."""
    rows = dataset.tables[relation.name]
    cell, need = rows[precise_column.name], precise_column.need
    beside = [
        c
        for c in (declared.quasi_identifiers if declared is not None else ())
        if c in rows.columns and c != precise_column.name
    ]
    filled, others = _text(cell) != "", [_text(rows[c]) for c in beside]
    fine, coarse = ([value, *others] for value in (_as_is(cell), coarser(cell, need)))
    counts = {
        "filled": rows.count(where=filled),
        "fine": _groups(fine, filled),
        "coarse": _groups(coarse, filled),
    }
    if precise_column.entity == PLACE:
        counts["doors"] = rows.count(where=finer(cell, _DOOR))
    found = {name: int(n or 0) for name, n in dataset.fetch(rows.aggregate(**counts))[0].items()}
    shared = (
        precise_column.entity == PLACE
        and is_people(relation.name, rows.columns)
        and found["filled"] >= CROWD * found["fine"]
    )
    harmless = shared and not precise_column.stated
    exacter = ibis.literal(False) & cell.notnull() if harmless else finer(cell, need)
    return Exactness(exacter, found["filled"], found["fine"], found["coarse"], found.get("doors", 0))


def finer(cell: ir.Column, need: Precision) -> ir.BooleanValue:
    """Return whether a cell is exacter than is needed."""
    text = _text(cell)
    match need.unit:
        case "exact":
            exacter = ibis.literal(False) & cell.notnull()
        case "decimals" | "steps" if cell.type().is_numeric():
            steps = _steps(cell, need)
            exacter = (steps - steps.round()).abs() > _NOISE
        case "decimals":
            exacter = text.re_search(rf"[.][0-9]{{{need.number}}}[0-9]*[1-9]")
        case "characters":
            exacter = text.replace(" ", "").replace("-", "").length() > need.number
        case "network":
            address = (text.re_search(_V4) & ~text.re_search("[.]0(/32)?$")) | (
                text.re_search(_V6) & ~text.re_search("(::|(:0{1,4}){4})(/128)?$")
            )
            exacter = address & ~text.re_search(_NOBODY)
        case part:
            like, unless = EXACTER[part]
            exacter = text.re_search(like) & ~text.re_search(unless)
    return exacter.fill_null(False)


def coarser(cell: ir.Column, need: Precision) -> ir.StringValue:
    """Return a cell as coarse as is enough, as text by which cells are grouped."""
    text = _text(cell)
    match need.unit:
        case "decimals" | "steps" if cell.type().is_numeric():
            return _steps(cell, need).round().cast("int64").cast("string").fill_null("")
        case "decimals":
            number = f"-?[0-9]+[.][0-9]{{{need.number}}}"
            return _part(text, f"^[^0-9-]*{number}") + _part(text, f"[ ,;]{number}")
        case "characters":
            return text.replace(" ", "").replace("-", "").substr(0, need.number)
        case "network":
            return _part(text, "^(([0-9]{1,3}[.]){3}|([0-9A-Fa-f]{0,4}:){4})")
        case "exact":
            return text
        case part:
            dashes, day_first = text.re_search("^[0-9]{4}[-/.]"), text.re_search("^[0-9]{1,2}[-/.]")
            behind = _part(text, "[0-9]+$" if part == "year" else "[0-9]+[-/.][0-9]+$")
            cut = {"year": 4, "month": 6}.get(part, 8)
            return ibis.cases(
                (dashes, text.substr(0, _UP_TO[part])), (day_first, behind), else_=text.substr(0, cut)
            )


@ibis.udf.scalar.builtin(name="regexp_substr", signature=(("string", "string"), "string"))  # type: ignore[untyped-decorator]
def _mysql_part(text: str, pattern: str) -> None:
    """MySQL gives the part of a text that a pattern matches."""


def _part(text: ir.StringValue, pattern: str) -> ir.StringValue:
    """Return the first part of a text that a pattern matches, empty where none does."""
    found = (
        _mysql_part(text, pattern) if backend_of(text).name == "mysql" else text.re_extract(f"({pattern})", 1)
    )
    return found.fill_null("")


def _steps(cell: ir.Column, need: Precision) -> ir.FloatingValue:
    number = cell.cast("float64")
    return number * 10.0**need.number if need.unit == DECIMALS else number / float(need.number)


def _as_is(cell: ir.Column) -> ir.StringValue:
    """Return a cell as text by which cells are grouped; engines write numbers differently, and group them
    alike.
    """
    return (
        (cell.cast("float64") * 10.0**_FINE).round().cast("int64").cast("string")
        if cell.type().is_floating()
        else _text(cell)
    )


def _text(cell: ir.Column) -> ir.StringValue:
    return cell.cast("string").strip().fill_null("")


def _groups(parts: list[ir.StringValue], filled: ir.BooleanValue) -> ir.IntegerScalar:
    together = reduce(add, [part.fill_null("") + "\x1f" for part in parts])
    return together.nunique(where=filled)


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(c)", "GDPR 25"))
def excess_precision(exactness: Exactness, precise_column: PreciseColumn) -> Offending:
    """Return the cells that are exacter than is needed of their column; it weighs more where most of them
    tell one door from the next.
    """
    filled = max(exactness.filled, 1)
    severity = (
        Severity.HIGH
        if 2 * exactness.doors >= filled
        else Severity.LOW
        if precise_column.entity == ADDRESS
        else Severity.MEDIUM
    )
    gain = exactness.groups / max(exactness.groups_coarse, 1)
    detail = {
        "need": str(precise_column.need),
        "risk": exactness.groups / filled,
        "risk_coarse": exactness.groups_coarse / filled,
    }
    return Offending(
        exactness.finer,
        detail={**detail, "gain": gain},
        severity=severity,
        confidence=precise_column.confidence,
    )
