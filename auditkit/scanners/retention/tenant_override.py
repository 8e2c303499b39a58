"""A tenant has agreed a shorter period for itself, and its rows are kept longer.

Who processes for others does so on their instructions only (GDPR Art. 28(3)(a)): a period that a customer has
set in its contract or its settings binds, even where the general rule allows more. A period that is longer
than the general rule allows, or that cannot be read, is told beside; the general rule goes on for those rows.

Remedy: erase the rows that the finding's SQL selects, and let the job that erases read the tenant's own
    period. Refuse periods in the
settings that are no ISO 8601 period, or longer than the rule.

>>> import auditkit, pandas as pd
>>> tenants = pd.DataFrame({"id": [1, 2], "retention": ["P6M", None]})
>>> notes = pd.DataFrame({"id": [1, 2], "tenant_id": [1, 2], "at": pd.to_datetime(["2025-01-01"] * 2)})
>>> rule = "{start: at, max: P2Y, tenant_override: tenants.retention, basis: contract}"
>>> told = f"tenancy: {{root: tenants, key: tenant_id}}, tables: {{notes: {{retention: {rule}}}}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, {told}}}")
>>> audit = auditkit.audit({"tenants": tenants, "notes": notes}, policy, checks=["retention-tenant-override"], as_of="2026-01-01")
>>> [(f.table, f.rows, f.of, f.detail["tenants"]) for f in audit.findings]
[('notes', 1, 2, 1)]
"""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_

import ibis

from auditkit.check import Offending, check
from auditkit.facts.kept import HELD, OPEN, START
from auditkit.facts.tenant_periods import OVERRIDE, TenantPeriods
from auditkit.outcome import Severity
from auditkit.relations.owner import TENANT


@check(severity=Severity.HIGH, articles=("GDPR 28(3)(a)", "GDPR 5(1)(e)"))
def tenant_override(tenant_periods: TenantPeriods, cut_off: datetime) -> Offending:
    """Return whether a row is past its tenant's own period, though not yet past that of the rule."""
    rows, read = tenant_periods.rows, tenant_periods.cut_offs
    written, start = rows[OVERRIDE], rows[START]
    past = reduce(
        or_,
        [(written == text) & (start <= end) for text, end in read.items()],
        ibis.literal(False) & start.notnull(),
    )
    broken = (past & (start > cut_off) & ~rows[HELD] & ~rows[OPEN]).fill_null(False)
    odd = {
        "longer_than_the_rule": written.isin(list(tenant_periods.longer) or [""]).fill_null(False),
        "unreadable": written.notnull() & ~written.isin(list(read) or [""]).fill_null(False),
    }
    counts = {f"rows_of_periods_{name}": rows.count(where=which) for name, which in odd.items()}
    return Offending(broken, detail={"tenants": rows[TENANT].nunique(where=broken), **counts})
