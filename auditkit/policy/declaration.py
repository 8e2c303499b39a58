"""What every block of a policy is: immutable, strict about its keys, and undeclared where a key that it
cannot do without is null.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, model_validator


class Declaration(BaseModel):
    """A block of a policy; where a key that it cannot do without is null, the whole block is undeclared."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    binding: ClassVar[bool] = False
    """Whether it takes effect against a finding, so that null must not make it vanish."""

    @model_validator(mode="wrap")
    @classmethod
    def _null_is_undeclared(cls, data: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(data, Mapping):
            return handler(data)
        required = [name for name, field in cls.model_fields.items() if field.is_required()]
        if not cls.binding and any(data.get(name, ...) is None for name in required):
            return None  # type: ignore[return-value]  # every block is optional where it stands
        return handler(
            {key: value for key, value in data.items() if value is not None or key not in cls.model_fields}
        )
