from __future__ import annotations

import hmac
import re
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from auditkit.dataset import Dataset
from auditkit.detection import Profile
from auditkit.facts.environments import Environments
from auditkit.facts.identifier_keys import is_identifier
from auditkit.vocabulary import ENTITIES, PRESENT

_MARKS = re.compile(r"[\s().\-/+]")


@dataclass(frozen=True)
class Digests:
    """Different identifiers, as the first 8 bytes of their HMAC-SHA256: in order, each once. `a + b` are
    those of both.
    """

    sorted: npt.NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64), repr=False)

    @classmethod
    def of(cls, key: bytes, identifiers: Iterable[str | None]) -> Digests:
        """Return the digests of identifiers; how somebody wrote one makes no difference.

        >>> len(Digests.of(b"key", ["Ana@example.org ", "ana@example.org", None, ""]).sorted)
        1
        """
        return cls.unique(digest for text in identifiers if (digest := digest_of(key, text)) is not None)

    @classmethod
    def unique(cls, digests: Iterable[int]) -> Digests:
        """Return digests in order, each once."""
        return cls(np.unique(np.fromiter(digests, np.uint64)))

    @classmethod
    def together(cls, parts: Iterable[Digests]) -> Digests:
        """Return those of all parts, sorted once: adding them up one by one would sort the first as often as
        there are parts.
        """
        return cls(np.unique(np.concatenate([np.empty(0, np.uint64), *(part.sorted for part in parts)])))

    def __add__(self, other: Digests) -> Digests:
        return Digests.together((self, other))

    def __contains__(self, digest: int) -> bool:
        at = int(np.searchsorted(self.sorted, np.uint64(digest)))
        return at < len(self.sorted) and bool(self.sorted[at] == digest)


def digest_of(key: bytes, identifier: str | None) -> int | None:
    """Return the digest of an identifier as a number, or None where there is none; how somebody wrote it
    makes no difference.
    """
    plain = _MARKS.sub("", identifier or "").lower()
    return int.from_bytes(hmac.digest(key, plain.encode(), "sha256")[:8]) if plain else None


@dataclass(frozen=True)
class ProductionIdentifiers:
    """The identifiers of production, by kind and source; the key of their digests is made for this audit, and
    never leaves it.
    """

    by_kind: Mapping[tuple[str, str], Digests]
    key: bytes = field(repr=False)


def kind_of(entity: str | None) -> str | None:
    """Return the kind of identifier that an entity is, or None: identity numbers of all countries are one
    kind.
    """
    return (ENTITIES[str(entity)].kind or entity) if is_identifier(entity) else None


def production_identifiers(
    dataset: Dataset, profile: Profile, environments: Environments
) -> ProductionIdentifiers:
    """The e-mail addresses, telephone, identity, card and account numbers of the production sources, as
    digests.

    They are read where they are; no engine ever sees those of another.
    """
    key, found = secrets.token_bytes(32), defaultdict[tuple[str, str], list[Digests]](list)
    for c in profile.columns:
        kind = kind_of(c.entity)
        if c.table in environments.production and c.verdict in PRESENT and kind is not None:
            table, place = dataset.tables[c.table], (kind, environments.production[c.table])
            for batch in dataset.stream(table.select(auditkit_identifier=table[c.column]).distinct()):
                found[place].append(Digests.of(key, (cell for (cell,) in batch)))
    return ProductionIdentifiers({place: Digests.together(parts) for place, parts in found.items()}, key)
