"""Stored object shared by two tenants

## What it finds
Rows of two to five tenants that name the same stored object.

## Why it matters
When one of the tenants deletes or replaces the object, the other loses its file or receives one that is not
its own. When one of them asks for erasure, the file stays with the other (GDPR Art. 5(1)(f), 17, 32).

## How to fix
Copy the object for one of the tenants whose rows the SQL of the finding selects, and correct the row. Build
keys from the tenant and a random part, and `CREATE UNIQUE INDEX ON <table> (<column>)`.

## Limits
An object of more than five tenants is taken for a common asset, such as a default picture. A short name
without a folder is taken for a file name and not for a key. Where many objects have several tenants, sharing
may be meant, and the confidence is lower.

## Example
>>> import auditkit, pandas as pd
>>> paths = ["up/9f.pdf", "up/9f.pdf", "up/c2.pdf"]
>>> files = pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, 2, 2], "object_key": paths})
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "files": files}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-shared-object"])
>>> [(f.table, f.columns, f.rows, f.detail["objects"]) for f in audit.findings]
[('files', ('object_key',), 2, 1)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 17, right to erasure
- GDPR Art. 32, security of processing
"""

from __future__ import annotations

import re

import ibis.expr.types as ir

from auditkit.check import Between, Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.facts.column import Column
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.relations import Scope, ScopeKind
from auditkit.relations.names import words
from auditkit.relations.row_tenants import TENANT

_OBJECT = re.compile(
    r"(?:^|_)(?:object|blob|storage|s3|bucket|file|media|asset|attachment|upload|document|download)_(?:key|path|url|uri|ref|location)$"
    r"|^(?:blob|s3)_?(?:id|name)$|^storage_id$|^object_name$"
)
HOLDERS = "auditkit_holders"
SHORTEST = 16
"""A shorter name without a folder is a file name such as `report.pdf`, not a key."""
EVERYBODY = 5
"""An object of more tenants than this is an asset of all of them."""
HALF, FEW, ROWS = 0.5, 0.05, 200


@each
def object_column(relation: Examined, scope: Scope, rows: ir.Table) -> tuple[Column, ...] | Missing:
    """The columns of a tenant's table that name stored objects: keys, paths and addresses of files."""
    if scope.kind is ScopeKind.ROOT:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} holds the tenants themselves")
    found = [c for c in rows.columns if _OBJECT.search(words(c)) and rows[c].type().is_string()]
    return tuple(map(Column, found)) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no column that names stored objects"
    )


@fact
def stored_objects(tenanted: ir.Table, object_column: Column) -> ir.Table:
    """The rows of the table, with how many tenants name the object of each; 0 where it may be no key."""
    name = tenanted[object_column.name].strip()
    keyed = tenanted.filter((name.contains("/") | (name.length() >= SHORTEST)) & tenanted[TENANT].notnull())
    key = keyed[object_column.name].strip()
    held = keyed.select(auditkit_object=key, auditkit_holder=keyed[TENANT])
    counted = held.group_by("auditkit_object").aggregate(auditkit_n=held.auditkit_holder.nunique())
    joined = tenanted.left_join(counted, name == counted.auditkit_object)
    return joined.select(*[joined[c] for c in tenanted.columns], **{HOLDERS: joined.auditkit_n.fill_null(0)})


@fact
def object_sharing(dataset: Dataset, stored_objects: ir.Table) -> Confidence:
    """How sure it is that each object is meant for one tenant: less sure, the more objects have several."""
    counted = dataset.fetch(
        stored_objects.aggregate(
            n=stored_objects.count(where=stored_objects[HOLDERS] > 0),
            several=stored_objects.count(where=stored_objects[HOLDERS].between(2, EVERYBODY)),
        )
    )[0]
    n, several = int(counted["n"] or 0), int(counted["several"] or 0)
    if n < ROWS or several < FEW * n:
        return Confidence.HIGH
    return Confidence.MEDIUM if several < HALF * n else Confidence.LOW


@check(
    severity=Severity.HIGH,
    articles=("GDPR 5(1)(f)", "GDPR 17", "GDPR 32"),
    says="{objects:object} of several tenants",
)
def shared_object(stored_objects: ir.Table, object_column: Column, object_sharing: Confidence) -> Offending:
    """Return whether a row names an object that a row of another tenant names too."""
    shared = stored_objects[HOLDERS].between(2, EVERYBODY)
    detail = {"objects": stored_objects[object_column.name].nunique(where=shared)}
    between = Between(stored_objects[TENANT], shared=stored_objects[object_column.name].strip())
    return Offending(shared, detail, confidence=object_sharing, between=between)
