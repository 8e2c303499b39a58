"""What a policy says of the search for personal data: what is never personal, what always is, and what else
to look for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from auditkit.policy import load, pattern
from auditkit.policy.declaration import Declaration
from auditkit.policy.error import PolicyError, Problem
from auditkit.policy.fields import LONE, NOT_PERSONAL, Category, Listed, Text
from auditkit.vocabulary import ENTITIES, did_you_mean

PRESIDIO_FLAGS = re.IGNORECASE | re.MULTILINE | re.DOTALL
"""The flags that Presidio compiles patterns with, unless its file says otherwise."""
_NAME = re.compile(r"[A-Z][A-Z0-9_]{1,62}")


def _entity(word: str) -> str:
    if not _NAME.fullmatch(word):
        raise ValueError(
            "expected the name of an entity in capitals, such as EMAIL_ADDRESS or CUSTOMER_NUMBER"
        )
    return word


def _pattern(text: str) -> str:
    pattern.exact(text)
    return text


def _module(name: str) -> str:
    if _stdnum(name) is None:
        raise ValueError("python-stdnum has no such module; expected one such as luhn or de.idnr")
    return name


def _stdnum(name: str) -> Any:
    """Return what a module of python-stdnum says of a number, or None where there is no such module."""
    if not re.fullmatch(r"[a-z0-9_.]+", name):
        return None
    try:
        return getattr(import_module(f"stdnum.{name.removeprefix('stdnum.')}"), "is_valid", None)
    except ImportError:
        return None


def _several(value: object) -> object:
    """Make a single text a list of one."""
    return [value] if isinstance(value, str) else value


Entity = Annotated[Text, AfterValidator(_entity)]
Module = Annotated[Text, AfterValidator(_module)]
Expression = Annotated[str, AfterValidator(_pattern)]
_LONE = Field(json_schema_extra={LONE: True})
Words = Annotated[Listed[Text], BeforeValidator(_several), _LONE]
Expressions = Annotated[Listed[Expression], BeforeValidator(_several), _LONE]


class Allowed(Declaration):
    """Values that are never personal, such as the address of a mailbox that nobody owns; what is found
    besides them still counts.
    """

    binding: ClassVar[bool] = True

    entity: Entity = Field(description="What they would be taken for, such as `EMAIL_ADDRESS`.")
    values: Words = Field((), description="The values; letter case does not matter.")
    pattern: Expression | None = Field(
        None, description="A pattern that the whole value matches, as for Python's `re`."
    )
    reason: Text = Field(description="Why they are not personal.")

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if not self.values and self.pattern is None:
            raise PolicyError(
                Problem("name the values that are allowed, or a `pattern` of them", ("values",))
            )
        return self

    @property
    def re2(self) -> str:
        """The pattern of a value that is allowed, for RE2."""
        parts = [pattern.alone(self.values)] if self.values else []
        parts += [rf"\A(?:{pattern.exact(self.pattern).body})\z"] if self.pattern is not None else []
        return "|".join(parts)


def _some(value: object) -> object:
    """Refuse an empty list, under which nothing would be looked for; null in a list is yet to be stated."""
    if value in ([], ()):
        raise ValueError("expected at least one: nothing is looked for by an empty list")
    return value


class _Sought(Declaration):
    """What says which entity is looked for, and which data category that is."""

    entity: Entity = Field(
        description="What they are: an entity such as `NATIONAL_ID`, or a name of your own."
    )
    category: Category | None = Field(
        None,
        validate_default=True,
        description="Its data category (a fideslang key); needed where the name is your own.",
    )

    @field_validator("category")
    @classmethod
    def _says_what_it_is(cls, category: str | None, info: ValidationInfo) -> str | None:
        entity = info.data.get("entity")
        if category is None and entity is not None and entity not in ENTITIES:
            told = (
                f"{entity} is a name of your own: give its `category`, such as"
                f" user.unique_id.{did_you_mean(entity, ENTITIES)}"
            )
            raise ValueError(told)
        if category == NOT_PERSONAL:
            raise ValueError("what is looked for is personal: to leave something out, use `allow`")
        return category

    @property
    def key(self) -> str:
        """The data category."""
        return self.category or ENTITIES[self.entity].category


class Denied(_Sought):
    """Values that are always personal, wherever they stand."""

    values: Annotated[Words, BeforeValidator(_some)] = Field(
        description=(
            "The values; letter case does not matter, and they stand by themselves, not inside of words."
        )
    )


class Recognizer(_Sought):
    """A kind of data that only your organisation has, by its form; looked for in every cell."""

    name: Text | None = Field(None, description="What it is called in the evidence.")
    patterns: Annotated[Expressions, BeforeValidator(_some)] = Field(
        description=(
            "Its forms, as for Python's `re`; RE2 runs them, so `\\d`, `\\w` and `\\b` are those of ASCII."
        )
    )
    context: Words = Field((), description="Words in the name of a column that make it surer.")
    check: Module | None = Field(
        None, description="A module of python-stdnum that a value must pass, such as `luhn` or `de.idnr`."
    )
    score: float = Field(
        0.6,
        ge=0,
        le=1,
        description="How sure the form is; below 0.5 it counts only with a word of `context`.",
    )

    @property
    def valid(self) -> Any:
        """What decides about a value, or None."""
        return None if self.check is None else _stdnum(self.check)


class Detection(Declaration):
    """The search for personal data."""

    allow: Listed[Allowed] = Field((), description="What is never personal.")
    deny: Listed[Denied] = Field((), description="What always is.")
    recognizers: Listed[Recognizer] = Field((), description="What else to look for.")
    presidio: Text | None = Field(
        None,
        description=(
            "A file of Presidio recognisers (YAML, as its RecognizerRegistryProvider reads it), relative to"
            " this one."
        ),
    )
    model: Text | None = Field(
        None,
        description=(
            "A file that configures Presidio's NLP engine (spaCy, stanza, transformers), relative to this"
            " one; it finds names."
        ),
    )

    def problems_of(self, folder: Path) -> Iterator[tuple[str, PolicyError]]:
        """Yield what is wrong with the files that are named, each under the key that names it."""
        for key in ("presidio", "model"):
            name = getattr(self, key)
            if name is not None:
                try:
                    source = _file(folder / name)
                except PolicyError as error:
                    yield key, error
                    continue
                problems = tuple(_refused(source)) if key == "presidio" else ()
                if problems:
                    yield key, PolicyError(problems, file=source.file)


def _file(path: Path) -> load.Source:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PolicyError(
            f"{path.name} cannot be read ({error.strerror}); expected a YAML file beside the policy"
        ) from None
    source = load.read(load.decoded(data, path.name), path.name)
    if source.problems:
        raise PolicyError(source.problems, file=source.file)
    return source


def _refused(source: load.Source) -> Iterator[Problem]:
    """Yield the patterns of a Presidio file that RE2 cannot run."""
    tree: Mapping[str, Any] = source.tree if isinstance(source.tree, Mapping) else {}
    flags = int(str(tree.get("global_regex_flags") or int(PRESIDIO_FLAGS)))
    listed = tree.get("recognizers")
    if not isinstance(listed, list):
        yield Problem("expected a list of `recognizers`", (), 1, 1)
        return
    for i, recognizer in enumerate(listed):
        patterns = recognizer.get("patterns") if isinstance(recognizer, Mapping) else None
        for j, one in enumerate(patterns if isinstance(patterns, list) else ()):
            if isinstance(one, Mapping) and isinstance(one.get("regex"), str):
                try:
                    pattern.exact(one["regex"], flags)
                except PolicyError as error:
                    path = ("recognizers", i, "patterns", j, "regex")
                    yield Problem(error.problems[0].message, path, *load.nearest(source.places, path))
