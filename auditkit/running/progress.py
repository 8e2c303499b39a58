"""Progress of long work, on one line that is removed when the work is done; none where nobody watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from auditkit.html_tables import fragment, name, paragraph

Progress = Callable[[str, int, int], None]
"""Is called with what is being done, how much of it is done, and how much there is."""

_PATIENCE = 0.4
"""Seconds until the first line: shorter work shows none."""


@contextmanager
def progress(patience: float = _PATIENCE) -> Iterator[Progress | None]:
    """Return where long work reports its progress, or None where nobody watches.

    In a notebook that a person works in, one output changes in place and is empty at the end, so the saved
    notebook holds none of it. In an interactive terminal, one line is rewritten and then removed. Nobody
    watches a script, a run by papermill or nbconvert, or a run whose standard error is no terminal.

    Args:
        patience: seconds until the first line, and between two lines.

    Example:
        >>> with progress() as report:
        ...     print(report)  # nobody watches a test
        None
    """
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
    return f"{''.join(c if c.isprintable() else '?' for c in task[:60])}, {done} of {of}"
