"""Personal data: what is there, and what the policy declares."""

from __future__ import annotations

from datetime import date
from typing import Any

from auditkit.audit.audit import Audit
from auditkit.scanners import audit


def scan(
    source: Any, policy: Any = None, *, as_of: date | str | None = None, sample: int | None = None
) -> Audit:
    """Run the checks of this scanner alone; the arguments and the errors are those of `auditkit.audit`."""
    return audit(source, policy, scanners=["pii"], as_of=as_of, sample=sample)
