"""Progress for whoever watches: one line that is gone when the work is done, and none where nobody is there
to see it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from auditkit.html_tables import fragment, name, paragraph

Progress = Callable[[str, int, int], None]
_Write = Callable[[str, int, int], None]

_PATIENCE = 0.4
"""Seconds without a word: what is done by then needs none."""


@contextmanager
def progress(patience: float = _PATIENCE) -> Iterator[Progress | None]:
    """Give what a long piece of work tells its progress to, or None where nobody watches.

    In a notebook that somebody works in, one output changes in place and is empty at the end, so that a saved
    notebook holds none of it. In an interactive terminal one line is rewritten and erased. In a run by
    papermill or nbconvert, in a script, and where standard error is no terminal, there is none.

    Args:
        patience: seconds until the first line, and between two.

    Example:
        >>> with progress() as tell:
        ...     tell is None  # nobody watches a test
        True
    """
    write = _screen()
    if write is None:
        yield None
        return
    last, seen = time.monotonic(), False

    def tell(what: str, done: int, of: int) -> None:
        nonlocal last, seen
        if what and time.monotonic() - last >= patience:
            write(what, done, of)
            last, seen = time.monotonic(), True

    try:
        yield tell
    finally:
        if seen:
            write("", 0, 0)


def _screen() -> _Write | None:
    """Return what writes where somebody looks; it takes an empty text for "nothing more"."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    kernel = getattr(shell, "kernel", None)
    if kernel is not None:
        # A front end with a person in front of it lets a cell ask for input; papermill and nbconvert do not.
        return _notebook() if getattr(kernel, "_allow_stdin", False) else None
    interactive = shell is not None or hasattr(sys, "ps1")
    return _terminal if interactive and sys.stderr is not None and sys.stderr.isatty() else None


def _notebook() -> _Write:
    from IPython.display import display

    handle: Any = None

    def write(what: str, done: int, of: int) -> None:
        nonlocal handle
        bundle = {"text/plain": _words(what, done, of), "text/html": _bar(what, done, of)} if what else {}
        if handle is None:
            handle = display(bundle, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            handle.update(bundle, raw=True)

    return write


def _bar(what: str, done: int, of: int) -> str:
    from markupsafe import Markup

    return fragment(
        paragraph(
            Markup('<progress max="{}" value="{}"></progress> {}, {} of {}').format(
                of, done, name(what), done, of
            )
        )
    )


def _terminal(what: str, done: int, of: int) -> None:
    sys.stderr.write(f"\r\x1b[K{_words(what, done, of) if what else ''}")
    sys.stderr.flush()


def _words(what: str, done: int, of: int) -> str:
    """Return one line in words, in which no character can act.

    >>> _words("use" + chr(27) + "rs", 3, 13)
    'use?rs, 3 of 13'
    """
    return f"{''.join(c if c.isprintable() else '?' for c in what[:60])}, {done} of {of}"
