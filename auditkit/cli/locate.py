"""The command on one data subject: locate."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from auditkit.cli import arguments
from auditkit.cli.console import opened, say, tell
from auditkit.errors import UsageError
from auditkit.running import audit_log

if TYPE_CHECKING:
    from auditkit.locate.counting import FoundKeys


def add(command: arguments.Commands) -> None:
    """Add this command."""
    made = command(
        "locate",
        _locate,
        "Find every row about one data subject, for a request of access or erasure; shows labels, no values.",
    )
    arguments.source(made)
    arguments.policy(made)
    told = (
        "env:NAME (a variable with one identifier a line) or - (standard input); never the identifier itself"
    )
    made.add_argument("--subject", required=True, metavar="env:NAME", help=told)
    made.add_argument(
        "--limit",
        type=arguments.rows,
        metavar="ROWS",
        default=1000,
        help="at most so many keys a table (default: 1000)",
    )
    made.add_argument(
        "--reveal",
        action="store_true",
        help="print the keys of the rows instead of labels, on a terminal only",
    )
    made.add_argument("--format", choices=["table", "json"], default="table")
    arguments.log(made)


def _locate(given: argparse.Namespace) -> int:
    from auditkit.locate import identifiers, search
    from auditkit.locate.location import Level
    from auditkit.options import day
    from auditkit.policy import Policy

    if given.reveal and given.format == "json":
        raise UsageError("--reveal prints keys on a terminal; JSON holds labels: leave one of the two out")
    if given.reveal and not sys.stdout.isatty():
        raise UsageError(
            "keys of rows are shown on a terminal only: they are personal data, and a file or pipe would keep"
            " them"
        )
    lines = identifiers.read(_lines() if given.subject == "-" else given.subject)
    declared = Policy.load(given.policy) if given.policy else Policy.empty()
    with audit_log.line(
        given.log or os.environ.get(audit_log.VARIABLE), "auditkit locate", failed=2, subject=None
    ) as said:
        with opened(given.source) as (source, _):
            said.details |= {
                "source": source.name,
                "policy": {"name": declared.name, "digest": declared.digest} if declared.name else None,
            }
            found, named = search.search(source, declared, lines, day(given.as_of), given.limit)
        levels = {level.value: sum(getattr(t, level) for t in found.tables) for level in Level}
        said.details |= {
            "subject": [s.label for s in found.subject],
            "as_of": found.as_of.isoformat(),
            "counts": {"rows": found.rows, "tables": len(found.found), **levels},
        }
        said.ended(found.exit_code, rows_shown=sum(len(n.rows) for n in named) if given.reveal else 0)
    tell(found.to_json() if given.format == "json" else found.to_text(), end="")
    if given.reveal:
        _reveal(named)
    say(found.summary)
    say(
        f"exit {found.exit_code}: "
        + ("something could not be searched" if found.exit_code else "all that was to be searched was")
    )
    return found.exit_code


def _lines() -> list[str]:
    """Return what stands on standard input, one identifier a line."""
    if sys.stdin.isatty():
        say("the identifiers of the data subject, one a line; end with Ctrl-D")
    return sys.stdin.read().splitlines()


def _reveal(named: Sequence[FoundKeys]) -> None:
    """Print the keys of the rows that were found."""
    from auditkit.report import text

    for one in named:
        if one.columns:
            lines = [[text.printable(str(row[c])) for c in one.columns] for row in one.rows]
            tell("", text.printable(one.table), text.table([list(map(text.printable, one.columns)), *lines]))
