"""What a column can hold of a data subject, and so how it is compared with identifiers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import ibis.expr.datatypes as dt

from auditkit.policy import TablePolicy
from auditkit.relations import names
from auditkit.vocabulary import ENTITIES, Sensitivity, is_ancestor, sensitivity

Form = Literal["text", "number", "other"]

_EMAIL, _PHONE = "user.contact.email", "user.contact.phone_number"
_ACCOUNTS = ("user.account.username", "user.unique_id", "user.account")
_OFFICIAL = frozenset({Sensitivity.GOVERNMENT_ID, Sensitivity.FINANCIAL})
_IDENTIFYING = _OFFICIAL | {Sensitivity.ONLINE_IDENTIFIER, Sensitivity.PSEUDONYMOUS}
_SHARED = ("user.device", "user.contact.url")
"""Categories whose values several people share, such as the address of a network."""
_CODES = frozenset("code number no nr ref reference uuid guid".split())
_SHARED_CODES = frozenset(
    "postal post zip country area region state city language lang currency iso dial plan promo status error"
    " house".split()
)
"""Words before `code` or `number` that say that several rows share the value."""


@dataclass(frozen=True)
class Column:
    """A column that could hold an identifier.

    Attributes:
        name: its name.
        form: the form of its cells.
        category: the category of data that it holds, as declared or detected; None where that is unknown.
        is_key: its values name the rows of the table, or the people whom the rows are about.
    """

    name: str
    form: Form
    category: str | None
    is_key: bool = False

    @property
    def is_actor(self) -> bool:
        """Whether its name says that it is about somebody who acted on the row, as `approved_by`."""
        words = names.words(self.name)
        return bool(names.ROLES.intersection(words.split("_"))) or words.endswith("_by")

    @property
    def is_code(self) -> bool:
        """Whether its name says that it numbers the rows: `member_code` does, `postal_code` does not."""
        *before, last = names.words(self.name).split("_")
        return last in _CODES and not _SHARED_CODES.intersection(before)

    @property
    def is_email(self) -> bool:
        """Whether it holds e-mail addresses."""
        return self.category == _EMAIL

    @property
    def is_phone(self) -> bool:
        """Whether it holds phone numbers."""
        return self.category == _PHONE

    @property
    def is_official(self) -> bool:
        """Whether it holds numbers of an authority or a bank, which people write with blanks and signs."""
        return self.category is not None and sensitivity(self.category) in _OFFICIAL

    @property
    def is_account(self) -> bool:
        """Whether it holds names or numbers of accounts."""
        return self._is_below(_ACCOUNTS)

    @property
    def is_identifying(self) -> bool:
        """Whether its values may stand for a person, so that numbers and codes are compared with them."""
        if self.is_key or self.is_email or self.is_phone or self.is_account:
            return True
        return self.category is not None and sensitivity(self.category) in _IDENTIFYING

    @property
    def adds_identifiers(self) -> bool:
        """Whether its value in a person's own row is one more identifier of that person."""
        if self.is_actor:
            return False
        if self.is_code or self.category is None or self._is_below(_SHARED):
            return self.is_code
        return self.is_email or self.is_phone or self.is_official or self.is_account

    def _is_below(self, categories: tuple[str, ...]) -> bool:
        held = self.category
        return held is not None and any(is_ancestor(category, held) for category in categories)


def column(
    name: str, kind: dt.DataType, declared: TablePolicy | None, entity: str | None, *, is_key: bool
) -> Column | None:
    """Return a column in which identifiers are looked for, or None where its type holds none.

    Args:
        name: its name.
        kind: its type.
        declared: what the policy says about its table.
        entity: the entity that was detected in it.
        is_key: as in `Column`.
    """
    form = _form(kind)
    if form is None:
        return None
    detected = ENTITIES[entity].category if entity is not None and entity in ENTITIES else None
    stated = declared.columns.get(name) if declared is not None else None
    if stated is None or not stated.personal:
        return Column(name, form, detected, is_key)
    is_more_precise = detected is not None and is_ancestor(stated.category, detected)
    return Column(name, form, detected if is_more_precise else stated.category, is_key)


def _form(kind: dt.DataType) -> Form | None:
    """Return how cells of a type are compared; None for types that hold no identifier."""
    if kind.is_string():
        return "text"
    if kind.is_integer() or (kind.is_decimal() and kind.scale == 0):
        return "number"
    holds_none = (
        kind.is_boolean()
        or kind.is_temporal()
        or kind.is_interval()
        or kind.is_numeric()
        or has_no_text(kind)
    )
    return None if holds_none else "other"


def has_no_text(kind: dt.DataType) -> bool:
    """Return whether cells of a type are bytes or shapes, in which identifiers cannot be looked for."""
    return bool(kind.is_binary() or kind.is_geospatial())
