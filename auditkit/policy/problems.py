"""The problems that pydantic finds in a policy, in words for its author, each with its place in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from auditkit.policy.error import PolicyError, Problem, shown
from auditkit.policy.fields import EXPECTED
from auditkit.policy.load import KeyPath, Source, as_written, nearest
from auditkit.vocabulary import did_you_mean


def problems_of(
    error: ValidationError, source: Source, schema: Callable[[], Mapping[str, Any]]
) -> Iterator[Problem]:
    """Yield the problems that pydantic found, in words for the author of a policy, each with its place.

    Args:
        error: what pydantic raised.
        source: the file, with its places.
        schema: returns the JSON Schema, which lists the keys of each block.
    """
    for found in error.errors(include_url=False):
        cause = found.get("ctx", {}).get("error")
        if isinstance(cause, PolicyError):
            problems = cause.under(*found["loc"])
        else:
            problems = (Problem(_message(found, schema), found["loc"]),)
        for problem in problems:
            keys = as_written(source.places, problem.path)
            yield Problem(problem.message, keys, *nearest(source.places, problem.path))


def _message(found: Mapping[str, Any], schema: Callable[[], Mapping[str, Any]]) -> str:
    context, given = found.get("ctx", {}), found.get("input")
    match found["type"]:
        case "value_error":
            return str(context["error"])
        case "extra_forbidden":
            return _unknown(str(found["loc"][-1]), given, _keys_at(schema(), found["loc"][:-1]))
        case "missing":
            return "this key is required"
        case "literal_error":
            choices = [choice.strip("'") for choice in context["expected"].replace(" or ", ", ").split(", ")]
            return f"expected {context['expected']}.{did_you_mean(str(given), choices)}"
        case "string_type" | "date_type" | "int_type" | "bool_type":
            return f"expected one value, not {_kind(given)}"
        case "tuple_type":
            return f"expected a list, as in [a, b], not {_kind(given)}"
        case "model_type" | "model_attributes_type" | "mapping_type" | "dict_type":
            return f"expected keys with values, not {_kind(given)}"
        case "string_too_short":
            return "this is empty: write a value, or leave the key out"
        case "string_pattern_mismatch":
            return EXPECTED[context["pattern"]]
        case "int_parsing" | "int_from_float":
            return "expected a whole number"
        case "bool_parsing":
            return "expected true or false"
        case kind if kind.startswith("date"):
            return "expected a day such as 2026-12-31"
        case _:
            return str(found["msg"])


def _unknown(key: str, given: object, known: list[str]) -> str:
    if given is None and " " in key:
        return "unknown key: in {...} a comma begins a new key, so put a text with a comma in double quotes"
    close = did_you_mean(key, known)
    return f"unknown key.{close}" if close else f"unknown key. Expected one of {', '.join(known)}"


def _kind(value: object) -> str:
    match value:
        case Mapping():
            return "keys with values"
        case list() | tuple():
            return "a list"
        case _:
            return f"the text {shown(value)}"


def _keys_at(schema: Mapping[str, Any], path: KeyPath) -> list[str]:
    """Return the keys that a JSON Schema allows at a place."""
    here = _resolved(schema, schema)
    for key in path:
        inside = here.get("properties", {}).get(key) or here.get("additionalProperties") or here.get("items")
        if isinstance(inside, Mapping):
            here = _resolved(schema, inside)
    return list(here.get("properties", ()))


def _resolved(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a part of the schema refers to; of several forms the one that has keys."""
    if "$ref" in part:
        return _resolved(schema, schema["$defs"][part["$ref"].rpartition("/")[2]])
    forms = [_resolved(schema, form) for form in part.get("anyOf", ()) if form.get("type") != "null"]
    with_keys = [form for form in forms if {"properties", "items", "additionalProperties"} & form.keys()]
    return next(iter([*with_keys, *forms]), part)
