"""The command that writes suites for Great Expectations: expectations."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

import auditkit
from auditkit.cli import arguments
from auditkit.cli.console import opened, print_message, print_result
from auditkit.errors import UsageError
from auditkit.html_tables import count
from auditkit.outcome import Confidence, Severity

if TYPE_CHECKING:
    from auditkit.expectations import Result


def add(command: arguments.Commands) -> None:
    """Add this command."""
    purpose = "Write the row checks of a policy as Great Expectations suites, which run without auditkit."
    parser = command("expectations", _expectations, purpose, example="app.sqlite -p privacy.yaml --run")
    arguments.add_source(parser)
    arguments.add_policy(parser)
    arguments.add_day(parser)
    arguments.add_folder(parser, "the folder of the suites", "expectations")
    parser.add_argument(
        "--run",
        action="store_true",
        help="run the suites with Great Expectations, and print the counts",
        dest="run_suites",
    )
    arguments.add_threshold(parser)


def _expectations(args: argparse.Namespace) -> int:
    from auditkit import expectations
    from auditkit.audit.meeting import check

    policy = arguments.policy_of(args)
    with opened(args.source, policy) as (source, _):
        absent = check(source, policy)
        suites = expectations.compile(source, policy, as_of=args.as_of)
        written = expectations.write(suites, args.out)
    total = sum(len(suite.expectations) for suite in suites)
    print_message(f"{count(total, 'expectation')} in {count(len(written), 'file')}")
    if not total:
        raise UsageError(
            "no check could be compiled for this source: Great Expectations runs on SQLite and PostgreSQL"
        )
    if not args.run_suites:
        print_result(*written)
        return 0
    results = expectations.run(suites, args.source[0], folder=args.out)
    _print(results)
    severities = _by_rows(args, results)
    grave = sum(_fails(args, result, severities) for result in results)
    blind = sum(suite.blind for suite in suites) + sum(result.verdict == "error" for result in results)
    code = 1 if grave else 3 if blind or absent else 0
    print_message(_last_line(args, code, grave, blind, len(absent)))
    return code


def _last_line(args: argparse.Namespace, code: int, grave: int, blind: int, absent: int) -> str:
    """Return the exit code with its reason, in the words of an audit."""
    if code != 3:
        found = count(grave, "failed expectation") if grave else "no failed expectation"
        return f"exit code {code}: {found} of severity {args.fail_on} or above"
    lacking = f"the source lacks {count(absent, 'table')}" if absent else ""
    unseen = f"{count(blind, 'check')} could not see everything" if blind else ""
    return f"exit code 3: {' and '.join(filter(None, (lacking, unseen)))}"


def _print(results: Iterable[Result]) -> None:
    from auditkit.report import text

    lines = [
        [
            result.verdict,
            result.check or "",
            text.where(result.table, result.columns, result.target),
            "" if result.count is None else f"{result.count:,}",
        ]
        for result in results
    ]
    print_result(text.table([["VERDICT", "CHECK", "WHERE", "ROWS"], *lines]))


def _by_rows(args: argparse.Namespace, results: Collection[Result]) -> Mapping[str | None, Severity]:
    """Return the severity of the findings that an audit grades by their rows, by fingerprint.

    A count does not say it, so these checks are asked once more.
    """
    asked = {r.check for r in results if r.verdict == "failed" and r.severity_from == "rows"}
    checks = sorted(filter(None, asked))
    if not checks:
        return {}
    found = auditkit.audit(args.source[0], args.policy, checks=checks, as_of=args.as_of)
    return {finding.fingerprint: finding.severity for finding in found.findings}


def _fails(args: argparse.Namespace, result: Result, by_rows: Mapping[str | None, Severity]) -> bool:
    """Return whether a result makes the exit code 1."""
    if result.verdict != "failed" or result.waived:
        return False
    severity = by_rows.get(result.fingerprint, Severity(result.severity or Severity.CRITICAL))
    confidence = Confidence(result.confidence or Confidence.HIGH)
    return severity >= Severity(args.fail_on) and confidence >= Confidence(args.confidence)
