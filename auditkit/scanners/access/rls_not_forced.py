"""Row-level security does not bind the owner of the table, and the application has the owner's rights.

PostgreSQL leaves a table's owner, and every role that inherits from it, out of the table's policies unless
they are forced: for them it is as if there were none (GDPR Art. 25, 32(1)(b)). Where the policy does not name
the roles of the application, every role counts that logs in and has the owner's rights, and the finding is
less sure.

Remedy: `ALTER TABLE t FORCE ROW LEVEL SECURITY` (in `detail.ddl`); better, let a role own the table that
    nobody logs in as.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-rls-not-forced"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset.rights import PUBLIC
from auditkit.facts.access.secured_table import ServerTable
from auditkit.facts.access.server import Server
from auditkit.facts.relation import Examined
from auditkit.facts.sensitive import sensitive
from auditkit.outcome import Confidence, Severity
from auditkit.policy import Policy
from auditkit.relations.row_security import declares_strangers

SCHEMA = pa.schema(
    [("forced", pa.bool_()), ("owner_logs_in", pa.bool_()), ("owner", pa.string()), ("roles", pa.string()), ("confidence", pa.string()),
     ("sensitive", pa.bool_()), ("ddl", pa.string())]
)  # fmt: skip


@fact
def owner_escape(server: Server, secured_table: ServerTable, policy: Policy) -> ir.Table:
    """Whether a table's row-level security binds its owner, in one row, and which roles have the owner's
    rights and count.

    These are the roles of the application where the policy names them, else every one that logs in and does
    not pass it by anyway.
    """
    rights, name = server.rights, secured_table.name
    relation, told = rights.relations[name], declares_strangers(rights, policy)
    trusted = rights.called(policy.roles.administrator) if policy.roles is not None else ()
    declared = (
        rights.called((*policy.roles.application, *policy.roles.low_trust))
        if told and policy.roles is not None
        else ()
    )
    audits = {rights.role} - {
        relation.owner
    }  # who audits as the owner may well be the application, which has no other role
    ordinary = [
        r.name
        for r in rights.roles.values()
        if r.logs_in and not r.built_in and r.name not in {*trusted, *audits}
    ]
    owners = [
        role
        for role in declared or ordinary
        if role != PUBLIC
        and relation.owner in rights.holds(role)
        and not (rights.roles[role].administers or rights.roles[role].bypasses)
    ]
    row = {
        "forced": relation.forced, "owner_logs_in": bool(owners), "owner": relation.owner,
        "roles": ", ".join(sorted(owners)[:5]) or None,
        "confidence": str(Confidence.HIGH if told else Confidence.MEDIUM),
        "sensitive": sensitive(policy, Examined(name, None)),
        "ddl": f"ALTER TABLE {relation.sql} FORCE ROW LEVEL SECURITY",
    }  # fmt: skip
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


@check(severity=Severity.HIGH, articles=("GDPR 25", "GDPR 32(1)(b)"))
def rls_not_forced(owner_escape: ir.Table) -> ir.Table:
    """Return the table where its owner is not bound and somebody who counts has its rights."""
    found = owner_escape
    return found.filter(~found.forced & found.owner_logs_in).drop("forced", "owner_logs_in")
