from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.detection import ColumnVerdict, Profile
from auditkit.facts import many
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing
from auditkit.policy import ColumnPolicy, TablePolicy
from auditkit.policy.precision import DECIMALS, EXACT, NETWORK, Precision
from auditkit.relations.names import PEOPLE, singular, words
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
class PreciseColumn:
    """A column of personal data that can be coarser, and how exactly it is needed; `stated` says that the
    policy says so.
    """

    name: str
    entity: str | None
    need: Precision
    stated: bool
    confidence: Confidence
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"columns": (self.name,)}


@many
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
