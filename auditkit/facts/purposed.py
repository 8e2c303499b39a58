from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.dataset import Dataset
from auditkit.detection import Profile
from auditkit.facts import many
from auditkit.facts.identifying_columns import identifying_columns
from auditkit.facts.relation import Examined, relation
from auditkit.facts.sensitive import is_sensitive
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy
from auditkit.vocabulary import ENTITIES, PRESENT


@dataclass(frozen=True)
class Purposed:
    """A table with personal data, or a purpose, and of how many the other kind it has.

    `table` with `personal` columns, of which `declared` are in the policy, is used for `other` purposes;
    `purpose` is that of `other` tables.
    """

    table: str | None
    purpose: str | None
    other: int = 0
    personal: int = 0
    declared: int = 0
    sensitive: bool = False
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"table": self.table} if self.table is not None else {"target": self.purpose}


@many
def purposed(dataset: Dataset, policy: Policy, profile: Profile) -> tuple[Purposed, ...] | Missing:
    """The tables that hold personal data, declared or found, with their declared purposes; and the purposes,
    with their tables.
    """
    if not policy.name:
        return Missing(Cause.UNDECLARED, "no policy says what the data of this source is for")
    if not policy.purposes and not any(t.purposes for t in policy.tables.values()):
        return Missing(Cause.UNDECLARED, "the policy states no purpose of anything (`purposes`)")
    tables = tuple(_table(policy, profile, one) for one in relation(dataset, policy))
    used = [purpose for table in policy.tables.values() for purpose in set(table.purposes)]
    return (*tables, *(Purposed(None, name, used.count(name)) for name in policy.purposes))


def _table(policy: Policy, profile: Profile, one: Examined) -> Purposed:
    name, stated = one.name, policy.table(one.name)
    if (missing := one.missing or profile.failed.get(name)) is not None:
        return Purposed(name, None, missing=missing)
    assert one.table is not None  # a relation without a table says why it is missing
    columns = stated.columns if stated is not None else {}
    here = {c.column: str(c.entity) for c in profile.columns if c.table == name and c.verdict in PRESENT}
    found = identifying_columns(profile, one, columns)
    declared = {c for c, told in columns.items() if told.personal and c in one.table.columns}
    personal = declared | (set() if isinstance(found, Missing) else here.keys() & set(found))
    if stated is not None and stated.subject is not None:
        personal |= {stated.subject.key} if stated.subject.key else {""}
    if not personal:
        return Purposed(
            name,
            None,
            missing=Missing(Cause.NOT_APPLICABLE, f"{name} has no column that says who somebody is"),
        )
    kinds = {columns[c].category for c in declared} | {
        ENTITIES[e].category for c, e in here.items() if c in personal and e in ENTITIES
    }
    grave = any(map(is_sensitive, kinds))
    return Purposed(
        name, None, len(stated.purposes) if stated is not None else 0, len(personal), len(declared), grave
    )
