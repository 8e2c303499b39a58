"""The commands that read data: profile, init, audit, report, rows."""

from __future__ import annotations

import argparse
import json
import os
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from auditkit.cli import arguments
from auditkit.cli.console import opened, say, tell
from auditkit.errors import UsageError
from auditkit.audit.audit import Audit
from auditkit.outcome import Confidence, Severity
from auditkit.running import audit_log

if TYPE_CHECKING:
    from auditkit.detection import Profile


def add(command: arguments.Commands) -> None:
    """Add these commands."""
    made = command("profile", _profile, "Say what personal data is where.")
    arguments.reading(made)
    made.add_argument(
        "-p",
        "--policy",
        type=Path,
        metavar="FILE",
        help="the policy, whose block `detection` says what else to look for",
    )
    arguments.log(made)
    made.add_argument(
        "--all", action="store_true", help="show every column, not only those with personal data"
    )
    made.add_argument(
        "--explain", metavar="TABLE.COLUMN", help="print the sum of the evidence on one column instead"
    )
    made.add_argument("--format", choices=["table", "json", "csv"], default="table")
    made = command(
        "init", _init, "Draft a policy for a source, on stdout; every human statement is left to be stated."
    )
    arguments.reading(made, bounded=False)
    made = command("audit", _audit, "Run the checks.")
    arguments.reading(made)
    arguments.policy(made)
    arguments.failing(made)
    arguments.log(made)
    made.add_argument(
        "--scanner", action="append", metavar="NAME", help="only this scanner; may be given several times"
    )
    made.add_argument(
        "--check", action="append", metavar="ID", help="only this check; may be given several times"
    )
    told = "only findings that are new or have grown since this run count for the exit code"
    made.add_argument("--against", type=Path, metavar="RUN", help=told)
    made.add_argument("--format", choices=["table", "json", "sarif", "html", "csv"], default="table")
    made = command(
        "report",
        _report,
        "Write the privacy impact assessment: runs the notebook, prints the path of report.html.",
    )
    arguments.reading(made)
    arguments.policy(made)
    arguments.failing(made)
    made.add_argument(
        "-o",
        "--out",
        type=Path,
        default=Path("reports"),
        metavar="DIR",
        help="folder of the runs (default: reports/)",
    )
    told = "the run to compare with (default: the last one of the same policy in the folder)"
    made.add_argument("--previous", type=Path, metavar="RUN", help=told)
    made = command("rows", _rows, "Show the primary keys of the rows of a finding, on a terminal only.")
    made.add_argument("run_folder", type=Path, metavar="RUN", help="the run folder")
    made.add_argument(
        "fingerprint", metavar="FINGERPRINT", help="8 or more digits of the finding's fingerprint"
    )
    arguments.source(made)
    made.add_argument("-p", "--policy", type=Path, metavar="FILE", help="the policy of the run")
    made.add_argument(
        "--limit", type=arguments.rows, metavar="ROWS", default=50, help="show at most so many (default: 50)"
    )
    arguments.log(made)


def _profile(given: argparse.Namespace) -> int:
    from auditkit.budget import Budget
    from auditkit.facts.profile import within
    from auditkit.policy import Policy
    from auditkit.report import text

    declared = Policy.load(given.policy) if given.policy else None
    budget = Budget.of(given.budget)
    with _logged(given) as said, opened(given.source) as (found, progress):
        said.details["source"] = found.name
        profile = within(
            budget, found, tuple(found.relations), sample=given.sample, progress=progress, policy=declared
        )
        code = 3 if profile.failed else 0
        said.ended(code)
    if given.explain:
        tell(_explanation(profile, given.explain))
        return code
    match given.format:
        case "json":
            tell(
                json.dumps(profile.to_pandas().to_dict("records"), indent=1, ensure_ascii=False, default=str)
            )
        case "csv":
            tell(profile.to_pandas().to_csv(index=False), end="")
        case _:
            tell(text.profile(profile.columns, everything=given.all))
    for table, missing in profile.failed.items():
        say(f"not seen: {text.printable(table)}: {missing.reason}")
    return code


def _explanation(profile: Profile, wanted: str) -> str:
    from auditkit import detection

    columns = [(c.table, c.column) for c in profile.columns if f"{c.table}.{c.column}" == wanted]
    table, _, column = wanted.rpartition(".")
    if not columns and not table:
        raise UsageError("--explain takes a table and a column with a dot between them, such as users.email")
    return detection.explain(profile, *(columns[0] if columns else (table, column)))


def _init(given: argparse.Namespace) -> int:
    from auditkit import detection, draft

    with opened(given.source) as (found, progress):
        tell(draft.draft(found, detection.profile(found, sample=given.sample, progress=progress)), end="")
    return 0


def _audit(given: argparse.Namespace) -> int:
    from auditkit.policy import Policy
    from auditkit.report import csv, sarif, text
    from auditkit.scanners import audit

    against = Audit.load(given.against) if given.against is not None else None
    declared = Policy.load(given.policy) if given.policy else None
    with _logged(given) as said:
        with opened(given.source) as (source, progress):
            told = {
                "scanners": given.scanner,
                "checks": given.check,
                "as_of": given.as_of,
                "sample": given.sample,
                "budget": given.budget,
            }
            found = audit(source, declared, progress=progress, **told)
        said.add(**found.log_details())
        said.ended(_code(given, found, against))
    match given.format:
        case "json":
            tell(found.to_json(), end="")
        case "sarif":
            tell(sarif.render(found, policy=declared, previous=against), end="")
        case "html":
            tell(found.to_html(), end="")
        case "csv":
            tell(csv.render(found), end="")
        case _:
            tell(text.audit(found))
    if against is not None:
        from auditkit.report import changes

        say(f"since {against.run.get('id') or against.as_of}: {changes.summary(against, found)}")
    say(text.summary(found))
    return _code(given, found, against)


def _report(given: argparse.Namespace) -> int:
    from auditkit import notebooks
    from auditkit.report import manifest, text

    if len(given.source) != 1:
        raise UsageError("a report is about one source; put several into one folder")
    with audit_log.line(
        given.out / audit_log.NAME, "auditkit report", failed=2, source=_shown(given.source[0])
    ) as said:
        with opened(given.source):  # the notebook's kernel reads; what it will read is said before
            pass
        page = notebooks.assess(
            given.source[0],
            given.policy,
            given.out,
            as_of=given.as_of,
            sample=given.sample,
            previous=given.previous,
            budget=given.budget,
        )
        found, sealed = Audit.load(page.parent), manifest.read(page.parent)
        said.add(**found.log_details())
        said.ended(_code(given, found), run=sealed.run, manifest_sha256=sealed.sha256)
    say(text.summary(found))
    tell(page)
    return _code(given, found)


def _rows(given: argparse.Namespace) -> int:
    from auditkit import finding_rows
    from auditkit.policy import Policy
    from auditkit.report import text

    if not sys.stdout.isatty():
        raise UsageError(
            "keys of rows are shown on a terminal only: they are personal data, and a file or pipe would keep"
            " them"
        )
    run = Audit.load(given.run_folder)
    wanted = finding_rows.finding(run, given.fingerprint)
    if run.policy and given.policy is None:
        raise UsageError(
            "give the policy of the run, with -p"
            f" {text.printable(str(run.policy.get('file') or 'privacy.yaml'))}"
        )
    policy = Policy.load(given.policy) if given.policy else Policy.empty()
    if policy.digest != run.policy.get("digest", ""):
        say("the policy has changed since the run: these are the rows that break it as it is now")
    with _logged(given, finding=wanted.fingerprint) as said:
        keys = finding_rows.keys(
            given.source[0] if len(given.source) == 1 else given.source, policy, run, wanted, given.limit
        )
        said.ended(0, rows_shown=len(keys.rows))
    lines = [[text.printable(str(row[c])) for c in keys.columns] for row in keys.rows]
    tell(text.table([list(map(text.printable, keys.columns)), *lines]))
    was = f"; {wanted.rows:,} in the run" if wanted.rows is not None and wanted.rows != keys.total else ""
    say(f"{len(keys.rows):,} of {keys.total:,} rows of {text.printable(keys.table)}{was}")
    return 0


def _logged(given: argparse.Namespace, **told: object) -> AbstractContextManager[audit_log.Line]:
    name = {_profile: "profile", _audit: "audit", _rows: "rows"}[given.run]
    source = _shown(given.source[0]) if len(given.source) == 1 else None
    return audit_log.line(
        given.log or os.environ.get(audit_log.VARIABLE), f"auditkit {name}", failed=2, source=source, **told
    )


def _shown(source: str) -> str:
    """Return what a log calls a source that may yet turn out not to open: a base name, the name of a
    variable, a kind of database.
    """
    from auditkit.dataset.names import shown_source

    if source.startswith("env:"):
        return source
    scheme, url, _ = source.partition("://")
    return scheme if url else shown_source(Path(source).name)


def _code(given: argparse.Namespace, found: Audit, against: Audit | None = None) -> int:
    return found.exit_code(Severity(given.fail_on), Confidence(given.confidence), against)
