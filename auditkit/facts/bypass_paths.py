from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.facts.server import Server
from auditkit.outcome import Cause, Confidence, Missing
from auditkit.policy import Policy
from auditkit.relations import Relations
from auditkit.relations.bypass import bypasses_of
from auditkit.relations.row_security import declares_strangers

SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("table", "target", "path", "roles", "severity", "confidence", "ddl")]
)


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
