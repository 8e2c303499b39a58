"""The texts of errors show SQL, a stack trace, or somebody's data.

Whoever provokes an error learns the names of tables and columns, the paths and versions of the program, and
now and then a value of somebody else: that is how attacks begin (CWE-209; GDPR Art. 5(1)(f), 25, 32(1)(b)).
In a log of requests the text is what was answered, so that each of them counts, an e-mail address in it too.
Elsewhere, as in a table of failed jobs, SQL and stack traces are meant for
engineers: they count, but lightly unless they carry a value.

Remedy: answer with a code and a number of the incident, and nothing else; keep the details in a log of the
    operators, without values
(`log_error_verbosity`, parameters instead of literals) and for days. Then mend the rows: `UPDATE access_log
SET error = 'internal error'` for those that the finding's SQL selects.

>>> import auditkit, pandas as pd
>>> log = pd.DataFrame({"path": ["/a", "/b", "/c"], "status": [500, 500, 404],
...                     "error": ["no such column: a in SELECT a FROM b WHERE id = ?", "Traceback (most recent call last): ...", "no"]})
>>> audit = auditkit.audit({"access_log": log}, checks=["access-error-leak"])
>>> [(f.table, f.columns, f.rows, f.of, f.detail["sql"], f.detail["stack"]) for f in audit.findings]
[('access_log', ('error',), 2, 3, 1, 1)]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.error_column import ErrorColumn
from auditkit.facts.error_texts import FILLED, IDENTIFIER, SQL, STACK
from auditkit.outcome import Severity


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(f)", "GDPR 25", "GDPR 32(1)(b)"))
def error_leak(error_texts: ir.Table, error_column: ErrorColumn) -> Offending:
    """Return whether the text of an error shows what nobody outside may know."""
    inside = error_texts[SQL] | error_texts[STACK]
    value = error_texts[IDENTIFIER]
    leaks = inside | value if error_column.answered else inside
    detail = {kind.removeprefix("auditkit_"): error_texts[kind].sum() for kind in (SQL, STACK)}
    named = (leaks & value).sum()
    grave = ibis.literal(1) if error_column.answered else ibis.cases((named > 0, 1), else_=0)
    return Offending(
        leaks, detail={**detail, "identifiers": named}, severity=grave, of=error_texts[FILLED].sum()
    )
