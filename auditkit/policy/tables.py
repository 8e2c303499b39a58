"""The block `tables`: what is declared about each table and its columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator

from auditkit.naming.paths import column_of
from auditkit.policy.clock import Clock, leaves
from auditkit.policy.credentials import CredentialTable
from auditkit.policy.declaration import Declaration
from auditkit.policy.disclosure import Disclosure
from auditkit.policy.fields import (
    NOT_PERSONAL,
    SHORT,
    Category,
    ClockTerm,
    ColumnName,
    ISOPeriod,
    Listed,
    Mapped,
    OneOrMore,
    TableName,
    Target,
    Text,
)
from auditkit.policy.names import Keys, Kind, Names
from auditkit.policy.precision import Needed
from auditkit.policy.processing import Reviewed
from auditkit.policy.retention import CellRule, RetentionRule
from auditkit.vocabulary import is_ancestor

COLUMNS = Keys(Names(Kind.COLUMN))
"""Marks a mapping whose keys are columns of the table."""


EVERY = "*"
"""The key of what is declared for all tables."""


class Subject(Declaration):
    """The people whom the rows of a table are about."""

    type: Text | None = Field(None, description="The kind of person, such as `customer`.")
    key: ColumnName | None = Field(None, description="The column that says which person a row is about.")
    inactive: ISOPeriod | None = Field(
        None, description="How long a person may be inactive before their data must be deleted."
    )
    activity: Listed[ClockTerm] = Field(
        (),
        description=(
            "The moments that show that a person is active, as in `[last_seen_at, orders.at]`; default: every"
            " moment in the rows about the person."
        ),
    )
    children: bool = Field(False, description="Whether children are expected among them, as in a school.")
    of_age: int = Field(
        16,
        ge=1,
        le=21,
        description=(
            "The age from which a person is not a child: 16, or less where a member state says so"
            " (Art. 8(1))."
        ),
    )

    @field_validator("activity")
    @classmethod
    def _moments_only(cls, activity: tuple[Clock, ...]) -> tuple[Clock, ...]:
        if any(leaf.periods for clock in activity for leaf in leaves(clock)):
            raise ValueError("a sign of life is a moment: leave out the period after it")
        return activity


class ColumnPolicy(Declaration):
    """What a column is declared to hold; a bare category is short for `{category: ...}`."""

    model_config = ConfigDict(json_schema_extra={SHORT: "category"})

    category: Category = Field(
        description="The data category (a fideslang key), or `none` for data that is not personal."
    )
    reason: Text | None = Field(
        None, validate_default=True, description="Why the data is not personal; required for `none`."
    )
    need: Text | None = Field(None, description="Why it is needed, where the table does not say it.")
    recipients: Listed[Text] = Field((), description="Who receives it, where the table does not say it.")
    precision: Needed | None = Field(
        None,
        description="How precise the values must be: `exact`, `year`, `network`, `3 decimals`.",
    )
    retention: CellRule | None = Field(
        None,
        description=(
            "How long its cells are kept, where that is shorter than for the row: `P7D`, or a rule with"
            " `start` and `max`."
        ),
    )
    snapshot: Text | None = Field(
        None,
        description=(
            "Why the column must keep a copy of a value of another table, such as the address on an invoice."
        ),
    )

    @model_validator(mode="before")
    @classmethod
    def _from_category(cls, data: object) -> object:
        return {"category": data} if isinstance(data, str) else data

    @field_validator("reason")
    @classmethod
    def _none_has_a_reason(cls, reason: str | None, info: ValidationInfo) -> str | None:
        if reason is None and info.data.get("category") == NOT_PERSONAL:
            raise ValueError(
                "`none` needs a reason: write {category: none, reason: why this is not personal data}"
            )
        return reason

    @property
    def personal(self) -> bool:
        """Whether the column is declared to hold personal data."""
        return self.category != NOT_PERSONAL


class TablePolicy(Declaration):
    """What is declared about one table."""

    subject: Subject | None = Field(None, description="The people whom its rows are about.")
    purposes: Listed[Text] = Field((), description="The purposes of its data: names from `purposes`.")
    need: Text | None = Field(None, description="Why its data is needed for these purposes.")
    recipients: Listed[Text] = Field((), description="Who receives its data, and why.")
    reviewed: Reviewed | None = Field(None, description="Who has checked what `auditkit init` drafted.")
    columns: Annotated[Mapped[ColumnPolicy], Keys(Names(Kind.INVENTORY))] = Field(
        {},
        description=(
            "What its columns hold, and the paths of documents in their cells, as in"
            " `payload.$.user.email: user.contact.email`."
        ),
    )
    retention: OneOrMore[RetentionRule] = Field(
        (), description="How long its rows are kept: one rule, or a list of rules with `where`."
    )
    references: Annotated[Mapped[Target], COLUMNS] = Field(
        {}, description="Columns that refer to another table without a foreign key."
    )
    tenant_key: ColumnName | None = Field(
        None, description="The column with the tenant, where it is not `tenancy.key`."
    )
    quasi_identifiers: Listed[ColumnName] = Field(
        (), description="Columns that together may identify a person."
    )
    sensitive: Listed[ColumnName] = Field(
        (), description="Columns with facts about a person that nobody else may learn."
    )
    k: int | None = Field(
        None,
        ge=1,
        description="How many rows must share each combination of quasi-identifiers (k-anonymity).",
    )
    l: int | None = Field(  # noqa: E741  the l of l-diversity
        None,
        ge=1,
        description="How many different sensitive values each combination must have (l-diversity).",
    )
    anonymous: bool = Field(False, description="Whether the table is declared to be anonymous.")
    disclosure: Disclosure | None = Field(
        None, description="How well the people in the table must be protected from re-identification."
    )
    copy_of: TableName | None = Field(None, description="The table that this one is a copy of.")
    credentials: CredentialTable | None = Field(
        None, description="How the table keeps keys, tokens or sessions, and how long they may live."
    )

    @field_validator("columns")
    @classmethod
    def _whole_columns(cls, columns: Mapping[str, ColumnPolicy]) -> Mapping[str, ColumnPolicy]:
        """Refuse what only a column as a whole can have, and not a path inside its cells."""
        for name, column in columns.items():
            stated = [
                key for key in ("precision", "retention", "snapshot") if getattr(column, key) is not None
            ]
            if stated and column_of(name) != name:
                raise ValueError(f"{name} is a path inside cells: state `{stated[0]}` for {column_of(name)}")
        return columns

    @property
    def expects_children(self) -> bool:
        """Whether the rows may be about children: the subject says so, or a column holds data of children."""
        return (self.subject is not None and self.subject.children) or any(
            is_ancestor("user.childrens", column.category) for column in self.columns.values()
        )

    def over(self, every: TablePolicy) -> TablePolicy:
        """Return this entry with what it leaves open taken from that of all tables; columns are merged."""
        own = {name: getattr(self, name) for name in self.model_fields_set}
        own = {name: value for name, value in own.items() if value is not None}
        merged = {name: {**getattr(every, name), **getattr(self, name)} for name in ("columns", "references")}
        return every.model_copy(update={**own, **merged})
