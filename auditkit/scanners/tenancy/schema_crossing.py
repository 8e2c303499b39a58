"""Tenant's schema holds another tenant's rows

## What it finds
Rows in the schema of one tenant that carry the key of another, and rows that refer into the schema of
another tenant. A schema belongs to a tenant when it is called by the tenant's key, slug or name.

## Why it matters
Where each tenant has a schema of its own, the schema is the wall between them. Such a row stands on the
wrong side, for example because a connection kept the search path of the tenant before, or because a job
wrote into every schema. This breaks confidentiality (GDPR Art. 5(1)(f), 32). Where somebody saw the data, it
is a personal data breach (Art. 33).

## How to fix
Move the rows that the SQL of the finding selects into the schema of their tenant, and drop foreign keys
between schemas. Add `CHECK (tenant_id = 42)` in the schema of tenant 42. Reset `search_path` whenever a
connection is taken from the pool.

## Limits
At least two schemas must be called by a tenant. A table that one schema lacks and at least half of the other
tenants' schemas have is reported as not assessed.

## Example
>>> import auditkit, duckdb, pathlib, tempfile
>>> path = pathlib.Path(tempfile.mkdtemp()) / "demo.duckdb"
>>> with duckdb.connect(path) as connection:
...     _ = connection.execute('''
...         CREATE TABLE tenants (id INTEGER PRIMARY KEY, slug TEXT);
...         CREATE SCHEMA acme; CREATE SCHEMA globex;
...         INSERT INTO tenants VALUES (1, 'acme'), (2, 'globex');
...         CREATE TABLE acme.tickets (id INTEGER, tenant_id INTEGER);
...         CREATE TABLE globex.tickets (id INTEGER, tenant_id INTEGER);
...         INSERT INTO acme.tickets VALUES (1, 1), (2, 2)''')
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(path, policy, checks=["tenancy-schema-crossing"])
>>> [(f.table, f.columns, f.rows, f.of) for f in audit.findings]
[('acme.tickets', ('tenant_id',), 1, 2)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32, security of processing
- GDPR Art. 33, notification of a personal data breach
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir

from auditkit.check import Between, Item, Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import Policy
from auditkit.relations import Origin, Relations
from auditkit.relations.names import singular, words
from auditkit.relations.references import Boundary

_PREFIXES = "tenant|org|organization|organisation|customer|client|account|company|team|workspace|site|t"
"""What may stand in front of a tenant in the name of a schema."""


@fact
def tenant_schemas(dataset: Dataset, relations: Relations, boundary: Boundary) -> Mapping[str, str] | Missing:
    """The schemas that belong to one tenant each, with its key."""
    schemas = {name.rpartition(".")[0] for name in relations.scopes} - {""}
    found: dict[str, str] = {}
    if schemas:
        root = dataset.tables[boundary.root]
        text = [c for c in root.columns if root[c].type().is_string() and c != boundary.root_key]
        tenants: dict[str, set[str]] = {}
        for batch in dataset.stream(root.select(boundary.root_key, *text)):
            for key, *texts in batch:
                for word in (key, *texts) if key is not None else ():
                    tenants.setdefault(_plain(word or ""), set()).add(str(key))
        owners = {schema: _owner(schema, singular(boundary.root), tenants) for schema in schemas}
        found = {schema: owner for schema, owner in owners.items() if owner is not None}
    if len(found) > 1:
        return found
    return Missing(
        Cause.NOT_APPLICABLE, "no two schemas are called by a tenant: the tenants share their tables"
    )


def _owner(schema: str, root: str, tenants: Mapping[str, Collection[str]]) -> str | None:
    """Return the key of the one tenant that a schema is called by, or None.

    The whole name counts more than the part behind a prefix, and that more than a number without its zeros.

    Args:
        schema: the name of the schema.
        root: the word for a tenant.
        tenants: the keys of the tenants by each word that names them.

    >>> tenants = {"acme": ["7"], "7": ["7"], "globex": ["8"], "8": ["8"]}
    >>> [_owner(name, "firm", tenants) for name in ("acme", "firm_globex", "tenant_007", "public")]
    ['7', '8', '7', None]
    """
    whole = words(schema.rpartition(".")[2])
    part = re.sub(rf"^(?:{re.escape(root)}|{_PREFIXES})_?(?=.)", "", whole)
    for name in (whole, part, part.lstrip("0") if part.isdigit() else ""):
        if owners := tenants.get(_plain(name)) if name else None:
            return next(iter(owners)) if len(owners) == 1 else None
    return None


def _plain(word: str) -> str:
    """Return a word without upper case and separators: a schema may be called by a UUID without dashes."""
    return words(word).replace("_", "")


@dataclass(frozen=True)
class SchemaPlace(Item, columns="column", target="parent"):
    """Where a table of one tenant's schema may hold rows of another.

    Attributes:
        column: the tenant column, or the column of a reference.
        tenant: the key of the tenant to whom the schema belongs.
        parent: the table in the schema of another tenant that the column refers to; None for a tenant column.
        confidence: how sure a finding is.
    """

    column: str
    tenant: str = field(repr=False)
    parent: str | None
    confidence: Confidence


@dataclass(frozen=True)
class Lacking(Item, table="table", columns="columns"):
    """A table, or columns of one, that a tenant's schema lacks and the schemas of other tenants have."""

    table: str
    columns: tuple[str, ...] = ()
    missing: Missing | None = None


@each
def schema_place(
    dataset: Dataset,
    policy: Policy,
    relations: Relations,
    relation: Examined,
    boundary: Boundary,
    tenant_schemas: Mapping[str, str],
) -> tuple[SchemaPlace | Lacking, ...] | Missing:
    """Where a table in a tenant's schema may hold rows of another tenant, and what its schema lacks."""
    schema = relation.name.rpartition(".")[0]
    if schema not in tenant_schemas:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} stands in no tenant's schema")
    places = tuple(_places(relations, relation.name, boundary, tenant_schemas))
    lacking = tuple(
        Lacking(name, missing=_lacks(policy, name, others))
        for name, others in _lacking(dataset, relation.name, tenant_schemas).items()
    )
    columns = _lacking_columns(dataset, relation.name, tenant_schemas)
    return (*places, *lacking, *columns) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} carries no tenant and refers to no other tenant's schema"
    )


def _places(
    relations: Relations, name: str, boundary: Boundary, tenant_schemas: Mapping[str, str]
) -> Iterator[SchemaPlace]:
    """Yield the tenant column of a table, and its references into the schemas of other tenants."""
    tenant, scope = tenant_schemas[name.rpartition(".")[0]], relations.scopes[name]
    if scope.column is not None and name != boundary.root:
        yield SchemaPlace(scope.column, tenant, None, boundary.confidence)
    for r in relations.of(name):
        if tenant_schemas.get(r.parent.rpartition(".")[0], tenant) != tenant:
            sure = Confidence.MEDIUM if r.origin is Origin.INFERRED else boundary.confidence
            yield SchemaPlace(r.columns[0], tenant, r.parent, sure)


def _lacking(dataset: Dataset, name: str, tenant_schemas: Mapping[str, str]) -> dict[str, int]:
    """Return the tables that a schema lacks and at least half of the others have, with how many have them.

    Only the first table of a schema answers, so that each is reported once.
    """
    held: dict[str, list[str]] = {schema: [] for schema in tenant_schemas}
    for relation in dataset.relations:
        schema, _, table = relation.rpartition(".")
        if schema in held:
            held[schema].append(table)
    schema, _, table = name.rpartition(".")
    if table != next((t for t in held[schema] if dataset.relations[f"{schema}.{t}"].table is not None), None):
        return {}
    times = Counter(table for tables in held.values() for table in tables)
    return {
        f"{schema}.{t}": n for t, n in sorted(times.items()) if t not in held[schema] and 2 * n >= len(held)
    }


def _lacking_columns(dataset: Dataset, name: str, tenant_schemas: Mapping[str, str]) -> Iterator[Lacking]:
    """Yield the columns that a table lacks and at least half of the same tables of other tenants have."""
    table = name.rpartition(".")[2]
    same = [r for r in (dataset.relations.get(f"{schema}.{table}") for schema in tenant_schemas) if r]
    seen = [set(r.table.columns) for r in same if r.table is not None and not r.closed_columns]
    own = dataset.relations[name]
    if own.table is None or own.closed_columns:
        return
    times = Counter(column for columns in seen for column in columns)
    missing = tuple(c for c, n in sorted(times.items()) if c not in own.table.columns and 2 * n >= len(seen))
    if missing:
        reason = (
            f"the same table of {min(times[c] for c in missing)} other tenants has {', '.join(missing)}, and"
            " this one has not: what holds for the others cannot be checked here"
        )
        yield Lacking(name, missing, Missing(Cause.UNSEEN, reason))


def _lacks(policy: Policy, name: str, others: int) -> Missing:
    reason = (
        f"the schemas of {others} other tenants have such a table and this one does not: its rows are"
        " somewhere else, or cannot be listed"
    )
    return policy.excluded(name) or Missing(Cause.UNSEEN, reason)


@fact
def schema_owner(dataset: Dataset, boundary: Boundary, schema_place: SchemaPlace) -> ir.StringScalar:
    """The key of the tenant to whom the schema belongs, as a query.

    A key is the content of a cell, so that no query may hold it: it is the key at its place in their order.
    """
    root = dataset.tables[boundary.root]
    keys = root.select(auditkit_key=root[boundary.root_key].cast("string")).distinct()
    keys = keys.filter(keys.auditkit_key.notnull())
    counted = keys.aggregate(n=keys.count(where=keys.auditkit_key < schema_place.tenant))
    place = int(dataset.fetch(counted)[0]["n"] or 0)
    return keys.order_by("auditkit_key").limit(1, offset=place).as_scalar()


@check(
    severity=Severity.HIGH,
    articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"),
    incident=True,
)
def schema_crossing(rows: ir.Table, schema_place: SchemaPlace, schema_owner: ir.StringScalar) -> Offending:
    """Return whether a row of a tenant's schema carries another tenant's key, or refers into its schema."""
    column = rows[schema_place.column]
    if schema_place.parent is not None:
        return Offending(column.notnull(), confidence=schema_place.confidence)
    crosses = (column.cast("string") != schema_owner).fill_null(False)
    between = Between(ibis.literal(schema_place.tenant), column)
    return Offending(crosses, confidence=schema_place.confidence, between=between)
