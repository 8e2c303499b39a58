"""The command line: it parses and prints, and decides nothing."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType

from auditkit.cli import arguments
from auditkit.cli.console import say, words
from auditkit.dataset import SourceError
from auditkit.errors import UsageError
from auditkit.examine import value_free
from auditkit.notebooks import NotebookError
from auditkit.policy import PolicyError
from auditkit.report.selfscan import PersonalValueError
from auditkit.running.lock import RunLocked
from auditkit.version import __version__

WRONG = 2


def groups() -> Iterator[ModuleType]:
    """Yield the modules of this package that add commands."""
    for found in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{found.name}")
        if hasattr(module, "add"):
            yield module


def main(argv: list[str] | None = None) -> int:
    """Run a command and return its exit code: 0, 1 (findings), 2 (wrong use or unreadable source) or 3
    (something was not seen).
    """
    given = parser().parse_args(argv)
    try:
        arguments.without_password(getattr(given, "source", ()))
        return int(given.run(given))
    except (
        SourceError,
        PolicyError,
        NotebookError,
        PersonalValueError,
        RunLocked,
        UsageError,
        OSError,
    ) as error:
        say(f"auditkit: {words(error)}")
        return WRONG
    except KeyboardInterrupt:
        say("auditkit: stopped")
        return 130
    except Exception as error:  # its text could hold a value of the data, so only where it happened is told
        say(f"auditkit: this is a fault of auditkit, not yours: {value_free('command', error)}")
        return WRONG


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    made = argparse.ArgumentParser(
        prog="auditkit", description="Audits data for personal data, retention violations and tenant leakage."
    )
    made.add_argument("--version", action="version", version=f"auditkit {__version__}")
    commands = made.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    for group in groups():
        group.add(command)
    return made
