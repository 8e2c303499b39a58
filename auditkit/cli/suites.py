"""The commands on what a policy means for a source: expectations, tenants, retention."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from auditkit.cli import arguments
from auditkit.cli.console import opened, say, tell
from auditkit.errors import UsageError
from auditkit.outcome import Confidence, Severity

if TYPE_CHECKING:
    from auditkit.expectations import Result


def add(command: arguments.Commands) -> None:
    """Add these commands."""
    told = "Compile the row checks of a policy into Great Expectations suites, which run without auditkit."
    made = command("expectations", _expectations, told)
    arguments.source(made)
    arguments.policy(made)
    arguments.failing(made)
    made.add_argument(
        "-o",
        "--out",
        type=Path,
        default=Path("expectations"),
        metavar="DIR",
        help="folder of the suites (default: expectations/)",
    )
    made.add_argument(
        "--run",
        action="store_true",
        help="run them with Great Expectations and print the counts",
        dest="run_suites",
    )

    made = command("tenants", _tenants, "Show how every table belongs to a tenant, with the evidence.")
    arguments.source(made)
    arguments.policy(made)
    made.add_argument("--format", choices=["text", "yaml"], default="text", help="yaml: for the policy")
    made = command("retention", _retention, "Say how many rows other retention periods would make overdue.")
    arguments.source(made)
    arguments.policy(made)
    made.add_argument("--what-if", required=True, metavar="PERIODS", help="periods to try, as in P1Y,P2Y,P3Y")
    made.add_argument("--format", choices=["table", "json"], default="table")


def _tenants(given: argparse.Namespace) -> int:
    from auditkit.policy import Policy
    from auditkit.report import text
    from auditkit.scanners import tenancy

    declared = Policy.load(given.policy) if given.policy else Policy.empty()
    with opened(given.source) as (source, _):
        found = tenancy.tenant_map(source, declared)
    shown = "\n".join(map(text.printable, found.to_text().splitlines())) + "\n"
    tell(found.to_yaml() if given.format == "yaml" else shown, end="")
    return 0


def _retention(given: argparse.Namespace) -> int:
    from auditkit.policy import Period, Policy
    from auditkit.scanners import retention
    from auditkit.scanners.retention.other_periods import text

    if given.policy is None:
        raise UsageError("without a policy there are no retention rules to try periods on: give one with -p")
    declared = Policy.load(given.policy)
    try:
        periods = [Period.parse(text.strip()) for text in given.what_if.split(",")]
    except ValueError:
        raise UsageError(
            "--what-if takes ISO 8601 periods with commas between them, as in P1Y,P18M,P30D"
        ) from None
    with opened(given.source) as (source, _):
        effects = retention.what_if(source, declared, periods, as_of=given.as_of)
    tell(json.dumps([e.to_dict() for e in effects], indent=1) if given.format == "json" else text(effects))
    return 0


def _expectations(given: argparse.Namespace) -> int:
    from auditkit import expectations
    from auditkit.policy import Policy
    from auditkit.report import text

    declared = Policy.load(given.policy) if given.policy else Policy.empty()
    with opened(given.source) as (source, _):
        suites = expectations.compile(source, declared, as_of=given.as_of)
        written = expectations.write(suites, given.out)
    total = sum(len(suite.expectations) for suite in suites)
    say(f"{total} expectations in {len(written)} files")
    if not total:
        raise UsageError(
            "nothing could be compiled for this source: Great Expectations runs on SQLite and PostgreSQL"
        )
    if not given.run_suites:
        tell(*written)
        return 0
    results = expectations.run(given.out, given.source[0])
    shown = [
        [
            r.verdict,
            r.check or "",
            text.where(r.table, r.columns, r.target),
            "" if r.count is None else f"{r.count:,}",
        ]
        for r in results
    ]
    tell(text.table([["VERDICT", "CHECK", "WHERE", "ROWS"], *shown]))
    grave = [r for r in results if r.verdict == "failed" and not r.waived and _counts(given, r)]
    return 1 if grave else 3 if any(r.verdict == "error" for r in results) else 0


def _counts(given: argparse.Namespace, result: Result) -> bool:
    """Return whether a result is bad enough, and sure enough, for the exit code."""
    severity, confidence = result.severity or Severity.CRITICAL, result.confidence or Confidence.HIGH
    return Severity(severity) >= Severity(given.fail_on) and Confidence(confidence) >= Confidence(
        given.confidence
    )
