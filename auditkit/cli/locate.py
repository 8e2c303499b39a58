"""The command that finds the rows of one data subject: locate."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from auditkit.cli import arguments
from auditkit.cli.console import opened, print_message, print_on_terminal, print_result, print_scanned
from auditkit.cli.rows import NEEDS_TERMINAL
from auditkit.cli.run_log import logged, policy_in_log
from auditkit.errors import UsageError

if TYPE_CHECKING:
    from auditkit.locate.counting import FoundKeys


def add(command: arguments.Commands) -> None:
    """Add this command."""
    purpose = "Find every row about one person, for a request of access or erasure; shows labels and counts."
    parser = command("locate", _locate, purpose, example="app.sqlite -p privacy.yaml --subject env:WHO")
    arguments.add_source(parser)
    arguments.add_policy(parser)
    arguments.add_day(parser)
    text = (
        "env:NAME, an environment variable with one identifier of the person on each line, or - for standard"
        " input; never the identifier itself"
    )
    parser.add_argument("--subject", required=True, metavar="env:NAME", help=text)
    parser.add_argument(
        "--limit",
        type=arguments.row_count,
        metavar="ROWS",
        default=1000,
        help="list at most this number of rows of each table; counts are always complete (default: 1000)",
    )
    parser.add_argument(
        "--reveal", action="store_true", help="print the keys of the rows, on a terminal only"
    )
    text = "list every table, way and place; otherwise a long answer is one screen, and the rest is counted"
    parser.add_argument("--all", action="store_true", help=text)
    parser.add_argument("--format", choices=["table", "json"], default="table", help="the output format")
    arguments.add_log(parser)


def _locate(args: argparse.Namespace) -> int:
    from auditkit.locate import identifiers, search
    from auditkit.locate.location import Level
    from auditkit.options import day
    from auditkit.report.folder import allowance

    if args.reveal and args.format == "json":
        raise UsageError(
            "--reveal prints keys on a terminal, and JSON holds labels: leave one of the two out"
        )
    if args.reveal and not sys.stdout.isatty():
        raise UsageError(NEEDS_TERMINAL)
    lines = identifiers.read(_lines_of_input() if args.subject == "-" else args.subject)
    policy = arguments.policy_of(args)
    with logged(args, "locate", subject=None) as line:
        with opened(args.source, policy) as (source, _):
            line.add(source=source.name, policy=policy_in_log(policy))
            found, keys = search.search(source, policy, lines, day(args.as_of), args.limit)
        levels = {level.value: sum(getattr(t, level) for t in found.tables) for level in Level}
        line.add(
            subject=[identifier.label for identifier in found.subject],
            as_of=found.as_of.isoformat(),
            counts={"rows": found.rows, "tables": len(found.found), **levels},
        )
        revealed = sum(len(table.rows) for table in keys) if args.reveal else 0
        line.ended(found.exit_code, rows_shown=revealed)
    if args.format == "json":
        print_scanned("located.json", found.to_json(), allowance(policy), end="")
    else:
        print_on_terminal(found.to_text(everything=args.all), allowance(policy), end="")
    if args.reveal:
        _reveal(keys)
    result = "something could not be searched" if found.exit_code else "everything was searched"
    print_message(found.summary)
    print_message(f"exit code {found.exit_code}: {result}")
    return found.exit_code


def _lines_of_input() -> list[str]:
    """Return the lines of standard input."""
    if sys.stdin.isatty():
        print_message("type the identifiers of the person, one on each line, and end with Ctrl-D")
    return sys.stdin.read().splitlines()


def _reveal(keys: Sequence[FoundKeys]) -> None:
    """Print the keys of the rows that were found."""
    from auditkit.report import text

    for table in keys:
        if table.columns:
            lines = [[text.printable(str(row[c])) for c in table.columns] for row in table.rows]
            head = list(map(text.printable, table.columns))
            print_result("", text.printable(table.table), text.table([head, *lines]))
