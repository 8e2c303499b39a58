"""Unique key ignores the tenant

## What it finds
Declared unique keys of a tenant's table that the tenant is no part of, over values that people or other
systems choose: an e-mail address, a user name, a project code.

## Why it matters
What one tenant has taken, no other tenant can have. The error message tells one tenant that a value exists
in another, such as the e-mail address of a customer. Somebody can take a name on purpose to lock others out.
With `ON CONFLICT DO UPDATE` somebody can even overwrite the row of another tenant (GDPR Art. 25, 32).

## How to fix
`ALTER TABLE <table> ADD UNIQUE (tenant_id, <column>)`, in SQLite and DuckDB `CREATE UNIQUE INDEX`. Then drop
the key without the tenant. The statement for the table at hand is in `detail.ddl`. Where the key must be
global, let the service answer in the same way whether the value is taken or free.

## Limits
Keys that are counted up, random or secret are global for a good reason and are left out. So are keys that
contain the key of a parent.

## Example
>>> import auditkit, pathlib, sqlite3, tempfile
>>> path = pathlib.Path(tempfile.mkdtemp()) / "demo.sqlite"
>>> with sqlite3.connect(path) as connection:
...     _ = connection.executescript('''
...         CREATE TABLE tenants (id INTEGER PRIMARY KEY);
...         CREATE TABLE users (id INTEGER PRIMARY KEY, tenant_id INTEGER REFERENCES tenants,
...             email TEXT UNIQUE)''')
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(path, policy, checks=["tenancy-global-unique"])
>>> [(f.table, f.columns, f.detail["ddl"]) for f in audit.findings]
[('users', ('email',), 'CREATE UNIQUE INDEX users_tenant_id_email ON users (tenant_id, email)')]

## References
- GDPR Art. 25, data protection by design
- GDPR Art. 32, security of processing
- CWE-204, observable response discrepancy
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import Item, check, each, fact
from auditkit.dataset import Dataset, Key
from auditkit.dataset.engines import dialect_of
from auditkit.facts.credentials import credentials
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.relations import Relations
from auditkit.relations.foreign_keys import sql_name
from auditkit.relations.names import words
from auditkit.relations.references import Boundary

_RANDOM = re.compile(
    r"(?:^|_)(?:uuid|guid|ulid|nanoid|public_id|hash|digest|checksum|fingerprint|object_key|storage_key|blob_key)$"
)
SCHEMA = pa.schema(
    [
        ("ignores_tenant", pa.bool_()),
        ("confidence", pa.string()),
        ("primary", pa.bool_()),
        ("ddl", pa.string()),
    ]
)


@dataclass(frozen=True)
class TenantUnique(Item, columns="columns"):
    """A unique key of a tenant's table over what people or other systems choose."""

    columns: tuple[str, ...]
    tenant: str
    primary: bool
    confidence: Confidence

    @property
    def ignores_tenant(self) -> bool:
        """Whether the tenant is no part of the key."""
        return self.tenant not in self.columns


@each
def tenant_unique(
    dataset: Dataset, relations: Relations, relation: Examined, boundary: Boundary, tenant_column: str
) -> tuple[TenantUnique, ...] | Missing:
    """The declared unique keys of a table that carries its tenant, over what somebody chooses."""
    found = tuple(
        TenantUnique(k.columns, tenant_column, k.primary, boundary.confidence)
        for k in dataset.keys()
        if k.table == relation.name and _is_chosen(dataset, relations, k, tenant_column)
    )
    if found:
        return found
    return dataset.unseen_keys(relation.name) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} declares no unique key over what somebody chooses"
    )


def _is_chosen(dataset: Dataset, relations: Relations, key: Key, tenant: str) -> bool:
    """Return whether somebody chooses the key: no part of it is generated, or the key of a parent."""
    table, others = dataset.tables[key.table], [c for c in key.columns if c != tenant]
    counted_up = key.primary and len(key.columns) == 1
    secret = set(credentials(key.table, table))
    parents = {c for r in relations.of(key.table) for c in r.columns}

    def is_generated(column: str) -> bool:
        kind, called = table[column].type(), words(column)
        return (
            column in secret
            or kind.is_uuid()
            or bool(_RANDOM.search(called))
            or called == "id"
            or (counted_up and kind.is_integer())
        )

    return bool(others) and not any(c in parents or is_generated(c) for c in others)


@fact
def tenant_unique_shape(relation: Examined, rows: ir.Table, tenant_unique: TenantUnique) -> ir.Table:
    """Whether a unique key ignores the tenant, in one row, and the statement for a key that does not."""
    table, names = sql_name(relation.name), (tenant_unique.tenant, *tenant_unique.columns)
    columns = ", ".join(map(sql_name, names))
    index = sql_name("_".join((relation.name.rpartition(".")[2], *names)).replace(".", "_"))
    by_index = not dialect_of(rows).adds_constraints
    row = {
        "ignores_tenant": tenant_unique.ignores_tenant,
        "confidence": tenant_unique.confidence.value,
        "primary": tenant_unique.primary,
        "ddl": (
            f"CREATE UNIQUE INDEX {index} ON {table} ({columns})"
            if by_index
            else f"ALTER TABLE {table} ADD UNIQUE ({columns})"
        ),
    }
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


@check(
    severity=Severity.LOW,
    articles=("GDPR 25", "GDPR 32"),
    says="{primary:it is the primary key}",
)
def global_unique(tenant_unique_shape: ir.Table) -> ir.Table:
    """Return the unique key where the tenant is no part of it, with the statement for one with the tenant."""
    shape = tenant_unique_shape
    return shape.filter(shape.ignores_tenant).select("confidence", "primary", "ddl")
