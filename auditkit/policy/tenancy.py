"""The block `tenancy`: what separates the data of one tenant from the data of another."""

from __future__ import annotations

from pydantic import Field

from auditkit.policy.declaration import Declaration
from auditkit.policy.fields import (
    AnyColumn,
    ColumnName,
    ISOPeriod,
    Listed,
    MomentName,
    OneOrMore,
    PeopleCondition,
    RootName,
    TableName,
    TenantColumn,
    TenantCondition,
)


class Membership(Declaration):
    """A table that says which user may act in which tenant."""

    table: TableName = Field(description="The table.")
    user: ColumnName = Field(description="The column with the user.")
    tenant: ColumnName = Field(description="The column with the tenant.")
    since: MomentName | None = Field(
        None,
        alias="from",
        description="The column with the beginning of the membership; empty means that it always existed.",
    )
    until: MomentName | None = Field(
        None, description="The column with the end of the membership; empty means that it has not ended."
    )


class Tenancy(Declaration):
    """What separates the data of one tenant from the data of another."""

    root: RootName | None = Field(None, description="The table whose rows are the tenants.")
    key: AnyColumn | None = Field(
        None, description="The column that says, in other tables, which tenant a row belongs to."
    )
    shared: Listed[TableName] = Field((), description="Tables that belong to no tenant.")
    null_is_shared: Listed[TableName] = Field(
        (), description="Tables in which a row without a tenant is for every tenant."
    )
    tokens: Listed[TenantColumn] = Field(
        (),
        description=(
            "Columns of the root with words that name a tenant in texts and paths. Default: every column of"
            " the root with unique texts of 6 or more characters."
        ),
    )
    ended: TenantCondition | None = Field(
        None, description="Which tenants have left: a column of the root, or a condition."
    )
    ended_grace: ISOPeriod | None = Field(
        None, description="How long the rows of a tenant that has left may stay."
    )
    staff: PeopleCondition | None = Field(None, description="Which users may act in every tenant.")
    membership: OneOrMore[Membership] = Field(
        (), description="The tables that say which user may act in which tenant."
    )
