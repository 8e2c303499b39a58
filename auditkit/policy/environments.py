"""The block `environments`: which sources hold data of real people, and which exist for tests."""

from __future__ import annotations

from pydantic import Field

from auditkit.policy.declaration import Declaration
from auditkit.policy.fields import Listed, SourceName


class Environments(Declaration):
    """Which of several sources (`prod=... test=...`), or schemas, are production and which are for tests."""

    production: Listed[SourceName] = Field(
        (),
        description="Sources or schemas with data of real people. Default: all that are not in `test`.",
    )
    test: Listed[SourceName] = Field(
        (), description="Sources or schemas that must not hold data of real people."
    )
