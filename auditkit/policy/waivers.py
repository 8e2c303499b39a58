"""The blocks that limit the findings: tables that are not audited, and findings that somebody accepts."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, ClassVar

from pydantic import Field, GetCoreSchemaHandler, GetPydanticSchema, model_validator
from pydantic_core import core_schema

from auditkit.outcome import Waiver
from auditkit.policy.declaration import Declaration
from auditkit.policy.fields import Day, Fingerprint, TablePattern, Text


class Exclusion(Declaration):
    """Tables that are not audited; the audit reports them as not assessed, with the reason."""

    binding: ClassVar[bool] = True

    tables: TablePattern = Field(description="The name of a table, or a pattern such as `django_*`.")
    reason: Text = Field(description="Why they are not audited.")


class AcceptedFinding(Declaration):
    """A finding that somebody accepts until a day; it stays a finding."""

    binding: ClassVar[bool] = True

    fingerprint: Fingerprint = Field(description="The finding: 8 or more digits of its fingerprint.")
    reason: Text = Field(description="Why it is accepted.")
    owner: Text = Field(description="Who accepts it.")
    until: Day = Field(description="The last day on which it is accepted.")

    @model_validator(mode="before")
    @classmethod
    def _from_waiver(cls, data: object) -> object:
        return asdict(data) if isinstance(data, Waiver) else data

    @property
    def waiver(self) -> Waiver:
        """The waiver as an outcome holds it."""
        return Waiver(self.fingerprint, self.reason, self.owner, self.until)


def _as_waiver(_: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
    return core_schema.no_info_after_validator_function(
        lambda accepted: accepted.waiver,
        handler(AcceptedFinding),
        serialization=core_schema.plain_serializer_function_ser_schema(Waiver.to_dict),
    )


Waived = Annotated[Waiver, GetPydanticSchema(_as_waiver)]
"""A `Waiver`, which is what an outcome holds; in the file it is written as an `AcceptedFinding`."""
