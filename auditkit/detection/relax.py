"""Patterns of Presidio recognisers, relaxed for RE2: Python looks only at values that RE2 does not rule out.

A relaxed pattern matches wherever the given one does on ASCII text, and perhaps elsewhere. Look-around is
dropped, references to groups become the group's own pattern, possessive and lazy repeats become plain ones.
"""

from __future__ import annotations

import re
from re import _constants  # type: ignore[attr-defined]
from typing import Any

from auditkit.policy.pattern import character, parsed

C: Any = _constants
_CLASS = {
    C.CATEGORY_DIGIT: r"\d",
    C.CATEGORY_WORD: r"\w",
    C.CATEGORY_SPACE: r"\s\v\x{1c}-\x{1f}",
    C.CATEGORY_NOT_DIGIT: r"\D",
    C.CATEGORY_NOT_WORD: r"\W",
    C.CATEGORY_NOT_SPACE: r"\S",
}
_PLACE = {
    C.AT_BEGINNING: "^",
    C.AT_BEGINNING_STRING: r"\A",
    C.AT_END: "$",
    C.AT_END_STRING: r"\z",
    C.AT_BOUNDARY: r"\b",
    C.AT_NON_BOUNDARY: "",
}
_REPEATS = 1000
"""RE2 refuses more."""


def relax(pattern: str, flags: int = 0) -> str:
    """Return a pattern for RE2 that matches wherever the given one does on ASCII text.

    Args:
        pattern: in the syntax of Python's `re`; global flags may stand anywhere, as in the module `regex`.
        flags: the flags it is compiled with.

    Raises:
        ValueError: a construct is not known.
        re.error: Python cannot read the pattern.

    >>> relax(r"(?<!x)([0-9])a++") == r"(?:(?:[0-9])(?:a){1,})"
    True
    """
    tree = parsed(pattern, flags)
    return f"(?{_letters(tree.state.flags)}:{_sequence(tree, {})})"


def _letters(flags: int) -> str:
    return "".join(letter for letter, bit in (("i", re.IGNORECASE), ("m", re.MULTILINE)) if flags & bit)


def _item(op: Any, value: Any) -> str:
    if op is C.LITERAL:
        return character(value)
    return f"{character(value[0])}-{character(value[1])}" if op is C.RANGE else _CLASS[value]


def _set(items: Any) -> str:
    negated = items[0][0] is C.NEGATE
    body = "".join(_item(*item) for item in items[negated:])
    # a negated class must stay wide: RE2's own idea of white space is smaller than Python's
    return f"[^{body.replace(_CLASS[C.CATEGORY_SPACE], chr(92) + 's')}]" if negated else f"[{body}]"


def _sequence(tree: Any, groups: dict[int, str]) -> str:
    return "".join(_element(op, value, groups) for op, value in tree)


def _element(op: Any, value: Any, groups: dict[int, str]) -> str:
    match op:
        case C.LITERAL:
            return character(value)
        case C.NOT_LITERAL:
            return f"[^{character(value)}]"
        case C.ANY:
            return "(?s:.)"
        case C.IN:
            return _set(value)
        case C.BRANCH:
            return f"(?:{'|'.join(_sequence(branch, groups) for branch in value[1])})"
        case C.SUBPATTERN:
            body = _sequence(value[3], groups)
            if value[0] is not None:
                groups[value[0]] = body
            return f"(?{_letters(value[1])}:{body})"
        case C.MAX_REPEAT | C.MIN_REPEAT | C.POSSESSIVE_REPEAT:
            body = _sequence(value[2], groups)
            high = value[1] if value[1] is not C.MAXREPEAT and value[1] <= _REPEATS else ""
            return f"(?:{body}){{{min(value[0], _REPEATS)},{high}}}" if body else ""
        case C.ATOMIC_GROUP:
            return f"(?:{_sequence(value, groups)})"
        case C.AT:
            return _PLACE[value]
        case C.ASSERT | C.ASSERT_NOT:
            return ""
        case C.GROUPREF:
            return f"(?:{groups[value]})"
        case C.GROUPREF_EXISTS:
            return f"(?:{_sequence(value[1], groups)}|{_sequence(value[2], groups) if value[2] else ''})"
        case _:
            raise ValueError(f"patterns with {op} are not supported")
