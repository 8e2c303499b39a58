"""A command that a signal ends removes what it has on the disk, and ends with the code of the signal."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

DEFAULTS = {
    "SIGINT": signal.default_int_handler,
    "SIGTERM": signal.SIG_DFL,
    "SIGHUP": signal.SIG_DFL,
}
"""The signals that end a command, each with what Python does at it if nobody changes that."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C; Python ends a process by the signal itself where it has seen a plain KeyboardInterrupt."""


_asked: list[BaseException] = []


@contextmanager
def in_order() -> Iterator[None]:
    """Let the signals that end a process do inside a `with` as an error does, so that nothing is left.

    One that is ignored, as `nohup` does, or that has another handler, stays so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    changed = {}
    _asked.clear()
    for name, usual in DEFAULTS.items():
        number = getattr(signal, name, None)  # Windows has not all of them
        if number is not None and signal.getsignal(number) is usual:
            changed[number] = usual
            signal.signal(number, _end)
    try:
        yield
    finally:
        for number, usual in changed.items():
            signal.signal(number, usual)


def raise_if_asked() -> None:
    """Raise what a signal has raised before: a driver may have made another error of it, or none.

    Raises:
        Interrupted: by Ctrl-C.
        SystemExit: by another signal.
    """
    if _asked:
        raise _asked[0] from None


def _end(number: int, frame: FrameType | None) -> None:
    error = Interrupted() if number == signal.SIGINT else SystemExit(128 + number)
    _asked.append(error)
    raise error
