"""The block `retention` of a table: how long its rows may be kept, and how long they must be kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from auditkit.policy.clock import Chosen, Clock, ends_by_itself
from auditkit.policy.column import Column
from auditkit.policy.declaration import Declaration
from auditkit.policy.error import PolicyError, Problem
from auditkit.policy.fields import (
    SHORT,
    CalendarEnd,
    ClockTerm,
    ColumnName,
    Condition,
    ISOPeriod,
    Listed,
    MomentName,
    PeriodTerm,
    ReachingCondition,
    TenantTarget,
    Text,
)
from auditkit.policy.period import Period
from auditkit.policy.term import Term, Unit

AT_ONCE = Period()


class Timing(Declaration):
    """When a period starts, and when it ends."""

    start: ClockTerm | None = Field(
        None,
        description=(
            "The moment at which the period starts: a column, a column of another table"
            " (`tickets.closed_at`), or several clocks: `{latest: [closed_at, invoices.issued_on]}`."
        ),
    )
    max: PeriodTerm | None = Field(
        None,
        description=(
            "How long rows may be kept; or the column that says so, as in `doc_types.keep_years`, whose"
            " numbers are of `unit`."
        ),
    )
    unit: Unit | None = Field(
        None, description="The unit of the numbers in columns of periods, where their name does not say it."
    )
    grace: ISOPeriod | None = Field(None, description="How long the deletion may take after `max`.")
    calendar: CalendarEnd | None = Field(
        None,
        description=(
            "`end_of_month`, `end_of_quarter`, `end_of_year`: the period starts at the end of that of the"
            ' start. A fiscal year is `{end_of_year: "03-31"}`.'
        ),
    )
    where: ReachingCondition | None = Field(
        None, description="The rows that the rule covers; default: all rows."
    )
    hold: ReachingCondition | None = Field(
        None, description="Rows that must not be deleted for now, such as those on legal hold."
    )
    open: ReachingCondition | None = Field(
        None,
        description=(
            "Rows whose period has not started, such as a ticket that is not closed: they may lack a start,"
            " or hold a placeholder, and are not overdue."
        ),
    )


class CellRule(Timing):
    """How long the cells of a column are kept; then they are emptied, and the row stays."""

    model_config = ConfigDict(json_schema_extra={SHORT: "max"})

    @model_validator(mode="before")
    @classmethod
    def _from_period(cls, data: object) -> object:
        return data if isinstance(data, Mapping) else {"max": data}


class RetentionRule(Timing):
    """How long rows are kept.

    A row is overdue when its start, plus `max`, plus `grace` is not later than the day of the audit.
    """

    name: Text | None = Field(None, description="The name of the rule; needed where a table has several.")
    via: ColumnName | None = Field(
        None,
        description=(
            "The column that refers to another table; its rows follow the rule of that table, with the"
            " periods that this rule states itself."
        ),
    )
    min: ISOPeriod | None = Field(None, description="How long rows must be kept.")
    review_every: ISOPeriod | None = Field(
        None, description="In place of `max`: how often somebody must review whether the rows are needed."
    )
    reviewed: MomentName | None = Field(None, description="The column with the time of the last review.")
    keep: int | None = Field(
        None,
        ge=1,
        description=(
            "The last versions of each object that are kept in any case; older ones may stay for `max`, or"
            " are overdue at once."
        ),
    )
    per: Listed[ColumnName] = Field(
        (), description="For `keep`: the columns that say of which object a row is a version."
    )
    deleted: ColumnName | None = Field(
        None, description="The column that marks a row as deleted, with the time of the deletion."
    )
    anonymised: Condition | None = Field(None, description="Rows that are marked as anonymised.")
    residence: ISOPeriod | None = Field(
        None, description="How long rows may stay in the active table before they move to an archive."
    )
    tenant_override: TenantTarget | None = Field(
        None,
        description=(
            "The column with a tenant's own period, as in tenants.retention: ISO 8601, or numbers of `unit`."
        ),
    )
    priority: int | None = Field(
        None,
        description=(
            "Where two rules cover the same row, the rule with the higher number decides, whichever ends"
            " later. For the later of two ends write one rule: `start: {latest: [...]}`."
        ),
    )
    action: Literal["delete", "anonymise", "archive"] | None = Field(
        None, description="What happens to a row when its period ends."
    )
    basis: Text | None = Field(
        None, description="The law, the contract or the purpose that justifies the period."
    )

    @property
    def clock(self) -> Clock | None:
        """The moment at which the period starts: the last review starts it again."""
        if self.reviewed is None:
            return self.start
        review = Column(self.reviewed)
        return Chosen("latest", (self.start, review)) if self.start is not None else review

    @property
    def period(self) -> Term | None:
        """How long rows may be kept by this rule alone; None where it does not say.

        A clock with periods of its own, and the last versions of an object, need no other.
        """
        if self.max is not None or self.review_every is not None:
            return self.max or self.review_every
        complete = self.keep is not None or (self.start is not None and ends_by_itself(self.start))
        return AT_ONCE if complete else None

    @model_validator(mode="after")
    def _keys_agree(self) -> Self:
        for key, message in self._contradictions():
            raise PolicyError(Problem(message, (key,)))
        return self

    def _contradictions(self) -> tuple[tuple[str, str], ...]:
        """Return the keys that contradict another key, each with what is wrong."""
        shortest, longest = self.min, self.max
        wrong = {
            "via": (
                self.start is not None and self.via is not None,
                "a rule has its own start or takes over the rule of another table: leave out `start` or"
                " `via`",
            ),
            "min": (
                shortest is not None and isinstance(longest, Period) and shortest.can_exceed(longest),
                f"rows must be kept for {shortest} but may be kept for {longest} only: make `min` shorter or"
                " `max` longer",
            ),
            "calendar": (
                self.calendar is not None and shortest is not None and bool(shortest.working_days),
                "a minimum in working days cannot wait for the end of a month or a year: write it in days",
            ),
            "review_every": (
                self.review_every is not None and self.max is not None,
                "a rule has an end or a review: leave out `max` or `review_every`",
            ),
            "reviewed": (
                self.reviewed is not None and self.review_every is None,
                "the time of the last review means nothing without `review_every`",
            ),
            "per": (
                bool(self.per) and self.keep is None,
                "the columns of an object mean nothing without `keep`, the number of versions",
            ),
        }
        return tuple((key, message) for key, (broken, message) in wrong.items() if broken)
