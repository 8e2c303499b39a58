"""The ledger of people who were erased on request, and how cells are compared with it.

The ledger holds no identifier: for each person it has the HMAC-SHA256 of one under the project's key.
"""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest

from auditkit import project_key
from auditkit.outcome import Cause, Missing
from auditkit.policy.logs import ErasureLedger

CONTROL = "auditkit"
"""The word whose hash in the policy shows whether the audit has the key that made the ledger."""
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True)
class Erased:
    """The people who were erased on request.

    Attributes:
        ledger: how the policy declares the ledger.
        hashes: the hash of each, with when the person was erased, as Unix time, or None.
        secret: the key of the hashes.
    """

    ledger: ErasureLedger
    hashes: Mapping[str, float | None] = field(repr=False)
    secret: bytes = field(repr=False)

    def hash_of(self, identifier: str) -> str:
        """Return the hash of an identifier in lower case, without outer blanks, as the ledger keeps it."""
        return _hash(self.secret, identifier.strip().lower())

    def among(self, identifiers: Iterable[str | None]) -> list[str]:
        """Return the hashes of those identifiers that were erased."""
        hashes = [self.hash_of(text) for text in identifiers if text and text.strip()]
        return [hashed for hashed in hashes if hashed in self.hashes]


def key_of(ledger: ErasureLedger) -> bytes | Missing:
    """Return the project's key, or why it is missing or wrong; a key is never made for an audit.

    Under another key no hash agrees, which would look as if nobody had come back.
    """
    remedy = f"set {project_key.VARIABLE} to the key that made the hashes of the ledger"
    try:
        there = os.environ.get(project_key.VARIABLE) or project_key.place().exists()
        secret = project_key.key().secret if there else b""
    except (ValueError, OSError) as error:
        cause = (
            str(error) if isinstance(error, ValueError) else "the file of the project's key cannot be read"
        )
        return Missing(Cause.UNSEEN, f"the ledger of erased subjects cannot be compared: {cause}")
    if not secret:
        reason = f"the ledger of erased subjects cannot be compared without its key: {remedy}"
        return Missing(Cause.UNSEEN, reason)
    if ledger.control is not None and not hmac.compare_digest(ledger.control, _hash(secret, CONTROL)):
        reason = f"the project's key is not the one that made `erasure_ledger.control`: {remedy}"
        return Missing(Cause.UNSEEN, reason)
    return secret


def _hash(secret: bytes, text: str) -> str:
    return hmac.digest(secret, text.encode(), "sha256").hex()


@dataclass(frozen=True)
class Recurrence:
    """How often erased subjects stand in cells; two counts of different cells add up.

    Attributes:
        of: the cells that hold anything.
        rows: the cells that hold an identifier of an erased subject.
        back: those of them whose row was made after the erasure.
        residue: those of them whose row is older than the erasure.
        subjects: the hashes of the subjects.
    """

    of: int = 0
    rows: int = 0
    back: int = 0
    residue: int = 0
    subjects: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def undated(self) -> int:
        """The cells with an identifier for which nothing says when the row was made, or the person erased."""
        return self.rows - self.back - self.residue

    def __add__(self, other: Recurrence) -> Recurrence:
        return Recurrence(
            self.of + other.of,
            self.rows + other.rows,
            self.back + other.back,
            self.residue + other.residue,
            self.subjects | other.subjects,
        )


def recurrence(
    erased: Erased, cells: Iterable[str | None], since: Iterable[float | None] = (), *, inside: bool = False
) -> Recurrence:
    """Return how often erased subjects stand in some cells.

    Args:
        erased: the ledger.
        cells: the texts.
        since: when the row of each was made, as Unix time.
        inside: only the e-mail addresses inside a cell count; else the whole cell may be an identifier too.
    """
    of = rows = back = residue = 0
    subjects: set[str] = set()
    for cell, at in zip_longest(cells, since):
        if not cell or not cell.strip():
            continue
        of += 1
        identifiers = _addresses(cell) | (set() if inside else {cell})
        if not (hashes := erased.among(identifiers)):
            continue
        rows += 1
        subjects.update(hashes)
        moments = [moment for h in hashes if (moment := erased.hashes[h]) is not None]
        if at is not None and moments:
            later = any(at > moment for moment in moments)
            back, residue = back + later, residue + (not later)
    return Recurrence(of, rows, back, residue, frozenset(subjects))


def _addresses(text: str) -> set[str]:
    """Return what has the shape of an e-mail address in a text; a full stop behind one ends the sentence.

    >>> sorted(_addresses("Ask ana@example.org. Or <ben+x@mail.example.org>!"))
    ['ana@example.org', 'ben+x@mail.example.org']
    """
    return set(_ADDRESS.findall(text)) if "@" in text else set()
