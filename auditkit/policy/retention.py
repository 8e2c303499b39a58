"""The block `retention` of a table: how long its rows may be kept, and how long they must be kept."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from auditkit.policy.declaration import Declaration
from auditkit.policy.error import PolicyError, Problem
from auditkit.policy.fields import ColumnName, Condition, ISOPeriod, MomentName, TenantTarget, Text
from auditkit.policy.period import Calendar


class RetentionRule(Declaration):
    """How long rows are kept.

    A row is overdue when its start, plus `max`, plus `grace` is not later than the day of the audit.
    """

    name: Text | None = Field(None, description="The name of the rule; needed where a table has several.")
    start: MomentName | None = Field(
        None, description="The column with the moment at which the period starts."
    )
    via: ColumnName | None = Field(
        None, description="The column that refers to another table; its rows follow the rule of that table."
    )
    where: Condition | None = Field(None, description="The rows that the rule covers; default: all rows.")
    max: ISOPeriod | None = Field(None, description="How long rows may be kept.")
    min: ISOPeriod | None = Field(None, description="How long rows must be kept.")
    grace: ISOPeriod | None = Field(None, description="How long the deletion may take after `max`.")
    hold: Condition | None = Field(
        None, description="Rows that must not be deleted for now, such as those on legal hold."
    )
    open: Condition | None = Field(
        None, description="Rows whose start may be empty, such as a ticket that is not closed."
    )
    deleted: ColumnName | None = Field(
        None, description="The column that marks a row as deleted, with the time of the deletion."
    )
    anonymised: Condition | None = Field(None, description="Rows that are marked as anonymised.")
    calendar: Calendar | None = Field(
        None, description="`end_of_year`: the period starts at the end of the year of the start."
    )
    residence: ISOPeriod | None = Field(
        None, description="How long rows may stay in the active table before they move to an archive."
    )
    tenant_override: TenantTarget | None = Field(
        None,
        description="The column with a tenant's own period (ISO 8601), as in tenants.retention.",
    )
    priority: int | None = Field(
        None, description="Where two rules cover the same row, the rule with the higher number decides."
    )
    action: Literal["delete", "anonymise", "archive"] | None = Field(
        None, description="What happens to a row when its period ends."
    )
    basis: Text | None = Field(
        None, description="The law, the contract or the purpose that justifies the period."
    )

    @model_validator(mode="after")
    def _periods_agree(self) -> Self:
        if self.start is not None and self.via is not None:
            raise PolicyError(
                Problem(
                    "a rule has its own start or takes over the rule of another table: leave out `start` or"
                    " `via`",
                    ("via",),
                )
            )
        if self.min is not None and self.max is not None and self.min.can_exceed(self.max):
            raise PolicyError(
                Problem(
                    f"rows must be kept for {self.min} but may be kept for {self.max} only: make `min`"
                    " shorter or `max` longer",
                    ("min",),
                )
            )
        return self
