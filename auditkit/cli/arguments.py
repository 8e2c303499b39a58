"""Arguments that several commands share."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from auditkit.errors import UsageError
from auditkit.outcome import Confidence, Severity

_PASSWORD = re.compile(r"://[^\s@/]*:(?!\d+/)[^\s@]*@|[\s;?&](?i:password|passwd|pwd)\s*=")
"""A password in a URL or in the words of a driver; `host:5432/` is none."""


class Commands(Protocol):
    """Where a group of commands adds its own."""

    def __call__(
        self, name: str, run: Callable[[argparse.Namespace], int], text: str
    ) -> argparse.ArgumentParser:
        """Add a command and return its parser."""
        ...


def rows(text: str) -> int:
    """Return a number of rows, 1 or more."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("a number of rows is a whole number of 1 or more, such as 10000")
    return int(text)


def budget(text: str) -> timedelta:
    """Return a budget of time."""
    from auditkit.budget import parse

    try:
        return parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def source(parser: argparse.ArgumentParser) -> None:
    """Let a command take a source, or several with names."""
    told = "file, folder, glob, URL, env:NAME (a variable's content), or several NAME=SOURCE"
    parser.add_argument("source", nargs="+", metavar="SOURCE", help=told)


def without_password(sources: Iterable[str]) -> None:
    """Refuse a source with a password in it: a command line stays in the shell's history and shows in the
    list of processes.

    Raises:
        UsageError: a source has one; it is not in the message.

    >>> without_password(["postgresql://reader@localhost:5432/shop", "crm=crm.sqlite"])
    """
    if any(map(_PASSWORD.search, sources)):
        raise UsageError(
            "the source has a password in it, and a command line stays in the shell's history and shows in"
            " the list of processes: put the URL into an environment variable and pass its name, as env:NAME;"
            " if the password is in use, change it"
        )


def reading(parser: argparse.ArgumentParser, *, bounded: bool = True) -> None:
    """Let a command read a source, within bounds."""
    source(parser)
    parser.add_argument(
        "--sample", type=rows, metavar="ROWS", help="read at most so many rows a table for personal data"
    )
    if bounded:
        told = "how long to go on reading (90s, 10m, 2h); what is not begun by then is not assessed"
        parser.add_argument("--budget", type=budget, metavar="TIME", help=told)


def policy(parser: argparse.ArgumentParser) -> None:
    """Let a command take a policy and the day it is judged for."""
    parser.add_argument("-p", "--policy", type=Path, metavar="FILE", help="the policy (privacy.yaml)")
    parser.add_argument("--as-of", metavar="DAY", help="the day of the audit, 00:00 UTC; today by default")


def failing(
    parser: argparse.ArgumentParser,
    *,
    severity: Severity = Severity.HIGH,
    confidence: Confidence = Confidence.HIGH,
) -> None:
    """Let a command say which findings make its exit code 1."""
    told = f"exit 1 at this severity or above (default: {severity})"
    parser.add_argument("--fail-on", choices=[s.value for s in Severity], default=severity.value, help=told)
    told = f"of findings that count for that (default: {confidence})"
    parser.add_argument(
        "--confidence", choices=[c.value for c in Confidence], default=confidence.value, help=told
    )


def log(parser: argparse.ArgumentParser) -> None:
    """Let a command keep a log of its runs."""
    told = "append one JSON line on this run to a file (default: what the variable AUDITKIT_LOG names)"
    parser.add_argument("--log", type=Path, metavar="FILE", help=told)
