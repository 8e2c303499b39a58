"""Writes the tree of a pattern, as Python's `re` parses it, in the syntax of RE2."""

from __future__ import annotations

import re
from collections.abc import Callable
from re import _constants  # type: ignore[attr-defined]
from typing import Any

from auditkit.policy.error import PolicyError

C: Any = _constants
LARGEST, MOST_REPEATS = 2000, 1000
_CLASSES = {
    C.CATEGORY_DIGIT: r"\d", C.CATEGORY_WORD: r"\w", C.CATEGORY_SPACE: r"\s",
    C.CATEGORY_NOT_DIGIT: r"\D", C.CATEGORY_NOT_WORD: r"\W", C.CATEGORY_NOT_SPACE: r"\S",
}  # fmt: skip
_PLACES = {
    C.AT_BEGINNING: "^", C.AT_BEGINNING_STRING: "(?-m:^)", C.AT_END: "$", C.AT_END_STRING: "(?-m:$)",
    C.AT_BOUNDARY: r"\b", C.AT_NON_BOUNDARY: r"\B",
}  # fmt: skip
_ONE_CHARACTER = (C.LITERAL, C.NOT_LITERAL, C.IN, C.ANY)
_FLAGS = (("i", re.IGNORECASE), ("m", re.MULTILINE), ("s", re.DOTALL))

Lookaround = list[tuple[bool, Any]]
"""For each look-around: whether the text must be there (not absent), and the tree of that text."""


def character(code: int) -> str:
    """Return a character as RE2 reads it literally."""
    return chr(code) if code > 255 or (code < 128 and chr(code).isalnum()) else rf"\x{code:02x}"


def take_lookaround(items: list[Any], direction: int) -> Lookaround:
    """Remove the look-around at one end of a sequence, and return it.

    Args:
        items: the sequence, which is changed.
        direction: -1 for look-behind at the beginning, 1 for look-ahead at the end.
    """
    found: Lookaround = []
    end = 0 if direction < 0 else -1
    while items and items[end][0] in (C.ASSERT, C.ASSERT_NOT) and items[end][1][0] == direction:
        op, (_, inner) = items.pop(end)
        found.append((op is C.ASSERT, inner))
    return found


class Writer:
    """Writes one pattern.

    Attributes:
        flags: the flags of the whole pattern.
        size: how large the pattern is when every repeat is written out.
        anchored: whether it matches at the beginning of a cell only.
    """

    def __init__(self, flags: int) -> None:
        self.flags, self.size, self.anchored = flags, 0, False

    @property
    def mode(self) -> str:
        """The beginning of a group with the flags of the whole pattern."""
        return f"(?{_letters(self.flags)}:"

    def sequence(self, tree: Any) -> str:
        """Return a sequence of nodes in the syntax of RE2.

        Raises:
            PolicyError: RE2 cannot run a node.
        """
        return "".join(self._node(op, value) for op, value in tree)

    def lookaround(self, around: Lookaround, direction: int) -> tuple[str, str]:
        """Return the pattern of the text next to a value: at the edge of the cell, and inside of it.

        Raises:
            PolicyError: RE2 cannot run the look-around.
        """
        if not around:
            return "", ""
        wanted, inner = around[0]
        if len(around) == 1 and wanted:
            text = f"(?:{self.sequence(inner)})"
            return text, text
        if any(wanted for wanted, _ in around):
            raise PolicyError(
                "this pattern has several look-arounds of different kinds in one place: keep one of them"
            )
        members = "".join(_members(choice) for _, inner in around for choice in _choices(inner))
        edge = f"^|[^{members}]" if direction < 0 else f"[^{members}]|$"
        return f"(?-m:{edge})", f"[^{members}]"

    def _node(self, op: Any, value: Any) -> str:
        self.size += 1
        match op:
            case C.LITERAL:
                return character(value)
            case C.NOT_LITERAL:
                return f"[^{character(value)}]"
            case C.ANY:
                return "."
            case C.IN:
                negated = value[0][0] is C.NEGATE
                members = "".join(_member(item) for item in value[negated:])
                return f"[{'^' if negated else ''}{members}]"
            case C.BRANCH:
                return f"(?:{'|'.join(self.sequence(branch) for branch in value[1])})"
            case C.SUBPATTERN:
                _, added, removed, inner = value
                off = f"-{_letters(removed)}" if _letters(removed) else ""
                return f"(?{_letters(added)}{off}:{self.sequence(inner)})"
            case C.MAX_REPEAT | C.MIN_REPEAT:
                return self._repeat(value, lazy=op is C.MIN_REPEAT)
            case C.AT:
                beginning = value in (C.AT_BEGINNING, C.AT_BEGINNING_STRING)
                self.anchored |= beginning and not self.flags & re.MULTILINE
                return _PLACES[value]
        refusal = _REFUSALS.get(op, lambda _: "this pattern has something that RE2 does not know")
        raise PolicyError(refusal(value))

    def _repeat(self, value: Any, *, lazy: bool) -> str:
        low, high, inner = value
        most = None if high is C.MAXREPEAT else int(high)
        size_before = self.size
        body = self.sequence(inner)
        if max(low, most or 0) > MOST_REPEATS:
            raise PolicyError(
                f"this pattern repeats something more than {MOST_REPEATS} times: write `+` or `*` instead"
            )
        times = low + 1 if most is None else most
        self.size = size_before + (self.size - size_before) * max(times, 1)
        single = len(inner) == 1 and inner[0][0] in _ONE_CHARACTER
        upper = "" if most is None else most
        counts = f"{{{low},{upper}}}"
        return f"{body if single else f'(?:{body})'}{counts}{'?' if lazy else ''}"


def _letters(flags: int) -> str:
    return "".join(letter for letter, flag in _FLAGS if flags & flag)


def _choices(tree: Any) -> list[Any]:
    """Return the single characters, or classes of them, that a negative look-around excludes.

    Raises:
        PolicyError: it excludes something longer.
    """
    items = list(tree)
    if len(items) == 1:
        op, value = items[0]
        if op is C.BRANCH:
            return [choice for branch in value[1] for choice in _choices(branch)]
        if op is C.SUBPATTERN:
            return _choices(value[3])
        if op is C.LITERAL or (op is C.IN and value[0][0] is not C.NEGATE):
            return items
    raise PolicyError(
        "a negative look-around may exclude single characters only, as in (?![0-9]): RE2 has no other"
    )


def _members(choice: Any) -> str:
    op, value = choice
    return character(value) if op is C.LITERAL else "".join(_member(item) for item in value)


def _member(item: Any) -> str:
    """Return one item of a class of characters."""
    op, value = item
    if op is C.LITERAL:
        return character(value)
    if op is C.RANGE:
        return f"{character(value[0])}-{character(value[1])}"
    return _CLASSES[value]


_INNER_LOOKAROUND = (
    "this pattern has a look-around in its middle, which RE2 cannot run: write a look-behind at the beginning"
    " or a look-ahead at the end"
)
_POSSESSIVE = (
    "this pattern has a possessive repeat or an atomic group: RE2 never goes back, write the plain form"
)
_REFUSALS: dict[Any, Callable[[Any], str]] = {
    C.GROUPREF: lambda number: (
        f"this pattern refers back to a group (\\{number}), which RE2 cannot run: write out what the group"
        " matches"
    ),
    C.GROUPREF_EXISTS: lambda _: (
        "this pattern asks whether a group matched, which RE2 cannot run: write two patterns"
    ),
    C.ASSERT: lambda _: _INNER_LOOKAROUND,
    C.ASSERT_NOT: lambda _: _INNER_LOOKAROUND,
    C.POSSESSIVE_REPEAT: lambda _: _POSSESSIVE,
    C.ATOMIC_GROUP: lambda _: _POSSESSIVE,
}
"""What an error says about a node that RE2 does not have."""
