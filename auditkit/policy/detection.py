"""The block `detection`: what is never personal, what always is, and what else to look for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
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
"""The flags with which Presidio compiles patterns, unless its file declares others."""
_NAME = re.compile(r"[A-Z][A-Z0-9_]{1,62}")


def _entity(word: str) -> str:
    if not _NAME.fullmatch(word):
        raise ValueError(
            "expected the name of an entity in capitals, such as EMAIL_ADDRESS or CUSTOMER_NUMBER"
        )
    return word


def _pattern(text: str) -> str:
    pattern.to_re2(text)
    return text


def _module(name: str) -> str:
    if _validator_of(name) is None:
        raise ValueError("python-stdnum has no such module: expected one such as luhn or de.idnr")
    return name


def _validator_of(name: str) -> Callable[[str], bool] | None:
    """Return the function `is_valid` of a module of python-stdnum, or None where there is no such module."""
    if not re.fullmatch(r"[a-z0-9_.]+", name):
        return None
    try:
        return getattr(import_module(f"stdnum.{name.removeprefix('stdnum.')}"), "is_valid", None)
    except ImportError:
        return None


def _several(value: object) -> object:
    """Put a single text into a list."""
    return [value] if isinstance(value, str) else value


Entity = Annotated[Text, AfterValidator(_entity)]
Module = Annotated[Text, AfterValidator(_module)]
Expression = Annotated[str, AfterValidator(_pattern)]
_LONE = Field(json_schema_extra={LONE: True})
Words = Annotated[Listed[Text], BeforeValidator(_several), _LONE]
Expressions = Annotated[Listed[Expression], BeforeValidator(_several), _LONE]


class Allowed(Declaration):
    """Values that are never personal, such as the address of a shared mailbox.

    Other personal data in the same column still counts.
    """

    binding: ClassVar[bool] = True

    entity: Entity = Field(description="The entity that they look like, such as `EMAIL_ADDRESS`.")
    values: Words = Field((), description="The values, in upper or lower case.")
    pattern: Expression | None = Field(
        None, description="A pattern that the whole value matches, as for Python's `re`."
    )
    reason: Text = Field(description="Why they are not personal.")

    @model_validator(mode="after")
    def _has_values(self) -> Self:
        if not self.values and self.pattern is None:
            raise PolicyError(
                Problem("name the values that are allowed, or a `pattern` of them", ("values",))
            )
        return self

    @property
    def re2(self) -> str:
        """The pattern of an allowed value, for RE2."""
        parts = [pattern.only_words(self.values)] if self.values else []
        if self.pattern is not None:
            parts.append(rf"\A(?:{pattern.to_re2(self.pattern).body})\z")
        return "|".join(parts)


def _not_empty(value: object) -> object:
    """Refuse an empty list, which would look for nothing; a list that holds only null is undeclared."""
    if value in ([], ()):
        raise ValueError("expected at least one: an empty list looks for nothing")
    return value


class _Sought(Declaration):
    """An entity to look for, with its data category."""

    entity: Entity = Field(
        description="What the values are: an entity such as `NATIONAL_ID`, or a name of your own."
    )
    category: Category | None = Field(
        None,
        validate_default=True,
        description="The data category (a fideslang key); required where the entity is a name of your own.",
    )

    @field_validator("category")
    @classmethod
    def _has_a_category(cls, category: str | None, info: ValidationInfo) -> str | None:
        entity = info.data.get("entity")
        if category is None and entity is not None and entity not in ENTITIES:
            raise ValueError(
                f"{entity} is a name of your own: give its `category`, such as"
                f" user.unique_id.{did_you_mean(entity, ENTITIES)}"
            )
        if category == NOT_PERSONAL:
            raise ValueError("what is looked for is personal: to leave values out, use `allow`")
        return category

    @property
    def key(self) -> str:
        """The data category."""
        return self.category or ENTITIES[self.entity].category


class Denied(_Sought):
    """Values that are always personal, in every column."""

    values: Annotated[Words, BeforeValidator(_not_empty)] = Field(
        description="The values, in upper or lower case; they match whole words only."
    )


class Recognizer(_Sought):
    """A kind of data that only your organisation has; every cell is searched for its patterns."""

    name: Text | None = Field(None, description="The name of the recogniser in the evidence.")
    patterns: Annotated[Expressions, BeforeValidator(_not_empty)] = Field(
        description=(
            "Its patterns, as for Python's `re`; RE2 runs them, so `\\d`, `\\w` and `\\b` match ASCII only."
        )
    )
    context: Words = Field(
        (), description="Words in the name of a column that make the recogniser more certain."
    )
    check: Module | None = Field(
        None, description="A module of python-stdnum that validates a value, such as `luhn` or `de.idnr`."
    )
    score: float = Field(
        0.6,
        ge=0,
        le=1,
        description="How certain the pattern is; below 0.5 it counts only with a word of `context`.",
    )

    @property
    def valid(self) -> Callable[[str], bool] | None:
        """The function that validates a value, or None."""
        return None if self.check is None else _validator_of(self.check)


class Detection(Declaration):
    """The search for personal data."""

    allow: Listed[Allowed] = Field((), description="Values that are never personal.")
    deny: Listed[Denied] = Field((), description="Values that are always personal.")
    recognizers: Listed[Recognizer] = Field((), description="What else to look for.")
    presidio: Text | None = Field(
        None,
        description=(
            "A file with Presidio recognisers (YAML, as its RecognizerRegistryProvider reads it); the path is"
            " relative to this file."
        ),
    )
    model: Text | None = Field(
        None,
        description=(
            "A file that configures Presidio's NLP engine (spaCy, stanza, transformers), which finds names;"
            " the path is relative to this file."
        ),
    )

    def problems_of(self, folder: Path) -> Iterator[tuple[str, PolicyError]]:
        """Yield the problems of the files that the block names, each with the key that names the file."""
        for key in ("presidio", "model"):
            name = getattr(self, key)
            if name is None:
                continue
            try:
                source = _read(folder / name)
            except PolicyError as error:
                yield key, error
                continue
            problems = tuple(_problems_of_presidio(source)) if key == "presidio" else ()
            if problems:
                yield key, PolicyError(problems, file=source.file)


def _read(path: Path) -> load.Source:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PolicyError(
            f"{path.name} cannot be read ({error.strerror}): expected a YAML file in the folder of the policy"
        ) from None
    source = load.read(load.decoded(data, path.name), path.name)
    if source.problems:
        raise PolicyError(source.problems, file=source.file)
    return source


def _problems_of_presidio(source: load.Source) -> Iterator[Problem]:
    """Yield the patterns of a Presidio file that RE2 cannot run."""
    tree: Mapping[str, Any] = source.tree if isinstance(source.tree, Mapping) else {}
    flags = int(str(tree.get("global_regex_flags") or int(PRESIDIO_FLAGS)))
    recognizers = tree.get("recognizers")
    if not isinstance(recognizers, list):
        yield Problem("expected a list of `recognizers`", (), 1, 1)
        return
    for path, regex in _patterns_in(recognizers):
        try:
            pattern.to_re2(regex, flags)
        except PolicyError as error:
            yield Problem(error.problems[0].message, path, *load.nearest(source.places, path))


def _patterns_in(recognizers: list[Any]) -> Iterator[tuple[load.KeyPath, str]]:
    """Yield every regular expression of a list of recognisers, with the keys that lead to it."""
    for i, recognizer in enumerate(recognizers):
        patterns = recognizer.get("patterns") if isinstance(recognizer, Mapping) else None
        for j, entry in enumerate(patterns if isinstance(patterns, list) else ()):
            if isinstance(entry, Mapping) and isinstance(entry.get("regex"), str):
                yield ("recognizers", i, "patterns", j, "regex"), entry["regex"]
