"""The audit cannot see all of what it audits.

Row-level security, a missing right or an unreadable file hides rows from the audit; what is counted on the
rest is no proof of anything (GDPR Art. 5(2)). Every check on such a table is not assessed, never passed.

Remedy: run the audit as a role that may read every table and column, with BYPASSRLS where row-level security
    is on, and nothing else; or
exclude the table in the policy, with the reason.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-blind-auditor"])
>>> [o.verdict for o in audit.outcomes]
['passed']
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.outcome import BLIND, Severity
from auditkit.policy import Policy

SCHEMA = pa.schema([("table", pa.string()), ("cause", pa.string()), ("closed_columns", pa.int64())])


@fact
def visibility(dataset: Dataset, policy: Policy) -> ir.Table:
    """What the audit cannot see of the relations that it should: one row for each, with the cause, or with
    how many columns are closed.

    What the policy excludes is not meant to be seen.
    """
    rows = [
        {
            "table": name,
            "cause": r.missing.cause.value if r.missing else None,
            "closed_columns": r.closed_columns,
        }
        for name, r in dataset.relations.items()
        if policy.exclusion(name) is None
        and (r.closed_columns or (r.missing is not None and r.missing.cause in BLIND))
    ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


@check(severity=Severity.HIGH, articles=("GDPR 5(2)", "GDPR 32(1)(d)"))
def blind_auditor(visibility: ir.Table) -> ir.Table:
    """Return the relations that cannot be read, or not in full."""
    return visibility.mutate(closed_columns=visibility.closed_columns.nullif(0))
