"""The commands about auditkit itself: explain, checks, notebooks and demo."""

from __future__ import annotations

import argparse
from pathlib import Path

from auditkit.cli import arguments
from auditkit.cli.console import print_result

EXAMPLES = ("helpdesk", "personnel")


def add(command: arguments.Commands) -> None:
    """Add these commands."""
    purpose = "Print the page of a check: what it finds, why it matters, and how to fix it."
    parser = command("explain", _explain, purpose, example="retention-overdue")
    parser.add_argument("check", metavar="CHECK", help="the id of the check")
    command("checks", _checks, "List all checks.", example="")
    purpose = "Copy the notebooks into a folder, to work with them in Jupyter."
    parser = command("notebooks", _notebooks, purpose, example="my-notebooks")
    parser.add_argument("folder", type=Path, metavar="DIR", help="the folder; no file in it is overwritten")
    purpose = "Write an example: data, its policy, and for the helpdesk the list of what an audit must find."
    parser = command("demo", _demo, purpose, example="demo")
    text = "the folder; older files of the example in it are replaced"
    parser.add_argument("folder", type=Path, metavar="DIR", help=text)
    text = "which example: helpdesk, a database of several companies (default), or personnel, CSV in German"
    parser.add_argument("--example", choices=EXAMPLES, default=EXAMPLES[0], help=text)


def _explain(args: argparse.Namespace) -> int:
    from auditkit.catalogue import page

    print_result(page(args.check))
    return 0


def _checks(args: argparse.Namespace) -> int:
    from auditkit.check_page import pages
    from auditkit.report import text

    print_result(text.checks(pages().values()))
    return 0


def _notebooks(args: argparse.Namespace) -> int:
    from auditkit import notebooks

    print_result(*notebooks.copy(args.folder))
    return 0


def _demo(args: argparse.Namespace) -> int:
    from auditkit import demo
    from auditkit.demo import personnel

    if args.example == "personnel":
        files = personnel.write(args.folder)
        print_result(files.data, files.policy)
    else:
        written = demo.write(args.folder)
        print_result(written.database, written.policy)
    return 0
