"""A key or token is still accepted although it should have gone.

It is past its expiry and marked as active, or was used after it; nobody has used it for months; or it has no
expiry and was never replaced. Nobody misses such a key when it is stolen (CWE-613, CWE-324; GDPR Art.
5(1)(f), 32(1)(b)). Without periods in the policy (`credentials`) unused is P90D, after PCI DSS 8.2.6, and
never replaced is P2Y, the longest that NIST SP 800-57 (Part 1, 5.3.6) allows an authentication key; such a
finding is less sure. Passwords are not asked to change by the calendar (NIST SP 800-63B), and sessions pass
by themselves.

Remedy: revoke what the finding's SQL selects, after asking whoever owns it: `UPDATE api_keys SET revoked_at =
    now() WHERE ...`. Give new
keys an expiry that the code checks, write down when each was last used, and replace them by a job before they
are too old.

>>> import auditkit, pandas as pd
>>> keys = pd.DataFrame({"id": [1, 2, 3], "api_key_hash": ["a", "b", "c"], "revoked_at": pd.to_datetime([None, None, "2026-02-01"]),
...                      "last_used_at": pd.to_datetime(["2026-11-20", "2026-01-05", "2026-01-05"])})
>>> audit = auditkit.audit({"api_keys": keys}, checks=["access-stale-credential"], as_of="2026-11-22")
>>> [(f.table, f.columns, f.target, f.rows, f.of) for f in audit.findings]
[('api_keys', ('last_used_at',), 'unused', 1, 2)]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.credential_age import CredentialAge
from auditkit.facts.credentials_in_force import AFTER_EXPIRY, IN_FORCE, STALE
from auditkit.outcome import Confidence, Severity


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(f)", "GDPR 32(1)(b)"))
def stale_credential(credentials_in_force: ir.Table, credential_age: CredentialAge) -> Offending:
    """Return whether a credential is in force that is expired, unused or never replaced."""
    stale = credentials_in_force[STALE]
    if credential_age.kind == "expired":
        after = credentials_in_force[AFTER_EXPIRY].sum()
        return Offending(
            stale, detail={"used_after_expiry": after}, severity=ibis.cases((after > 0, 2), else_=1)
        )
    sure = Confidence.HIGH if credential_age.stated else Confidence.MEDIUM
    return Offending(stale, confidence=sure, of=credentials_in_force[IN_FORCE].sum())
