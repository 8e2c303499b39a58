"""A foreign key between two tenants' tables does not carry the tenant.

Nothing keeps a row from hanging on another tenant's: a foreign key is checked past row-level security, by
design of PostgreSQL, so that a session of one tenant can refer to the other's row although it cannot see it
(GDPR Art. 25, 32). This is how `tenancy-cross-reference` comes about; here it is shown before it does.

Remedy: `ALTER TABLE parent ADD UNIQUE (tenant_id, id); ALTER TABLE child ADD FOREIGN KEY (tenant_id,
    parent_id) REFERENCES parent
(tenant_id, id) NOT VALID`, correct what crosses, then `VALIDATE CONSTRAINT`, and drop the bare one. The
statements for the key at hand are in the finding's `detail.ddl`, in PostgreSQL's words: SQLite and DuckDB add
no foreign key to a table that there is, so make it anew.

>>> import auditkit, sqlite3, tempfile, pathlib
>>> path = pathlib.Path(tempfile.mkdtemp()) / "demo.sqlite"
>>> with sqlite3.connect(path) as connection:
...     _ = connection.executescript('''CREATE TABLE tenants (id INTEGER PRIMARY KEY);
...         CREATE TABLE projects (id INTEGER PRIMARY KEY, tenant_id INTEGER REFERENCES tenants);
...         CREATE TABLE tasks (id INTEGER PRIMARY KEY, tenant_id INTEGER, project_id INTEGER REFERENCES projects)''')
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(path, policy, checks=["tenancy-bare-foreign-key"])
>>> [(f.table, f.columns, f.target, f.detail["ddl"].partition(";")[0]) for f in audit.findings]
[('tasks', ('project_id',), 'projects', "/* in PostgreSQL's words */ ALTER TABLE projects ADD UNIQUE (tenant_id, id)")]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import backend_of
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.relations import Relations, Scope
from auditkit.relations.composite import TenantForeignKey, foreign_keys_of


@each
def tenant_foreign_key(
    relations: Relations, relation: Examined, scope: Scope
) -> tuple[TenantForeignKey, ...] | Missing:
    """The declared foreign keys from a table that carries its tenant to others that do, itself among them."""
    assert scope.is_tenant  # a table of no tenant is not assessed
    found = foreign_keys_of(relations, relation.name)
    return found or Missing(
        Cause.NOT_APPLICABLE,
        f"{relation.name} declares no foreign key between tables that carry their tenant",
    )


@fact
def foreign_key_shape(dataset: Dataset, tenant_foreign_key: TenantForeignKey) -> ir.Table:
    """What a foreign key between tables of a tenant is like, in one row: whether it carries the tenant, and
    the DDL if it does not.
    """
    parent = tenant_foreign_key.parent
    unique = {frozenset(k.columns) for k in dataset.keys() if k.table == parent}
    there = backend_of(dataset.tables[tenant_foreign_key.reference.table]).name == "postgres"
    row = {
        "carries_tenant": tenant_foreign_key.carries_tenant,
        "confidence": tenant_foreign_key.confidence.value,
        "parent_has_key": frozenset(tenant_foreign_key.wanted) in unique,
        "on_delete": tenant_foreign_key.reference.on_delete,
        "ddl": ("" if there else "/* in PostgreSQL's words */ ") + tenant_foreign_key.ddl(unique),
    }
    kinds = {"carries_tenant": pa.bool_(), "parent_has_key": pa.bool_()}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in row])
    return ibis.memtable(pa.Table.from_pylist([row], schema=schema))


@check(severity=Severity.MEDIUM, articles=("GDPR 25", "GDPR 32"))
def bare_foreign_key(foreign_key_shape: ir.Table) -> ir.Table:
    """Return the foreign key where the tenant is no part of it, with the statements that mend it."""
    shape = foreign_key_shape
    return shape.filter(~shape.carries_tenant).select("confidence", "parent_has_key", "on_delete", "ddl")
