"""The blocks that name tables with records: of accesses, erasures, withdrawals, deletions and holds."""

from __future__ import annotations

from pydantic import Field

from auditkit.policy.declaration import Declaration
from auditkit.policy.fields import (
    ColumnName,
    Condition,
    Hash,
    ISOPeriod,
    Listed,
    Mapped,
    MomentName,
    TableName,
    Target,
    Text,
)


class AccessLog(Declaration):
    """The table that records who accessed which data."""

    table: TableName = Field(description="The table.")
    file: Text | None = Field(
        None,
        description=(
            "A JSONL or CSV file with the log, in the folder of the policy; `table` is then the name that"
            " the file gets."
        ),
    )
    at: MomentName | None = Field(None, description="The column with the time.")
    tenant: ColumnName | None = Field(None, description="The column with the tenant of the caller.")
    user: ColumnName | None = Field(None, description="The column with the caller.")
    status: ColumnName | None = Field(None, description="The column with the HTTP status.")
    route: ColumnName | None = Field(None, description="The column with the route, as a template.")
    object: ColumnName | None = Field(None, description="The column with the key of the accessed row.")
    objects: Mapped[Target] = Field(
        {}, description="The key that each route accesses, as in `/tickets/{id}: tickets.id`."
    )
    resource_tenant: ColumnName | None = Field(
        None, description="The column with the tenant of the accessed row."
    )
    session: ColumnName | None = Field(None, description="The column with the session.")
    header_tenant: ColumnName | None = Field(
        None, description="The column with the tenant that the request named."
    )
    token_tenant: ColumnName | None = Field(
        None, description="The column with the tenant for which the token was issued."
    )
    public_routes: Listed[Text] = Field((), description="Routes that anybody may call in any tenant.")


class ErasureLedger(Declaration):
    """The table that records who was erased on request (Art. 17)."""

    table: TableName = Field(description="The table.")
    subject_hmac: ColumnName | None = Field(
        None, description="The column with the HMAC-SHA256 of the erased identifier, in hexadecimal."
    )
    identifier: Target | None = Field(
        None, description="The column whose values are compared with the HMACs, as in users.email."
    )
    at: MomentName | None = Field(
        None,
        description="The column with the time of the erasure; newer rows show that the person is back.",
    )
    control: Hash | None = Field(
        None,
        description=(
            "The HMAC-SHA256 of the word `auditkit` under the key of the ledger; it shows when a different"
            " key is used."
        ),
    )


class Withdrawals(Declaration):
    """The table that records withdrawn consent and objections (Art. 7(3), 21)."""

    table: TableName = Field(description="The table.")
    subject: ColumnName | None = Field(None, description="The column with the data subject.")
    at: MomentName | None = Field(None, description="The column with the time.")
    regiven: MomentName | None = Field(
        None, description="The column with the time at which consent was given again; empty where it was not."
    )


class Deletions(Declaration):
    """The table that records which rows were deleted."""

    table: TableName = Field(description="The table.")
    of: ColumnName | None = Field(
        None, description="The column with the name of the table from which a row was deleted."
    )
    key: ColumnName | None = Field(None, description="The column with the key of the deleted row.")
    at: MomentName | None = Field(None, description="The column with the time.")
    start: MomentName | None = Field(
        None, description="The column with the start of the deleted row's retention period."
    )
    reason: Condition | None = Field(
        None, description="Deletions that were right before `min`, such as `why = 'erasure request'`."
    )


class Holds(Declaration):
    """The table that records legal holds."""

    table: TableName = Field(description="The table.")
    subject: ColumnName | None = Field(None, description="The column with the data subject.")
    placed: MomentName | None = Field(None, description="The column with the time at which the hold began.")
    released: MomentName | None = Field(None, description="The column with the time at which the hold ended.")
    reviewed: MomentName | None = Field(None, description="The column with the time of the last review.")
    review_every: ISOPeriod | None = Field(None, description="How often a hold must be reviewed.")
