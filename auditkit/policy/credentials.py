"""What a policy says of keys, tokens and sessions: how long they may go unused, and how old they may
become.
"""

from __future__ import annotations

from pydantic import Field

from auditkit.policy.declaration import Declaration
from auditkit.policy.fields import Condition, ISOPeriod, Name


class CredentialTable(Declaration):
    """A table of keys, tokens or sessions; what is not said is told by the names of its columns."""

    created: Name | None = Field(None, description="Its column with when a credential was issued.")
    rotated: Name | None = Field(None, description="Its column with when it was last replaced.")
    used: Name | None = Field(None, description="Its column with when it was last used.")
    expires: Name | None = Field(None, description="Its column with when it expires.")
    active: Condition | None = Field(
        None, description="Which credentials are accepted, such as `revoked_at IS NULL`."
    )
    unused: ISOPeriod | None = Field(
        None, description="How long one may go unused, where it is not the general period."
    )
    rotation: ISOPeriod | None = Field(
        None, description="After which time one must be replaced, where it is not the general period."
    )


class Credentials(Declaration):
    """How long keys, tokens and sessions may live."""

    unused: ISOPeriod | None = Field(
        None,
        description=(
            "How long one may go unused before it must be revoked; without it P90D (PCI DSS 8.2.6, for"
            " accounts)."
        ),
    )
    rotation: ISOPeriod | None = Field(
        None,
        description=(
            "After which time one without an expiry must be replaced; without it P2Y (NIST SP 800-57 Part 1,"
            " 5.3.6)."
        ),
    )
