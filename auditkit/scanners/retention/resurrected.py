"""A subject who was erased on request is back.

A restored backup, a synchronisation or an import brings erased people back, and nobody notices: erasure has
to hold (GDPR Art. 17(1), 5(2)). A ledger of erased subjects shows it without keeping anybody: it holds, for
each, the HMAC-SHA256 of the identifier (in lower case, without blanks around it) under the project's key, as
hexadecimal. The audit hashes the columns of that kind and compares, and the e-mail addresses that stand
inside texts. The key is in `AUDITKIT_KEY` or the project's key file, and must be the one that wrote the
ledger, for under another nothing is found: `control`, the hash of the word `auditkit` under it, shows that it
is; without it nobody can tell. It is what `hmac.digest(key, b"auditkit", "sha256").hex()` gives in Python.
Where the ledger says when (`at`), rows that came to be later are `back`, older ones are `residue`: they were
never erased.

Remedy: erase the rows again, find what brought them back, and let every restore and every import be followed
    by a run over the ledger.

>>> import auditkit, hmac, os, pandas as pd
>>> from unittest.mock import patch
>>> gone = hmac.digest(b"an example of a key", b"ana@example.org", "sha256").hex()
>>> users = pd.DataFrame({"id": [1, 2], "email": [" Ana@example.org", "ben@example.org"]})
>>> told = "erasure_ledger: {table: erasures, subject_hmac: h, identifier: users.email}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, {told}}}")
>>> with patch.dict(os.environ, AUDITKIT_KEY="an example of a key"):
...     audit = auditkit.audit({"users": users, "erasures": pd.DataFrame({"h": [gone]})}, policy, checks=["retention-resurrected"])
>>> [(f.table, f.columns, f.rows, f.of, f.subjects) for f in audit.findings]
[('users', ('email',), 1, 2, 1)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.CRITICAL, articles=("GDPR 17(1)", "GDPR 5(2)"))
def resurrected(recurrences: ir.Table) -> ir.Table:
    """Return the columns in which identifiers of erased subjects stand."""
    return recurrences.filter(recurrences.rows > 0)
