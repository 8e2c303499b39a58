"""The kinds of value in a policy: how each is read, and how the JSON Schema describes it to an editor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
)

from auditkit.policy import clock, syntax, term
from auditkit.policy.calendar import Calendar
from auditkit.policy.column import Column
from auditkit.policy.names import Kind, Names, Of
from auditkit.policy.period import Period
from auditkit.vocabulary import ARTICLE_9_CONDITIONS, DATA_CATEGORIES, DATA_USES, LEGAL_BASES, did_you_mean

NOT_PERSONAL = "none"
"""The category which declares that a column is not personal."""

LONE, SHORT = "lone", "short"
"""Marks in a schema.

`lone` marks a list whose single item may be written without brackets. `short` names the key of a block whose
value may be written in place of the whole block.
"""

T = TypeVar("T")


def _period(value: object) -> Period:
    return value if isinstance(value, Period) else Period.parse(str(value))


def _condition(text: str) -> str:
    syntax.parse(text)
    return text


def _reaching(text: str) -> str:
    syntax.parse(text, reaching=True)
    return text


def _one_of(choices: Mapping[str, str], kind: str) -> AfterValidator:
    """Return a validator that accepts only these words."""

    def known(word: str) -> str:
        if word not in choices:
            raise ValueError(
                f"unknown {kind}.{did_you_mean(word, choices)} Expected one of {', '.join(choices)}"
            )
        return word

    return AfterValidator(known)


def _integer(value: object) -> object:
    """Read digits as a number: a `Literal` of numbers does not read text."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def _category(word: str) -> str:
    if word.casefold() == NOT_PERSONAL:
        return NOT_PERSONAL
    if word not in DATA_CATEGORIES:
        raise ValueError(
            f"unknown data category.{did_you_mean(word, DATA_CATEGORIES)} Expected a key such as"
            " user.contact.email, or none"
        )
    return word


def _data_use(word: str) -> str:
    if word not in DATA_USES:
        raise ValueError(
            f"unknown data use.{did_you_mean(word, DATA_USES)} Expected a key such as essential.service"
        )
    return word


def _target(text: str) -> str:
    table, dot, column = text.rpartition(".")
    if not (table and dot and column):
        raise ValueError("expected a table and its column, as in users.id")
    return text


def _without_null(value: object) -> object:
    """Drop the items that are null: they are undeclared."""
    match value:
        case Mapping():
            return {key: item for key, item in value.items() if item is not None}
        case list() | tuple():
            return tuple(item for item in value if item is not None)
    return value


def _empty_for_null(value: object) -> object:
    """Replace null by an empty block: the name is declared, and nothing more is said about it."""
    if not isinstance(value, Mapping):
        return value
    return {key: {} if item is None else item for key, item in value.items()}


def _listed(value: object) -> object:
    """Put a single block into a list."""
    return [value] if isinstance(value, Mapping) else value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
"""The code of a language (BCP 47), such as `de` or `de-AT`."""
Name = Annotated[str, StringConstraints(min_length=1)]
"""A name in the source; a field says of what, with one of the types below. It may begin with a space."""
TableName = Annotated[Name, Names(Kind.TABLE)]
RootName = Annotated[Name, Names(Kind.TABLE, Of.ROOT)]
"""The table of the tenants."""
TablePattern = Annotated[Name, Names(Kind.PATTERN)]
"""The name of a table, or a pattern such as `django_*`."""
ColumnName = Annotated[Name, Names(Kind.COLUMN)]
"""A column of the table that the block is about."""
MomentName = Annotated[Name, Names(Kind.MOMENT)]
"""A column with days or times, of the table that the block is about."""
TenantColumn = Annotated[Name, Names(Kind.COLUMN, Of.ROOT)]
"""A column of the table of the tenants."""
AnyColumn = Annotated[Name, Names(Kind.COLUMN, Of.ANY)]
"""A column that some table has."""
SourceName = Annotated[Name, Names(Kind.SOURCE)]
"""One of several sources, or a schema."""
RoleName = Annotated[Name, Names(Kind.ROLE)]
"""A role of the database server."""
Listed = Annotated[tuple[T, ...], BeforeValidator(_without_null), AfterValidator(_without_null)]
"""A list; null items are dropped."""
OneOrMore = Annotated[
    tuple[T, ...],
    BeforeValidator(_without_null),
    BeforeValidator(_listed),
    AfterValidator(_without_null),
    Field(json_schema_extra={LONE: True}),
]
"""A list of blocks; a single block may be written without brackets."""
Mapped = Annotated[Mapping[str, T], BeforeValidator(_without_null), AfterValidator(_without_null)]
"""Names with values; a name whose value is null is dropped."""
Named = Annotated[Mapping[str, T], BeforeValidator(_empty_for_null)]
"""Names with blocks; a name whose block is null is kept with an empty block."""

_PERIOD_FORMS: dict[str, Any] = {
    "type": "string",
    "format": "period",
    "pattern": (
        r"^(P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?)?"
        r"|\d+ (working|business)[ -]days?)$"
    ),
}
ISOPeriod = Annotated[Period, PlainValidator(_period), PlainSerializer(str), WithJsonSchema(_PERIOD_FORMS)]
PeriodTerm = Annotated[
    Period | Column,
    Names(Kind.COLUMN, Of.REACHED, lambda value: [] if isinstance(value, Period) else [str(value)]),
    PlainValidator(term.parse),
    PlainSerializer(str),
    WithJsonSchema({"anyOf": [_PERIOD_FORMS, {"type": "string", "format": "table.column"}]}),
]
"""A period, or the column that holds the period of each row."""
CalendarEnd = Annotated[
    Calendar,
    PlainValidator(Calendar.parse),
    PlainSerializer(lambda calendar: calendar.stated),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": ["end_of_month", "end_of_quarter", "end_of_year"]},
                {
                    "type": "object",
                    "properties": {"end_of_year": {"type": "string", "pattern": r"^(--)?\d{2}-\d{2}$"}},
                    "required": ["end_of_year"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
"""The end of what a period waits for before it starts."""
_CLOCK_TEXT: dict[str, Any] = {"type": "string", "format": "clock", "minLength": 1}
ClockTerm = Annotated[
    Column | clock.Later | clock.Chosen,
    Names(Kind.MOMENT, Of.REACHED, lambda value: [str(leaf.column) for leaf in clock.leaves(value)]),
    PlainValidator(clock.parse),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "anyOf": [
                _CLOCK_TEXT,
                {
                    "type": "object",
                    "properties": {
                        key: {"type": ["array", "string", "object"]}
                        for key in ("latest", "earliest", "first_of")
                    },
                    "minProperties": 1,
                    "maxProperties": 1,
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
"""The moment at which a period starts: a column, or several clocks."""
Condition = Annotated[
    Text,
    AfterValidator(_condition),
    WithJsonSchema({"type": "string", "format": "condition", "minLength": 1}),
    Names(Kind.CONDITION),
]
"""A condition over the columns of the table that the block is about."""
TenantCondition = Annotated[Condition, Names(Kind.CONDITION, Of.ROOT)]
"""A condition over the columns of the table of the tenants."""
PeopleCondition = Annotated[Condition, Names(Kind.CONDITION, Of.PEOPLE)]
"""A condition over the columns of a table whose rows are people."""
ReachingCondition = Annotated[
    Text,
    AfterValidator(_reaching),
    Names(Kind.CONDITION, Of.REACHED),
    WithJsonSchema({"type": "string", "format": "condition", "minLength": 1}),
]
"""A condition that may also read the rows of other tables."""
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
DataUse = Annotated[
    Text,
    AfterValidator(_data_use),
    WithJsonSchema({"format": "data use", "enum": sorted(DATA_USES)}),
]
Target = Annotated[
    Text,
    AfterValidator(_target),
    WithJsonSchema({"type": "string", "format": "table.column", "pattern": r"^.+\..+$"}),
    Names(Kind.TARGET),
]
"""A table and its column."""
TenantTarget = Annotated[Target, Names(Kind.TARGET, Of.ROOT)]
"""The table of the tenants and its column."""
_FINGERPRINT, _HASH, _SETTING = r"^[0-9a-fA-F]{8,64}$", r"^[0-9a-fA-F]{64}$", r"^[A-Za-z_]\w*(\.\w+)+$"
_DIGEST = r"^[A-Fa-f0-9]{64}$"
Fingerprint = Annotated[str, StringConstraints(pattern=_FINGERPRINT, strip_whitespace=True, to_lower=True)]
Hash = Annotated[str, StringConstraints(pattern=_HASH, strip_whitespace=True, to_lower=True)]
"""An HMAC-SHA256 in hexadecimal."""
Digest = Annotated[str, StringConstraints(pattern=_DIGEST, strip_whitespace=True, to_lower=True)]
"""A SHA-256 in hexadecimal."""
Setting = Annotated[str, StringConstraints(pattern=_SETTING, strip_whitespace=True)]
"""The name of a setting of a PostgreSQL session."""
EXPECTED = {
    _FINGERPRINT: "expected 8 or more hexadecimal digits of a fingerprint",
    _HASH: "expected the 64 hexadecimal digits of an HMAC-SHA256",
    _DIGEST: "expected the 64 hexadecimal digits of a SHA-256; `auditkit attest` writes them",
    _SETTING: "expected the name of a setting with a dot, such as app.tenant_id",
}
"""What an error says about a text that does not match its pattern."""
Day = date
Version = Annotated[Literal[1], BeforeValidator(_integer)]
