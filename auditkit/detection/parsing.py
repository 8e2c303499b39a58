"""Texts that are documents: JSON, a dict or a list as Python writes it, arrays, and lists of `key=value`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

_PYTHON = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"|\b(None|True|False)\b", re.S)
_IN_JSON: Mapping[str, str] = {"None": "null", "True": "true", "False": "false"}
_ESCAPES = re.compile(r"\\(.)|(\")", re.S)

_ELEMENT = r'"(?:[^"\\]|\\.)*"|[^\s{},"\\]+'
_ROW = rf"\{{(?:{_ELEMENT})(?:,(?:{_ELEMENT}))*\}}"
_ARRAY = re.compile(rf"{_ROW}|\{{{_ROW}(?:,{_ROW})*\}}", re.S)
_ELEMENTS = re.compile(_ELEMENT, re.S)
_UUID = re.compile(r"\{[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}")
"""An array as PostgreSQL writes it: `{ana,"Ben Weber"}`; a UUID in braces is one value."""

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|NULL")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{1,20}://[^\s?#]+[?#](?P<parameters>\S+)")

_KEY = r"[^\W\d][\w.\-\[\]]{0,59}"
_LISTS = tuple(
    re.compile(rf"\s*{key}\s*=[^{apart}]*(?:[{apart}]\s*{key}\s*=[^{apart}]*)+[{apart}]?\s*")
    for apart, key in ((";", rf"{_KEY}(?: {_KEY})?"), ("|", _KEY), ("\n", _KEY), (",", _KEY))
)
_WORDS = re.compile(rf'{_KEY}=(?:"[^"]*"|[^\s"=]*)(?:\s+{_KEY}=(?:"[^"]*"|[^\s"=]*))+')
_WORD = re.compile(rf'({_KEY})=(?:"([^"]*)"|(\S*))')
_ENCODED = r"(?:[^\W\d]|%)[\w.\-\[\]%+]{0,99}"
_QUERY = re.compile(rf"{_ENCODED}=[^&\s]*(?:&{_ENCODED}=[^&\s]*)+")


def document(text: str) -> Any:
    """Return the document that a cell is: any that `parsed` knows, an array, pairs, parameters of a URL.

    >>> document('{ana,"Ben Weber"}'), document("name=Ana Meier; city=Bern")
    (['ana', 'Ben Weber'], (('name', 'Ana Meier'), ('city', 'Bern')))
    >>> document("https://example.org/send?to=ana%40example.org"), document("user=ana ip=10.0.0.7")
    ((('to', 'ana@example.org'),), (('user', 'ana'), ('ip', '10.0.0.7')))
    >>> document("https://example.org/send"), document("a = b"), document("see x=1 for more")
    (None, None, None)
    """
    text = text.strip().lstrip("\ufeff")
    if text[:1] not in ("{", "["):
        return _pairs(text) if "=" in text else None
    found = parsed(text)
    return _array(text) if found is None else found


def _array(text: str) -> list[str | None] | None:
    """Return the elements of an array of texts as PostgreSQL writes it; numbers alone are measurements."""
    if _ARRAY.fullmatch(text) is None or _UUID.fullmatch(text):
        return None
    written = _ELEMENTS.findall(text[1:-1])
    return None if all(map(_NUMBER.fullmatch, written)) else list(map(_element, written))


def _element(written: str) -> str | None:
    if written[0] != '"':
        return None if written == "NULL" else written
    return re.sub(r"\\(.)", r"\1", written[1:-1], flags=re.S)


def _pairs(text: str) -> tuple[tuple[str, str], ...] | None:
    """Return the keys and the values of a list of `key=value`, or of the parameters of a URL."""
    url = _URL.fullmatch(text)
    if url or _QUERY.fullmatch(text):
        query = url["parameters"] if url else text
        return tuple(parse_qsl(re.sub("[#?]", "&", query), errors="replace")) or None
    for pattern, apart in zip(_LISTS, ";|\n,", strict=True):
        if pattern.fullmatch(text):
            split = (part.partition("=") for part in text.split(apart) if part.strip())
            return tuple((key.strip(), value.strip()) for key, _, value in split)
    if _WORDS.fullmatch(text):
        return tuple((key, quoted or bare) for key, quoted, bare in _WORD.findall(text))
    return None


def parsed(text: str) -> Any:
    """Return a document of JSON or Python, or None for any other text.

    Objects are tuples of pairs, and numbers their digits.

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
