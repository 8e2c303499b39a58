"""A table with personal data has not been read for half a year.

What nobody reads serves no purpose any more; it is forgotten by those who answer requests and found by those
who break in (GDPR Art. 5(1)(c) and (e)). PostgreSQL counts what is read (`pg_stat_user_tables`): a table is
found when its statistics cover 180 days or more, it holds rows, and neither an index nor the whole table was
read in that time. `days` is how long the statistics cover, `idle` how long ago the last read was, `written`
how many rows were written since. Backups, exports and audits read whole tables: where only that happened
lately, or where standbys have statistics of their own, the table is not assessed; nor is what is no
PostgreSQL. The confidence is medium.

Remedy: ask the owner of the table; archive what a law keeps, and drop it. What is written and never read need
    not be collected.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"leads": pd.DataFrame({"email": ["ana@example.org"]})}, checks=["minimisation-unused-table"])
>>> [(o.table, o.cause.value, o.reason) for o in audit.not_assessed]
[('leads', 'not_applicable', 'only PostgreSQL keeps statistics of what is read')]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check
from auditkit.facts.table_usage import DAYS, TableUsage
from auditkit.outcome import Confidence, Severity

SCHEMA = pa.schema([("of", pa.int64()), ("days", pa.int64()), ("idle", pa.int64()), ("written", pa.int64())])


@check(severity=Severity.MEDIUM, confidence=Confidence.MEDIUM, articles=("GDPR 5(1)(c)", "GDPR 5(1)(e)"))
def unused_table(table_usage: TableUsage) -> ir.Table:
    """Return the table where nothing has read it for 180 days."""
    unused = table_usage.idle is None or table_usage.idle >= DAYS
    row = {
        "of": table_usage.rows,
        "days": table_usage.days,
        "idle": table_usage.idle,
        "written": table_usage.written,
    }
    return ibis.memtable(pa.Table.from_pylist([row] if unused else [], schema=SCHEMA))
