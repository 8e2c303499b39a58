"""How long one statement may take on an engine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

LOCAL = 600.0
"""The seconds that one statement may take on a database that is a file, or in this process."""


@dataclass
class Allowance:
    """The seconds that one statement may take, and of a stream one batch: a number, a function that is asked
    each time, or None.

    None is the `standard` of the engine; servers whose session sets their own have none here.
    """

    seconds: float | Callable[[], float] | None = None
    standard: float | None = None

    def left(self) -> float | None:
        """Return how many seconds a statement that begins now may take, or None where there is no limit.

        Raises:
            TimeoutError: it may take none.
        """
        given = self.seconds() if callable(self.seconds) else self.seconds
        seconds = self.standard if given is None else given
        if seconds is not None and seconds <= 0:
            raise TimeoutError
        return seconds

    @contextmanager
    def interrupting(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """Call `interrupt` from another thread when the time of a statement is over.

        Raises:
            TimeoutError: the statement failed thereafter, whatever its driver says.
        """
        left = self.left()
        if left is None:
            yield
            return
        over = threading.Event()

        def stop() -> None:
            over.set()
            interrupt()

        timer = threading.Timer(left, stop)
        timer.daemon = True
        timer.start()
        try:
            yield
        except Exception:
            if over.is_set():
                raise TimeoutError from None
            raise
        finally:
            timer.cancel()
