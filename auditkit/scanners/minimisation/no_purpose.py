"""Personal data is kept for no declared purpose, or a purpose has no data.

What is not collected for a specified purpose must not be collected at all, and the records of processing must
name it (GDPR Art. 5(1)(b), 30(1)(b)). A table counts when the policy declares personal columns or a subject
of it, or when columns that say who somebody is were found in it; keys that stand for people count where they
are declared. A purpose that no table serves is a promise without data: a processing that moved elsewhere, or
a table that the policy forgot.

Remedy: name the purpose in the table's `purposes`, or delete the data; drop a purpose that is over, or name
    it at the tables that serve it.

>>> import auditkit, pandas as pd
>>> leads = pd.DataFrame({"id": range(50), "email": [f"p{n}@example.org" for n in range(50)]})
>>> told = "{version: 1, name: Demo, purposes: {support: {}, news: {}}, tables: {users: {purposes: [support]}, leads: {}}}"
>>> users = leads.rename(columns={"email": "contact_email"})
>>> audit = auditkit.audit({"users": users, "leads": leads}, auditkit.Policy.parse(told), checks=["minimisation-no-purpose"])
>>> [(f.table, f.target, f.detail["lacks"], f.severity.value) for f in audit.findings]
[(None, 'news', 'a table', 'low'), ('leads', None, 'a purpose', 'low')]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import Item, check, each, fact
from auditkit.dataset import Dataset
from auditkit.detection import Profile
from auditkit.facts.identifying_columns import identifying_columns
from auditkit.facts.relation import Examined, relation
from auditkit.facts.sensitive import is_sensitive
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import Policy
from auditkit.vocabulary import ENTITIES, PRESENT


@dataclass(frozen=True)
class Purposed(Item):
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


@each
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
    verdicts = {v.column: v for v in profile.columns if v.table == name}
    found = identifying_columns(verdicts, one, columns)
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


SCHEMA = pa.schema(
    [("columns_personal", pa.int64()), ("columns_declared", pa.int64()), ("sensitive", pa.bool_()), ("severity", pa.string()),
     ("confidence", pa.string()), ("lacks", pa.string())]
)  # fmt: skip
PURPOSE, TABLE = "a purpose", "a table"


@fact
def aimless(purposed: Purposed) -> ir.Table:
    """What a table with personal data, or a purpose, `lacks` of the other: one row, or none where it lacks
    nothing.

    A purpose without any table promises a processing that this source does not show, which weighs less than
    data without a purpose.
    """
    rows = []
    if not purposed.other and purposed.table is not None:
        told = {
            "columns_personal": purposed.personal,
            "columns_declared": purposed.declared,
            "sensitive": purposed.sensitive,
        }
        rows = [{**told, "confidence": "high" if purposed.declared else "medium", "lacks": PURPOSE}]
    elif not purposed.other:
        rows = [{"severity": "low", "sensitive": False, "lacks": TABLE}]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(b)", "GDPR 30(1)(b)"))
def no_purpose(aimless: ir.Table) -> ir.Table:
    """Return what lacks a purpose, and the purposes that lack data."""
    return aimless
