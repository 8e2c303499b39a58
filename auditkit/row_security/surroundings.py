"""What is known of the tables that a row policy reads: its own, and the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp


@dataclass(frozen=True)
class OwnerColumns:
    """The columns of a table that say who owns a row.

    Attributes:
        table: the table.
        tenant: the columns with the tenant; none where the table belongs to no tenant.
        persons: the key of the table, and the columns that refer to other rows.
        required: the columns that are never null.
        shared: whether rows without a tenant are for every tenant.
    """

    table: str
    tenant: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    shared: bool = False


@dataclass(frozen=True)
class Surroundings:
    """What is known of the other tables, which a condition may read.

    Attributes:
        kept: the tables whose own row policies keep their rows to the session.
        tenanted: the tables with rows of tenants.
        views: the queries of views.
        blind: the functions that cannot know who calls them.
        users: the roles of the database as which users act.
    """

    kept: frozenset[str] = frozenset()
    tenanted: frozenset[str] = frozenset()
    views: Mapping[str, exp.Query] = field(default_factory=dict)
    blind: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()


NOWHERE = Surroundings()
