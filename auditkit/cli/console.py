"""The output of a command: results on stdout, messages on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from auditkit.dataset import Dataset, SourceError
from auditkit.html_tables import count
from auditkit.policy import PolicyError
from auditkit.running.progress import Progress


def print_result(*results: object, end: str = "\n") -> None:
    """Print results on stdout, each on a line of its own."""
    print(*results, sep="\n", end=end)  # noqa: T201


def print_message(message: object) -> None:
    """Print a message on stderr."""
    print(message, file=sys.stderr)  # noqa: T201


def describe(error: Exception) -> str:
    """Return what a user may read of an error: no path, no value and no password."""
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return "the program that read the output has ended"
    if isinstance(error, OSError) and not isinstance(error, SourceError | PolicyError):
        name = f": {Path(str(error.filename)).name}" if error.filename else ""
        return f"{error.strerror or type(error).__name__}{name}"
    return str(error)


@contextmanager
def opened(sources: list[str]) -> Iterator[tuple[Dataset, Progress | None]]:
    """Open a source and print how much there is to read.

    Yields:
        The source, and where to report progress; None where nobody watches.
    """
    from auditkit import dataset

    with closing(dataset.open(sources[0] if len(sources) == 1 else sources)) as source:
        print_message(_size(source))
        if not sys.stderr.isatty():
            yield source, None
            return
        with _progress_bars() as progress:
            yield source, progress


def _size(source: Dataset) -> str:
    """Return how many tables and rows a source has, and how many tables cannot be read."""
    counts = []
    for table in source.tables.values():
        with suppress(SourceError):  # the error of a view is reported where the view is read
            counts.append(int(source.fetch(table.aggregate(n=table.count()))[0]["n"]))
    unreadable = len(source.relations) - len(counts)
    size = f"{source.name}: {count(len(counts), 'table')}, {count(sum(counts), 'row')}"
    return f"{size}; {unreadable} cannot be read" if unreadable else size


@contextmanager
def _progress_bars() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    with Bars(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def report(task: str, done: int, of: int) -> None:
            if task not in tasks:
                tasks[task] = bars.add_task(task, total=of)
            bars.update(tasks[task], completed=done, total=of)

        yield report
