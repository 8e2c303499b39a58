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

import ibis
import ibis.expr.types as ir

from auditkit.check import Between, Offending, check
from auditkit.facts.schema_place import SchemaPlace
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"))
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
