from __future__ import annotations

import hmac
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from auditkit import labels
from auditkit.dataset import Dataset
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy, PolicyError
from auditkit.policy.models import ErasureLedger
from auditkit.vocabulary import did_you_mean

_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Erased:
    """Who was erased on request: hashes and nothing else, and the key under which they were made."""

    ledger: ErasureLedger
    hashes: frozenset[str] = field(repr=False)
    secret: bytes = field(repr=False)

    def hash_of(self, identifier: str) -> str:
        """Return what the ledger keeps of an identifier: HMAC-SHA256 of its text in lower case, without blanks around it."""
        return hmac.digest(self.secret, identifier.strip().lower().encode(), "sha256").hex()

    def among(self, identifiers: Iterable[str | None]) -> list[str]:
        """Return the hashes of those identifiers that were erased, one for each that was."""
        return [h for text in identifiers if text and text.strip() and (h := self.hash_of(text)) in self.hashes]


def erased(dataset: Dataset, policy: Policy) -> Erased | Missing:
    """The declared ledger of those who were erased on request, with the project's key; a key is never made for it."""
    ledger = policy.erasure_ledger
    if ledger is None or ledger.subject_hmac is None:
        return Missing(
            Cause.UNDECLARED, "the policy names no ledger of erased subjects (`erasure_ledger`, with its table and subject_hmac)"
        )
    if ledger.table not in dataset.tables:
        return Missing(
            Cause.UNSEEN, f"the ledger {ledger.table} is not there, or cannot be read.{did_you_mean(ledger.table, dataset.tables)}"
        )
    table = dataset.tables[ledger.table]
    if ledger.subject_hmac not in table.columns:
        told = f"{ledger.table} has no column {ledger.subject_hmac!r}.{did_you_mean(ledger.subject_hmac, table.columns)}"
        raise PolicyError.at(policy, ("erasure_ledger", "subject_hmac"), told)
    secret = _secret()
    if isinstance(secret, Missing):
        return secret
    column = table.select(h=table[ledger.subject_hmac].cast("string").strip().lower())
    cells = {cell for batch in dataset.stream(column) for (cell,) in batch if cell}
    hashes = frozenset(cell for cell in cells if _HASH.fullmatch(cell))
    if cells and not hashes:
        return Missing(Cause.UNSEEN, f"{ledger.table}.{ledger.subject_hmac} holds no HMAC-SHA256 in hexadecimal (64 digits)")
    return Erased(ledger, hashes, secret) if hashes else Missing(Cause.NOT_APPLICABLE, f"{ledger.table} is empty: nobody was erased yet")


def _secret() -> bytes | Missing:
    """Return the project's key where there is one; a new one would match nothing, and that would look like clean."""
    try:
        if os.environ.get(labels.VARIABLE) or labels.place().exists():
            return labels.key().secret
    except (ValueError, OSError) as error:
        told = str(error) if isinstance(error, ValueError) else "the file of the project's key cannot be read"
        return Missing(Cause.UNSEEN, f"the ledger of erased subjects cannot be compared: {told}")
    mend = f"set {labels.VARIABLE} to the key under which the ledger's hashes were made"
    return Missing(Cause.UNSEEN, f"the ledger of erased subjects cannot be compared without its key: {mend}")
