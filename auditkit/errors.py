"""Errors of use."""

from __future__ import annotations


class UsageError(ValueError):
    """What was asked for is not possible. Its text is made to be told: what was expected and how to mend it,
    and no value of the data.
    """
