from __future__ import annotations

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from auditkit.dataset import Dataset, SourceError
from auditkit.facts.environment_pair import environment_of
from auditkit.facts.readable_secrets import DIGEST, HASHED, SEALED, UNSALTED
from auditkit.facts.storage import NONE, UNFIT
from auditkit.facts.stored_credential import StoredCredential, credential_of
from auditkit.outcome import Missing
from auditkit.policy import Policy

MOST = 1_000_000
"""Different credentials of one column that are kept in memory at most."""
_SHORTEST, _LONG = 8, 12
_HASHED, _SEALED, _NONE, _UNFIT, _DIGEST, _UNSALTED = (
    re.compile(p) for p in (HASHED, SEALED, NONE, UNFIT, DIGEST, UNSALTED)
)


@dataclass
class Digests:
    """The credentials of one column as digests under a key that is forgotten: `own` with the number of rows
    that hold each.

    `of_hash` leads from the digest of the SHA-256, SHA-1 or MD5 of a readable credential to its own; `common`
    are hashes of passwords without salt, which two people may share by chance.
    """

    table: str
    column: str
    own: Counter[bytes] = field(default_factory=Counter)
    of_hash: dict[bytes, bytes] = field(default_factory=dict)
    common: set[bytes] = field(default_factory=set)

    @property
    def environment(self) -> str:
        """The source, or schema, of the table."""
        return environment_of(self.table) or ""

    def shared_with(self, other: Digests) -> set[bytes]:
        """Return the credentials of this column that stand in another, as they are or as a plain hash of each
        other.
        """
        known = self.own.keys() & other.own.keys()
        known |= self.own.keys() & other.of_hash.keys()
        known |= {own for hashed, own in self.of_hash.items() if hashed in other.own}
        alike, least = known & self.common, min(len(self.common), len(other.common))
        return known if 5 * len(alike) >= least else known - alike


@dataclass(frozen=True)
class Held:
    """The credentials of every table of several environments, and the tables that could not be read."""

    digests: tuple[Digests, ...]
    unread: Mapping[str, Missing]


def credential_digests(dataset: Dataset, policy: Policy) -> Held:
    """The credentials of every table that belongs to an environment, as digests under a key that nobody
    keeps.

    Left out are masks and placeholders, public and sandbox keys, what is shorter than 8 characters, and
    passwords that are readable and shorter than 12, which two people may choose.
    """
    key = secrets.token_bytes(32)
    found: list[Digests] = []
    unread: dict[str, Missing] = {}
    for name, relation in dataset.relations.items():
        if environment_of(name) is None or policy.exclusion(name) is not None:
            continue
        if relation.table is None:
            unread |= {name: relation.missing} if relation.missing is not None else {}
            continue
        table, stated = relation.table, policy.table(name)
        declared = stated.columns if stated is not None else {}
        columns = [
            c
            for column in table.columns
            if (c := credential_of(table, column, declared.get(column))) is not None
        ]
        if not columns:
            continue
        kept = [Digests(name, c.name) for c in columns]
        try:
            for batch in dataset.stream(table.select(*(c.name for c in columns))):
                for told, column, cells in zip(kept, columns, zip(*batch, strict=True), strict=True):
                    _add(told, column, cells, key)
        except SourceError as error:
            unread[name] = error.missing
            continue
        found += kept
    return Held(tuple(found), unread)


def _add(told: Digests, column: StoredCredential, cells: tuple[str | None, ...], key: bytes) -> None:
    for cell in cells:
        text = (cell or "").strip()
        if len(text) < _SHORTEST or _SEALED.search(text) or _NONE.search(text):
            continue
        hashed = _HASHED.search(text) is not None and not _UNSALTED.search(text)
        if not hashed and _UNFIT.search(text):
            continue
        digest = not hashed and (_DIGEST.search(text) is not None or _UNSALTED.search(text) is not None)
        if column.is_password and not hashed and not digest and len(text) < _LONG:
            continue
        own = _digest(text.lower() if digest else text, key)
        told.own[own] += 1
        if column.is_password and digest:
            told.common.add(own)
        if not hashed and not digest:
            told.of_hash |= {_digest(plain, key): own for plain in _hashes(text)}
        if len(told.own) > MOST:
            raise SourceError(
                f"{told.column} holds more than {MOST:,} different credentials, which are too many to"
                " compare",
                code="unseen",
            )


def _hashes(text: str) -> Iterator[str]:
    data = text.encode()
    yield hashlib.sha256(data).hexdigest()
    yield hashlib.sha1(data, usedforsecurity=False).hexdigest()
    yield hashlib.md5(data, usedforsecurity=False).hexdigest()


def _digest(text: str, key: bytes) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=key, digest_size=12).digest()
