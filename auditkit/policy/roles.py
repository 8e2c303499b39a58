"""The blocks about the roles of the database, and about the role as which row-level security is probed."""

from __future__ import annotations

from pydantic import Field

from auditkit.policy.declaration import Declaration
from auditkit.policy.fields import Listed, RoleName, Setting


class Roles(Declaration):
    """The roles of the database."""

    application: Listed[RoleName] = Field((), description="Roles as which the application connects.")
    low_trust: Listed[RoleName] = Field((), description="Roles with few rights, such as anonymous visitors.")
    administrator: Listed[RoleName] = Field((), description="Roles that may do everything.")


class Probe(Declaration):
    """A probe of row-level security, for a copy of the database; without this block there is no probe.

    The probe only reads, and rolls back.
    """

    role: RoleName = Field(
        description="The role as which the probe acts, such as the role of the application."
    )
    setting: Setting = Field(
        description="The setting with which a session declares its tenant, such as `app.tenant_id`."
    )
