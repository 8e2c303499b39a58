"""A tenant's schema holds another tenant's rows.

Where each tenant has a schema of its own, the schema is the wall: a row in it that carries another tenant's
key, or a foreign key into another tenant's schema, stands on the wrong side (GDPR Art. 5(1)(f), 32; Art. 33
where data was seen). It comes from a connection that kept the search path of the tenant before, or from a job
that wrote everywhere.

Remedy: move the rows that the finding's SQL selects into the schema of their tenant, drop the foreign key
    across, and add
`CHECK (tenant_id = 42)` in the schema of tenant 42; reset `search_path` whenever a connection is taken from
the pool.

>>> import auditkit, duckdb, tempfile, pathlib
>>> path = pathlib.Path(tempfile.mkdtemp()) / "demo.duckdb"
>>> with duckdb.connect(path) as connection:
...     _ = connection.execute('''CREATE TABLE tenants (id INTEGER PRIMARY KEY, slug TEXT); CREATE SCHEMA acme; CREATE SCHEMA globex;
...         INSERT INTO tenants VALUES (1, 'acme'), (2, 'globex'); CREATE TABLE acme.tickets (id INTEGER, tenant_id INTEGER);
...         CREATE TABLE globex.tickets (id INTEGER, tenant_id INTEGER); INSERT INTO acme.tickets VALUES (1, 1), (2, 2)''')
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(path, policy, checks=["tenancy-schema-crossing"])
>>> [(f.table, f.columns, f.rows, f.of) for f in audit.findings]
[('acme.tickets', ('tenant_id',), 1, 2)]
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from auditkit.check import Between, Item, Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import Policy
from auditkit.relations import Origin, Relations
from auditkit.relations.names import singular, words


@fact
def tenant_schemas(dataset: Dataset, relations: Relations) -> Mapping[str, str] | Missing:
    """The schemas that belong to one tenant each, with its key: those that are called by its key, its slug or
    its name.
    """
    boundary = relations.boundary
    if boundary is None:
        return Missing(
            Cause.UNDECLARED, "nothing says what a tenant is: declare `tenancy` with its root and key"
        )
    schemas = {name.rpartition(".")[0] for name in relations.scopes} - {""}
    found: dict[str, str] = {}
    if schemas:
        root = dataset.tables[boundary.root]
        text = [c for c in root.columns if root[c].type().is_string() and c != boundary.root_key]
        called = {schema: _plain(schema, singular(boundary.root)) for schema in schemas}
        for batch in dataset.stream(root.select(boundary.root_key, *text)):
            for key, *told in batch:
                own = {words(word) for word in (key, *told) if word}
                found |= {
                    schema: str(key) for schema, name in called.items() if name in own and key is not None
                }
    return (
        found
        if len(found) > 1
        else Missing(
            Cause.NOT_APPLICABLE, "no two schemas are called by a tenant: tenants share their tables"
        )
    )


def _plain(schema: str, root: str) -> str:
    """Return the part of a schema's name that may say whose it is: `tenant_42` is `42`."""
    return re.sub(rf"^(?:{re.escape(root)}|tenant|org|customer|client|account|t)_(?=.)", "", words(schema))


@dataclass(frozen=True)
class SchemaPlace(Item):
    """Where a table of one tenant's schema may hold another's rows: in its tenant column, or through a
    reference to another schema.

    `table` is another table than the one it was looked for from: one that this tenant's schema lacks, and
    `missing` says so.
    """

    column: str
    tenant: str
    parent: str | None
    confidence: Confidence
    missing: Missing | None = None
    table: str | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        if self.table is not None:
            return {"table": self.table}
        return {"columns": (self.column,), "target": self.parent}


@each
def schema_place(
    dataset: Dataset,
    policy: Policy,
    relations: Relations,
    relation: Examined,
    tenant_schemas: Mapping[str, str],
) -> tuple[SchemaPlace, ...] | Missing:
    """The tenant column of a table in a tenant's schema, and its references into the schemas of other
    tenants.

    Beside them are the tables that the schema lacks and at least half of the tenants' schemas have: they are
    not seen.
    """
    schema, boundary = relation.name.rpartition(".")[0], relations.boundary
    assert (
        boundary is not None and relation.table is not None
    )  # without them nothing belongs to a schema of a tenant
    if schema not in tenant_schemas:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} stands in no tenant's schema")
    tenant, scope = tenant_schemas[schema], relations.scopes[relation.name]
    sure = Confidence.HIGH if boundary.origin is Origin.POLICY else Confidence.MEDIUM
    own = (
        [SchemaPlace(scope.column, tenant, None, sure)]
        if scope.column is not None and relation.name != boundary.root
        else []
    )
    abroad = [
        SchemaPlace(
            r.columns[0], tenant, r.parent, sure if r.origin is not Origin.INFERRED else Confidence.MEDIUM
        )
        for r in relations.of(relation.name)
        if tenant_schemas.get(r.parent.rpartition(".")[0], tenant) != tenant
    ]
    lacking = [
        SchemaPlace("", tenant, None, sure, _lacks(policy, name, others), name)
        for name, others in _lacking(dataset, relation.name, tenant_schemas).items()
    ]
    nothing = Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} carries no tenant and refers to no other tenant's schema"
    )
    return (*own, *abroad, *lacking) or nothing


def _lacking(dataset: Dataset, first: str, tenant_schemas: Mapping[str, str]) -> dict[str, int]:
    """Return the tables that a schema lacks, with how many others have one of that name; told once, from the
    first table of the schema.
    """
    held: dict[str, list[str]] = {schema: [] for schema in tenant_schemas}
    for name in dataset.relations:
        schema, _, table = name.rpartition(".")
        if schema in held:
            held[schema].append(table)
    schema, _, table = first.rpartition(".")
    if table != next((t for t in held[schema] if dataset.relations[f"{schema}.{t}"].table is not None), None):
        return {}
    times = Counter(table for tables in held.values() for table in tables)
    return {
        f"{schema}.{t}": n for t, n in sorted(times.items()) if t not in held[schema] and 2 * n >= len(held)
    }


def _lacks(policy: Policy, name: str, others: int) -> Missing:
    told = (
        f"{others} other tenants' schemas have such a table and this one has none: its rows stand elsewhere,"
        " or cannot be listed"
    )
    return policy.excluded(name) or Missing(Cause.UNSEEN, told)


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"), incident=True)
def schema_crossing(rows: ir.Table, schema_place: SchemaPlace) -> Offending:
    """Return whether a row of a tenant's schema carries another tenant's key, or refers into another tenant's
    schema.
    """
    column = rows[schema_place.column]
    crosses = (
        column.notnull()
        if schema_place.parent is not None
        else (column.cast("string") != schema_place.tenant).fill_null(False)
    )
    between = None if schema_place.parent is not None else Between(ibis.literal(schema_place.tenant), column)
    return Offending(crosses, confidence=schema_place.confidence, between=between)
