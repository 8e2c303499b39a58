"""A privacy audit toolkit: what personal data there is, where that breaks what was promised, and the report
that says so.

import auditkit

auditkit.profile("people.csv")                           # which columns hold what personal data
auditkit.audit("app.sqlite", policy="privacy.yaml")      # what breaks the policy
auditkit.report("app.sqlite", "privacy.yaml", "reports") # the privacy impact assessment
auditkit.locate("app.sqlite", "privacy.yaml", subject="env:SUBJECT")    # every row about one data subject
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

# The packages first: the functions of the same names, defined below, are what `auditkit.report` and
# `auditkit.locate` mean from then on.
import auditkit.locate as _locate_package  # noqa: F401
import auditkit.report as _report_package  # noqa: F401
from auditkit.version import __version__ as __version__

if TYPE_CHECKING:
    from auditkit.dataset import Dataset, SourceError
    from auditkit.detection import Profile
    from auditkit.locate.location import Location
    from auditkit.outcome import Audit
    from auditkit.policy import Policy, PolicyError
    from auditkit.report.folder import Run

__all__ = [
    "Audit",
    "Dataset",
    "Policy",
    "PolicyError",
    "Profile",
    "SourceError",
    "audit",
    "locate",
    "open",
    "profile",
    "report",
]

_HOMES = {
    "Audit": "auditkit.outcome", "Dataset": "auditkit.dataset", "SourceError": "auditkit.dataset",
    "Policy": "auditkit.policy", "PolicyError": "auditkit.policy", "Profile": "auditkit.detection",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import a public class when it is first asked for, so that `import auditkit` stays quick."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _number(name: str, value: object) -> None:
    """Refuse what is no number of rows; 0 is for who wants none, or as a notebook's parameter all.

    Raises:
        UsageError: it is of another type, or negative.
    """
    from numbers import Integral

    from auditkit.errors import UsageError

    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise UsageError(
            f"{name} is a number of rows a table, such as 10_000; this is of type {type(value).__name__}"
        )
    if int(value) < 0:
        raise UsageError(f"{name} is a number of rows a table, such as 10_000; a negative one makes no sense")


def open(source: Any) -> Dataset:
    """Open a source read-only and return its tables as a `Dataset`.

    Args:
        source: a DataFrame, a dict of them, a file, folder, glob or URL, `env:NAME` for what an environment
            variable holds, or an Ibis backend or table.

    Raises:
        SourceError: it cannot be opened; the message says what was expected, and holds no value and no
            password.
    """
    from auditkit import dataset

    return dataset.open(source)


def profile(source: Any, *, sample: int | None = None, policy: Policy | str | Path | None = None) -> Profile:
    """Return which columns of a source hold what personal data, from every cell that can hold any and from
    the names of the columns.

    Args:
        source: as for `open`.
        sample: read at most so many rows a table, chosen by a seeded draw over the whole table; every row by
            default.
        policy: its block `detection` says what else to look for, and what is never personal.

    Raises:
        SourceError: the source cannot be opened.
        PolicyError: the policy cannot be read, or names a model that is not installed.
    """
    from auditkit import detection
    from auditkit.dataset import opened
    from auditkit.policy import Policy
    from auditkit.running.progress import progress

    _number("sample", sample)
    declared = Policy.load(policy) if policy is not None else None

    with opened(source) as data, progress() as tell:
        return detection.profile(data, sample=sample, progress=tell, policy=declared)


def audit(
    source: Any,
    policy: Policy | str | Path | None = None,
    *,
    scanners: Collection[str] | None = None,
    checks: Collection[str] | None = None,
    as_of: date | str | None = None,
    sample: int | None = None,
    strict: bool = False,
) -> Audit:
    """Run the checks over a source and return every outcome: passed, finding, or not assessed.

    Args:
        source: as for `open`.
        policy: what is declared; without it everything that needs no declaration still runs.
        scanners: some of pii, retention, tenancy, minimisation, reidentification, access; all by default.
        checks: ids of checks; all of those scanners by default.
        as_of: the day of the audit, 00:00 UTC; today by default.
        sample: as for `profile`; what is counted by a statement stays exact.
        strict: raise when a check fails instead of calling it not assessed.

    Raises:
        SourceError: the source cannot be opened.
        PolicyError: the policy cannot be read, or names what the source does not have.
        ValueError: an unknown scanner or check, or a date that is none.
    """
    from auditkit.scanners import audit as run

    _number("sample", sample)
    return run(source, policy, scanners=scanners, checks=checks, as_of=as_of, sample=sample, strict=strict)


def report(
    source: Any,
    policy: Policy | str | Path | None,
    out: str | Path,
    *,
    as_of: date | str | None = None,
    sample: int | None = None,
    previous: str | Path | None = None,
    view: str | None = None,
) -> Run:
    """Audit a source and write the privacy impact assessment into a run folder of its own below `out`.

    Args:
        source: as for `open`.
        policy: as for `audit`; its human statements become part of the report, what it does not state is
            shown as not assessed.
        out: the folder for runs; this one becomes `out/<policy>/<run id>/`.
        as_of: as for `audit`.
        sample: as for `audit`.
        previous: the folder of an earlier run to compare with.
        view: whose order and words; `edpb`, the template of the European Data Protection Board, is the
            default and the only one so far.

    Raises:
        SourceError: the source cannot be opened.
        PolicyError: the policy cannot be read, or names what the source does not have.
    """
    from auditkit.assess import report as write
    from auditkit.errors import UsageError

    _number("sample", sample)
    if not isinstance(out, str | Path):
        raise UsageError(
            f"out is the path of the folder for runs, such as 'reports'; this is of type {type(out).__name__}"
        )
    return write(source, policy, out, as_of=as_of, sample=sample, previous=previous, view=view)


def locate(
    source: Any,
    policy: Policy | str | Path | None = None,
    *,
    subject: str | Iterable[str],
    as_of: date | str | None = None,
    limit: int = 1000,
) -> Location:
    """Find every row about one data subject, for a request of access or erasure: counts, the ways that lead
    there, labels of rows.

    A database server sees the identifiers in the statements that it is asked, and its own log may keep them.

    Args:
        source: as for `open`.
        policy: what it says of subjects, columns, references, retention and holds is used; names and data
            tell the rest.
        subject: `env:NAME`, an environment variable with one identifier a line (an e-mail address, a phone
            number, a customer number, or `table.column=value`), or the identifiers themselves as a list, as a
            program has read them; a bare text is refused.
        as_of: the day for holds and minimum periods, 00:00 UTC; today by default.
        limit: how many labels of rows at most for each table; counts are always whole.

    Raises:
        SourceError: the source cannot be opened.
        PolicyError: the policy cannot be read, or names what the source does not have.
        ValueError: the identifiers are not given as they must be, or single nobody out; no value is in the
            message.
    """
    from auditkit.locate.search import locate as search

    _number("limit", limit)
    return search(source, policy, subject=subject, as_of=as_of, limit=limit)
