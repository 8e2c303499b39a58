"""A copy of a table holds people whom the original has erased.

Before a migration somebody copies a table to `users_old`, and nobody drops it: erasure, retention and access
requests pass it by, and it grows no younger (GDPR Art. 5(1)(e), 17(1)). Copies are told by their names
(`_old`, `_bak`, `_archive`, `_202401`, ...) or by `copy_of` in the policy; one with a retention rule of its
own is an archive, and not meant.

Remedy: drop the copy (`DROP TABLE users_old`); where it has to stay, erase in it what the original erased,
    and give it a retention rule.

>>> import auditkit, pandas as pd
>>> people = lambda *ids: pd.DataFrame({"id": ids, "email": [f"u{n}@example.org" for n in ids]})
>>> audit = auditkit.audit({"users": people(1, 2), "users_old": people(1, 2, 3)}, checks=["retention-copy"])
>>> [(f.table, f.target, f.rows, f.of) for f in audit.findings]
[('users_old', 'users', 1, 3)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.original import Original
from auditkit.facts.outlived import OUTLIVES
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(e)", "GDPR 17(1)"))
def copy(outlived: ir.Table, original: Original) -> Offending:
    """Return whether a row of a copy identifies somebody whom the original no longer has."""
    return Offending(outlived[OUTLIVES], detail={"original": original.name}, confidence=original.confidence)
