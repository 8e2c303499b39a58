"""There is a way past row-level security.

The policies of a table bind who reads the table itself. `detail.path` says which way leads around them (GDPR
Art. 25, 32(1)(b)): a role that may act as a superuser, as one with BYPASSRLS or as a table's owner; a view
that reads as its owner, without `security_invoker`; a materialised view, which is a copy that no policy
binds; a partition or child table that is granted by itself; a foreign table; a function that runs as its
owner (SECURITY DEFINER) and looks names up in the caller's `search_path`, so that he can put his own in their
place. Only ways count that end at somebody: at the policy's roles of the application and of low trust, else
at any ordinary role. A view that asks for the tenant's rows itself is one of the guards.

Remedy: the statement that closes the way is in `detail.ddl`: `REVOKE boss FROM app`, `ALTER VIEW v SET
    (security_invoker = true)`,
`REVOKE SELECT ON copy FROM app`, `ALTER TABLE part ENABLE ROW LEVEL SECURITY`, `ALTER ROUTINE f() SET
search_path = pg_catalog, public, pg_temp`.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-bypass-path"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.facts.access.server import Server
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import Policy
from auditkit.relations import Relations
from auditkit.relations.bypass import bypasses_of
from auditkit.relations.row_security import declares_strangers

SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("table", "target", "path", "roles", "severity", "confidence", "ddl")]
)


@fact
def bypass_paths(server: Server, policy: Policy, catalogue_relations: Relations) -> ir.Table | Missing:
    """The ways past row-level security: one row for each, with who may go it and the statement that closes
    it.
    """
    rights = server.rights
    if not rights.has_row_security:
        return Missing(Cause.NOT_APPLICABLE, f"{server.name} has no row-level security to pass by")
    if not any(r.secured or r.kind == "foreign table" for r in rights.relations.values()):
        return Missing(
            Cause.NOT_APPLICABLE,
            f"no table of {server.name} is under row-level security: there is nothing to pass by",
        )
    sure = str(Confidence.HIGH if declares_strangers(rights, policy) else Confidence.MEDIUM)
    rows = [
        {"table": b.table, "target": b.target, "path": b.path, "roles": ", ".join(b.roles[:5]), "severity": str(b.severity),
         "confidence": sure, "ddl": b.ddl}
        for b in bypasses_of(rights, policy, catalogue_relations)
    ]  # fmt: skip
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


@check(severity=Severity.HIGH, articles=("GDPR 25", "GDPR 32(1)(b)"))
def bypass_path(bypass_paths: ir.Table) -> ir.Table:
    """Return the ways past row-level security."""
    return bypass_paths
