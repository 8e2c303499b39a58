"""Errors of use."""

from __future__ import annotations


class UsageError(ValueError):
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
