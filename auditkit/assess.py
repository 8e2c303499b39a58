"""From a source to a finished run: what `auditkit.report` does."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditkit.audit.audit import Audit
from auditkit.errors import UsageError
from auditkit.html_tables import Fragment
from auditkit.options import day
from auditkit.outcome import Severity
from auditkit.policy import Policy
from auditkit.report import folder, manifest, run_index, ssh
from auditkit.report.body import VIEWS
from auditkit.report.causes import errors
from auditkit.report.front import fragment
from auditkit.report.say import known_language, language_of, speaking
from auditkit.report.wording import cause_words
from auditkit.running import audit_log, lock
from auditkit.running.progress import progress
from auditkit.scanners import audit
from auditkit.vocabulary import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

BUDGET = "AUDITKIT_BUDGET"
"""The environment variable that bounds a run whose caller does not: a notebook's parameters are closed."""

STRICT = "AUDITKIT_STRICT"
"""The environment variable that makes such a run strict, where it holds anything."""


@dataclass(frozen=True)
class Run:
    """An audit and the folder its report was written to."""

    folder: Path
    audit: Audit

    @property
    def audit_json(self) -> Path:
        """Every outcome."""
        return self.folder / "audit.json"

    @property
    def report_json(self) -> Path:
        """Every statement with its provenance."""
        return self.folder / "report.json"

    @property
    def report_html(self) -> Path:
        """The page for people."""
        return self.folder / "report.html"

    @property
    def findings_csv(self) -> Path:
        """The findings for a spreadsheet."""
        return self.folder / "findings.csv"

    @property
    def inventory_csv(self) -> Path:
        """Every column, with its verdict and what the policy declares of it."""
        return self.folder / "inventory.csv"

    @property
    def findings_sarif(self) -> Path:
        """The findings for a code-scanning view."""
        return self.folder / "findings.sarif"

    @property
    def manifest_json(self) -> Path:
        """The sizes and digests of all of them, and the run before."""
        return self.folder / manifest.NAME

    @property
    def not_assessed(self) -> pd.DataFrame:
        """What was not assessed and why, one line a check and table."""
        import pandas as pd

        rows = [(o.check, o.table, cause_words(o.cause), o.reason) for o in self.audit.not_assessed]
        return pd.DataFrame(rows, columns=["check", "table", "cause", "reason"])

    @property
    def summary(self) -> str:
        """One line: errors first, then what was found and what was not seen.

        The folder is named, not its path: a notebook that shows this is passed on.
        """
        counts = {
            s: sum(f.severity == s and f.waiver is None for f in self.audit.findings)
            for s in reversed(Severity)
        }
        found = (
            ", ".join(f"{n} {severity}" for severity, n in counts.items() if n)
            or "no violation found by these checks"
        )
        waived = sum(f.waiver is not None for f in self.audit.findings)
        parts = [
            errors(self.audit),
            *self.audit.absent,
            found,
            f"{waived} waived" if waived else "",
            f"{len(self.audit.not_assessed)} not assessed",
            f"run {self.folder.name}",
        ]
        return "; ".join(filter(None, parts))

    @property
    def first_page(self) -> Fragment:
        """The first page of the report, for a notebook: the answer, incidents, risks and signatures."""
        return fragment.of(json.loads(self.report_json.read_text(encoding="utf-8")))

    def __repr__(self) -> str:
        return f"Run({self.summary})"

    def _repr_html_(self) -> str:
        # An absolute path names a person's home; the executed notebook lies beside the page, so the bare name
        # is right for it.
        link = "report.html" if self.folder.is_absolute() else self.report_html.as_posix()
        return f'<p>{escape(self.summary)}. <a href="{escape(link)}">Open the report</a></p>'


def report(
    source: Any,
    policy: str | Path | Policy | None,
    out: str | Path,
    *,
    as_of: date | str | None = None,
    sample: int | None = None,
    previous: str | Path | Audit | None = None,
    view: str | None = None,
    language: str | None = None,
    budget: timedelta | str | None = None,
    strict: bool = False,
) -> Run:
    """Audit a source with all scanners and write the run folder `OUT/<policy>/<run id>/`.

    Empty texts and zero mean "not given", so that a notebook can pass its parameters as they are. Two runs of
    the same policy into the same folder never overlap. `OUT/audit.log.jsonl` says how the run ended.

    Args:
        source: what `auditkit.open` takes.
        policy: the policy, or its file; without one only what needs no declaration is assessed.
        out: the folder of all runs.
        as_of: the day of the audit, 00:00 UTC; today by default.
        sample: how many rows of a table to read at most for personal data; all by default.
        previous: the run folder, or the audit, to compare with; by default the last run of the same policy
            in `out`.
        view: the order and the words of the template of an authority: `edpb`, `ico` or `cnil`; the report's
            own by default.
        language: the language of the report: `en`, `de` or `fr`; by default that of the policy, else English.
            What people state, and what is written for engineers, stays as it is.
        budget: how long to go on reading; by default what the environment variable `AUDITKIT_BUDGET` says
            (such as `10m`), else without limit.
        strict: as for `auditkit.audit`; also where the environment variable `AUDITKIT_STRICT` holds anything.

    Returns:
        The run: its folder and its audit.

    Raises:
        UsageError: the source is empty, the sample is negative, the day is not a date, the earlier run holds
            no audit, or the view or the language is not known.
        PolicyError: the policy cannot be read, or names something that the source does not have.
        SourceError: the source cannot be opened.
        RunLocked: another run of the policy into this folder is under way.
        PersonalValueError: an artefact would have held a personal value; nothing was written.
    """
    earlier = refuse(source, as_of=as_of, sample=sample, previous=previous, view=view, language=language)
    limit = budget if budget is not None else os.environ.get(BUDGET) or None
    declared = Policy.load(policy) if policy else Policy.empty()
    with (
        speaking(language or language_of(declared.language)),
        audit_log.line(Path(out) / audit_log.NAME, "auditkit.report") as entry,
        lock.held(runs_of(out, declared)),
        progress() as watch,
    ):
        result = audit(
            source,
            declared,
            as_of=as_of or None,
            sample=sample or None,
            budget=limit,
            strict=strict or bool(os.environ.get(STRICT)),
            progress=watch,
        )
        if watch is not None:
            watch("report", 0, 0)
        entry.add(**result.log_details())
        target = folder.place(out, declared.name or result.source)
        before = earlier or last(target.parent, declared.name or result.source)
        folder.save(
            result,
            target,
            policy=declared if policy else None,
            previous=before,
            view=view or None,
            runs=manifest.signed(declared.signed_runs, target.parent, *_beside(previous)),
            signatures=_signatures(declared),
        )
        entry.ended(run=target.name, manifest_sha256=manifest.read(target).sha256)
        run_index.update(target.parent)
    return Run(target, result)


def _signatures(policy: Policy) -> dict[str, str]:
    """Return what became of the SSH signatures of a policy, where there are any."""
    signers = os.environ.get(ssh.SIGNERS)
    return {k: c.words for k, c in ssh.statements(policy, Path(signers) if signers else None).items()}


def _beside(previous: str | Path | Audit | None) -> tuple[Path, ...]:
    """Return the folder in which the run to compare with lies: the runs before it are there too."""
    if not isinstance(previous, str | Path) or not previous:
        return ()
    place = Path(previous)
    return ((place if place.is_dir() else place.parent).absolute().parent,)


def runs_of(out: str | Path, policy: Policy | None) -> Path:
    """Return the folder whose runs must not overlap: the policy's, or without a policy the folder of all."""
    return Path(out) / folder.slug(policy.name) if policy and policy.name else Path(out)


def last(runs: Path, chain: str) -> Audit | None:
    """Return the audit of the last run of a policy in a folder of runs; None where no run can be read."""
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
    language: str | None,
) -> Audit | None:
    """Check the arguments of a report before anything is opened; return the earlier audit to compare with.

    Raises:
        UsageError: the source is empty, the sample is negative, the day is not a date, the earlier run holds
            no audit, or the view or the language is not known.
    """
    if source is None or (isinstance(source, str) and not source.strip()):
        raise UsageError(
            "the source is empty; give a file, a folder, or env:NAME with the name of an environment variable"
            " that holds a URL"
        )
    if view and view not in VIEWS:
        raise UsageError(
            f"there is no view {view!r}.{did_you_mean(view, VIEWS)} There is: {', '.join(VIEWS)}"
        )
    known_language(language)
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
