"""The commands about auditkit itself: explain, checks, notebooks, demo."""

from __future__ import annotations

import argparse
from pathlib import Path

from auditkit.cli import arguments
from auditkit.cli.console import tell


def add(command: arguments.Commands) -> None:
    """Add these commands."""
    made = command("explain", _explain, "Print the page of a check: what, why, remedy, example.")
    made.add_argument("check", metavar="CHECK")
    command("checks", _checks, "List the checks.")
    made = command("notebooks", _notebooks, "Copy the notebooks into a folder.")
    made.add_argument("folder", type=Path, metavar="DIR")
    made = command("demo", _demo, "Write an example database, its policy and what an audit of it must find.")
    made.add_argument("folder", type=Path, metavar="DIR")


def _explain(given: argparse.Namespace) -> int:
    from auditkit.catalogue import catalogue
    from auditkit.catalogue import chosen

    chosen(None, [given.check])
    check = catalogue()[given.check]
    tell(
        f"{check.id}  (severity {check.severity}, confidence {check.confidence};"
        f" {', '.join(check.articles)})\n\n{check.doc}"
    )
    return 0


def _checks(given: argparse.Namespace) -> int:
    from auditkit.report import text
    from auditkit.catalogue import catalogue

    tell(text.checks(catalogue().values()))
    return 0


def _notebooks(given: argparse.Namespace) -> int:
    from auditkit import notebooks

    tell(*notebooks.copy(given.folder))
    return 0


def _demo(given: argparse.Namespace) -> int:
    from auditkit import demo

    made = demo.write(given.folder)
    tell(made.database, made.policy)
    return 0
