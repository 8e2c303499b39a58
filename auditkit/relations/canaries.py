"""Canaries: words that were put into the data of one tenant and must not appear anywhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from auditkit.relations import names

SHORTEST = 8
"""A shorter word can stand in a text by chance."""
_MOST_ALTERNATIVES = 1_000
"""With more words than this, one pattern of all of them is too large."""
_CANARY_NAME = re.compile(r"(?:^|_)(?:canary|canaries|honeytoken|honey_token|tripwire)(?:_|s?$)")


def is_called_canary(name: str) -> bool:
    """Return whether a table or a column is named like one with canaries.

    >>> is_called_canary("canary_tokens"), is_called_canary("CanaryToken"), is_called_canary("scanary")
    (True, True, False)
    """
    return bool(_CANARY_NAME.search(names.words(name)))


@dataclass(frozen=True)
class Canaries:
    """The canary words, in lower case, each with the key of its tenant.

    A word that two tenants have is left out.
    """

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
        """Return how many cells of a batch hold the canary of another tenant.

        This is a fold: the counts of two batches add up. In a row without a tenant every canary is foreign.

        >>> canaries = Canaries.of([("1", "kite-31f9"), ("2", "wren-77a0")])
        >>> canaries.foreign(["1", "1", None], ["a KITE-31F9", "(wren-77a0)", "wren-77a0"])
        2
        """
        found = 0
        candidates = self._candidates(pa.array(cells, pa.string())).to_pylist()
        for tenant, cell, is_candidate in zip(tenants, cells, candidates, strict=True):
            if is_candidate and cell is not None:
                lower = cell.lower()
                found += any(owner != tenant for word, owner in self.owners.items() if word in lower)
        return found

    def _candidates(self, cells: pa.Array) -> pa.Array:
        """Return which cells may hold a canary, in one pass of RE2."""
        if len(self.owners) > _MOST_ALTERNATIVES:
            return pc.is_valid(cells)
        pattern = "(?i)" + "|".join(map(re.escape, self.owners))
        return pc.fill_null(pc.match_substring_regex(cells, pattern), False)
