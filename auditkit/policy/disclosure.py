"""What a policy says of the people behind a table that is given to others: how well they hide, and from
whom.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from auditkit.policy.declaration import Declaration
from auditkit.policy.fields import Listed, Name, Text

Share = Annotated[float, Field(gt=0, le=1)]


class Risk(Declaration):
    """The highest risk that is accepted, for each of the three who may try to find somebody."""

    prosecutor: Share | None = Field(
        None, description="Of who knows that a person is in the table: 1 / the smallest class."
    )
    journalist: Share | None = Field(
        None, description="Of who does not: 1 / the smallest class in the population."
    )
    marketer: Share | None = Field(
        None, description="The share of all people whom somebody would find who tries them all."
    )


class Cells(Declaration):
    """A table of published counts: each row says how many people are of some kind."""

    count: Name = Field(description="The column with how many people; a count that is suppressed is empty.")
    by: Listed[Name] = Field(description="The columns that say of which kind.")
    total: Text | None = Field(
        None, description="What stands in a column of `by` in the rows that count all of its kinds together."
    )
    compare: Name | None = Field(
        None, description="Another published table of the same kinds, from which this one can be subtracted."
    )


class Trajectory(Declaration):
    """Where people were, and when."""

    place: Listed[Name] = Field(description="The columns that say where, such as a cell or a station.")
    at: Name = Field(description="The column with the time.")
    hours: int = Field(1, ge=1, description="How many hours are one moment to who watches.")
    limit: Share = Field(0.05, description="The share of people whom four points may single out.")


class Disclosure(Declaration):
    """How well the people in a table must hide, and from whom."""

    pseudonymised: bool = Field(
        False, description="Whether the table is held out to be pseudonymised (Art. 4(5))."
    )
    published: bool = Field(False, description="Whether it is given to people outside.")
    risk: Risk | None = Field(None, description="The highest risk that is accepted.")
    sampling_fraction: Share | None = Field(
        None, description="Which share of the population is in the table, where it is a sample."
    )
    t: Share | None = Field(
        None,
        description=(
            "How far the sensitive values of a class may be from those of the whole table (t-closeness)."
        ),
    )
    tenant_k: int | None = Field(
        None, ge=1, description="How many rows of the same tenant must share each combination."
    )
    cells: Cells | None = Field(None, description="What the counts are, in a table of counts.")
    trajectory: Trajectory | None = Field(None, description="Which columns say where people were, and when.")
