"""Read a run that anybody may have written: its JSON, and whether the values have the types that they should.

The types of the dataclasses are the schema. Whatever does not fit is refused, before it reaches a terminal, a
policy or a page.
"""

from __future__ import annotations

import json
import math
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

LARGEST = 256 * 1024 * 1024
"""Bytes of the largest file that is read; the audit of 10,000 columns has a tenth of it."""

T = TypeVar("T")

Test = Callable[[Any], bool]
"""Says whether a value has a type."""


class Unfit(ValueError):
    """A file does not hold what it should; the text says why and holds nothing of the file."""


def read_json(file: Path) -> Any:
    """Return the content of a JSON file.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no plain file (`Unfit`), too large, too deep, or not JSON.
    """
    if file.exists() and not file.is_file():
        raise Unfit("it is not a plain file")
    if file.stat().st_size > LARGEST:
        raise Unfit(f"it is larger than {LARGEST // 1024**2} MB")
    try:
        return json.loads(file.read_bytes(), parse_constant=_refused)
    except RecursionError:
        raise Unfit("it is too deep") from None


def _refused(constant: str) -> None:
    raise Unfit("it holds a number that is not one")


def checked(value: T) -> T:
    """Return a dataclass whose fields have the types that it declares.

    Raises:
        Unfit: a field has another type; with its name and never its value.

    >>> from auditkit.outcome import Passed
    >>> checked(Passed(check="pii-undeclared", of=3)).of
    3
    >>> checked(Passed(check=["pii"]))
    Traceback (most recent call last):
    auditkit.record.untrusted.Unfit: the field check has another type
    """
    kind: Any = type(value)
    for name, fits in _tests(kind):
        if not fits(getattr(value, name)):
            raise Unfit(f"the field {name} has another type")
    return value


@cache
def _tests(kind: Any) -> tuple[tuple[str, Test], ...]:
    """Return the test of each field of a dataclass, by its name."""
    hints = get_type_hints(kind)
    return tuple((part.name, _test(hints[part.name])) for part in fields(kind))


@cache
def _test(kind: Any) -> Test:
    """Return the test whether a value has a type; numbers are finite, and True is no number.

    A run holds a million values of a few types, so a type is taken apart once.
    """
    origin, parts = get_origin(kind), get_args(kind)
    if kind is Any:
        return lambda value: True
    if origin is Literal:
        return lambda value: value in parts
    if isinstance(kind, type) and is_dataclass(kind):
        return lambda value: isinstance(value, kind) and checked(value) is value
    if kind in (int, float):
        return lambda value: (
            isinstance(value, int | kind) and not isinstance(value, bool) and math.isfinite(value)
        )
    if origin is None:
        return lambda value: isinstance(value, kind)
    tests = tuple(map(_test, parts)) if origin is not tuple or parts[-1] is not Ellipsis else ()
    if origin in (Union, types.UnionType):
        return lambda value: any(test(value) for test in tests)
    if origin is tuple and not tests:
        each = _test(parts[0])
        return lambda value: isinstance(value, tuple) and all(map(each, value))
    if origin is tuple:
        return lambda value: (
            isinstance(value, tuple)
            and len(value) == len(tests)
            and all(test(one) for test, one in zip(tests, value, strict=True))
        )
    if issubclass(origin, Mapping):
        of_key, of_value = tests
        return lambda value: (
            isinstance(value, Mapping) and all(of_key(k) and of_value(v) for k, v in value.items())
        )
    return lambda value: isinstance(value, kind)
