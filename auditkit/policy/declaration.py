"""The base class of every block of a policy: immutable, and strict about its keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, model_validator


class Declaration(BaseModel):
    """A block of a policy. Where a required key is absent or null, the whole block counts as undeclared."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    binding: ClassVar[bool] = False
    """Whether the block takes away from what is found, as a waiver does.

    Such a block is never dropped silently: a required key that is absent or null is an error.
    """

    @model_validator(mode="wrap")
    @classmethod
    def _null_is_undeclared(cls, data: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(data, Mapping):
            return handler(data)
        required = [name for name, field in cls.model_fields.items() if field.is_required()]
        if not cls.binding and any(data.get(name) is None for name in required):
            return None  # type: ignore[return-value]  # every block is optional in the block around it
        declared = {
            key: value for key, value in data.items() if value is not None or key not in cls.model_fields
        }
        return handler(declared)
