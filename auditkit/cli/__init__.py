"""The command line. It parses and prints, and leaves every decision to the package.

A command imports what it needs when it runs, so that `--help` and `checks` answer at once.
"""

from __future__ import annotations

import argparse
import gc
import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from auditkit.cli import arguments
from auditkit.cli.console import describe, print_message, write_any_character
from auditkit.errors import ReadableError, value_free
from auditkit.escaping import escaped
from auditkit.running import ended, private
from auditkit.version import __version__

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

WRONG_USE = 2
INTERRUPTED = 130

GROUPS = """
    explore profile audit report attest rows runs exports staged register locate grants tenants retention
    expectations about doctor
""".split()
"""The modules of this package that add commands, in the order in which the help lists them."""


def main(argv: list[str] | None = None) -> int:
    """Run a command and return its exit code.

    0 means success, 1 findings, 2 a wrong use or an unreadable source, and 3 that something was not seen.
    """
    write_any_character()
    try:
        with ended.in_order():
            return _run(argv)
    except (ReadableError, OSError) as error:
        print_message(f"auditkit: {describe(error)}")
        return WRONG_USE
    except KeyboardInterrupt:
        print_message("auditkit: stopped")
        return INTERRUPTED
    except Exception as error:  # its text could hold a value of the data, so only the place is shown
        print_message(f"auditkit: this is a fault of auditkit, not yours: {value_free('command', error)}")
        return WRONG_USE


def _run(argv: list[str] | None) -> int:
    """Run a command; what a signal has asked for counts, whatever the command made of it."""
    try:
        args = parser().parse_args(argv)
        if left := private.sweep():
            folders = "a private folder" if left == 1 else f"{left} private folders"
            print_message(f"auditkit: removed {folders} that a run which was killed had left")
        if hasattr(args, "source"):
            arguments.refuse_passwords(args.source)
        # An audit makes many small objects that live as long as it does: to look for garbage among them after
        # every 700 new ones would take a twentieth of its time.
        gc.set_threshold(50_000, 20, 100)
        return int(args.run(args))
    finally:
        ended.raise_if_asked()


class Parser(argparse.ArgumentParser):
    """A parser whose messages quote arguments, such as the names of files, without characters that act."""

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        super()._print_message(escaped(message), file)


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    made = Parser(
        prog="auditkit",
        description="Find personal data, rows kept too long and leaks between tenants, and write the report.",
        epilog="Example: auditkit profile people.csv. `auditkit COMMAND --help` explains a command.",
    )
    made.add_argument("--version", action="version", version=f"auditkit {__version__}")
    commands = made.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], purpose: str, *, example: str
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name, help=purpose, description=purpose, epilog=f"Example: auditkit {name} {example}".strip()
        )
        added.set_defaults(run=run)
        return added

    for group in GROUPS:
        importlib.import_module(f"{__name__}.{group}").add(command)
    return made
