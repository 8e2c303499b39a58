"""Progress on a terminal: one line for each stage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column
from rich.text import Text

from auditkit.escaping import visible
from auditkit.running import progress


@contextmanager
def lines(console: Console) -> Iterator[progress.Progress]:
    """Yield where to report progress; its lines are removed at the end.

    Args:
        console: the terminal. Its colours and its width are honoured.
    """
    columns = (
        TextColumn("{task.description}", table_column=Column(no_wrap=True, overflow="ellipsis", ratio=2)),
        BarColumn(bar_width=None, table_column=Column(ratio=1)),
        TextColumn("{task.fields[amount]}", table_column=Column(no_wrap=True, justify="right")),
        TimeElapsedColumn(table_column=Column(no_wrap=True)),
        Rest(table_column=Column(no_wrap=True)),
    )
    with Progress(*columns, console=console, transient=True, expand=True) as shown:
        stages: dict[str, TaskID] = {}

        def report(task: str, done: int, of: int) -> None:
            stage = progress.stage(task)
            if stage not in stages:
                stages[stage] = shown.add_task("", amount="")
            amount = f"{done:,} of {of:,}" if of else ""
            text = escape(visible(task))
            shown.update(stages[stage], description=text, completed=done, total=of or None, amount=amount)

        yield report


class Rest(ProgressColumn):
    """How long the rest of a stage may take; empty where there is nothing to estimate it from.

    >>> Rest().render(Task(TaskID(0), "checks", total=None, completed=0, _get_time=lambda: 0.0)).plain
    ''
    """

    max_refresh = 0.5

    def render(self, task: Task) -> Text:
        """Return the estimate."""
        seconds = None if task.finished else task.time_remaining
        return Text("" if seconds is None else f"~{timedelta(seconds=int(seconds))} left")
