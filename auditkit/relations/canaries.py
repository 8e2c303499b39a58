"""Canaries: words that were planted in one tenant's data, and that have no reason to stand anywhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from auditkit.relations import names

SHORTEST = 8
"""A shorter word stands somewhere by chance."""
_ALTERNATIVES = 1_000
_CALLED = re.compile(r"(?:^|_)(?:canary|canaries|honeytoken|honey_token|tripwire)(?:_|s?$)")


def is_called_canary(name: str) -> bool:
    """Return whether a table or column is named like one of canaries.

    >>> is_called_canary("canary_tokens"), is_called_canary("CanaryToken"), is_called_canary("scanary")
    (True, True, False)
    """
    return bool(_CALLED.search(names.words(name)))


@dataclass(frozen=True)
class Canaries:
    """The canary words, in lower case, each with the key of its tenant; a word of two tenants is none."""

    owners: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, planted: Iterable[tuple[str | None, str | None]]) -> Canaries:
        """Return the canaries of all tenants from pairs of tenant and word."""
        owners: dict[str, set[str]] = {}
        for tenant, word in planted:
            if tenant is not None and word is not None and len(word.strip()) >= SHORTEST:
                owners.setdefault(word.strip().lower(), set()).add(tenant)
        return cls({word: tenants.pop() for word, tenants in owners.items() if len(tenants) == 1})

    def foreign(self, tenants: Sequence[str | None], cells: Sequence[str | None]) -> int:
        """Return how many cells of a batch hold another tenant's canary: a fold, so that the counts of two
        batches add up.

        A row of no tenant is no place for any.

        >>> Canaries.of([("1", "kite-31f9"), ("2", "wren-77a0")]).foreign(["1", "1", None], ["a KITE-31F9", "(wren-77a0)", "wren-77a0"])
        2
        """
        array = pa.array(cells, pa.string())
        if len(self.owners) <= _ALTERNATIVES:
            pattern = "(?i)" + "|".join(map(re.escape, self.owners))
            candidates = pc.fill_null(pc.match_substring_regex(array, pattern), False).to_pylist()
        else:
            candidates = pc.is_valid(array).to_pylist()
        found = 0
        for tenant, cell, may in zip(tenants, cells, candidates, strict=True):
            if may and cell is not None:
                low = cell.lower()
                found += any(owner != tenant for word, owner in self.owners.items() if word in low)
        return found
