"""The blocks about the people in a published table: how well they are protected, and from whom."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from auditkit.policy.declaration import Declaration
from auditkit.policy.fields import ColumnName, Listed, Mapped, MomentName, TableName, Text
from auditkit.policy.names import Keys, Kind, Names, Of

Share = Annotated[float, Field(gt=0, le=1)]


class Risk(Declaration):
    """The highest risk of re-identification that is accepted, for each kind of attacker."""

    prosecutor: Share | None = Field(
        None,
        description=(
            "For an attacker who knows that a person is in the table: 1 / the size of the smallest"
            " equivalence class."
        ),
    )
    journalist: Share | None = Field(
        None,
        description=(
            "For an attacker who does not know that: 1 / the size of the smallest equivalence class in"
            " the population."
        ),
    )
    marketer: Share | None = Field(
        None, description="For an attacker who tries everybody: the share of all people who are identified."
    )


class Cells(Declaration):
    """A table of published counts: each row says how many people are of some kind."""

    count: ColumnName = Field(
        description="The column with the number of people; a suppressed count is empty."
    )
    by: Listed[ColumnName] = Field(description="The columns that describe the kind.")
    total: Text | None = Field(
        None, description="The word in a column of `by` that marks a row as the total of all its kinds."
    )
    compare: TableName | None = Field(
        None,
        description="Another published table with the same kinds, from which this table can be subtracted.",
    )


class Trajectory(Declaration):
    """Where people were, and when."""

    place: Listed[ColumnName] = Field(description="The columns with the place, such as a cell or a station.")
    at: MomentName = Field(description="The column with the time.")
    hours: int = Field(1, ge=1, description="How many hours count as one moment for an observer.")
    limit: Share = Field(0.05, description="The largest share of people whom four visits may identify.")


class Disclosure(Declaration):
    """How well the people in a table must be protected, and from whom."""

    pseudonymised: bool = Field(
        False, description="Whether the table is declared to be pseudonymised (Art. 4(5))."
    )
    published: bool = Field(False, description="Whether people outside the organisation get the table.")
    risk: Risk | None = Field(None, description="The highest risk that is accepted.")
    sampling_fraction: Share | None = Field(
        None, description="The share of the population that is in the table, where the table is a sample."
    )
    t: Share | None = Field(
        None,
        description=(
            "The largest distance between the sensitive values of an equivalence class and those of the whole"
            " table (t-closeness)."
        ),
    )
    tenant_k: int | None = Field(
        None, ge=1, description="How many rows of the same tenant must share each combination."
    )
    cells: Cells | None = Field(None, description="The columns of a table of published counts.")
    trajectory: Trajectory | None = Field(
        None, description="The columns that say where people were, and when."
    )


class Population(Declaration):
    """The table of all people among whom the people of an audited table could be."""

    table: TableName = Field(description="The table.")
    columns: Annotated[Mapped[ColumnName], Keys(Names(Kind.COLUMN, Of.ANY))] = Field(
        {}, description="The column of this table for each quasi-identifier, where the names differ."
    )
    count: ColumnName | None = Field(
        None, description="The column with the number of people in a row, where a row is not one person."
    )
