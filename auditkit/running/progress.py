"""Progress of long work, on one line that is removed when the work is done; none where nobody watches."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from auditkit.html_tables import fragment, name, paragraph
from auditkit.running import private

Progress = Callable[[str, int, int], None]
"""Is called with what is being done, how much of it is done, and how much there is.

What is being done is a stage, or a stage and its table, as `step` writes it. How much there is may be 0,
where that is not known.
"""

SEARCH = "personal data"
"""The stage that looks for personal data."""

VARIABLE = "AUDITKIT_PROGRESS"
"""The environment variable that names the file to which a process reports its progress."""

_PATIENCE = 0.4
"""Seconds until the first line: shorter work shows none."""


def step(stage: str, table: str | None = None) -> str:
    """Return what is being done, as a text: a stage, and the table that it is at.

    >>> step("checks", "users")
    'checks: users'
    """
    return f"{stage}: {table}" if table else stage


def stage(task: str) -> str:
    """Return the stage of what is being done.

    >>> stage("checks: users")
    'checks'
    """
    return task.partition(": ")[0]


@contextmanager
def progress(patience: float = _PATIENCE) -> Iterator[Progress | None]:
    """Return where long work reports its progress, or None where nobody watches.

    In a notebook that a person works in, one output changes in place and is empty at the end, so the saved
    notebook holds none of it. In an interactive terminal, one line is rewritten and then removed. Nobody
    watches a script, a run by papermill or nbconvert, or a run whose standard error is no terminal. A process
    that has started this one may watch, as `auditkit report` does; see `listening`.

    Args:
        patience: seconds until the first line, and between two lines.

    Example:
        >>> with progress() as report:
        ...     print(report)  # nobody watches a test
        None
    """
    if file := os.environ.get(VARIABLE):
        with Path(file).open("a", encoding="utf-8") as lines:
            yield lambda *done: print(json.dumps(done), file=lines, flush=True)
        return
    show = _screen()
    if show is None:
        yield None
        return
    last, is_shown = time.monotonic(), False

    def report(task: str, done: int, of: int) -> None:
        nonlocal last, is_shown
        if task and time.monotonic() - last >= patience:
            show(task, done, of)
            last, is_shown = time.monotonic(), True

    try:
        yield report
    finally:
        if is_shown:
            show("", 0, 0)


@contextmanager
def listening(report: Progress | None) -> Iterator[dict[str, str]]:
    """Hand on the progress of a process that is about to start; yield the variables to start it with.

    Both share a file in the private folder of this process. It is removed at the end.

    Args:
        report: where to report; None where nobody watches.
    """
    if report is None:
        yield {}
        return
    file, ended = private.file(".progress"), threading.Event()
    reader = threading.Thread(target=_hand_on, args=(file, report, ended), daemon=True)
    reader.start()
    try:
        yield {VARIABLE: str(file)}
    finally:
        ended.set()
        reader.join()
        file.unlink(missing_ok=True)


def _hand_on(file: Path, report: Progress, ended: threading.Event) -> None:
    """Report each line of a file that grows, until the other process has ended."""
    begun = ""
    with file.open(encoding="utf-8") as lines:
        while True:
            is_last = ended.wait(_PATIENCE / 2)
            for text in lines:
                begun += text
                if begun.endswith("\n"):  # else the other process is still writing it
                    report(*json.loads(begun))
                    begun = ""
            if is_last:
                return


def _screen() -> Progress | None:
    """Return what shows progress to the person who watches; an empty task removes the line."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    kernel = getattr(shell, "kernel", None)
    if kernel is not None:
        # Only a front end with a person in front of it lets a cell ask for input.
        return _notebook() if getattr(kernel, "_allow_stdin", False) else None
    is_interactive = shell is not None or hasattr(sys, "ps1")
    return _terminal if is_interactive and sys.stderr is not None and sys.stderr.isatty() else None


def _notebook() -> Progress:
    from IPython.display import display

    handle: Any = None

    def show(task: str, done: int, of: int) -> None:
        nonlocal handle
        bundle = {"text/plain": _words(task, done, of), "text/html": _bar(task, done, of)} if task else {}
        if handle is None:
            handle = display(bundle, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            handle.update(bundle, raw=True)

    return show


def _bar(task: str, done: int, of: int) -> str:
    from markupsafe import Markup

    bar = Markup('<progress max="{}" value="{}"></progress> {}, {} of {}')
    return fragment(paragraph(bar.format(of, done, name(task), done, of)))


def _terminal(task: str, done: int, of: int) -> None:
    sys.stderr.write(f"\r\x1b[K{_words(task, done, of) if task else ''}")
    sys.stderr.flush()


def _words(task: str, done: int, of: int) -> str:
    """Return the line in words, without characters that a terminal would act on.

    >>> _words("use" + chr(27) + "rs", 3, 13)
    'use?rs, 3 of 13'
    """
    what = "".join(c if c.isprintable() else "?" for c in task[:60])
    return f"{what}, {done} of {of}" if of else what
