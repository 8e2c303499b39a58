"""The kinds of value that stand in a policy, each with how it is read and what an editor is told about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
)

from auditkit.policy import syntax
from auditkit.policy.period import Period
from auditkit.vocabulary import ARTICLE_9_CONDITIONS, DATA_CATEGORIES, LEGAL_BASES, did_you_mean

NOT_PERSONAL = "none"
"""The category that says a column is not personal."""

LONE, SHORT = "lone", "short"
"""In a schema: a list whose only item may stand without brackets; a block whose one key may stand for it."""

T = TypeVar("T")


def _period(value: object) -> Period:
    return value if isinstance(value, Period) else Period.parse(str(value))


def _condition(text: str) -> str:
    syntax.parse(text)
    return text


def _one_of(choices: Mapping[str, str], what: str) -> AfterValidator:
    def known(word: str) -> str:
        if word not in choices:
            raise ValueError(
                f"this is no {what}.{did_you_mean(word, choices)} Expected one of {', '.join(choices)}"
            )
        return word

    return AfterValidator(known)


def _integer(value: object) -> object:
    """Read the digits of a text, which a `Literal` of numbers does not."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def _category(word: str) -> str:
    if word.casefold() == NOT_PERSONAL:
        return NOT_PERSONAL
    if word not in DATA_CATEGORIES:
        raise ValueError(
            f"this is no data category.{did_you_mean(word, DATA_CATEGORIES)} Expected a key such as"
            " user.contact.email, or none"
        )
    return word


def _target(text: str) -> str:
    table, dot, column = text.rpartition(".")
    if not (table and dot and column):
        raise ValueError("expected a table and its column, as in users.id")
    return text


def _without_null(value: object) -> object:
    """Drop what is null: it is undeclared."""
    match value:
        case Mapping():
            return {key: item for key, item in value.items() if item is not None}
        case list() | tuple():
            return tuple(item for item in value if item is not None)
    return value


def _empty_for_null(value: object) -> object:
    """Keep the name of what is null: it is declared to be there, and nothing more."""
    return (
        {key: {} if item is None else item for key, item in value.items()}
        if isinstance(value, Mapping)
        else value
    )


def _listed(value: object) -> object:
    """Make a single mapping a list of one."""
    return [value] if isinstance(value, Mapping) else value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Name = Annotated[str, StringConstraints(min_length=1)]
"""The name of a table or a column: as it is, for names may begin with a space."""
Listed = Annotated[tuple[T, ...], BeforeValidator(_without_null), AfterValidator(_without_null)]
OneOrMore = Annotated[
    tuple[T, ...],
    BeforeValidator(_without_null),
    BeforeValidator(_listed),
    AfterValidator(_without_null),
    Field(json_schema_extra={LONE: True}),
]
Mapped = Annotated[Mapping[str, T], BeforeValidator(_without_null), AfterValidator(_without_null)]
Named = Annotated[Mapping[str, T], BeforeValidator(_empty_for_null)]

ISOPeriod = Annotated[
    Period,
    PlainValidator(_period),
    PlainSerializer(str),
    WithJsonSchema(
        {"type": "string", "format": "period", "pattern": r"^P(?=\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?$"}
    ),
]
Condition = Annotated[
    Text,
    AfterValidator(_condition),
    WithJsonSchema({"type": "string", "format": "condition", "minLength": 1}),
]
Category = Annotated[
    Text,
    AfterValidator(_category),
    WithJsonSchema({"format": "data category", "enum": [NOT_PERSONAL, *sorted(DATA_CATEGORIES)]}),
]
LegalBasis = Annotated[
    Text,
    _one_of(LEGAL_BASES, "legal basis of Art. 6(1)"),
    WithJsonSchema({"format": "legal basis", "enum": list(LEGAL_BASES)}),
]
Article9 = Annotated[
    Text,
    _one_of(ARTICLE_9_CONDITIONS, "condition of Art. 9(2)"),
    WithJsonSchema({"format": "condition of Art. 9(2)", "enum": list(ARTICLE_9_CONDITIONS)}),
]
Target = Annotated[
    Text,
    AfterValidator(_target),
    WithJsonSchema({"type": "string", "format": "table.column", "pattern": r"^.+\..+$"}),
]
Fingerprint = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-fA-F]{8,64}$", strip_whitespace=True, to_lower=True)
]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$", strip_whitespace=True, to_lower=True)]
"""An HMAC-SHA256 in hexadecimal."""
Day = date
Version = Annotated[Literal[1], BeforeValidator(_integer)]
