"""Errors whose texts are written for the person who made the call."""

from __future__ import annotations

import traceback
from pathlib import Path


class ReadableError(Exception):
    """An error that says what was expected, where, and how to fix it; it holds no value of the data."""

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows of it: the sentence, without the calls inside auditkit."""
        return [f"{type(self).__name__}: {self}"]


class UnknownNameError(ReadableError, KeyError):
    """There is nothing of this name; the text has the nearest one."""

    def __str__(self) -> str:
        return str(self.args[0])


class UsageError(ReadableError, ValueError):
    """auditkit cannot do what was asked.

    The text is written to be printed: what was expected, and how to fix it. It holds no value of the data.
    """


class UnreadableText(UsageError):
    """A text or a cell holds half a character (a lone surrogate), which no encoding has."""

    def __init__(self, position: int) -> None:
        super().__init__(
            f"the text holds half a character (a lone surrogate) at position {position}, which no encoding"
            " has: decode its source again, or replace it (`text.encode('utf-8', 'replace').decode()`)"
        )


def value_free(name: str, error: Exception) -> str:
    """Return where an error came from, without its text or any line of code.

    It reads `overdue: ValueError at period.py:12 in add < ...`, the innermost call first.
    """
    calls = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(call.filename).name}:{call.lineno} in {call.name}" for call in reversed(calls)]
    return f"{name}: {type(error).__name__} at " + " < ".join(places[:8])
