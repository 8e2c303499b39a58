"""Errors of use."""

from __future__ import annotations


class UsageError(ValueError):
    """auditkit cannot do what was asked.

    The text is written to be printed: what was expected, and how to fix it. It holds no value of the data.
    """
