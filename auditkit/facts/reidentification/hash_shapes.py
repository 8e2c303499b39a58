"""Which columns hold digests: what the output of a hash function looks like."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import ibis.expr.types as ir

from auditkit.check import fact
from auditkit.dataset import Dataset, SourceError
from auditkit.outcome import Missing
from auditkit.policy import Policy

SEEN = 1000
"""How many rows show whether a column holds digests, since all digests look alike."""
ALIKE, FEWEST = 0.95, 3
"""This share of the cells of a column must be digests, and at least so many."""
SHORTEST = 8
"""The fewest hexadecimal digits of a digest; shorter texts look like one by chance."""
ALGORITHMS = {
    32: ("md5",), 40: ("sha1",), 56: ("sha224",), 64: ("sha256", "sha3_256"), 96: ("sha384",),
    128: ("sha512",),
}  # fmt: skip
"""The functions that make digests of so many hexadecimal digits."""
TRUNCATED = ("md5", "sha1", "sha256", "sha512")
"""The functions whose digests are customarily cut off."""
_HEX = re.compile(r"(?:0x|\\x)?([0-9a-f]+)", re.I)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_RANDOM_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[147][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.I)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{22,88}={0,2}")
_NAMED = re.compile(r"(?:^|_)(?:sha|sha1|sha256|sha512|md5|sha224|sha384):", re.I)


@dataclass(frozen=True)
class HashShape:
    """A column of digests, with how many hexadecimal digits they have."""

    column: str
    digits: int

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The functions that may have made the digests."""
        return ALGORITHMS.get(self.digits, TRUNCATED)

    @property
    def truncated(self) -> bool:
        """Whether the digests are cut off: no function makes digests of this length."""
        return self.digits not in ALGORITHMS


@fact
def hash_shapes(dataset: Dataset, policy: Policy) -> Mapping[str, tuple[HashShape, ...] | Missing]:
    """The columns of digests in each table, or why the table cannot be read.

    Digests are of MD5, SHA-1, SHA-2 or SHA-3, in hexadecimal, in base64 or as a UUID, whole or cut off. UUIDs
    of the versions 1, 4 and 7 are made from chance and time, and are no digests.
    """
    found: dict[str, tuple[HashShape, ...] | Missing] = {}
    for name, table in dataset.tables.items():
        if policy.exclusion(name) is None:
            try:
                found[name] = tuple(_shapes(dataset, table))
            except SourceError as error:
                found[name] = error.missing
    return found


def digest_of(cell: str | None) -> str | None:
    """Return the digest in a cell in lower-case hexadecimal, or None where there is no digest.

    >>> digest_of("0xAB12CD34"), digest_of("q83vEjRWeJCrze8SNFZ4kA=="), digest_of("anna")
    ('ab12cd34', 'abcdef1234567890abcdef1234567890', None)
    """
    text = _NAMED.sub("", (cell or "").strip())
    if (plain := _HEX.fullmatch(text)) is not None:
        return plain[1].lower() if len(plain[1]) >= SHORTEST else None
    if _UUID.fullmatch(text):
        return text.replace("-", "").lower()
    if not _BASE64.fullmatch(text) or not re.search(r"[A-Z]", text) or not re.search(r"[0-9+/_-]", text):
        return None
    bare = text.rstrip("=").translate({ord("-"): "+", ord("_"): "/"})
    try:
        whole = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True).hex()
    except (binascii.Error, ValueError):
        return None
    return whole if len(whole) in ALGORITHMS else None


def length_of(cells: Iterable[str | None]) -> int | None:
    """Return how many hexadecimal digits the digests of a column have; None where it holds no digests."""
    filled = [c for c in cells if c and c.strip()]
    if sum(bool(_RANDOM_UUID.fullmatch(c.strip())) for c in filled) >= ALIKE * len(filled):
        return None
    digests = [d for c in filled if (d := digest_of(c)) is not None]
    if len(digests) < max(FEWEST, ALIKE * len(filled)) or len(set(map(len, digests))) != 1:
        return None
    lettered = sum(bool(re.search("[a-f]", d)) for d in digests)  # the digits of a number hold no letter
    return len(digests[0]) if lettered > len(digests) / 2 and len(set(digests)) >= FEWEST else None


def _shapes(dataset: Dataset, table: ir.Table) -> Iterator[HashShape]:
    columns = [c for c in table.columns if table[c].type().is_string() or table[c].type().is_uuid()]
    if not columns:
        return
    cells = [row for batch in dataset.stream(table.select(*columns).limit(SEEN)) for row in batch]
    for i, column in enumerate(columns):
        seen = [row[i] for row in cells]
        if len(cells) == SEEN and sum(bool(c and c.strip()) for c in seen) < FEWEST:
            # it is filled in later rows only, if in any
            filled = table.select(column).filter(table[column].cast("string").strip() != "").limit(SEEN)
            seen = [cell for batch in dataset.stream(filled) for (cell,) in batch]
        if (digits := length_of(seen)) is not None:
            yield HashShape(column, digits)
