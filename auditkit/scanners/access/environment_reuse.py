"""The same credential serves two environments.

Whoever gets into the staging system, which more people reach and fewer watch, holds a key of production
(CWE-653; GDPR Art. 5(1)(f), 25, 32(1)(b)). Compared are the columns of credentials of several sources of one
audit (`prod=... staging=...`), or of those that the policy calls `environments`: as they are, and as plain
hashes of each other. They are compared here as digests under a key that is made for the audit and forgotten
with it; counts leave it, and nothing else. What is called a backup or a replica is meant to hold the same.

Remedy: issue credentials for each environment, revoke the shared ones, production first; empty columns of
    credentials when production is
copied into a test system (`UPDATE staging.api_keys SET secret_hash = NULL`), and let each environment have a
store of secrets of its own.

>>> import auditkit, sqlite3, tempfile
>>> folder = tempfile.mkdtemp()
>>> for name, keys in {"prod": ["9f2c77aa01", "b01d42e6c3"], "staging": ["9f2c77aa01", "000042e6c3"]}.items():
...     with sqlite3.connect(f"{folder}/{name}.sqlite") as db:
...         _ = db.execute("CREATE TABLE api_keys (secret_hash TEXT)")
...         _ = db.executemany("INSERT INTO api_keys VALUES (?)", [(k,) for k in keys])
>>> audit = auditkit.audit([f"prod={folder}/prod.sqlite", f"staging={folder}/staging.sqlite"], checks=["access-environment-reuse"])
>>> [(f.table, f.columns, f.target, f.rows, f.of) for f in audit.findings]
[('prod.api_keys', ('secret_hash',), 'staging.api_keys.secret_hash', 1, 2)]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 25", "GDPR 32(1)(b)"))
def environment_reuse(reused_credentials: ir.Table) -> ir.Table:
    """Return the columns of credentials of one environment some of which stand in another one, too."""
    return reused_credentials.mutate(
        sensitive=ibis.literal(False)
    )  # that it is a credential is in the severity already
