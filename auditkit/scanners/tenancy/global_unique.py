"""A unique key ignores the tenant.

What one tenant has taken no other may have: the error tells it that somebody has (an e-mail address that is a
customer elsewhere), and a name can be taken on purpose to lock others out, or to be overwritten where code
says `ON CONFLICT DO UPDATE` (GDPR Art. 25, 32). Keys that are counted up, random or secret are global
rightly, and so is what hangs on one parent.

Remedy: `ALTER TABLE t ADD UNIQUE (tenant_id, email)`, in SQLite and DuckDB a `CREATE UNIQUE INDEX`, then drop
    the key without the tenant;
the statement for the table at hand is in the finding's `detail.ddl`. Where the key must be global, answer
"taken" as if it were free.

>>> import auditkit, sqlite3, tempfile, pathlib
>>> path = pathlib.Path(tempfile.mkdtemp()) / "demo.sqlite"
>>> with sqlite3.connect(path) as connection:
...     _ = connection.executescript('''CREATE TABLE tenants (id INTEGER PRIMARY KEY);
...         CREATE TABLE users (id INTEGER PRIMARY KEY, tenant_id INTEGER REFERENCES tenants, email TEXT UNIQUE)''')
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(path, policy, checks=["tenancy-global-unique"])
>>> [(f.table, f.columns, f.detail["ddl"]) for f in audit.findings]
[('users', ('email',), 'CREATE UNIQUE INDEX users_tenant_id_email ON users (tenant_id, email)')]
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import Item, check, each, fact
from auditkit.dataset import Dataset, Key
from auditkit.dataset.identity import backend_of
from auditkit.facts.credentials import credentials
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.relations import Origin, Relations, Scope, ScopeKind
from auditkit.relations.composite import sql_name
from auditkit.relations.names import words

_RANDOM = re.compile(
    r"(?:^|_)(?:uuid|guid|ulid|nanoid|public_id|hash|digest|checksum|fingerprint|object_key|storage_key|blob_key)$"
)


@dataclass(frozen=True)
class TenantUnique(Item, columns="columns"):
    """A unique key of a tenant's table over what people or other systems choose."""

    columns: tuple[str, ...]
    tenant: str
    primary: bool
    confidence: Confidence
    missing: Missing | None = None

    @property
    def ignores_tenant(self) -> bool:
        """Whether the tenant is no part of it."""
        return self.tenant not in self.columns


@each
def tenant_unique(
    dataset: Dataset, relations: Relations, relation: Examined, scope: Scope
) -> tuple[TenantUnique, ...] | Missing:
    """The declared unique keys of a table that carries its tenant; what is counted up, random or secret needs
    no tenant in its key.
    """
    if scope.kind is not ScopeKind.DIRECT or scope.column is None:
        return Missing(
            Cause.NOT_APPLICABLE, f"{relation.name} does not carry its own tenant: {scope.evidence}"
        )
    stated = relations.boundary is not None and relations.boundary.origin is Origin.POLICY
    sure = Confidence.HIGH if stated else Confidence.MEDIUM
    keys = [
        k
        for k in dataset.keys()
        if k.table == relation.name and not _needs_none(dataset, relations, k, scope.column)
    ]
    found = tuple(TenantUnique(k.columns, scope.column, k.primary, sure) for k in keys)
    return found or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} declares no unique key over what somebody chooses"
    )


def _needs_none(dataset: Dataset, relations: Relations, key: Key, tenant: str) -> bool:
    """Return whether a key is made by machines, or is the tenant's or a parent's alone."""
    table = dataset.tables[key.table]
    chosen = [c for c in key.columns if c != tenant]
    made = set(credentials(table)) | {
        c for c in chosen if table[c].type().is_uuid() or _RANDOM.search(words(c))
    }
    made |= {
        c
        for c in chosen
        if words(c) == "id" or (key.primary and len(key.columns) == 1 and table[c].type().is_integer())
    }
    parents = {c for r in relations.of(key.table) for c in r.columns}
    return not chosen or any(c in made or c in parents for c in chosen)


@fact
def tenant_unique_shape(relation: Examined, tenant_unique: TenantUnique) -> ir.Table:
    """What a unique key of a tenant's table is like, in one row: whether it ignores the tenant, and the DDL
    if it does.
    """
    table, told = sql_name(relation.name), (tenant_unique.tenant, *tenant_unique.columns)
    columns = ", ".join(map(sql_name, told))
    index = sql_name("_".join((relation.name.rpartition(".")[2], *told)).replace(".", "_"))
    assert relation.table is not None  # a table that cannot be read has no keys to ask for
    by_index = backend_of(relation.table).name in (
        "sqlite",
        "duckdb",
    )  # neither adds a constraint to a table that there is
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
    kinds = {"ignores_tenant": pa.bool_(), "primary": pa.bool_()}
    return ibis.memtable(
        pa.Table.from_pylist([row], schema=pa.schema([(name, kinds.get(name, pa.string())) for name in row]))
    )


@check(severity=Severity.LOW, articles=("GDPR 25", "GDPR 32"))
def global_unique(tenant_unique_shape: ir.Table) -> ir.Table:
    """Return the unique key where the tenant is no part of it, with the statement that makes one that it is
    part of.
    """
    shape = tenant_unique_shape
    return shape.filter(shape.ignores_tenant).select("confidence", "primary", "ddl")
