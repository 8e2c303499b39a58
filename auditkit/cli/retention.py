"""The command that tries other retention periods: retention."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from auditkit.cli import arguments
from auditkit.cli.console import opened, print_on_terminal, print_scanned
from auditkit.errors import UsageError

if TYPE_CHECKING:
    from auditkit.policy import Period


def add(command: arguments.Commands) -> None:
    """Add this command."""
    purpose = "Show how many rows other retention periods would make overdue."
    parser = command("retention", _retention, purpose, example="app.sqlite -p privacy.yaml --what-if P1Y,P3Y")
    arguments.add_source(parser)
    arguments.add_policy(parser)
    arguments.add_day(parser)
    text = "the periods to try, such as P1Y,P18M,P30D (ISO 8601)"
    parser.add_argument("--what-if", required=True, metavar="PERIODS", help=text)
    parser.add_argument("--format", choices=["table", "json"], default="table", help="the output format")


def _retention(args: argparse.Namespace) -> int:
    from auditkit.report.folder import allowance
    from auditkit.scanners import retention
    from auditkit.scanners.retention.other_periods import text

    if args.policy is None:
        raise UsageError("without a policy there are no retention rules to try periods on: give one with -p")
    policy, periods = arguments.policy_of(args), _periods(args.what_if)
    with opened(args.source, policy) as (source, _):
        effects = retention.what_if(source, policy, periods, as_of=args.as_of)
    if args.format == "json":
        listed = json.dumps([effect.to_dict() for effect in effects], indent=1)
        print_scanned("what-if.json", listed, allowance(policy))
    else:
        print_on_terminal(text(effects), allowance(policy))
    return 0


def _periods(text: str) -> list[Period]:
    """Return the periods of a list with commas.

    Raises:
        UsageError: one of them is not a period.
    """
    from auditkit.policy import Period

    try:
        return [Period.parse(part.strip()) for part in text.split(",")]
    except ValueError:
        message = "--what-if takes ISO 8601 periods with commas between them, such as P1Y,P18M,P30D"
        raise UsageError(message) from None
