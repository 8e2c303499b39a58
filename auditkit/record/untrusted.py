"""Read a run that anybody may have written: its JSON, and whether the values have the types that they should.

The types of the dataclasses are the schema. Whatever does not fit is refused, before it reaches a terminal, a
policy or a page.
"""

from __future__ import annotations

import json
import math
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

LARGEST = 256 * 1024 * 1024
"""Bytes of the largest file that is read; the audit of 10,000 columns has a tenth of it."""

T = TypeVar("T")


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
    for name, hint in _hints(kind).items():
        if not _fits(getattr(value, name), hint):
            raise Unfit(f"the field {name} has another type")
    return value


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    """Return the type of each field of a dataclass."""
    hints = get_type_hints(kind)
    return {part.name: hints[part.name] for part in fields(kind)}


def _fits(value: Any, kind: Any) -> bool:
    """Return whether a value has a type; numbers are finite, and True is no number."""
    origin, parts = get_origin(kind), get_args(kind)
    if kind is Any:
        return True
    if origin in (Union, types.UnionType):
        return any(_fits(value, part) for part in parts)
    if origin is Literal:
        return value in parts
    if origin is tuple and parts[-1] is Ellipsis:
        return isinstance(value, tuple) and all(_fits(one, parts[0]) for one in value)
    if origin is tuple:
        fitting = isinstance(value, tuple) and len(value) == len(parts)
        return fitting and all(map(_fits, value, parts))
    if origin is not None and issubclass(origin, Mapping):
        return isinstance(value, Mapping) and all(
            _fits(key, parts[0]) and _fits(one, parts[1]) for key, one in value.items()
        )
    if isinstance(kind, type) and is_dataclass(kind):
        return isinstance(value, kind) and checked(value) is value
    if kind in (int, float):
        return isinstance(value, int | kind) and not isinstance(value, bool) and math.isfinite(value)
    return value is None if kind is type(None) else isinstance(value, kind)
