"""Personal data: what is there, and what the policy declares."""

from __future__ import annotations

from datetime import date
from typing import Any

from auditkit.audit.audit import Audit
from auditkit.scanners import audit


def scan(
    source: Any, policy: Any = None, *, as_of: date | str | None = None, sample: int | None = None
) -> Audit:
    """Run the checks of this scanner alone; the arguments and the errors are those of `auditkit.audit`.

    >>> import pandas as pd
    >>> notes = pd.DataFrame({"note": ["call me", "write to ana@example.org", "thank you for it"] * 3})
    >>> [(f.check, f.rows) for f in scan({"notes": notes}).findings]
    [('pii-free-text', 3)]
    """
    return audit(source, policy, scanners=["pii"], as_of=as_of, sample=sample)
