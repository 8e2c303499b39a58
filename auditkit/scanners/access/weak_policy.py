"""A row policy lets through what it should keep apart.

It looks like isolation and is none (GDPR Art. 25, 32(1)(b)). What is found in its condition, which is parsed
and never shown, is a word of the finding's `detail`: `always_true`; `or_true` (one side of an OR is always
true); `no_tenant_column` (neither the tenant's column nor one that refers to a person is compared with the
session); `check_open` (new rows may be anybody's); `open_when_unset` (everything is seen where the session
has not said its tenant); `user_editable` (it trusts what the user may set himself, such as `user_metadata`, a
request header or `application_name`). Of these each is high. `null_tolerant` (rows of no tenant are
everybody's, and the column allows them) is medium. Low are `no_check` (nothing is said of new rows:
PostgreSQL then takes USING), `silent_setting` (`current_setting(..., true)`: a session that forgot its tenant
sees an empty table, not an error) and `open_branch` (a side of an OR asks for a column that tells no tenant,
such as `is_public`). A policy of administrators alone is passed over, and so is one that a restrictive policy
keeps to the tenant.

Remedy: write the policy as `USING (tenant_id = (SELECT current_setting('app.tenant_id')::integer)) WITH CHECK
    (...)`, or put a floor
under all policies of the table: `CREATE POLICY tenant_floor ON t AS RESTRICTIVE USING (...) WITH CHECK
(...)`, which is in `detail.ddl`.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-weak-policy"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR 25", "GDPR 32(1)(b)"))
def weak_policy(policy_weakness: ir.Table) -> ir.Table:
    """Return the row policy where its condition is weak, with what is weak in it and the statement that
    narrows it.
    """
    found = policy_weakness
    return found.filter(found.weak).drop("weak")
