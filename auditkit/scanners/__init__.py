"""The catalogue of checks, and the audit that runs them.

A scanner is a folder of checks on one subject; a check is a module of it. `catalogue()` finds them by walking
this package.
"""

from __future__ import annotations

import importlib
import pkgutil
import platform
from collections.abc import Collection, Mapping
from contextlib import nullcontext
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from auditkit.budget import Deadline
from auditkit.check import Check
from auditkit.dataset import Dataset, opened
from auditkit.dataset.beside import with_log
from auditkit.errors import UsageError
from auditkit.examine import Progress, examine
from auditkit.incident import incidents
from auditkit.outcome import Audit, Missing
from auditkit.policy import Policy, PolicyError
from auditkit.running.progress import progress as watched
from auditkit.vocabulary import did_you_mean

VERSIONS = (
    "privacy-auditkit",
    "pandas",
    "pyarrow",
    "duckdb",
    "ibis-framework",
    "presidio-analyzer",
    "python-stdnum",
    "phonenumbers",
)


@cache
def catalogue() -> Mapping[str, Check]:
    """Return every check by its id.

    >>> catalogue()["retention-overdue"].title
    'Rows are kept past their retention period.'
    """
    modules = (m.name for m in pkgutil.walk_packages(__path__, f"{__name__}.") if not m.ispkg)
    loaded = [importlib.import_module(name) for name in modules]
    checks = [
        value
        for module in loaded
        for value in vars(module).values()
        if isinstance(value, Check) and value.function.__module__ == module.__name__
    ]
    return {c.id: c for c in sorted(checks, key=lambda c: c.id)}


def scanners() -> tuple[str, ...]:
    """Return the names of the scanners.

    >>> scanners()
    ('access', 'minimisation', 'pii', 'reidentification', 'retention', 'tenancy')
    """
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__) if m.ispkg))


def chosen(wanted: Collection[str] | None, checks: Collection[str] | None) -> list[Check]:
    """Return the checks of some scanners, or some checks, or all.

    Raises:
        UsageError: a name is unknown, and the message has the nearest one; or no check is left, which would
            pass for clean.
    """
    known = catalogue()
    _names("scanners", wanted, "retention")
    _names("checks", checks, "retention-overdue")
    for name in wanted or ():
        if name not in scanners():
            raise UsageError(
                f"there is no scanner {name!r}; there are"
                f" {', '.join(scanners())}.{did_you_mean(name, scanners())}"
            )
    for name in checks or ():
        if name not in known:
            raise UsageError(
                f"there is no check {name!r}; `auditkit checks` lists them.{did_you_mean(name, known)}"
            )
    picked = [c for c in known.values() if wanted is None or c.scanner in wanted]
    picked = [c for c in picked if c.id in checks] if checks is not None else picked
    if not picked:
        raise UsageError(
            "nothing is left to check: none of the checks asked for is of a scanner asked for; `auditkit"
            " checks` lists them"
        )
    return picked


def _names(argument: str, given: object, such: str) -> None:
    """Refuse what is no collection of names, above all a single one: each of its letters would be taken for a
    name.
    """
    if given is not None and (
        isinstance(given, str)
        or not isinstance(given, Collection)
        or not all(isinstance(n, str) for n in given)
    ):
        raise UsageError(f"{argument} is a list of names, such as {argument}=[{such!r}]")


def day(as_of: date | str | None) -> date:
    """Return the day of an audit: the one that is given, else today in UTC.

    Raises:
        ValueError: it is no ISO 8601 date.
    """
    if not as_of:
        return datetime.now(UTC).date()
    if isinstance(as_of, datetime):
        return as_of.date()
    if isinstance(as_of, date):
        return as_of
    try:
        return date.fromisoformat(as_of)
    except (ValueError, TypeError):
        raise UsageError("as_of is a date like 2026-11-22 (00:00 UTC of that day)") from None


def audit(
    source: Any,
    policy: Any = None,
    *,
    scanners: Collection[str] | None = None,
    checks: Collection[str] | None = None,
    as_of: date | str | None = None,
    sample: int | None = None,
    strict: bool = False,
    progress: Progress | None = None,
    budget: timedelta | None = None,
) -> Audit:
    """Run checks over a source and return every outcome.

    Args:
        source: a DataFrame, a dict of them, a file, folder, glob or URL, `env:NAME`, an Ibis backend or
            table, or an open Dataset.
        policy: a `Policy` or the path of one; without it everything that needs no declaration still runs.
        scanners: names of scanners; all by default.
        checks: ids of checks; all of those scanners by default.
        as_of: the day of the audit, 00:00 UTC; today by default.
        sample: read at most so many rows a table when looking for personal data; every row by default.
        strict: raise when a check fails instead of calling it not assessed.
        progress: called with what is being done, how much is done, and of how much.
        budget: how long to go on reading; what is not begun by then is not assessed.

    Raises:
        SourceError: the source cannot be opened.
        PolicyError: the policy cannot be read, or names what is not in the source.
        ValueError: an unknown scanner or check, or a date that is none.
    """
    run = chosen(scanners, checks)
    when = day(as_of)
    if sample is not None and sample < 1:
        raise UsageError("sample is a number of rows a table, 1 or more")
    declared = Policy.load(policy) if policy is not None else Policy.empty()
    started = datetime.now(UTC)
    deadline = Deadline(budget) if budget is not None else None
    with (
        opened(source) as alone,
        with_log(alone, declared) as data,
        nullcontext(progress) if progress else watched() as tell,
    ):
        return _audited(data, declared, run, when, sample, strict, tell, deadline, started)


def _audited(
    dataset: Dataset,
    policy: Policy,
    checks: list[Check],
    when: date,
    sample: int | None,
    strict: bool,
    progress: Progress | None,
    deadline: Deadline | None,
    started: datetime,
) -> Audit:
    outcomes, failures, facts = examine(
        checks,
        dataset,
        policy,
        as_of=when,
        sample=sample,
        strict=strict,
        progress=progress,
        deadline=deadline,
    )
    leaks, untold = incidents(
        checks, outcomes, dataset, facts, as_of=when, strict=strict, deadline=deadline, progress=progress
    )
    needed = facts.asked("profile")
    profile = facts.get("profile", {}) if needed else None
    readable = sum(
        r.missing is None and policy.exclusion(name) is None for name, r in dataset.relations.items()
    )
    try:
        return Audit(
            outcomes=outcomes,
            source=dataset.name,
            as_of=when,
            detections=() if profile is None or isinstance(profile, Missing) else tuple(asdict(c) for c in profile.columns),
            incidents=tuple(i.to_dict() for i in leaks),
            note=None if profile is None or isinstance(profile, Missing) else profile.note,
            policy={"name": policy.name, "digest": policy.digest, "file": policy.file} if policy.name else {},
            relations=(readable, len(dataset.relations)),
            sample=sample,
            run={
                "started": started.isoformat(timespec="seconds"), "finished": datetime.now(UTC).isoformat(timespec="seconds"),
                "python": platform.python_version(), "versions": _versions(), "failures": [*failures, *untold],
            },
        ).waived(policy.waivers)  # fmt: skip
    except UsageError as error:
        raise PolicyError.at(policy, ("waivers",), str(error)) from None


def _versions() -> dict[str, str]:
    found = {}
    for name in VERSIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # a plain checkout, or a package that an extra brings
            continue
    return found
