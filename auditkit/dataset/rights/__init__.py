"""Who may do what on a database server: roles, their privileges, row-level security, and settings.

All of it comes from the catalogue. A name that is itself a value is not shown. The texts of row policies and
of views may hold values, and only a parser reads them.
"""

from __future__ import annotations

from auditkit.dataset.rights.privileges import (
    PROVIDERS,
    PUBLIC,
    READS,
    WRITES,
    DefaultGrant,
    Entrance,
    Grant,
    GuardedRelation,
    PlainFunction,
    Probed,
    Role,
    RoleMembership,
    Routine,
    RowPolicy,
    SchemaGrant,
    is_loopback,
    shown_names,
)
from auditkit.dataset.rights.rights import Rights
from auditkit.dataset.rights.statements import LogSetting, Statements

__all__ = [
    "PROVIDERS",
    "PUBLIC",
    "READS",
    "WRITES",
    "DefaultGrant",
    "Entrance",
    "Grant",
    "GuardedRelation",
    "LogSetting",
    "PlainFunction",
    "Probed",
    "Rights",
    "Role",
    "RoleMembership",
    "Routine",
    "RowPolicy",
    "SchemaGrant",
    "Statements",
    "is_loopback",
    "shown_names",
]
