"""From a source to a finished run: what `auditkit.report` does."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditkit.errors import UsageError
from auditkit.outcome import Audit
from auditkit.report import folder, manifest
from auditkit.report.folder import Run
from auditkit.running import audit_log, lock
from auditkit.vocabulary import did_you_mean

if TYPE_CHECKING:
    from auditkit.policy import Policy

VIEWS = ("edpb",)
"""Whose order and words a report follows."""

BUDGET = "AUDITKIT_BUDGET"
"""The environment variable that bounds a run whose caller does not: a notebook's parameters are closed."""


def report(
    source: Any,
    policy: str | Path | Policy | None,
    out: str | Path,
    *,
    as_of: date | str | None = None,
    sample: int | None = None,
    previous: str | Path | Audit | None = None,
    view: str | None = None,
    budget: timedelta | None = None,
) -> Run:
    """Audit a source with all scanners and write the run folder `OUT/<policy>/<run id>/`.

    Empty texts and zero mean "not given", so that a notebook can pass its parameters as they are. While it
    runs no other run of the same policy into the same folder can; how it ended is a line of
    `OUT/audit.log.jsonl`.

    Args:
        source: what `auditkit.open` takes.
        policy: the policy, or its file; without one only what needs no declaration is assessed.
        out: the folder of all runs.
        as_of: the day the audit is for, 00:00 UTC; today where not given.
        sample: rows a table; all where not given.
        previous: the run folder, or the audit, to compare with; the last run of the same policy in `out`
            where not given.
        view: whose order and words; `edpb`, the template of the European Data Protection Board, is the
            default.
        budget: how long it may read; what the environment variable `AUDITKIT_BUDGET` says (`10m`) where not
            given, else without limit.

    Returns:
        The run: its folder and its audit.

    Raises:
        ValueError: the source is empty, the sample is negative, the day is none, the earlier run holds no
            audit, or the view is not known.
        PolicyError: the policy cannot be read.
        SourceError: the source cannot be opened.
        RunLocked: another run of the policy into this folder is under way.
        PersonalValueError: an artefact would have held a personal value; nothing was written.
    """
    from auditkit.policy import Policy
    from auditkit.scanners import audit

    earlier = refuse(source, as_of=as_of, sample=sample, previous=previous, view=view)
    limit = budget.parse(os.environ[BUDGET]) if budget is None and os.environ.get(BUDGET) else budget
    declared = Policy.load(policy) if policy else Policy.empty()
    with (
        audit_log.line(Path(out) / audit_log.NAME, "auditkit.report") as said,
        lock.held(runs_of(out, declared)),
    ):
        result = audit(source, declared, as_of=as_of or None, sample=sample or None, budget=limit)
        said.audited(result)
        target = folder.place(out, declared.name or result.source)
        before = earlier or last(target.parent, declared.name or result.source)
        folder.save(result, target, policy=declared if policy else None, previous=before)
        said.ended(run=target.name, manifest_sha256=manifest.read(target).sha256)
    return Run(target, result)


def runs_of(out: str | Path, policy: Policy | None) -> Path:
    """Return the folder whose runs must not overlap: that of the policy, or without one that of all runs."""
    return Path(out) / folder.slug(policy.name) if policy and policy.name else Path(out)


def last(runs: Path, chain: str) -> Audit | None:
    """Return the audit of the last run of a policy in a folder of runs; None where there is none that can be
    read.
    """
    sealed = manifest.latest(runs, chain)
    try:
        return Audit.load(sealed.folder) if sealed else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def refuse(
    source: Any,
    *,
    as_of: date | str | None,
    sample: int | None,
    previous: str | Path | Audit | None,
    view: str | None,
) -> Audit | None:
    """Refuse a report that cannot be made, before anything is opened; return the earlier audit to compare
    with.

    Raises:
        ValueError: the source is empty, the sample is negative, the day is none, the earlier run holds no
            audit, or the view is not known.
    """
    from auditkit.scanners import day

    if source is None or (isinstance(source, str) and not source.strip()):
        raise UsageError(
            "the source is empty; give a file, a folder, or env:NAME with the name of an environment variable"
            " that holds a URL"
        )
    if view and view not in VIEWS:
        raise UsageError(
            f"there is no view {view!r}.{did_you_mean(view, VIEWS)} There is: {', '.join(VIEWS)}"
        )
    if sample is not None and sample < 0:
        raise UsageError(f"sample is a number of rows a table, or 0 for all; not {sample}")
    day(as_of)
    if isinstance(previous, Audit) or not previous:
        return previous if isinstance(previous, Audit) else None
    try:
        return Audit.load(previous)
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError(
            f"the earlier run {Path(previous).name} holds no audit.json that can be read"
        ) from None
