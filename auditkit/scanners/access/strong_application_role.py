"""The application connects as a role that can do more than its work.

A superuser, a role with BYPASSRLS and the owner of a table are not bound by row-level security, and who can
make roles can make himself
one: a single injected statement then reads every tenant's rows (GDPR Art. 25, 32(1)(b)). The roles are those
    of the policy's
`roles.application`; on MySQL and MariaDB who may alter or drop a table counts as its owner. What a role can
become by its memberships is `access-bypass-path`.

Remedy: let another role own the tables and make the application's an ordinary one; the statements are in
    `detail.ddl`: `ALTER ROLE app
NOSUPERUSER NOBYPASSRLS NOCREATEROLE`, `ALTER TABLE t OWNER TO app_owner; GRANT SELECT, INSERT, UPDATE, DELETE
ON t TO app`. Migrations then run as the owner.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-strong-application-role"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR 25", "GDPR 32(1)(b)"))
def strong_application_role(role_strength: ir.Table) -> ir.Table:
    """Return the role of the application where it administers, passes row-level security by, makes roles or
    owns tables of tenants.
    """
    found = role_strength
    strong = found.administers | found.bypasses_row_security | found.creates_roles | (found.owned_tables > 0)
    return found.filter(strong)
