"""What a policy says of the probe of row-level security: whom it acts as, and how that one says its
tenant.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from auditkit.policy.declaration import Declaration
from auditkit.policy.fields import Name

Setting = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]\w*(\.\w+)+$", strip_whitespace=True)]


class Probe(Declaration):
    """A probe of row-level security, for a copy of the database; without this block there is none. It only
    reads, and rolls back.
    """

    role: Name = Field(
        description="The role that it acts as, such as the one that the application connects as."
    )
    setting: Setting = Field(
        description="The setting by which a session says its tenant, such as `app.tenant_id`."
    )
