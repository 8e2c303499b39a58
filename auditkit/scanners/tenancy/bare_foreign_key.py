"""Foreign key without the tenant

## What it finds
Declared foreign keys between two tables that carry their tenant, where the tenant is no part of the key.

## Why it matters
Nothing keeps a row from referring to a row of another tenant. PostgreSQL checks foreign keys without
row-level security, by design: a session of one tenant can refer to a row of another although it cannot see
it. Data protection by design asks for better (GDPR Art. 25, 32). `tenancy-cross-reference` counts the rows
where this has happened; this check shows the key before it does.

## How to fix
`ALTER TABLE <target> ADD UNIQUE (tenant_id, id); ALTER TABLE <table> ADD FOREIGN KEY (tenant_id, <column>)
REFERENCES <target> (tenant_id, id) NOT VALID`. Correct the rows that cross tenants, then `VALIDATE
CONSTRAINT`, and drop the old key. The statements for the key at hand are in `detail.ddl`, in the words of
PostgreSQL. SQLite and DuckDB cannot add a foreign key to an existing table: create the table anew there.

## Limits
The check reads what the database declares. It does not see references without a foreign key, or triggers
that compare the tenants.

## Example
>>> import auditkit, pathlib, sqlite3, tempfile
>>> path = pathlib.Path(tempfile.mkdtemp()) / "demo.sqlite"
>>> with sqlite3.connect(path) as connection:
...     _ = connection.executescript('''
...         CREATE TABLE tenants (id INTEGER PRIMARY KEY);
...         CREATE TABLE projects (id INTEGER PRIMARY KEY, tenant_id INTEGER REFERENCES tenants);
...         CREATE TABLE tasks (id INTEGER PRIMARY KEY, tenant_id INTEGER,
...             project_id INTEGER REFERENCES projects)''')
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(path, policy, checks=["tenancy-bare-foreign-key"])
>>> [(f.table, f.columns, f.target) for f in audit.findings]
[('tasks', ('project_id',), 'projects')]
>>> audit.findings[0].detail["ddl"].partition(";")[0]
"/* in PostgreSQL's words */ ALTER TABLE projects ADD UNIQUE (tenant_id, id)"

## References
- GDPR Art. 25, data protection by design
- GDPR Art. 32, security of processing
- PostgreSQL manual, "Row Security Policies": referential integrity checks bypass row security
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.engines import dialect_of
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.relations import Relations, Scope
from auditkit.relations.foreign_keys import TenantForeignKey, foreign_keys_of

SCHEMA = pa.schema(
    [("carries_tenant", pa.bool_()), ("confidence", pa.string()), ("parent_has_key", pa.bool_()),
     ("on_delete", pa.string()), ("ddl", pa.string())]
)  # fmt: skip


@each
def tenant_foreign_key(
    dataset: Dataset, relations: Relations, relation: Examined, scope: Scope
) -> tuple[TenantForeignKey, ...] | Missing:
    """The declared foreign keys between the table and tables that carry their tenant, itself among them."""
    assert scope.is_tenant  # a table of no tenant is not assessed
    if found := foreign_keys_of(relations, relation.name):
        return found
    return dataset.unseen_keys(relation.name) or Missing(
        Cause.NOT_APPLICABLE,
        f"{relation.name} declares no foreign key between tables that carry their tenant",
    )


@fact
def foreign_key_shape(dataset: Dataset, tenant_foreign_key: TenantForeignKey) -> ir.Table:
    """Whether a foreign key carries the tenant, in one row, and the statements that make it do so."""
    key = tenant_foreign_key
    unique = {frozenset(k.columns) for k in dataset.keys() if k.table == key.parent}
    runs = dialect_of(dataset.tables[key.reference.table]).runs_our_ddl
    row = {
        "carries_tenant": key.carries_tenant,
        "confidence": key.confidence.value,
        "parent_has_key": frozenset(key.wanted) in unique,
        "on_delete": key.reference.on_delete,
        "ddl": ("" if runs else "/* in PostgreSQL's words */ ") + key.ddl(unique),
    }
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 25", "GDPR 32"),
    says="ON DELETE {on_delete}; {parent_has_key:the parent already has a unique key with the tenant}",
)
def bare_foreign_key(foreign_key_shape: ir.Table) -> ir.Table:
    """Return the foreign key where the tenant is no part of it, with the statements that repair it."""
    shape = foreign_key_shape
    return shape.filter(~shape.carries_tenant).select("confidence", "parent_has_key", "on_delete", "ddl")
