"""The command for a first look at data: explore."""

from __future__ import annotations

import argparse
from pathlib import Path

from auditkit.cli import arguments
from auditkit.cli.console import opened, print_on_terminal, print_page, print_scanned, terminal_width
from auditkit.cli.run_log import logged, source_in_log
from auditkit.errors import UsageError


def add(command: arguments.Commands) -> None:
    """Add this command."""
    purpose = "Show what data holds, who can be found in it, and what to state next, without a policy."
    parser = command("explore", _explore, purpose, example="people.csv")
    arguments.add_source(parser)
    arguments.add_day(parser)
    arguments.add_sample(parser)
    arguments.add_budget(parser)
    parser.add_argument("--format", choices=["text", "json"], default="text", help="the output format")
    text = "write a page of one file: the same with figures, and a card for each column"
    parser.add_argument("-o", "--out", type=Path, metavar="FILE", help=text)
    arguments.add_log(parser)


def _explore(args: argparse.Namespace) -> int:
    from auditkit.budget import Budget
    from auditkit.exploration import explore
    from auditkit.report.folder import allowance

    if args.out is not None and args.format != "text":
        raise UsageError("-o writes a page of its own: leave --format out")
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
    if args.out is not None:
        print_page("exploration.html", args.out, found.to_html(), allowed)
    elif args.format == "json":
        print_scanned("exploration.json", found.to_json(), allowed, end="")
    else:
        print_on_terminal(found.to_text(terminal_width()), allowed)
    return code
