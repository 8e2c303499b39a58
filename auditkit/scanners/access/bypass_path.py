"""Path around row-level security

## What it finds
Ways in which a role reads rows without being bound by the row policies of their table. The detail `path`
names the way:

- a role that may act as a superuser, as a role with BYPASSRLS, or as the owner of the table;
- a view that reads with the rights of its owner, because it lacks `security_invoker`; also one that shows
  visitors the people of a table which they may not read;
- a materialised view, which is a copy that no policy binds;
- a partition or child table with grants of its own;
- a foreign table;
- a function that runs with the rights of its owner (SECURITY DEFINER) and looks names up in the `search_path`
  of the caller, who can put other objects in their place;
- such a function that returns rows of tenants or people, and does not keep them to its caller.

## Why it matters
Row policies bind those who read the table itself. Whoever takes another way sees the rows of all tenants
(GDPR Art. 25, 32(1)(b)).

## How to fix
Run the statement of the finding. Examples are `REVOKE boss FROM app`, `ALTER VIEW v SET (security_invoker =
true)`, `REVOKE SELECT ON copy FROM app`, `ALTER TABLE part ENABLE ROW LEVEL SECURITY`, `REVOKE EXECUTE ON
FUNCTION f() FROM PUBLIC` and `ALTER ROUTINE f() SET search_path = pg_catalog, public, pg_temp`.

## Limits
A way counts only where it is open to a role that the policy declares as `application` or `low_trust`. Where
the policy declares none, every ordinary role counts, and the confidence is medium. A view that filters by the
tenant itself is a guard, not a way around. Functions that return rows also count where `anon`,
`authenticated` or PUBLIC may call them. auditkit reads the text of functions in SQL. In those of another
language it looks for queries, and for a call that asks who the caller is.

## Example
>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-bypass-path"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]

## References
- GDPR Art. 25, data protection by design
- GDPR Art. 32(1)(b), confidentiality and integrity of systems
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.facts.access.people import holds_people
from auditkit.facts.access.server import Server
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import Policy
from auditkit.relations import Relations
from auditkit.row_security.bypass import Bypass, bypasses_of
from auditkit.row_security.roles import declares_strangers

SCHEMA = pa.schema(
    [(name, pa.string()) for name in "table target path roles severity confidence ddl".split()]
)
_ROLES_SHOWN = 5


@fact
def bypasses(server: Server, policy: Policy, catalogue_relations: Relations) -> tuple[Bypass, ...] | Missing:
    """The ways around the row-level security of a server that are open to the roles which it should bind."""
    rights = server.rights
    if not rights.has_row_security:
        return Missing(Cause.NOT_APPLICABLE, f"{server.name} has no row-level security")
    people = frozenset(n for n, r in rights.relations.items() if holds_people(policy, n, r.types))
    found = tuple(bypasses_of(rights, policy, catalogue_relations, people))
    if not found and not any(r.secured or r.kind == "foreign table" for r in rights.relations.values()):
        return Missing(
            Cause.NOT_APPLICABLE,
            f"no table of {server.name} has row-level security, so that there is nothing to bypass",
        )
    return found


@check(severity=Severity.HIGH, articles=("GDPR 25", "GDPR 32(1)(b)"), says="way: {path}; open to {roles}")
def bypass_path(bypasses: tuple[Bypass, ...], server: Server, policy: Policy) -> ir.Table:
    """Return each way around row-level security, with the statement that closes it."""
    confidence = Confidence.HIGH if declares_strangers(server.rights, policy) else Confidence.MEDIUM
    rows = [
        {
            "table": bypass.table,
            "target": bypass.target,
            "path": bypass.path,
            "roles": ", ".join(bypass.roles[:_ROLES_SHOWN]),
            "severity": str(bypass.severity),
            "confidence": str(confidence),
            "ddl": bypass.ddl,
        }
        for bypass in bypasses
    ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))
