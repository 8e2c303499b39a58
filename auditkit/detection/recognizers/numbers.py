"""Compact forms of personal numbers: what a column of them looks like, and whether each value is valid.

These are looked for in whole columns only, when the verdict is asked for. In longer text, their digits would
be found by chance.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType

from auditkit.detection.recognizers.country import Compact
from auditkit.detection.recognizers.identifiers import IDENTIFIERS

_TIMESTAMP = re.compile(r"[0-9]{6}(?:[0-9]{2})?(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9])?")
_FEWEST = 5


@cache
def numbers() -> Mapping[str, Compact]:
    """Return the compact form of each entity that has one."""
    found = {i.entity: i.compact for i in IDENTIFIERS if i.compact is not None}
    return MappingProxyType(dict(sorted(found.items())))


def timestamps(values: Sequence[str]) -> bool:
    """Return whether compact values are dates with times.

    A personal number looks like one by chance in one of seven cases, so some values together are telling.

    >>> timestamps(["1201190927", "0212182359", "3011150042", "0101000000", "1507210630"])
    True
    >>> timestamps(["0101904321"] * 5)
    False
    """
    return len(values) >= _FEWEST and all(_TIMESTAMP.fullmatch(value) for value in values)
