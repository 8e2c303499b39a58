"""Which sources of an audit hold the data of real people, and which are there for tests."""

from __future__ import annotations

from pydantic import Field

from auditkit.policy.declaration import Declaration
from auditkit.policy.fields import Listed, Name


class Environments(Declaration):
    """Which of several sources (`prod=... test=...`), or schemas, are production and which are tests."""

    production: Listed[Name] = Field(
        (), description="Sources or schemas with the data of real people; all that are no tests without it."
    )
    test: Listed[Name] = Field((), description="Sources or schemas that must not hold any of it.")
