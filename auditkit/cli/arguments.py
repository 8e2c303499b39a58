"""Arguments that several commands share."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from auditkit.errors import UsageError
from auditkit.outcome import Confidence, Severity

if TYPE_CHECKING:
    from auditkit.policy import Policy


class Commands(Protocol):
    """Adds a command to the parser."""

    def __call__(
        self, name: str, run: Callable[[argparse.Namespace], int], purpose: str, *, example: str
    ) -> argparse.ArgumentParser:
        """Add a command and return its parser.

        Args:
            name: the name of the command.
            run: runs it and returns its exit code.
            purpose: what it does, in one sentence.
            example: its arguments in an example.
        """
        ...


def row_count(text: str) -> int:
    """Return a number of rows, at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("a number of rows is a whole number of 1 or more, such as 10000")
    return int(text)


def time_budget(text: str) -> timedelta:
    """Return a time such as `10m`."""
    from auditkit.budget import parse

    try:
        return parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def add_source(parser: argparse.ArgumentParser) -> None:
    """Add the argument for a source, or for several sources with names."""
    text = (
        "a file, a folder, a pattern such as 'data/*.csv', a database URL, or env:NAME for the URL in an"
        " environment variable; give several as NAME=SOURCE"
    )
    parser.add_argument("source", nargs="+", metavar="SOURCE", help=text)


def refuse_passwords(sources: Iterable[str]) -> None:
    """Refuse a source with a password or a key in it.

    A command line stays in the history of the shell, and every user of the machine can see it.

    Raises:
        UsageError: a source has a password. The message does not show it.

    >>> refuse_passwords(["postgresql://reader@localhost:5432/shop", "crm=crm.sqlite"])
    """
    from auditkit.report.secret_text import holds_secret

    if any(map(holds_secret, sources)):
        raise UsageError(
            "the source has a password or a key in it. A command line stays in the history of the shell and"
            " in the list of processes: put the URL into an environment variable and pass its name, as"
            " env:NAME; if the password is in use, change it"
        )


def add_sample(parser: argparse.ArgumentParser) -> None:
    """Add the option that bounds how many rows are read."""
    text = "read at most this number of rows of each table when looking for personal data"
    parser.add_argument("--sample", type=row_count, metavar="ROWS", help=text)


def add_budget(parser: argparse.ArgumentParser) -> None:
    """Add the option that bounds how long a command reads."""
    text = "stop reading after this time (90s, 10m, 2h); what was not begun by then is not assessed"
    parser.add_argument("--budget", type=time_budget, metavar="TIME", help=text)


def add_strict(parser: argparse.ArgumentParser) -> None:
    """Add the option that makes an error of what is otherwise not assessed."""
    text = "end with exit code 2 when the source lacks a table that the policy names, or when a check fails"
    parser.add_argument("--strict", action="store_true", help=text)


def add_policy(parser: argparse.ArgumentParser, text: str = "the policy (privacy.yaml)") -> None:
    """Add the option for a policy."""
    parser.add_argument("-p", "--policy", type=Path, metavar="FILE", help=text)


def add_folder(parser: argparse.ArgumentParser, text: str, default: str | None = None) -> None:
    """Add the option for the folder to write into."""
    text = text if default is None else f"{text} (default: {default}/)"
    parser.add_argument("-o", "--out", type=Path, default=default, metavar="DIR", help=text)


def add_day(parser: argparse.ArgumentParser) -> None:
    """Add the option for the day of the audit."""
    text = "the day for all retention periods, such as 2026-11-22 (00:00 UTC); today by default"
    parser.add_argument("--as-of", metavar="DAY", help=text)


def add_threshold(
    parser: argparse.ArgumentParser,
    *,
    severity: Severity = Severity.HIGH,
    confidence: Confidence = Confidence.HIGH,
) -> None:
    """Add the options that say which findings make the exit code 1."""
    text = f"exit with 1 for findings of this severity or above (default: {severity})"
    parser.add_argument("--fail-on", choices=[s.value for s in Severity], default=severity.value, help=text)
    text = f"count only findings of this confidence or above for the exit code (default: {confidence})"
    parser.add_argument(
        "--confidence", choices=[c.value for c in Confidence], default=confidence.value, help=text
    )


def add_log(parser: argparse.ArgumentParser) -> None:
    """Add the option for a log of the runs."""
    text = "append one JSON line about this run to a file (default: the file that AUDITKIT_LOG names)"
    parser.add_argument("--log", type=Path, metavar="FILE", help=text)


def policy_of(args: argparse.Namespace) -> Policy:
    """Return the policy that was given, or an empty one."""
    from auditkit.policy import Policy

    return Policy.load(args.policy) if args.policy else Policy.empty()
