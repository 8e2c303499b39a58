"""Personal data without a declared purpose

## What it finds
Tables with personal data for which the policy declares no purpose, and purposes that no table serves. The
detail `lacks` says which of the two is missing.

## Why it matters
Personal data may be collected only for specified purposes, and the records of processing must name them (GDPR
Art. 5(1)(b), 30(1)(b)). A purpose without a table promises a processing that this source does not show: it
moved elsewhere, or the policy forgot its table.

## How to fix
Name the purpose in the `purposes` of the table, or delete the data. Drop a purpose that is over, or name it
at the tables that serve it.

## Limits
A table counts when the policy declares a personal column or a data subject of it, or when a search finds
columns that say who somebody is. Pseudonyms count only where they are declared.

## Example
>>> import auditkit, pandas as pd
>>> leads = pd.DataFrame({"id": range(50), "email": [f"p{n}@example.org" for n in range(50)]})
>>> users = leads.rename(columns={"email": "contact_email"})
>>> tables = "{users: {purposes: [support]}, leads: {}}"
>>> policy = auditkit.Policy.parse(
...     f"{{version: 1, name: Demo, purposes: {{support: {{}}, news: {{}}}}, tables: {tables}}}"
... )
>>> audit = auditkit.audit({"users": users, "leads": leads}, policy, checks=["minimisation-no-purpose"])
>>> [(f.table, f.target, f.detail["lacks"], f.severity.value) for f in audit.findings]
[(None, 'news', 'a table', 'low'), ('leads', None, 'a purpose', 'low')]

## References
- GDPR Art. 5(1)(b), purpose limitation
- GDPR Art. 30(1)(b), records of processing
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import Item, check, each
from auditkit.dataset import Dataset
from auditkit.detection import Profile
from auditkit.facts.identifying_columns import identifying_columns
from auditkit.facts.profile import verdicts
from auditkit.facts.reference_columns import reference_columns
from auditkit.facts.relation import Examined, relation
from auditkit.facts.sensitive import is_sensitive
from auditkit.naming.paths import column_of
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import Policy
from auditkit.vocabulary import ENTITIES, PRESENT

SCHEMA = pa.schema(
    [
        ("columns_personal", pa.int64()),
        ("columns_declared", pa.int64()),
        ("sensitive", pa.bool_()),
        ("severity", pa.string()),
        ("confidence", pa.string()),
        ("lacks", pa.string()),
    ]
)
PURPOSE, TABLE = "a purpose", "a table"


@dataclass(frozen=True)
class Purposed(Item):
    """A table with personal data, or a purpose.

    Attributes:
        table: the table, or None for a purpose.
        purpose: the purpose, or None for a table.
        counterparts: how many purposes the table has, or how many tables the purpose.
        personal: how many columns of the table are personal.
        declared: how many of them the policy declares.
        sensitive: the table holds sensitive data.
        missing: why nothing about it can be seen.
    """

    table: str | None
    purpose: str | None
    counterparts: int = 0
    personal: int = 0
    declared: int = 0
    sensitive: bool = False
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """The table, or the purpose as the target."""
        return {"table": self.table} if self.table is not None else {"target": self.purpose}


@each
def purposed(dataset: Dataset, policy: Policy, profile: Profile) -> tuple[Purposed, ...] | Missing:
    """The tables with personal data and how many purposes each has, and the purposes likewise."""
    if not policy.name:
        return Missing(Cause.UNDECLARED, "no policy says what the data of this source is for")
    if not policy.purposes and not any(table.purposes for table in policy.tables.values()):
        return Missing(Cause.UNDECLARED, "the policy declares no purpose (`purposes`)")
    tables = tuple(
        _table(policy, profile, examined, reference_columns(dataset, policy, examined))
        for examined in relation(dataset, policy)
    )
    used = [purpose for table in policy.tables.values() for purpose in set(table.purposes)]
    return (*tables, *(Purposed(None, name, used.count(name)) for name in policy.purposes))


def _table(policy: Policy, profile: Profile, examined: Examined, references: frozenset[str]) -> Purposed:
    name, table, stated = examined.name, examined.table, policy.table(examined.name)
    if examined.missing is not None:
        return Purposed(name, None, missing=examined.missing)
    assert table is not None  # a relation without a table says why it is missing
    seen = verdicts(profile, examined, references)
    if isinstance(seen, Missing):
        return Purposed(name, None, missing=seen)
    columns = stated.columns if stated is not None else {}
    found = {column: str(verdict.entity) for column, verdict in seen.items() if verdict.verdict in PRESENT}
    identifying = identifying_columns(seen, examined, columns)
    declared = {
        c for c, stated_column in columns.items() if stated_column.personal and column_of(c) in table.columns
    }
    personal = declared | (set() if isinstance(identifying, Missing) else found.keys() & set(identifying))
    if stated is not None and stated.subject is not None:
        personal |= {stated.subject.key or ""}
    if not personal:
        reason = f"{name} has no column that says who somebody is"
        return Purposed(name, None, missing=Missing(Cause.NOT_APPLICABLE, reason))
    categories = {columns[column].category for column in declared}
    categories |= {ENTITIES[e].category for c, e in found.items() if c in personal and e in ENTITIES}
    return Purposed(
        name,
        None,
        counterparts=len(stated.purposes) if stated is not None else 0,
        personal=len(personal),
        declared=len(declared),
        sensitive=any(map(is_sensitive, categories)),
    )


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 5(1)(b)", "GDPR 30(1)(b)"),
    says="lacks {lacks}; {columns_personal:personal column}; {columns_declared} of them declared",
)
def no_purpose(purposed: Purposed) -> ir.Table:
    """Return a table that lacks a purpose, or a purpose that lacks a table.

    A purpose without a table weighs less than data without a purpose.
    """
    row: dict[str, object] = {"sensitive": False, "severity": str(Severity.LOW), "lacks": TABLE}
    if purposed.table is not None:
        row = {
            "columns_personal": purposed.personal,
            "columns_declared": purposed.declared,
            "sensitive": purposed.sensitive,
            "confidence": "high" if purposed.declared else "medium",
            "lacks": PURPOSE,
        }
    rows = [] if purposed.counterparts else [row]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))
