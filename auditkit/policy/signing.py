"""What a person signs, and whether it holds: signed, expired, unsigned with the reasons, not stated."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pydantic import Field

from auditkit.policy.declaration import Declaration
from auditkit.policy.fields import Day, Digest, Text


class Signable(Declaration):
    """Words with somebody who answers for them until a day; the digest shows that the words are theirs."""

    by: Text | None = Field(None, description="The name of the person who signs.")
    role: Text | None = Field(None, description="The role of that person.")
    at: Day | None = Field(None, description="The day of the signature.")
    until: Day | None = Field(None, description="The last day on which the signature is valid.")
    text_sha256: Digest | None = Field(
        None, description="The SHA-256 of the signed words, which `auditkit attest` writes."
    )
    signature: Text | None = Field(
        None, description="The SSH signature of the words, in base64, which `auditkit attest --key` writes."
    )

    @property
    def words(self) -> str | None:
        """What is signed, as one text; None where nothing is stated."""
        raise NotImplementedError

    @property
    def lacking(self) -> Iterator[Flaw]:
        """What the words still need before a person can sign them."""
        yield from ()


class Flaw(StrEnum):
    """Why words are not signed."""

    TEXT_CHANGED = "text_changed"
    FUTURE_DAY = "future_day"
    ENDS_EARLY = "ends_early"
    NO_NAME = "no_name"
    NO_ROLE = "no_role"
    NO_DAY = "no_day"
    NO_END = "no_end"
    NO_DIGEST = "no_digest"
    NO_TEXT = "no_text"
    NO_ANSWER = "no_answer"
    NO_LEVEL = "no_level"
    NO_RUN = "no_run"
    NO_ACCEPTANCE = "no_acceptance"

    @property
    def words(self) -> str:
        """The reason in words."""
        return _WORDS[self]


_WORDS = {
    Flaw.TEXT_CHANGED: "the text was changed after it was signed",
    Flaw.FUTURE_DAY: "the day of the signature is in the future",
    Flaw.ENDS_EARLY: "the signature ends before its day",
    Flaw.NO_NAME: "the name is missing",
    Flaw.NO_ROLE: "the role is missing",
    Flaw.NO_DAY: "the day is missing",
    Flaw.NO_END: "the day until which it is valid is missing",
    Flaw.NO_DIGEST: "the digest of the text is missing, so nobody has signed it",
    Flaw.NO_TEXT: "the text is missing",
    Flaw.NO_ANSWER: "the answer, yes or no, is missing",
    Flaw.NO_LEVEL: "the level is missing",
    Flaw.NO_RUN: "it names no run that it was made on",
    Flaw.NO_ACCEPTANCE: "nobody is named who accepts what remains of the risks",
}


@dataclass(frozen=True)
class Signed:
    """Words with a valid signature."""

    by: str
    role: str
    at: date
    until: date


@dataclass(frozen=True)
class Expired:
    """Words whose signature was valid until a day that is over."""

    by: str
    role: str
    at: date
    until: date


@dataclass(frozen=True)
class Unsigned:
    """Words that nobody has signed, or whose signature does not hold."""

    flaws: tuple[Flaw, ...]

    @property
    def reason(self) -> str:
        """The reasons in words."""
        return "; ".join(flaw.words for flaw in self.flaws)


@dataclass(frozen=True)
class NotStated:
    """Nothing is stated."""


Standing = Signed | Expired | Unsigned | NotStated
"""What a statement is worth on a day."""


def digest(words: str) -> str:
    r"""Return the SHA-256 of words as they are signed: without white space around them, in UTF-8.

    >>> digest("It is needed.\n") == digest("It is needed.")
    True
    """
    return hashlib.sha256(words.strip().encode()).hexdigest()


def message(field: str, block: Signable) -> bytes:
    """Return what an SSH signature of a block is made over: its field, who, when, until, and the digest.

    >>> from auditkit.policy.statements import Attestation
    >>> message("necessity", Attestation(field="necessity", text="So.", by="A. Owner"))
    b'{"at": null, "by": "A. Owner", "field": "necessity", "role": null, "text_sha256": null, "until": null}'
    """
    keys = ("by", "role", "at", "until", "text_sha256")
    content = {key: getattr(block, key) for key in keys} | {"field": field}
    return json.dumps(content, sort_keys=True, ensure_ascii=False, default=str).encode()


def standing(block: Signable | None, as_of: date) -> Standing:
    """Return what a signed block is worth on a day.

    >>> from auditkit.policy.statements import Attestation
    >>> text = "It is needed."
    >>> signed = Attestation(field="necessity", text=text, by="A. Owner", role="owner", at="2026-01-31",
    ...                      until="2027-01-31", text_sha256=digest(text))
    >>> standing(signed, date(2026, 6, 1))
    Signed(by='A. Owner', role='owner', at=datetime.date(2026, 1, 31), until=datetime.date(2027, 1, 31))
    >>> standing(signed.model_copy(update={"text": "It is not needed."}), date(2026, 6, 1)).reason
    'the text was changed after it was signed'
    """
    if block is None or block.words is None:
        return NotStated()
    by, role, at, until = block.by, block.role, block.at, block.until
    flaws = tuple(_flaws(block, block.words, as_of))
    if flaws or by is None or role is None or at is None or until is None:
        return Unsigned(flaws)
    return Expired(by, role, at, until) if until < as_of else Signed(by, role, at, until)


def _flaws(block: Signable, words: str, as_of: date) -> Iterator[Flaw]:
    """Yield every reason why the signature does not hold."""
    yield from block.lacking
    yield from (flaw for key, flaw in _REQUIRED.items() if getattr(block, key) is None)
    if block.text_sha256 is not None and block.text_sha256 != digest(words):
        yield Flaw.TEXT_CHANGED
    if block.at is not None and block.at > as_of:
        yield Flaw.FUTURE_DAY
    if block.at is not None and block.until is not None and block.until < block.at:
        yield Flaw.ENDS_EARLY


_REQUIRED = {
    "by": Flaw.NO_NAME, "role": Flaw.NO_ROLE, "at": Flaw.NO_DAY, "until": Flaw.NO_END,
    "text_sha256": Flaw.NO_DIGEST,
}  # fmt: skip
