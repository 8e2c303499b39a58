"""The scanners: each is a folder of checks on one subject, with a `scan` that runs them alone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from auditkit.audit.run import run
from auditkit.catalogue import chosen
from auditkit.options import RunOptions

if TYPE_CHECKING:
    from auditkit.audit.audit import Audit
    from auditkit.budget import Budget
    from auditkit.running.progress import Progress


def audit(
    source: Any,
    policy: Any = None,
    *,
    scanners: Collection[str] | None = None,
    checks: Collection[str] | None = None,
    as_of: date | str | None = None,
    sample: int | None = None,
    strict: bool = False,
    budget: Budget | timedelta | str | None = None,
    progress: Progress | None = None,
    name: str | None = None,
) -> Audit:
    """Run checks over a source and return every outcome; arguments and errors are those of `auditkit.audit`.

    Args:
        source: as for `auditkit.audit`, or an open `Dataset`.
        policy: likewise.
        scanners: likewise.
        checks: likewise.
        as_of: likewise.
        sample: likewise.
        strict: likewise.
        budget: likewise, or a budget that has begun.
        progress: is called with what is being done, how much of it is done, and how much there is.
        name: likewise.
    """
    options = RunOptions.of(as_of=as_of, sample=sample, strict=strict, budget=budget, progress=progress)
    return run(chosen(scanners, checks), source, policy, options, name=name)
