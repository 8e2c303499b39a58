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

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.LOW, articles=("GDPR 25", "GDPR 32"))
def global_unique(tenant_unique_shape: ir.Table) -> ir.Table:
    """Return the unique key where the tenant is no part of it, with the statement that makes one that it is
    part of.
    """
    shape = tenant_unique_shape
    return shape.filter(shape.ignores_tenant).select("confidence", "primary", "ddl")
