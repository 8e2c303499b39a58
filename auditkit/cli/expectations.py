"""The command that writes suites for Great Expectations: expectations."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

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
    parser.add_argument(
        "-o",
        "--out",
        type=Path,
        default=Path("expectations"),
        metavar="DIR",
        help="the folder of the suites (default: expectations/)",
    )
    parser.add_argument(
        "--run",
        action="store_true",
        help="run the suites with Great Expectations, and print the counts",
        dest="run_suites",
    )
    arguments.add_threshold(parser)


def _expectations(args: argparse.Namespace) -> int:
    from auditkit import expectations

    policy = arguments.policy_of(args)
    with opened(args.source, policy) as (source, _):
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
    if any(_fails(args, result) for result in results):
        return 1
    return 3 if any(result.verdict == "error" for result in results) else 0


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


def _fails(args: argparse.Namespace, result: Result) -> bool:
    """Return whether a result makes the exit code 1."""
    if result.verdict != "failed" or result.waived:
        return False
    severity = Severity(result.severity or Severity.CRITICAL)
    confidence = Confidence(result.confidence or Confidence.HIGH)
    return severity >= Severity(args.fail_on) and confidence >= Confidence(args.confidence)
