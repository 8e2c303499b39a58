"""A reference leads to no row.

What the row belonged to is gone, so nothing tells its tenant any more, and no erasure that follows references
reaches it; when the number is issued again, the row hangs on a stranger's (GDPR Art. 5(1)(d), 5(1)(f), 17).
Zero and empty text stand for nothing and are not counted.

Remedy: erase the rows that the finding's SQL selects or give them their parent back, then
`ALTER TABLE child ADD FOREIGN KEY (parent_id) REFERENCES parent (id) NOT VALID` and `VALIDATE CONSTRAINT`.
Never issue a key twice.

>>> import auditkit, pandas as pd
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "projects": pd.DataFrame({"id": [10, 20], "tenant_id": [1, 2]}),
...           "tasks": pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, 2, 2], "project_id": [10, 20, 77]})}
>>> policy = "{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}, tables: {tasks: {references: {project_id: projects.id}}}}"
>>> audit = auditkit.audit(source, auditkit.Policy.parse(policy), checks=["tenancy-orphan-parent"])
>>> [(f.table, f.columns, f.target, f.rows, f.detail["values"]) for f in audit.findings]
[('tasks', ('project_id',), 'projects', 1, 1)]
"""

from __future__ import annotations

from functools import reduce

import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.relations import Origin, Reference, Relations, Scope


@each
def any_reference(relations: Relations, relation: Examined, scope: Scope) -> tuple[Reference, ...] | Missing:
    """The references from a tenant's table to any other, or to itself; the tenant key is none, its orphans
    are counted elsewhere.
    """
    boundary = relations.boundary
    assert boundary is not None and scope.is_tenant  # a table of no tenant is not assessed
    found = tuple(
        r for r in relations.of(relation.name) if r.columns != (scope.column,) or r.parent != boundary.root
    )
    return found or Missing(Cause.NOT_APPLICABLE, f"{relation.name} refers to no other table")


ORPHAN = "auditkit_orphan"


@fact
def resolved(dataset: Dataset, relation: Examined, any_reference: Reference) -> ir.Table:
    """The rows of the table, with whether their reference names a row that is not there; zero and empty text
    name none.
    """
    rows, parent = dataset.tables[relation.name], dataset.tables[any_reference.parent]
    keys = {f"auditkit_key_{i}": parent[c] for i, c in enumerate(any_reference.parent_columns)}
    known = parent.select(**keys).distinct()
    joined = rows.left_join(
        known, [rows[c] == known[k] for c, k in zip(any_reference.columns, keys, strict=True)]
    )
    named = reduce(lambda a, b: a & b, [_names_one(joined[c]) for c in any_reference.columns])
    return joined.select(
        *[joined[c] for c in rows.columns], **{ORPHAN: named & joined["auditkit_key_0"].isnull()}
    )


def _names_one(key: ir.Column) -> ir.BooleanValue:
    if key.type().is_string():
        return (key.strip() != "").fill_null(False)
    return (key != 0).fill_null(False) if key.type().is_integer() else key.notnull()


FEW = 0.05
"""Where more than this share of an inferred reference leads nowhere, it may well be no reference."""


@fact
def resolution(dataset: Dataset, any_reference: Reference, resolved: ir.Table) -> Confidence:
    """How sure it is that a value without a row is an orphan: declared and named references are; of an
    inferred one, few may be.
    """
    if any_reference.origin is not Origin.INFERRED:
        return Confidence.HIGH
    named = resolved[any_reference.columns[0]].notnull()
    counted = dataset.fetch(
        resolved.aggregate(n=resolved.count(where=named), lost=resolved.count(where=resolved[ORPHAN]))
    )[0]
    return Confidence.MEDIUM if int(counted["lost"] or 0) <= FEW * int(counted["n"] or 0) else Confidence.LOW


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(d)", "GDPR 5(1)(f)", "GDPR 17"))
def orphan_parent(resolved: ir.Table, any_reference: Reference, resolution: Confidence) -> Offending:
    """Return whether a row names a parent that is not there."""
    orphan = resolved[ORPHAN]
    values = resolved[any_reference.columns[0]].nunique(where=orphan)
    return Offending(
        orphan, detail={"values": values, "reference": any_reference.origin.value}, confidence=resolution
    )
