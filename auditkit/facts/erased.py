from __future__ import annotations

import hmac
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import ibis.expr.types as ir

from auditkit import labels
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy
from auditkit.policy.models import ErasureLedger
from auditkit.relations.moments import seconds_of
from auditkit.relations.stated import stated

CONTROL = "auditkit"
"""The word whose hash in the policy shows whether the audit has the key under which the ledger was
written.
"""
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Erased:
    """Who was erased on request: hashes and nothing else, each with when (Unix time) where that is known, and
    the key of the hashes.
    """

    ledger: ErasureLedger
    hashes: Mapping[str, float | None] = field(repr=False)
    secret: bytes = field(repr=False)

    def hash_of(self, identifier: str) -> str:
        """Return what the ledger keeps of an identifier: HMAC-SHA256 of its text in lower case, without
        blanks around it.
        """
        return _hashed(self.secret, identifier.strip().lower())

    def among(self, identifiers: Iterable[str | None]) -> list[str]:
        """Return the hashes of those identifiers that were erased, one for each that was."""
        return [
            h for text in identifiers if text and text.strip() and (h := self.hash_of(text)) in self.hashes
        ]


def erased(dataset: Dataset, policy: Policy) -> Erased | Missing:
    """The declared ledger of those who were erased on request, with the project's key; a key is never made
    for it.
    """
    ledger = policy.erasure_ledger
    if ledger is None or ledger.subject_hmac is None:
        return Missing(
            Cause.UNDECLARED,
            "the policy names no ledger of erased subjects (`erasure_ledger`, with its table and"
            " subject_hmac)",
        )
    table = stated(dataset, policy, "erasure_ledger", ("subject_hmac", "at"))
    if isinstance(table, Missing):
        return table
    secret = _secret(ledger)
    if isinstance(secret, Missing):
        return secret
    cells = _cells(dataset, table, ledger)
    hashes = {cell: at for cell, at in cells.items() if _HASH.fullmatch(cell)}
    if cells and not hashes:
        return Missing(
            Cause.UNSEEN,
            f"{ledger.table}.{ledger.subject_hmac} holds no HMAC-SHA256 in hexadecimal (64 digits)",
        )
    return (
        Erased(ledger, hashes, secret)
        if hashes
        else Missing(Cause.NOT_APPLICABLE, f"{ledger.table} is empty: nobody was erased yet")
    )


def _cells(dataset: Dataset, table: ir.Table, ledger: ErasureLedger) -> dict[str, float | None]:
    """Return the cells of the ledger, each with its last moment, as Unix time, where it has any."""
    told = {"h": table[ledger.subject_hmac].cast("string").strip().lower()}
    if ledger.at is not None:
        told["at"] = seconds_of(clock(table[ledger.at]).moment)
    found: dict[str, float | None] = {}
    for batch in dataset.stream(table.select(**told)):
        for cell, *at in batch:
            if cell:
                moments = [float(m) for m in (*at, found.get(cell)) if m is not None]
                found[cell] = max(moments, default=None)
    return found


def _hashed(secret: bytes, text: str) -> str:
    return hmac.digest(secret, text.encode(), "sha256").hex()


def _secret(ledger: ErasureLedger) -> bytes | Missing:
    """Return the project's key where there is one, and the right one; another would match nothing, and that
    would look like clean.
    """
    try:
        secret = labels.key().secret if os.environ.get(labels.VARIABLE) or labels.place().exists() else b""
    except (ValueError, OSError) as error:
        told = str(error) if isinstance(error, ValueError) else "the file of the project's key cannot be read"
        return Missing(Cause.UNSEEN, f"the ledger of erased subjects cannot be compared: {told}")
    mend = f"set {labels.VARIABLE} to the key under which the ledger's hashes were made"
    if not secret:
        return Missing(
            Cause.UNSEEN, f"the ledger of erased subjects cannot be compared without its key: {mend}"
        )
    if ledger.control is not None and not hmac.compare_digest(ledger.control, _hashed(secret, CONTROL)):
        return Missing(
            Cause.UNSEEN,
            f"the project's key is not the one that `erasure_ledger.control` was made with: {mend}",
        )
    return secret
