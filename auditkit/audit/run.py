"""The run that makes an audit: open the source, examine it, and write down what was found."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from auditkit.audit.audit import Audit
from auditkit.audit.meeting import met
from auditkit.check import Check
from auditkit.dataset import Dataset
from auditkit.detection import Profile
from auditkit.errors import UsageError
from auditkit.examine import Examination, Examined, examine
from auditkit.incident import incidents
from auditkit.options import RunOptions
from auditkit.policy import Policy, PolicyError
from auditkit.policy.checked import Comparison
from auditkit.running.progress import progress

_PACKAGES = (
    "privacy-auditkit pandas pyarrow duckdb ibis-framework presidio-analyzer python-stdnum phonenumbers"
).split()


def run(
    checks: Sequence[Check],
    source: Any,
    policy: Any,
    options: RunOptions,
    *,
    name: str | None = None,
    known: Mapping[str, Any] | None = None,
) -> Audit:
    """Run checks over a source and return every outcome.

    Args:
        checks: the checks to run.
        source: what `auditkit.open` takes, or an open `Dataset`.
        policy: a `Policy`, the path of one, or None.
        options: the day, the sample, the budget, and who watches.
        name: what to call a lone frame.
        known: facts that were computed before, by name, such as the profile of the source.

    Raises:
        SourceError: the source cannot be opened.
        PolicyError: the policy cannot be read, or names what is not in the source.
        UsageError: a name is given for what is not a lone frame.
    """
    declared = Policy.load(policy) if policy is not None else Policy.empty()
    started = datetime.now(UTC)
    watching = nullcontext(options.progress) if options.progress else progress()
    timeout = options.budget.statement if options.budget is not None else None
    meeting = met(source, declared, name=name, strict=options.strict, timeout=timeout)
    with meeting as dataset, watching as watch:
        examined = examine(checks, dataset, declared, replace(options, progress=watch), known)
        return _audit(dataset, declared, examined, started)


def _audit(dataset: Dataset, policy: Policy, examined: Examined, started: datetime) -> Audit:
    """Return the audit of an examination, with the waivers of the policy; the source must still be open."""
    leaks = incidents(examined)
    run, options = examined.run, examined.run.options
    profile = _profile(run)
    readable = sum(
        relation.missing is None and policy.exclusion(name) is None
        for name, relation in dataset.relations.items()
    )
    audit = Audit(
        outcomes=examined.outcomes,
        source=dataset.name,
        as_of=options.as_of,
        columns=profile.columns if profile is not None else (),
        incidents=leaks,
        names_model=profile.names_model if profile is not None else None,
        policy=_stated(policy, dataset) if policy.name else {},
        declared=policy.to_dict() if policy.name else {},
        relations=(readable, len(dataset.relations)),
        sample=options.sample,
        run={
            "started": started.isoformat(timespec="seconds"),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "python": platform.python_version(),
            "versions": _versions(),
            "failures": list(run.failures),
        },
    )
    try:
        return audit.waived(policy.waivers)
    except UsageError as error:
        raise PolicyError.at(policy, ("waivers",), str(error)) from None


def _stated(policy: Policy, dataset: Dataset) -> dict[str, Any]:
    """Return what an audit says of its policy: also the tables that it names and the source lacks."""
    missing = [table.problem.message for table in Comparison(policy, dataset.relations).absent]
    return {"name": policy.name, "digest": policy.digest, "file": policy.file, "absent": missing}


def _profile(run: Examination) -> Profile | None:
    """Return what the columns hold; None where no check asked for it, or it could not be seen."""
    profile = run.facts.get("profile", {}) if run.facts.asked("profile") else None
    return profile if isinstance(profile, Profile) else None


def _versions() -> dict[str, str]:
    """Return the versions of the packages that decide what is found; of those that are installed."""
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
