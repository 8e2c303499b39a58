"""What names a tenant in texts and paths: its slug, its domain, its key where a word before it says that it
is one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

SHORTEST = 6
"""A shorter word names nobody for sure."""
_ALTERNATIVES = 1_000
_WORD = r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?"
_PART = re.compile(_WORD)
_HOST = re.compile(rf"{_WORD}(?:\.{_WORD})+")
_MAIL = re.compile(r"\S+@\S+")


@dataclass(frozen=True)
class Tokens:
    """Words that name exactly one tenant each, in lower case, with its key; `keys` are the keys themselves.

    >>> tokens = Tokens.of([("1", ["acme-corp", "acme.example"]), ("2", ["globex-ag", "globex.example"])], "tenant")
    >>> sorted(tokens.named_in("see https://Acme-Corp.desk.example/ and www.globex.example")), tokens.named_in("/tenants/2/files")
    (['1', '2'], {'2'})
    """

    owners: Mapping[str, str]
    keys: Mapping[str, str]
    before_key: str

    @classmethod
    def of(cls, named: Iterable[tuple[str, Sequence[str | None]]], singular: str) -> Tokens:
        """Return the tokens of all tenants.

        Args:
            named: the key of each tenant, and the words that name it.
            singular: what a tenant is called: `tenant_id=42` and `/tenants/42` name tenant 42.
        """
        told = [(key, (word or "").strip().lower()) for key, words in named for word in words]
        whole = [
            (key, word)
            for key, word in told
            if len(word) >= SHORTEST and (_PART.fullmatch(word) or _HOST.fullmatch(word))
        ]
        times = Counter(word for word, _ in {(word, key) for key, word in whole})
        unique = {word: key for key, word in whole if times[word] == 1 and not word.isdigit()}
        before = rf"(?:{re.escape(singular)}(?:_?id)?[\"']?\s*[=:]\s*[\"']?|/{re.escape(singular)}s?/)"
        return cls(unique, {key.lower(): key for key, _ in told}, before)

    def named_in(self, text: str) -> set[str]:
        """Return the keys of the tenants that a text names; an e-mail address names nobody but its owner."""
        low = _MAIL.sub(" ", text.lower())
        found = {self.owners[part] for part in _PART.findall(low) if part in self.owners}
        for host in _HOST.findall(low):
            labels = host.split(".")
            found |= {
                self.owners[rest] for i in range(len(labels)) if (rest := ".".join(labels[i:])) in self.owners
            }
        return found | {
            self.keys[key] for key in re.findall(rf"{self.before_key}([\w-]+)", low) if key in self.keys
        }

    def places_in(self, path: str) -> dict[int, str]:
        """Return which tenant each segment of a storage path names, by its place."""
        segments = enumerate(path.lower().split("/"))
        return {i: key for i, s in segments if (key := self.owners.get(s) or self.keys.get(s)) is not None}

    def candidates(self, cells: pa.Array) -> pa.Array:
        """Return which cells may name a tenant, in one pass of RE2; all of them where the tenants are too
        many for one.
        """
        if len(self.owners) > _ALTERNATIVES:
            return pc.is_valid(cells)
        words = "|".join(map(re.escape, self.owners))
        pattern = f"(?i){words}|{self.before_key}" if words else f"(?i){self.before_key}"
        return pc.or_(
            pc.fill_null(pc.match_substring_regex(cells, pattern), False),
            pc.fill_null(pc.match_substring(cells, "/"), False),
        )


@dataclass(frozen=True)
class Mentions:
    """How the cells of a column name tenants: a fold, so that the counts of two parts of a stream add up.

    `own` cells name their row's tenant and `foreign` ones another; the same for storage paths by the place of
    the segment.
    """

    cells: int = 0
    own: int = 0
    foreign: int = 0
    own_at: Mapping[int, int] = field(default_factory=dict)
    foreign_at: Mapping[int, int] = field(default_factory=dict)

    def __add__(self, other: Mentions) -> Mentions:
        """Return the counts of both."""
        at = [
            dict(Counter(a) + Counter(b))
            for a, b in ((self.own_at, other.own_at), (self.foreign_at, other.foreign_at))
        ]
        return Mentions(self.cells + other.cells, self.own + other.own, self.foreign + other.foreign, *at)

    @property
    def template(self) -> int | None:
        """The place at which the paths of the column name their tenant: in half of all cells or more, and
        rarely another's.
        """
        for place, own in sorted(self.own_at.items()):
            if own * 2 >= self.cells and own >= 9 * self.foreign_at.get(place, 0):
                return place
        return None


def mentions(tokens: Tokens, tenants: Sequence[str | None], cells: Sequence[str | None]) -> Mentions:
    """Return how the cells of one batch name tenants, beside the tenant of each row; rows of no tenant count
    elsewhere.
    """
    may = tokens.candidates(pa.array(cells, pa.string())).to_pylist()
    total = own = foreign = 0
    own_at: Counter[int] = Counter()
    foreign_at: Counter[int] = Counter()
    for tenant, cell, candidate in zip(tenants, cells, may, strict=True):
        if tenant is None or not cell:
            continue
        total += 1
        if not candidate:
            continue
        named = tokens.named_in(cell)
        own += tenant in named
        foreign += bool(named - {tenant})
        if " " not in cell and "/" in cell:
            places = tokens.places_in(cell)
            own_at.update(i for i, key in places.items() if key == tenant)
            foreign_at.update(i for i, key in places.items() if key != tenant)
    return Mentions(total, own, foreign, dict(own_at), dict(foreign_at))
