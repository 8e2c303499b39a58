"""A role that logs in is kept badly.

Who did something can only be told where a role is one person or one program, and only a role that ends does
not outlive its reason (GDPR Art. 32(1)(b), 32(4)). What is told is a word of the finding's `detail`:
`no_expiry` (its password never ends; one that is kept nowhere cannot), `expired` (it is past its end and
still there), `unused` (it has no right to anything in any database, owns nothing and is a member of nothing),
`shared` (several programs are connected as it now) and `human_and_service` (a person's tool, such as psql,
beside a service). Nobody keeps when a role last connected, so what is not connected now is not called unused
for that.

Remedy: a role for each person and each program; `ALTER ROLE r VALID UNTIL '2027-06-30'`, `ALTER ROLE r
    NOLOGIN` for what nobody uses (in
`detail.ddl`), on MySQL `ALTER USER u PASSWORD EXPIRE INTERVAL 90 DAY` and `ACCOUNT LOCK`. Accept a service
whose secret is rotated by other means with a waiver.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-role-hygiene"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.MEDIUM, articles=("GDPR 32(1)(b)", "GDPR 32(4)"))
def role_hygiene(role_habits: ir.Table) -> ir.Table:
    """Return the roles with what is untidy about them."""
    return role_habits
