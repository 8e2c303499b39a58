"""Texts that are documents: JSON, or a dict or a list as Python writes it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_PYTHON = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"|\b(None|True|False)\b", re.S)
_IN_JSON: Mapping[str, str] = {"None": "null", "True": "true", "False": "false"}
_ESCAPES = re.compile(r"\\(.)|(\")", re.S)


def parsed(text: str) -> Any:
    """Return a document, or None for any other text; objects are tuples of pairs, and numbers their digits.

    Arrays of nothing but numbers are measurements, and no documents.

    >>> parsed('{"a": [1.50, null]}'), parsed("{'a': None}"), parsed("[deleted]"), parsed("[1, 2]")
    ((('a', ['1.50', None]),), (('a', None),), None, None)
    """
    text = text.strip().lstrip("\ufeff")
    if text[:1] == "[" and not any(sign in text for sign in "\"'{"):
        return None
    try:
        return _loaded(text)
    except (ValueError, RecursionError):
        pass
    if "'" not in text[:3]:
        return None
    try:
        return _loaded(_PYTHON.sub(_as_json, text))
    except (ValueError, RecursionError):
        return None


def _loaded(text: str) -> Any:
    return json.loads(text, object_pairs_hook=tuple, parse_int=str, parse_float=str, parse_constant=str)


def _as_json(found: re.Match[str]) -> str:
    """Return a text or a constant of Python as JSON writes it."""
    single, double, constant = found.groups()
    if constant is not None:
        return _IN_JSON[constant]
    return f'"{_ESCAPES.sub(_escaped, double if single is None else single)}"'


def _escaped(found: re.Match[str]) -> str:
    escaped, quote = found.groups()
    if quote is not None:
        return '\\"'
    return "'" if escaped == "'" else "\\u00" if escaped == "x" else found[0]
