"""The command for a commit hook: staged."""

from __future__ import annotations

import argparse

from auditkit.cli import arguments
from auditkit.cli.console import print_message, print_on_terminal


def add(command: arguments.Commands) -> None:
    """Add this command."""
    from auditkit.staged import SAMPLE

    purpose = "Find personal data in data files and in the outputs of notebooks, before they are committed."
    parser = command("staged", _staged, purpose, example="people.csv analysis.ipynb")
    parser.add_argument("file", nargs="+", metavar="FILE", help="a data file or a notebook")
    text = f"read at most this number of rows of each table (default: {SAMPLE:,})"
    parser.add_argument("--sample", type=arguments.row_count, default=SAMPLE, metavar="ROWS", help=text)


def _staged(args: argparse.Namespace) -> int:
    from auditkit.html_tables import count
    from auditkit.report import text
    from auditkit.report.selfscan import Allowed
    from auditkit.staged import look

    found = list(look(args.file, sample=args.sample))
    for file in found:
        if file.columns:
            print_on_terminal(f"{file.file}\n{text.profile(file.columns)}", Allowed())
        for reason in file.unseen:
            print_message(f"not seen: {file.file}: {reason}")
        if file.images:
            print_message(f"not looked at: {file.file}: {count(file.images, 'image')} in its outputs")
    holding = sum(bool(file.columns) for file in found)
    unseen = sum(bool(file.unseen) for file in found)
    code = 1 if holding else 3 if unseen else 0
    print_message(f"personal data in {holding} of {count(len(found), 'file')}; exit code {code}")
    return code
