"""The command that runs the checks: audit."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from auditkit.cli import arguments, notify
from auditkit.cli.console import opened, print_message, print_on_terminal, print_scanned
from auditkit.cli.run_log import logged, source_in_log
from auditkit.outcome import Confidence, Severity

if TYPE_CHECKING:
    from auditkit.audit.audit import Audit
    from auditkit.policy import Policy


def add(command: arguments.Commands) -> None:
    """Add this command."""
    purpose = "Check a source against its policy, and list the findings."
    parser = command("audit", _audit, purpose, example="app.sqlite -p privacy.yaml")
    arguments.add_source(parser)
    arguments.add_policy(parser)
    arguments.add_day(parser)
    parser.add_argument(
        "--scanner", action="append", metavar="NAME", help="run only this scanner; may be given several times"
    )
    parser.add_argument(
        "--check", action="append", metavar="ID", help="run only this check; may be given several times"
    )
    arguments.add_sample(parser)
    arguments.add_budget(parser)
    arguments.add_strict(parser)
    arguments.add_threshold(parser)
    text = "an earlier run; only findings that are new or have grown since then make the exit code 1"
    parser.add_argument("--against", type=Path, metavar="RUN", help=text)
    text = "list every place of a finding, and the checks that do not apply"
    parser.add_argument("--all", action="store_true", help=text)
    formats = ["table", "json", "sarif", "html", "csv", "junit", "openmetrics"]
    parser.add_argument("--format", choices=formats, default="table", help="the output format")
    notify.add(parser)
    arguments.add_log(parser)


def _audit(args: argparse.Namespace) -> int:
    from auditkit.audit.audit import Audit
    from auditkit.budget import Budget
    from auditkit.policy import Policy
    from auditkit.report import changes
    from auditkit.scanners import audit

    named = source_in_log(args.source)
    with notify.notifying(args, "auditkit audit", named) as notified:
        earlier = Audit.load(args.against) if args.against is not None else None
        policy = Policy.load(args.policy) if args.policy else None
        with logged(args, "audit", source=named) as line:
            budget = Budget.of(args.budget)
            with opened(args.source, policy, strict=args.strict, budget=budget) as (source, progress):
                found = audit(
                    source,
                    policy,
                    scanners=args.scanner,
                    checks=args.check,
                    as_of=args.as_of,
                    sample=args.sample,
                    strict=args.strict,
                    budget=budget,
                    progress=progress,
                )
            line.add(**found.log_details())
            code = exit_code(args, found, earlier)
            line.ended(code)
        notified(code, found, earlier)
    _print(found, args, policy, earlier)
    if earlier is not None:
        summary = changes.summary(earlier, found)
        print_message(f"since {earlier.run.get('id') or earlier.as_of}: {summary}")
    print_message(last_line(args, found, earlier))
    return code


def _print(found: Audit, args: argparse.Namespace, policy: Policy | None, earlier: Audit | None) -> None:
    from auditkit.report import csv, sarif, terminal
    from auditkit.report.exports import junit, openmetrics
    from auditkit.report.folder import allowance

    allowed = allowance(policy, found, earlier)
    match args.format:
        case "json":
            print_scanned("audit.json", found.to_json(), allowed, end="")
        case "sarif":
            text = sarif.render(found, policy=policy, previous=earlier)
            print_scanned("findings.sarif", text, allowed, end="")
        case "html":
            print_scanned("report.html", found.to_html(), allowed, end="")
        case "csv":
            print_scanned("findings.csv", csv.render(found), allowed, end="")
        case "junit":
            print_scanned(junit.FILE, junit.of(found), allowed, end="")
        case "openmetrics":
            print_scanned(openmetrics.FILE, openmetrics.of(found), allowed, end="")
        case _:
            print_on_terminal(terminal.audit(found, everything=args.all), allowed)


def exit_code(args: argparse.Namespace, found: Audit, earlier: Audit | None = None) -> int:
    """Return the exit code of an audit, by the options that say which findings count."""
    return found.exit_code(Severity(args.fail_on), Confidence(args.confidence), earlier)


def last_line(args: argparse.Namespace, found: Audit, earlier: Audit | None = None) -> str:
    """Return the last line of a run: errors, the counts, and the exit code with its reason."""
    from auditkit.report import terminal

    fail_on, confidence = Severity(args.fail_on), Confidence(args.confidence)
    code, grave = exit_code(args, found, earlier), found.grave(fail_on, confidence, earlier)
    return terminal.summary(found, terminal.conclusion(found, code, len(grave), fail_on))
