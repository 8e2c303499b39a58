"""Data hidden from the audit

## What it finds
Tables, views and files that the audit cannot read, or of which it cannot read every column. Row-level
security, a missing right, an error or an unreadable file hides them.

## Why it matters
What the audit counts in the rest of the data proves nothing about the part that it did not see (GDPR Art.
5(2)).

## How to fix
Run the audit as a role that may read every table and column, with BYPASSRLS where row-level security is on,
and with no other right. Or exclude the table in the policy, and give the reason.

## Limits
The other checks on such a table are not assessed. They never pass.

## Example
>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-blind-auditor"])
>>> [o.verdict for o in audit.outcomes]
['passed']

## References
- GDPR Art. 5(2), accountability
- GDPR Art. 32(1)(d), testing the security of processing
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
    """How much the audit sees of each relation that the policy does not exclude.

    `cause` says why the audit does not see the rows. `closed_columns` counts the columns that its role may
    not read.
    """
    rows = [
        {
            "table": name,
            "cause": relation.missing.cause.value if relation.missing else None,
            "closed_columns": relation.closed_columns,
        }
        for name, relation in dataset.relations.items()
        if policy.exclusion(name) is None
    ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


@check(
    severity=Severity.HIGH,
    articles=("GDPR 5(2)", "GDPR 32(1)(d)"),
    says="cause: {cause}; this role may not read {closed_columns:column}",
)
def blind_auditor(visibility: ir.Table) -> ir.Table:
    """Return the relations that the audit cannot read, or not in full."""
    hidden = visibility.cause.isin([cause.value for cause in BLIND]) | (visibility.closed_columns > 0)
    return visibility.filter(hidden).mutate(closed_columns=visibility.closed_columns.nullif(0))
