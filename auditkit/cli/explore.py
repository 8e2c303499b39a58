"""The command for a first look at data: explore."""

from __future__ import annotations

import argparse

from auditkit.cli import arguments
from auditkit.cli.console import opened, print_scanned
from auditkit.cli.run_log import logged, source_in_log


def add(command: arguments.Commands) -> None:
    """Add this command."""
    purpose = "Show what data holds, who can be found in it, and what to state next, without a policy."
    parser = command("explore", _explore, purpose, example="people.csv")
    arguments.add_source(parser)
    arguments.add_day(parser)
    arguments.add_sample(parser)
    arguments.add_budget(parser)
    parser.add_argument("--format", choices=["text", "json"], default="text", help="the output format")
    arguments.add_log(parser)


def _explore(args: argparse.Namespace) -> int:
    from auditkit.budget import Budget
    from auditkit.exploration import explore
    from auditkit.report.folder import allowance

    budget = Budget.of(args.budget)
    with (
        logged(args, "explore", source=source_in_log(args.source)) as line,
        opened(args.source, budget=budget) as (source, progress),
    ):
        line.add(source=source.name)
        found = explore(source, as_of=args.as_of, sample=args.sample, budget=budget, watch=progress)
        code = 3 if found.profile.failed or found.audit.errors else 0
        line.ended(code)
    allowed = allowance(None, found.audit)
    if args.format == "json":
        print_scanned("exploration.json", found.to_json(), allowed, end="")
    else:
        print_scanned("the terminal", found.to_text(), allowed)
    return code
