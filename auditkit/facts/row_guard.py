from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset.rights import PUBLIC, READS, WRITES
from auditkit.facts.relation import Examined
from auditkit.facts.secured_table import ServerTable
from auditkit.facts.sensitive import sensitive
from auditkit.facts.server import Server
from auditkit.outcome import Confidence, Severity
from auditkit.policy import Policy
from auditkit.relations import Origin, Relations
from auditkit.relations.row_security import declares_strangers, secured, strangers

SCHEMA = pa.schema(
    [("secured", pa.bool_()), ("reached_by", pa.int64()), ("roles", pa.string()), ("policies", pa.int64()), ("severity", pa.string()),
     ("confidence", pa.string()), ("sensitive", pa.bool_()), ("ddl", pa.string())]
)  # fmt: skip


def row_guard(
    server: Server,
    tenant_table: ServerTable,
    policy: Policy,
    catalogue_relations: Relations,
    tenant_setting: str,
) -> ir.Table:
    """Whether row-level security is on for a table of tenants, in one row, and how many roles other than its
    owner reach it.

    Where the policy names the roles of the application, those count, also as owners. `policies` wait for
    row-level security to be turned on, and `ddl` does that. Where no table of the server has it, tenants are
    kept apart by other means, and it matters less.
    """
    rights, name = server.rights, tenant_table.name
    reached = [role for role in strangers(rights, policy, name) if rights.may(role, READS | WRITES, name)]
    used = any(r.secured for r in rights.relations.values())
    waiting = len(rights.policies_of(name))
    sure = (
        catalogue_relations.boundary is not None
        and catalogue_relations.boundary.origin is Origin.POLICY
        and (declares_strangers(rights, policy) or used)
    )
    row = {
        "secured": rights.relations[name].secured, "reached_by": sum(role != PUBLIC for role in reached),
        "roles": ", ".join(sorted(reached)[:5]) or None, "policies": waiting,
        "severity": str(Severity.HIGH if used or waiting else Severity.MEDIUM),
        "confidence": str(Confidence.HIGH if sure else Confidence.MEDIUM),
        "sensitive": sensitive(policy, Examined(name, None)),
        "ddl": secured(catalogue_relations, rights, name, tenant_setting),
    }  # fmt: skip
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))
