"""Periods and categories of data in words, as a reader of the report knows them."""

from __future__ import annotations

import re

from auditkit.report.say import catalogue, say

_PART = re.compile(r"(\d+)([YMWD])")
_UNITS = {"Y": "years", "M": "months", "W": "weeks", "D": "days"}


def period_words(period: object) -> str:
    """Return a period in words; what is no plain period stays as it is written.

    >>> period_words("P3Y"), period_words("P1Y6M"), period_words("doc_types.keep_years")
    ('3 years', '1 year, 6 months', 'doc_types.keep_years')
    """
    text = str(period)
    parts = _PART.findall(text)
    if not parts or "".join(n + u for n, u in parts) != text.removeprefix("P"):
        return text
    return ", ".join(say(f"period.{_UNITS[unit]}", n=int(number)) for number, unit in parts)


def category_words(category: str) -> str:
    """Return a data category in words: its own, else those of the nearest one above it.

    >>> category_words("user.contact.email"), category_words("user.health_and_medical.record_id")
    ('e-mail address', 'health data')
    """
    known, path = catalogue(), category.split(".")
    for depth in range(len(path), 0, -1):
        key = "category." + "_".join(path[1:depth] or ["user"])
        if key in known:
            return known[key]
    return category
