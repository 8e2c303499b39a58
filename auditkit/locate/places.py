"""Where to look: what each column of a table can hold of a data subject, and which tables are lists of
people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.detection import Profile
from auditkit.policy import Policy, TablePolicy
from auditkit.relations import Reference, Relations, names
from auditkit.relations.infer import Tables
from auditkit.vocabulary import ENTITIES, Sensitivity, is_ancestor, sensitivity

Form = Literal["text", "number", "other"]

_FOUND = frozenset({"certain", "likely", "review"})
"""Verdicts that are enough to compare a column: nobody is accused, and what is not compared is not found."""
_EMAIL, _PHONE, _NAME = "user.contact.email", "user.contact.phone_number", "user.name"
_ACCOUNTS = ("user.account.username", "user.unique_id", "user.account")
_STARTS = frozenset(
    {
        Sensitivity.GOVERNMENT_ID,
        Sensitivity.FINANCIAL,
        Sensitivity.ONLINE_IDENTIFIER,
        Sensitivity.PSEUDONYMOUS,
    }
)
_TAKEN = frozenset({Sensitivity.GOVERNMENT_ID, Sensitivity.FINANCIAL})
_CODES = frozenset({"code", "number", "no", "nr", "ref", "reference", "uuid", "guid"})
_OF_MANY = frozenset(
    "postal post zip country area region state city language lang currency iso dial plan promo status error"
    " house".split()
)
"""What such a name numbers where many rows share it."""
_NOT_TAKEN = ("user.device", "user.contact.url")
"""What several people share: the address of a network is no identifier of one of them."""


@dataclass(frozen=True)
class Column:
    """A column that could hold an identifier; `category` is what it holds, declared or detected, or None."""

    name: str
    form: Form
    category: str | None
    is_key: bool = False

    @property
    def is_role(self) -> bool:
        """Whether its name says that it is about somebody who did something to the row: `agent_email`,
        `approved_by`.
        """
        parts = set(names.words(self.name).split("_"))
        return bool(parts & names.ROLES) or names.words(self.name).endswith("_by")

    @property
    def is_code(self) -> bool:
        """Whether its name says that it numbers the rows: `member_code`, and not `postal_code`."""
        *first, last = names.words(self.name).split("_")
        return last in _CODES and not _OF_MANY & set(first)

    @property
    def starts(self) -> bool:
        """Whether a bare value that is no e-mail address or phone number is looked for in it."""
        told = self.category
        known = told is not None and (
            sensitivity(told) in _STARTS or any(is_ancestor(c, told) for c in _ACCOUNTS)
        )
        return self.is_key or known or (told is not None and told in (_EMAIL, _PHONE))

    @property
    def is_email(self) -> bool:
        """Whether it holds e-mail addresses."""
        return self.category == _EMAIL

    @property
    def is_phone(self) -> bool:
        """Whether it holds phone numbers."""
        return self.category == _PHONE

    @property
    def is_name(self) -> bool:
        """Whether it holds names of people."""
        return self.category is not None and is_ancestor(_NAME, self.category)

    @property
    def is_official(self) -> bool:
        """Whether it holds numbers that people write with blanks and signs in them."""
        return self.category is not None and sensitivity(self.category) in _TAKEN

    @property
    def is_taken(self) -> bool:
        """Whether what stands in it in a person's own row is an identifier of that person."""
        told = self.category
        if self.is_role:
            return False
        if self.is_code or told is None or any(is_ancestor(c, told) for c in _NOT_TAKEN):
            return self.is_code
        return (
            told in (_EMAIL, _PHONE)
            or sensitivity(told) in _TAKEN
            or any(is_ancestor(c, told) for c in _ACCOUNTS)
        )


@dataclass(frozen=True)
class Place:
    """A table in which to look.

    `key` names its rows, empty where nothing does. `closed` are the columns that cannot be searched. `people`
    says whether each row is a person; `subject` is the column that the policy says tells whom a row is about,
    and `type` the kind of person.
    """

    name: str
    kind: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    closed: tuple[str, ...]
    people: bool
    subject: str | None = None
    type: str | None = None

    @property
    def texts(self) -> tuple[Column, ...]:
        """The columns inside whose cells an identifier may stand."""
        return tuple(c for c in self.columns if c.form != "number")


def places(
    dataset: Dataset, policy: Policy, profile: Profile | None, relations: Relations
) -> dict[str, Place]:
    """Return where to look, by table; tables that the policy excludes are left out."""
    tables = Tables(
        dataset, {name: table for name, table in dataset.tables.items() if policy.exclusion(name) is None}
    )
    primary = {k.table: k.columns for k in dataset.keys() if k.primary}
    named = {
        name for name, t in tables.all.items() if names.singular(name).rpartition("_")[2] in names.PEOPLE
    }
    found = {}
    for name, table in tables.all.items():
        declared = policy.table(name)
        verdicts = (
            {c.column: c.entity for c in profile.columns if c.table == name and c.verdict in _FOUND}
            if profile is not None
            else {}
        )
        alone = tables.key(name)
        keys = {k for k in (alone, _subject(declared)) if k is not None}
        columns = tuple(
            c for n in table.columns if (c := _column(n, table, declared, verdicts, keys)) is not None
        )
        key = primary.get(name) or ((alone,) if alone is not None else ())
        key = key if set(key) <= set(table.columns) else ()
        found[name] = Place(
            name,
            dataset.relations[name].kind,
            columns,
            key,
            tuple(n for n in table.columns if table[n].type().is_binary() or table[n].type().is_geospatial()),
            _is_people(name, table, declared, alone, relations.of(name), named),
            _subject(declared),
            declared.subject.type if declared is not None and declared.subject is not None else None,
        )
    return found


def _subject(declared: TablePolicy | None) -> str | None:
    return declared.subject.key if declared is not None and declared.subject is not None else None


def _column(
    name: str,
    table: ir.Table,
    declared: TablePolicy | None,
    verdicts: Mapping[str, str | None],
    keys: set[str],
) -> Column | None:
    form = _form(table[name].type())
    if form is None:
        return None
    stated = declared.columns.get(name) if declared is not None else None
    entity = verdicts.get(name)
    category = ENTITIES[entity].category if entity is not None and entity in ENTITIES else None
    if (
        stated is not None
        and stated.personal
        and not (category is not None and is_ancestor(stated.category, category))
    ):
        category = stated.category
    return Column(name, form, category, name in keys)


def _form(kind: dt.DataType) -> Form | None:
    """Return how a column is compared, or None for what holds no identifier: bytes, truth values, moments,
    fractions.
    """
    if kind.is_string():
        return "text"
    if kind.is_integer() or (kind.is_decimal() and kind.scale == 0):
        return "number"
    no_text = (
        kind.is_binary(),
        kind.is_geospatial(),
        kind.is_boolean(),
        kind.is_temporal(),
        kind.is_interval(),
        kind.is_numeric(),
    )
    return None if any(no_text) else "other"


def _is_people(
    name: str,
    table: ir.Table,
    declared: TablePolicy | None,
    alone: str | None,
    references: tuple[Reference, ...],
    named: set[str],
) -> bool:
    """Return whether each row of a table is a person: as the policy says, else as names say; an order with an
    address is none.
    """
    subject = _subject(declared)
    if subject is not None:
        return subject == alone
    if not names.is_people(name, table.columns):
        return False
    return name in named or not any(r.parent in named for r in references if not r.is_self)
