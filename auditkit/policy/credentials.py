"""The blocks about keys, tokens and sessions: how long they may stay unused, and how old they may become."""

from __future__ import annotations

from pydantic import Field

from auditkit.policy.declaration import Declaration
from auditkit.policy.fields import Condition, ISOPeriod, MomentName


class CredentialTable(Declaration):
    """A table of keys, tokens or sessions; an undeclared column is found by its name."""

    created: MomentName | None = Field(None, description="The column with the time of issue.")
    rotated: MomentName | None = Field(None, description="The column with the time of the last replacement.")
    used: MomentName | None = Field(None, description="The column with the time of the last use.")
    expires: MomentName | None = Field(None, description="The column with the time of expiry.")
    active: Condition | None = Field(
        None, description="Which credentials are accepted, such as `revoked_at IS NULL`."
    )
    unused: ISOPeriod | None = Field(
        None,
        description="How long a credential of this table may stay unused; default: the general period.",
    )
    rotation: ISOPeriod | None = Field(
        None,
        description=(
            "The age at which a credential of this table must be replaced; default: the general period."
        ),
    )


class Credentials(Declaration):
    """How long keys, tokens and sessions may live."""

    unused: ISOPeriod | None = Field(
        None,
        description=(
            "How long a credential may stay unused before it must be revoked. Default: P90D (PCI DSS 8.2.6,"
            " for accounts)."
        ),
    )
    rotation: ISOPeriod | None = Field(
        None,
        description=(
            "The age at which a credential without an expiry must be replaced. Default: P2Y (NIST SP 800-57"
            " Part 1, 5.3.6)."
        ),
    )
