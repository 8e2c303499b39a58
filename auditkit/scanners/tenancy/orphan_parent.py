"""Reference to a row that does not exist

## What it finds
Rows of a tenant's table that refer to a row that is not there.

## Why it matters
What the row belonged to is gone. So nothing gives its tenant any more, and an erasure that follows
references never reaches it. When the key is issued again, the row belongs to a stranger (GDPR Art. 5(1)(d),
5(1)(f), 17).

## How to fix
Erase the rows that the SQL of the finding selects, or restore their parent. Then `ALTER TABLE <table> ADD
FOREIGN KEY (<column>) REFERENCES <target> (id) NOT VALID` and `VALIDATE CONSTRAINT`. Never issue a key twice.

## Limits
Zero and empty text mean that there is no parent, and do not count. Where auditkit infers the reference and
more than 5% of its values have no row, it may be no reference, and the confidence is low.

## Example
>>> import auditkit, pandas as pd
>>> source = {
...     "tenants": pd.DataFrame({"id": [1, 2]}),
...     "projects": pd.DataFrame({"id": [10, 20], "tenant_id": [1, 2]}),
...     "tasks": pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, 2, 2], "project_id": [10, 20, 77]}),
... }
>>> policy = auditkit.Policy.parse('''
... version: 1
... name: Demo
... tenancy: {root: tenants, key: tenant_id}
... tables: {tasks: {references: {project_id: projects.id}}}
... ''')
>>> audit = auditkit.audit(source, policy, checks=["tenancy-orphan-parent"])
>>> [(f.table, f.columns, f.target, f.rows, f.detail["values"]) for f in audit.findings]
[('tasks', ('project_id',), 'projects', 1, 1)]

## References
- GDPR Art. 5(1)(d), accuracy
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 17, right to erasure
"""

from __future__ import annotations

from functools import reduce

import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.relations import Origin, Reference, Relations, Scope
from auditkit.relations.key_text import same_key
from auditkit.relations.references import Boundary

ORPHAN = "auditkit_orphan"
FEW = 0.05
"""Where more than this share of an inferred reference has no row, it may well be no reference."""


@each
def any_reference(
    relations: Relations, relation: Examined, scope: Scope, boundary: Boundary
) -> tuple[Reference, ...] | Missing:
    """The references from a tenant's table to any table, other than the tenant key itself.

    `tenancy-orphan-tenant` counts the rows whose tenant does not exist.
    """
    found = tuple(
        r for r in relations.of(relation.name) if r.columns != (scope.column,) or r.parent != boundary.root
    )
    return found or Missing(Cause.NOT_APPLICABLE, f"{relation.name} refers to no other table")


@fact
def resolved(dataset: Dataset, relation: Examined, any_reference: Reference) -> ir.Table:
    """The rows of the table, with whether their reference names a row that is not there."""
    rows, parent = dataset.tables[relation.name], dataset.tables[any_reference.parent]
    keys = {f"auditkit_key_{i}": parent[c] for i, c in enumerate(any_reference.parent_columns)}
    known = parent.select(**keys).distinct()
    matches = [same_key(rows[c], known[k]) for c, k in zip(any_reference.columns, keys, strict=True)]
    joined = rows.left_join(known, matches)
    named = reduce(lambda a, b: a & b, [_names_a_row(joined[c]) for c in any_reference.columns])
    return joined.select(
        *[joined[c] for c in rows.columns], **{ORPHAN: named & joined["auditkit_key_0"].isnull()}
    )


def _names_a_row(key: ir.Column) -> ir.BooleanValue:
    """Return whether a key names a row at all; zero and empty text do not."""
    if key.type().is_string():
        return (key.strip() != "").fill_null(False)
    return (key != 0).fill_null(False) if key.type().is_integer() else key.notnull()


@fact
def resolution(dataset: Dataset, any_reference: Reference, resolved: ir.Table) -> Confidence:
    """How sure it is that a value without a row is an orphan."""
    if any_reference.origin is not Origin.INFERRED:
        return Confidence.HIGH
    named = resolved[any_reference.columns[0]].notnull()
    counted = dataset.fetch(
        resolved.aggregate(n=resolved.count(where=named), lost=resolved.count(where=resolved[ORPHAN]))
    )[0]
    is_rare = int(counted["lost"] or 0) <= FEW * int(counted["n"] or 0)
    return Confidence.MEDIUM if is_rare else Confidence.LOW


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 5(1)(d)", "GDPR 5(1)(f)", "GDPR 17"),
    says="{values:key} without a row; origin of the reference: {reference}",
)
def orphan_parent(resolved: ir.Table, any_reference: Reference, resolution: Confidence) -> Offending:
    """Return whether a row refers to a row that is not there."""
    orphan = resolved[ORPHAN]
    values = resolved[any_reference.columns[0]].nunique(where=orphan)
    detail = {"values": values, "reference": any_reference.origin.value}
    return Offending(orphan, detail, confidence=resolution)
