"""Re-identification: how well people hide among each other in the data."""

from __future__ import annotations

from datetime import date
from typing import Any

from auditkit.audit.audit import Audit
from auditkit.scanners import audit


def scan(
    source: Any, policy: Any = None, *, as_of: date | str | None = None, sample: int | None = None
) -> Audit:
    """Run the checks of this scanner alone; the arguments and the errors are those of `auditkit.audit`.

    >>> import auditkit, pandas as pd
    >>> people = pd.DataFrame({"born": [1984, 1984, 1990], "zip": ["8001", "8001", "3000"]})
    >>> policy = auditkit.Policy.parse(
    ...     "{version: 1, name: Study, tables: {people: {quasi_identifiers: [born, zip], k: 2}}}"
    ... )
    >>> [(f.check, f.rows) for f in scan({"people": people}, policy).findings if f.check.endswith("low-k")]
    [('reidentification-low-k', 1)]
    """
    return audit(source, policy, scanners=["reidentification"], as_of=as_of, sample=sample)
