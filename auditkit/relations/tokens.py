"""Words that name a tenant in texts and paths: its slug, its domain, or its key after a word for tenants."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

SHORTEST = 6
"""A shorter word can stand in a text by chance."""
_MOST_ALTERNATIVES = 1_000
"""With more words than this, one pattern of all of them is too large."""
_WORD = r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?"
_PART = re.compile(_WORD)
_HOST = re.compile(rf"{_WORD}(?:\.{_WORD})+")
_MAIL = re.compile(r"\S+@\S+")


@dataclass(frozen=True)
class Tokens:
    """Words that each name exactly one tenant.

    Attributes:
        owners: for each word, in lower case, the key of its tenant.
        keys: for each key in lower case, the key.
        before_key: the pattern of what is in front of a key: `tenant_id=` or `/tenants/`.

    >>> named = [("1", ["acme-corp", "acme.example"]), ("2", ["globex-ag", "globex.example"])]
    >>> tokens = Tokens.of(named, "tenant")
    >>> sorted(tokens.named_in("see https://Acme-Corp.desk.example/ and www.globex.example"))
    ['1', '2']
    >>> tokens.named_in("/tenants/2/files")
    {'2'}
    """

    owners: Mapping[str, str]
    keys: Mapping[str, str]
    before_key: str

    @classmethod
    def of(cls, named: Iterable[tuple[str, Sequence[str | None]]], singular: str) -> Tokens:
        """Return the tokens of all tenants.

        Args:
            named: the key of each tenant, and the words that name it.
            singular: the word for a tenant: `tenant_id=42` and `/tenants/42` name the tenant 42.
        """
        pairs = [(key, (word or "").strip().lower()) for key, words in named for word in words]
        long_enough = {(word, key) for key, word in pairs if _is_token(word)}
        tenants = Counter(word for word, _ in long_enough)
        owners = {word: key for key, word in pairs if tenants[word] == 1 and not word.isdigit()}
        noun = re.escape(singular)
        before_key = rf"(?:{noun}(?:_?id)?[\"']?\s*[=:]\s*[\"']?|/{noun}s?/)"
        return cls(owners, {key.lower(): key for key, _ in pairs}, before_key)

    def named_in(self, text: str) -> set[str]:
        """Return the keys of the tenants that a text names; e-mail addresses do not count."""
        lower = _MAIL.sub(" ", text.lower())
        found = {self.owners[part] for part in _PART.findall(lower) if part in self.owners}
        for host in _HOST.findall(lower):
            labels = host.split(".")
            domains = (".".join(labels[i:]) for i in range(len(labels)))
            found |= {self.owners[domain] for domain in domains if domain in self.owners}
        keys = re.findall(rf"{self.before_key}([\w-]+)", lower)
        return found | {self.keys[key] for key in keys if key in self.keys}

    def places_in(self, path: str) -> dict[int, str]:
        """Return the tenant that each segment of a storage path names, by the place of the segment."""
        tenants = (self.owners.get(part) or self.keys.get(part) for part in path.lower().split("/"))
        return {place: tenant for place, tenant in enumerate(tenants) if tenant is not None}

    def candidates(self, cells: pa.Array) -> pa.Array:
        """Return which cells may name a tenant, in one pass of RE2; with many tenants, all cells."""
        if len(self.owners) > _MOST_ALTERNATIVES:
            return pc.is_valid(cells)
        words = "|".join(map(re.escape, self.owners))
        pattern = f"(?i){words}|{self.before_key}" if words else f"(?i){self.before_key}"
        return pc.or_(
            pc.fill_null(pc.match_substring_regex(cells, pattern), False),
            pc.fill_null(pc.match_substring(cells, "/"), False),
        )


def _is_token(word: str) -> bool:
    return len(word) >= SHORTEST and bool(_PART.fullmatch(word) or _HOST.fullmatch(word))


@dataclass(frozen=True)
class Mentions:
    """How the cells of a column name tenants: a fold, so that the counts of two parts of a stream add up.

    Attributes:
        cells: how many cells have text and a tenant.
        own: how many cells name the tenant of their row.
        foreign: how many cells name another tenant.
        own_at: for each place of a segment, how many storage paths name the tenant of their row there.
        foreign_at: for each place, how many storage paths name another tenant there.
    """

    cells: int = 0
    own: int = 0
    foreign: int = 0
    own_at: Mapping[int, int] = field(default_factory=dict)
    foreign_at: Mapping[int, int] = field(default_factory=dict)

    def __add__(self, other: Mentions) -> Mentions:
        """Return the counts of both."""
        return Mentions(
            self.cells + other.cells,
            self.own + other.own,
            self.foreign + other.foreign,
            dict(Counter(self.own_at) + Counter(other.own_at)),
            dict(Counter(self.foreign_at) + Counter(other.foreign_at)),
        )

    @property
    def template(self) -> int | None:
        """The place at which the column's paths name their tenant, or None.

        At least half of all cells name their own tenant there, and at least 9 times as many as name another.
        """
        for place, own in sorted(self.own_at.items()):
            if own * 2 >= self.cells and own >= 9 * self.foreign_at.get(place, 0):
                return place
        return None


def count_mentions(tokens: Tokens, tenants: Sequence[str | None], cells: Sequence[str | None]) -> Mentions:
    """Return how the cells of one batch name tenants; rows without a tenant are left out.

    Args:
        tokens: the words that name tenants.
        tenants: the tenant of each row.
        cells: the cell of each row.
    """
    candidates = tokens.candidates(pa.array(cells, pa.string())).to_pylist()
    total = own = foreign = 0
    own_at: Counter[int] = Counter()
    foreign_at: Counter[int] = Counter()
    for tenant, cell, is_candidate in zip(tenants, cells, candidates, strict=True):
        if tenant is None or not cell:
            continue
        total += 1
        if not is_candidate:
            continue
        named = tokens.named_in(cell)
        own += tenant in named
        foreign += bool(named - {tenant})
        if " " not in cell and "/" in cell:
            places = tokens.places_in(cell)
            own_at.update(place for place, key in places.items() if key == tenant)
            foreign_at.update(place for place, key in places.items() if key != tenant)
    return Mentions(total, own, foreign, dict(own_at), dict(foreign_at))
