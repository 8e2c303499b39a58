"""The output of a command: results on stdout, messages on stderr."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from auditkit.escaping import escaped
from auditkit.html_tables import count
from auditkit.outcome import Cause

if TYPE_CHECKING:
    from auditkit.budget import Budget
    from auditkit.dataset import Dataset
    from auditkit.policy import Policy
    from auditkit.report.selfscan import Allowed
    from auditkit.running.progress import Progress

COUNTING = 0.1
"""The part of a budget that counting rows may take."""


def print_result(*results: object, end: str = "\n") -> None:
    """Print results on stdout, each on a line of its own."""
    print(*(escaped(str(result)) for result in results), sep="\n", end=end)  # noqa: T201


def print_scanned(name: str, text: str, allowed: Allowed, end: str = "\n") -> None:
    """Print a text on stdout without personal values; a message names the place of each that is withheld.

    Args:
        name: what it is; its ending says how to read it, as in `audit.json`.
        text: the text.
        allowed: what may be shown, such as the contacts that the policy names.
        end: what follows the text.
    """
    from auditkit.report import selfscan

    clean, places = selfscan.withheld(name, text, allowed)
    print_result(clean, end=end)
    for place in places:
        print_message(place)


def print_on_terminal(text: str, allowed: Allowed, end: str = "\n") -> None:
    """Print a text for people on stdout, as `print_scanned` does, in lines that fit the terminal."""
    from auditkit.report import selfscan

    clean, places = selfscan.withheld("the terminal", text, allowed)
    if width := terminal_width(most=1000):
        clean = "\n".join(part for line in clean.split("\n") for part in _folded(line, width))
    print_result(clean, end=end)
    for place in places:
        print_message(place)


def print_page(name: str, file: Path, page: str, allowed: Allowed) -> None:
    """Write a page without personal values to a file that is not there yet, and print its path.

    Args:
        name: what it is; its ending says how to read it, as in `profile.html`.
        file: where it is written.
        page: the page.
        allowed: what may be shown, such as the contacts that the policy names.
    """
    from auditkit.report import selfscan
    from auditkit.report.folder import put

    shown, withheld = selfscan.withheld(name, page, allowed)
    print_result(put(file.parent, file.name, shown))
    for place in withheld:
        print_message(place)


def _folded(line: str, width: int) -> list[str]:
    """Return a line in as many as it needs, the further ones behind where it begins.

    >>> _folded("  people.email: an e-mail address", 20)
    ['  people.email: an', '      e-mail address']
    """
    if len(line) <= width:
        return [line]
    start = " " * (len(line) - len(line.lstrip()))
    return wrap(
        line.strip(), width, initial_indent=start, subsequent_indent=f"{start}    ", break_on_hyphens=False
    )


def print_message(message: object) -> None:
    """Print a message on stderr."""
    print(escaped(str(message)), file=sys.stderr)  # noqa: T201


def write_any_character() -> None:
    """Let every character be printed, whatever the code page of the system has.

    What a file or another program gets is UTF-8, unless `PYTHONIOENCODING` asks for something else. A
    terminal keeps its encoding, and shows the characters that it lacks as their numbers.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            keeps = stream.isatty() or os.environ.get("PYTHONIOENCODING")
            stream.reconfigure(encoding=None if keeps else "utf-8", errors="backslashreplace")


def terminal_width(most: int = 110) -> int | None:
    """Return how wide lines may be on the terminal of the results; None where there is no terminal."""
    if not sys.stdout.isatty():
        return None
    return max(40, min(most, shutil.get_terminal_size().columns - 1))


def describe(error: Exception) -> str:
    """Return what a user may read of an error: no path, no value and no password."""
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return "the program that read the output has ended"
    if isinstance(error, OSError):
        name = f": {Path(str(error.filename)).name}" if error.filename else ""
        return f"{error.strerror or type(error).__name__}{name}"
    return str(error)


@contextmanager
def opened(
    sources: list[str], policy: Policy | None = None, *, strict: bool = False, budget: Budget | None = None
) -> Iterator[tuple[Dataset, Progress | None]]:
    """Open a source, compare the policy with it, and print how much there is to read.

    Args:
        sources: the source, or several with names.
        policy: the policy of the command.
        strict: a table that the policy names and the source lacks is an error.
        budget: bounds the opening and the counting too.

    Yields:
        The source, and where to report progress; None where nobody watches.

    Raises:
        PolicyError: the policy names what the source does not have; with every problem.
    """
    from auditkit import dataset

    timeout = budget.statement if budget is not None else None
    with closing(dataset.open(sources[0] if len(sources) == 1 else sources, timeout=timeout)) as source:
        if policy is not None and policy.name:
            from auditkit.audit.meeting import check
            from auditkit.policy import PolicyError

            for table in check(source, policy, strict=strict):
                print_message(f"absent: {PolicyError(table.problem, file=policy.file)}")
        print_message(_size(source, budget))
        with watching() as progress:
            yield source, progress


def _size(source: Dataset, budget: Budget | None = None) -> str:
    """Return how many tables and rows a source has, and how many tables cannot be read.

    Counting takes a tenth of the budget at most; the tables that it does not reach are named as not counted.
    """
    from auditkit.dataset import SourceError

    counting = budget.share(COUNTING) if budget is not None else None
    limited = source.statements_limited(counting.left) if counting is not None else nullcontext()
    counts: list[int] = []
    uncounted = 0
    with limited:
        for table in source.tables.values():
            try:
                counts.append(int(source.fetch(table.aggregate(n=table.count()))[0]["n"]))
            except SourceError as error:  # the error of a view is reported where the view is read
                uncounted += error.code == Cause.BUDGET
    unreadable = len(source.relations) - len(counts) - uncounted
    size = f"{source.name}: {count(len(counts) + uncounted, 'table')}, {count(sum(counts), 'row')}"
    others = f" in {len(counts):,} of them; {uncounted:,} not counted in time" if uncounted else ""
    return f"{size}{others}; {unreadable} cannot be read" if unreadable else f"{size}{others}"


@contextmanager
def watching() -> Iterator[Progress | None]:
    """Yield where to report progress: on a terminal, one line for each stage; None where nobody watches.

    A line shows the stage and its table, how far it is, how long it has taken, and how long the rest of the
    stage may take. The lines are removed at the end. `NO_COLOR` and the width of the terminal are honoured.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    from auditkit.cli.bars import lines

    with lines(Console(stderr=True)) as report:
        yield report
