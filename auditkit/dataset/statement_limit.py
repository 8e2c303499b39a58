"""How long one statement may take on an engine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

LOCAL_SECONDS = 600.0
"""The limit for a database that is a file, or that runs in this process."""
AGAIN = 0.1
"""How many seconds to wait before a statement is interrupted again, as its reader may try another one."""

Seconds = float | Callable[[], float] | None

_opening: ContextVar[Seconds] = ContextVar("opening", default=None)


@contextmanager
def opened_within(seconds: Seconds) -> Iterator[None]:
    """Give every engine that is made inside a `with` a limit from its first statement on."""
    before = _opening.set(seconds)
    try:
        yield
    finally:
        _opening.reset(before)


@dataclass
class StatementLimit:
    """The seconds that one statement may take, and each batch of a stream.

    Attributes:
        seconds: the limit that the caller has set: a number, a function that is asked when a statement
            begins, or None.
        standard: the limit of the engine, which counts where the caller has set no limit. A server whose
            session sets a limit by itself has none here.
    """

    seconds: Seconds = field(default_factory=_opening.get)
    standard: float | None = None

    def left(self) -> float | None:
        """Return how many seconds a statement that begins now may take; None means no limit.

        Raises:
            TimeoutError: no time is left.
        """
        limit = self.seconds() if callable(self.seconds) else self.seconds
        limit = self.standard if limit is None else limit
        if limit is not None and limit <= 0:
            raise TimeoutError
        return limit

    def milliseconds(self) -> int | None:
        """Return the same in whole milliseconds, at least 1.

        Raises:
            TimeoutError: no time is left.
        """
        left = self.left()
        return None if left is None else max(1, round(left * 1000))

    @contextmanager
    def interrupting(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """Call `interrupt` from another thread when the time of a statement is over.

        Raises:
            TimeoutError: the statement failed after that, whatever its driver says.
        """
        left = self.left()
        if left is None:
            yield
            return
        over, ended = threading.Event(), threading.Event()

        def stop() -> None:
            wait = left
            while not ended.wait(wait):
                over.set()
                interrupt()
                wait = AGAIN

        threading.Thread(target=stop, daemon=True).start()
        try:
            yield
        except Exception:  # each driver has an error of its own for what was interrupted
            if over.is_set():
                raise TimeoutError from None
            raise
        finally:
            ended.set()
