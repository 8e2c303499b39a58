"""What a command says, and to whom: results on stdout, everything else on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from auditkit.dataset import Dataset, SourceError
from auditkit.policy import PolicyError

Progress = Callable[[str, int, int], None]


def tell(*results: object, end: str = "\n") -> None:
    """Print results on stdout, one below the other."""
    print(*results, sep="\n", end=end)  # noqa: T201


def say(message: object) -> None:
    """Print a message on stderr."""
    print(message, file=sys.stderr)  # noqa: T201


def words(error: Exception) -> str:
    """Return what a user is told of an error that is made to be told: no path, no value, no password."""
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return "the reader of the output went away"
    if isinstance(error, OSError) and not isinstance(error, SourceError | PolicyError):
        name = f": {Path(str(error.filename)).name}" if error.filename else ""
        return f"{error.strerror or type(error).__name__}{name}"
    return str(error)


@contextmanager
def opened(source: list[str]) -> Iterator[tuple[Dataset, Progress | None]]:
    """Open a source, say what will be read, and give something to report progress to: nothing where nobody
    watches.
    """
    from auditkit import dataset

    with closing(dataset.open(source[0] if len(source) == 1 else source)) as found:
        readable = [name for name, r in found.relations.items() if r.missing is None]
        blind = len(found.relations) - len(readable)
        counts = []
        for table in found.tables.values():
            with suppress(
                SourceError
            ):  # a view that fails is told of where it is read, and stops nothing else
                counts.append(int(found.fetch(table.aggregate(n=table.count()))[0]["n"]))
        blind += len(readable) - len(counts)
        say(
            f"{found.name}: {len(counts)} tables, {sum(counts):,} rows"
            + (f"; {blind} cannot be read" if blind else "")
        )
        if not sys.stderr.isatty():
            yield found, None
            return
        from rich.console import Console
        from rich.progress import Progress as Bars
        from rich.progress import TaskID

        with Bars(console=Console(stderr=True), transient=True) as bars:
            tasks: dict[str, TaskID] = {}

            def step(what: str, done: int, of: int) -> None:
                if what not in tasks:
                    tasks[what] = bars.add_task(what, total=of)
                bars.update(tasks[what], completed=done, total=of)

            yield found, step
