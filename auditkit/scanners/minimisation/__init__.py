"""Data minimisation: what is collected and need not be."""

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
    >>> people = pd.DataFrame({"id": range(600), "mobile_phone": ["+44 20 7946 0018"] * 6 + [None] * 594})
    >>> [(f.check, f.columns) for f in scan({"people": people}).findings]
    [('minimisation-empty-column', ('mobile_phone',))]
    """
    return audit(source, policy, scanners=["minimisation"], as_of=as_of, sample=sample)
