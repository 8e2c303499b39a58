"""One caller goes through consecutive numbers.

Somebody asks for object 1, 2, 3 and so on, within an hour: a script that tries what it can reach, of its own
tenant or of others (OWASP WSTG-APIT-02, CWE-639; GDPR Art. 32). A run must be of twenty numbers and far above
what is usual in this log; staff is left out.

Remedy: look at what was answered in the hours that the finding's SQL selects; limit requests by caller,
    answer 404 for what is another
tenant's, raise an alarm at the third, and use random keys in addresses.

>>> import auditkit, pandas as pd
>>> log = pd.DataFrame({"at": ["2026-01-01 08:00:00"] * 40, "user_id": [5] * 40, "object_id": range(100, 140), "status": [404] * 40})
>>> told = "access_log: {table: log, at: at, user: user_id, object: object_id, status: status}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tenancy: {{root: tenants, key: tenant_id}}, {told}}}")
>>> audit = auditkit.audit({"tenants": pd.DataFrame({"id": [1, 2]}), "log": log}, policy, checks=["tenancy-enumeration"])
>>> [(f.table, f.columns, f.rows, f.detail["longest"], f.detail["requests"]) for f in audit.findings]
[('log', ('object_id',), 1, 40, 40)]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.personal_column import Column
from auditkit.facts.runs import REQUESTS, RUN, SERVED
from auditkit.outcome import Confidence, Severity

MEDIUM, HIGH = 1, 2


@check(severity=Severity.MEDIUM, confidence=Confidence.MEDIUM, articles=("GDPR 32",))
def enumeration(runs: ir.Table, usual_run: int, number_column: Column) -> Offending:
    """Return whether a caller asked in one hour for a longer run of numbers than is usual; answered for the
    most part it is worse.
    """
    long = runs[RUN] > usual_run
    asked, served = runs[REQUESTS].sum(where=long), runs[SERVED].sum(where=long)
    severity = ibis.ifelse(served * 2 > asked, HIGH, MEDIUM).cast("int64")
    detail = {"requests": asked, "answered": served, "longest": runs[RUN].max(where=long), "usual": usual_run}
    return Offending(long, detail=detail, severity=severity)
