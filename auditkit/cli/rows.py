"""The command that shows the rows of a finding: rows."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from auditkit.cli import arguments
from auditkit.cli.console import print_message, print_result
from auditkit.cli.run_log import logged, source_in_log
from auditkit.errors import UsageError
from auditkit.html_tables import count

if TYPE_CHECKING:
    from auditkit.finding_rows import Keys

NEEDS_TERMINAL = (
    "keys of rows are shown on a terminal only: they are personal data, and a file or pipe would keep them"
)


def add(command: arguments.Commands) -> None:
    """Add this command."""
    purpose = "Show the primary keys of the rows that a finding is about, on a terminal only."
    example = "reports/shop/2026-11-22T02-00-00Z f5d6b810 app.sqlite -p privacy.yaml"
    parser = command("rows", _rows, purpose, example=example)
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="the run folder of the finding")
    parser.add_argument(
        "fingerprint", metavar="FINGERPRINT", help="at least 8 digits of the finding's fingerprint"
    )
    arguments.add_source(parser)
    arguments.add_policy(parser, "the policy of the run")
    parser.add_argument(
        "--limit",
        type=arguments.row_count,
        metavar="ROWS",
        default=50,
        help="show at most this number of keys (default: 50)",
    )
    arguments.add_log(parser)


def _rows(args: argparse.Namespace) -> int:
    from auditkit import finding_rows
    from auditkit.audit.audit import Audit
    from auditkit.report import text

    if not sys.stdout.isatty():
        raise UsageError(NEEDS_TERMINAL)
    run = Audit.load(args.run_folder)
    wanted = finding_rows.finding(run, args.fingerprint)
    if run.policy and args.policy is None:
        file = text.printable(str(run.policy.get("file") or "privacy.yaml"))
        raise UsageError(f"give the policy of the run, with -p {file}")
    policy = arguments.policy_of(args)
    if policy.digest != run.policy.get("digest", ""):
        print_message("the policy has changed since the run: these rows break the policy as it is now")
    source = args.source[0] if len(args.source) == 1 else args.source
    details = {"source": source_in_log(args.source), "finding": wanted.fingerprint}
    with logged(args, "rows", **details) as line:
        keys = finding_rows.keys(source, policy, run, wanted, args.limit)
        line.ended(0, rows_shown=len(keys.rows))
    _print(keys, wanted.rows)
    return 0


def _print(keys: Keys, rows_in_run: int | None) -> None:
    from auditkit.report import text

    lines = [[text.printable(str(row[c])) for c in keys.columns] for row in keys.rows]
    print_result(text.table([list(map(text.printable, keys.columns)), *lines]))
    has_changed = rows_in_run is not None and rows_in_run != keys.total
    before = f"; {rows_in_run:,} in the run" if has_changed else ""
    rows = f"{len(keys.rows):,} of {count(keys.total, 'row')}"
    print_message(f"{rows} of {text.printable(keys.table)}{before}")
