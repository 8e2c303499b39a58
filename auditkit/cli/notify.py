"""The option that hands a notice of a run to a command: --notify."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from auditkit.cli.console import print_message
from auditkit.errors import UsageError

if TYPE_CHECKING:
    from auditkit.record import AuditRecord

SECONDS = 60
"""How long a command may take."""

_SECRET = re.compile(r"(?i)^-*\w*(?:password|passwd|secret|token|api[_-]?key)\w*(?:[=:]|$)|\bbearer\s")
"""An argument that is a secret, or that comes before one."""

_FAILED = 2

Notify = Callable[..., None]
"""Is called with the exit code, the audit, the earlier audit, and what else is known of the run."""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the option."""
    text = (
        "run this command when the run has ended, also when it has failed; it gets a summary as JSON on its"
        " standard input. No shell runs it"
    )
    parser.add_argument("--notify", metavar="COMMAND", help=text)


@contextmanager
def notifying(args: argparse.Namespace, program: str, source: str | None) -> Iterator[Notify]:
    """Yield what hands the notice of a run to the command of `--notify`; without the option it does nothing.

    A run that fails is notified with the name of its error. A command that fails is a message, and the exit
    code of the run stays as it is.

    Args:
        args: the arguments of the command line.
        program: the command that runs.
        source: what the source is called before it is opened.

    Raises:
        UsageError: there is no such command, or it has a password in it.
    """
    if args.notify is None:
        yield lambda *_, **__: None
        return
    words = _words(args.notify)
    from auditkit.report import notice

    def notify(code: int, audit: AuditRecord, earlier: AuditRecord | None = None, **more: str) -> None:
        _run(words, code, notice.of(program, code, audit, earlier, **more))

    try:
        yield notify
    except Exception as error:
        _run(words, _FAILED, notice.of_failure(program, _FAILED, error, source))
        raise


def _words(command: str) -> list[str]:
    """Return the command and its arguments, as a shell would split them.

    Raises:
        UsageError: it is empty, a quotation mark is open, there is no such command, or it has a secret in
            it.
    """
    from auditkit.report.secret_text import holds_secret

    try:
        words = _split(command)
    except ValueError:
        raise UsageError("the command of --notify has a quotation mark without its second one") from None
    if not words:
        raise UsageError("the command of --notify is empty")
    if any(holds_secret(word) or _SECRET.search(word) for word in words[1:]):
        raise UsageError(
            "the command of --notify has a password or a key in it, and every user of the machine can see it:"
            " let the command read it from an environment variable or a file"
        )
    if shutil.which(words[0]) is None:
        raise UsageError(f"--notify finds no command {Path(words[0]).name} that may be run")
    return words


def _split(command: str) -> list[str]:
    """Return the words of a command; on Windows a backslash is a part of a path, and not of a quotation.

    Raises:
        ValueError: a quotation mark is open.
    """
    if os.name == "posix":
        return shlex.split(command)
    return [
        word[1:-1] if re.fullmatch(r"\".*\"|'.*'", word) else word
        for word in shlex.split(command, posix=False)
    ]


def _run(words: list[str], code: int, notice: str) -> None:
    """Run the command; say what failed, and that the exit code does not change."""
    failed = partial(_failed, Path(words[0]).name, code)
    try:
        done = subprocess.run(
            words, input=notice.encode(), stdout=subprocess.DEVNULL, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        failed(f"did not end within {SECONDS} seconds")
    except OSError as error:
        failed(f"could not be run: {error.strerror}")
    else:
        if done.returncode:
            failed(f"ended with exit code {done.returncode}")


def _failed(name: str, code: int, what: str) -> None:
    print_message(
        f"not notified: the command {name} of --notify {what}. The exit code of the run stays {code}"
    )
