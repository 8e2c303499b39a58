"""Run the notebook of the privacy impact assessment, from a source to a sealed run folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from auditkit.assess import BUDGET, STRICT, last, refuse, runs_of
from auditkit.budget import text as time_text
from auditkit.extras import require
from auditkit.notebooks.execution import TIMEOUT, run
from auditkit.notebooks.parameters import Parameter
from auditkit.policy import Policy
from auditkit.report import folder as run_folder
from auditkit.report import manifest, run_index, selfscan
from auditkit.running import lock, private
from auditkit.running.progress import Progress, listening

NOTEBOOK = "privacy_impact_assessment"


def assess(
    source: str,
    policy: str | Path | None,
    out: str | Path = "reports",
    *,
    as_of: date | str | None = None,
    sample: int | None = None,
    previous: str | Path | None = None,
    view: str | None = None,
    language: str | None = None,
    timeout: int | None = TIMEOUT,
    budget: timedelta | None = None,
    progress: Progress | None = None,
    strict: bool = False,
) -> Path:
    """Run the notebook of the privacy impact assessment; return the path of `report.html`.

    The scrubbed notebook is in the run folder, beside the report. The run folder is made in a private folder
    inside `out`, sealed with its manifest, and moved to its place in one step. When the run fails, only
    `<name>/<run id>.failed.ipynb` is left.

    Args:
        source: the source, as for `auditkit.assess.report`.
        policy: the policy; None for none.
        out: the folder of the runs.
        as_of: the day of the audit; today by default.
        sample: how many rows of a table to read at most when looking for personal data.
        previous: the run to compare with; by default the last one of the same policy in `out`.
        view: whose order and words the report follows.
        language: the language of the report: `en`, `de` or `fr`.
        timeout: seconds that a cell may take; None for no limit.
        budget: how long the audit may go on reading; None for as long as it takes.
        progress: is called with what the notebook is doing, how much of it is done, and how much there is.
        strict: stop where a check fails, or where the source lacks a table that the policy names.

    Raises:
        ValueError: a parameter is not possible, or is a secret.
        PolicyError: the policy cannot be read.
        RunLocked: another run of the policy into `out` is under way.
        NotebookError: the notebook stopped before its end.
        PersonalValueError: the notebook would hold a personal value.
    """
    require("report", "the assessment as a notebook needs")
    refuse(source, as_of=as_of, sample=sample, previous=previous, view=view, language=language)
    # Most errors are errors of the policy, so it is loaded before a kernel starts.
    declared = Policy.load(policy) if policy else None
    base = Path(out).absolute()
    parameters: dict[str, Parameter] = {
        "source": source,
        "policy": str(policy or ""),
        "as_of": str(as_of or ""),
        "sample": int(sample or 0),
        "previous": str(previous or ""),
        "view": view or "",
        "language": language or "",
    }
    environment = ({BUDGET: time_text(budget)} if budget else {}) | ({STRICT: "1"} if strict else {})
    if progress is not None:
        progress("notebook", 0, 0)
    with lock.held(runs_of(base, declared)), listening(progress) as watched:
        environment |= watched
        page = _assessed(base, declared, parameters, timeout, environment)
    return page if Path(out).is_absolute() else Path(os.path.relpath(page))


def _assessed(
    base: Path,
    policy: Policy | None,
    parameters: Mapping[str, Parameter],
    timeout: int | None,
    environment: Mapping[str, str],
) -> Path:
    """Run the notebook in a private folder inside `base`; return the page at its final place."""
    allowed = run_folder.allowance(policy)
    with private.inside(base, ".run-") as staging:
        executed = staging / f"{NOTEBOOK}.ipynb"
        every = {**parameters, **_earlier_run(base, policy, parameters), "out": str(staging / "runs")}
        try:
            run(NOTEBOOK, every, executed, timeout=timeout, allowed=allowed, environment=environment)
            return _moved(staging, executed, base)
        except BaseException as error:
            _keep_failed_notebook(staging, run_folder.place(base, policy.name if policy else ""), error)
            raise


def _earlier_run(
    base: Path, policy: Policy | None, parameters: Mapping[str, Parameter]
) -> dict[str, Parameter]:
    """Return the parameter for the last run of the same policy, where the caller names no run."""
    if policy is None or parameters["previous"]:
        return {}
    latest = manifest.latest(runs_of(base, policy), policy.name)
    if not latest or not last(latest.folder.parent, latest.chain):
        return {}
    return {"previous": str(latest.folder)}


def _moved(staging: Path, executed: Path, base: Path) -> Path:
    """Seal the run folder with its notebook, and move it to its place; return the page there."""
    (page,) = (p for p in (staging / "runs").glob("*/*/report.html") if not p.parent.is_symlink())
    executed.rename(page.parent / executed.name)
    target = base / page.parent.parent.name / page.parent.name
    target.parent.mkdir(mode=0o700, exist_ok=True)
    # The run was sealed without the notebook, and without the runs at its final place. This seal counts.
    manifest.seal(page.parent, target.parent)
    page.parent.rename(target)
    run_index.update(target.parent)
    return target / page.name


def _keep_failed_notebook(staging: Path, place: Path, error: BaseException) -> None:
    """Move the notebook of a failed run beside the place of its run folder, with a note on what was found."""
    for left in staging.rglob("*.failed.ipynb"):
        place.parent.mkdir(mode=0o700, exist_ok=True)
        left.rename(place.with_name(f"{place.name}.failed.ipynb"))
    if isinstance(error, selfscan.PersonalValueError):
        run_folder.leave_note(place, str(error))
