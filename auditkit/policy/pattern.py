"""Patterns that people write, for RE2: it reads every cell in one pass, whatever the pattern, and knows no
backtracking.

A pattern is written as for Python's `re`. What RE2 has no words for is refused, with the reason, unless it
can be said otherwise: a look-behind that opens a pattern, and a look-ahead that closes it, become the
character before and the character behind.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

from auditkit.policy.error import PolicyError

C: Any = _constants
LARGEST, MOST_REPEATS = 2000, 1000
_CLASS = {
    C.CATEGORY_DIGIT: r"\d", C.CATEGORY_WORD: r"\w", C.CATEGORY_SPACE: r"\s",
    C.CATEGORY_NOT_DIGIT: r"\D", C.CATEGORY_NOT_WORD: r"\W", C.CATEGORY_NOT_SPACE: r"\S",
}  # fmt: skip
_PLACE = {
    C.AT_BEGINNING: "^", C.AT_BEGINNING_STRING: "(?-m:^)", C.AT_END: "$", C.AT_END_STRING: "(?-m:$)",
    C.AT_BOUNDARY: r"\b", C.AT_NON_BOUNDARY: r"\B",
}  # fmt: skip
_APART = "[^0-9A-Za-z_ª-ʯͰ-῿]"
"""What is no letter of a word; scripts without words between spaces are not among the letters."""
_ONE_CHARACTER = (C.LITERAL, C.NOT_LITERAL, C.IN, C.ANY)
_INLINE = re.compile(r"\(\?([aimsux]+)\)")


@dataclass(frozen=True)
class Exact:
    """A pattern in the syntax of RE2, in three parts: what stands before the value, the value, and what
    stands behind it.

    Attributes:
        search: finds the first value of a cell, as the group `v`.
        locate: the same with what comes before it, as the group `p`.
        proceed: finds the next value after one, in what begins with the last character of that one; None
            where there is none.
        body: the value alone.
        twice: what holds two values, at least; None where it cannot.
    """

    search: str
    locate: str
    proceed: str | None
    body: str
    twice: str | None


def exact(pattern: str, flags: int = 0) -> Exact:
    r"""Return a pattern for RE2 that finds what the given one finds in ASCII text; `\d`, `\w`, `\s` and `\b`
    are those of ASCII.

    Args:
        pattern: in the syntax of Python's `re`; global flags may stand anywhere, as the module `regex`
            allows.
        flags: the flags it is compiled with.

    Raises:
        PolicyError: RE2 cannot run it, or it finds the empty text; says why, and what to write instead.

    >>> exact(r"(?<![0-9])KD-[0-9]{6}(?![0-9])").search
    '(?:(?-m:^|[^0-9]))(?P<v>(?:KD\\x2d[0-9]{6,6}))(?:(?-m:[^0-9]|$))'
    >>> exact("[0-9]++x")
    Traceback (most recent call last):
        ...
    auditkit.policy.error.PolicyError: this pattern holds a possessive repeat or an atomic group: RE2 never goes back, write the plain form
    """
    try:
        tree = parsed(pattern, flags)
    except (re.error, OverflowError, RecursionError) as error:
        place = (
            f" (character {error.pos + 1})" if isinstance(error, re.error) and error.pos is not None else ""
        )
        raise PolicyError(f"this is no pattern{place}: {getattr(error, 'msg', 'it is too deep')}") from None
    whole = _Writer(tree.state.flags)
    items = list(tree)
    before = _taken(items, -1)
    behind = _taken(items, 1)
    if _parser.SubPattern(tree.state, items).getwidth()[0] == 0:
        raise PolicyError(
            "this pattern matches the empty text, and so every cell: let it match one character at least"
        )
    body = whole.sequence(items)
    left, left_inside = whole.beside(before, -1)
    right, _ = whole.beside(behind, 1)
    if whole.size > LARGEST:
        raise PolicyError(
            f"this pattern unfolds to {whole.size} characters, {LARGEST} at most: write `+` or `*` instead of"
            " a long repeat"
        )
    mode, anything = whole.mode, "(?s:.*?)"
    value, behind_it = f"(?P<v>{mode}{body}))", f"{mode}{right})"
    on = f"{anything}{mode}{left_inside})" if before else f"(?s:.){anything}"
    found = Exact(
        f"{mode}{left}){value}{behind_it}",
        f"\\A(?P<p>{anything}{mode}{left})){value}{behind_it}",
        None if whole.anchored else f"\\A(?P<p>{on}){value}{behind_it}",
        f"{mode}{body})",
        (
            None
            if whole.anchored
            else f"{mode}{body})(?:{anything}{mode}{left_inside}))?{mode}{body}){behind_it}"
        ),
    )
    _compiled(found)
    return found


def parsed(pattern: str, flags: int = 0) -> Any:
    """Return the tree of a pattern as Python's `re` reads it; global flags may stand anywhere in it, as the
    module `regex` allows.

    Raises:
        re.error: the pattern is none of Python's.
    """
    for letters in _INLINE.findall(pattern):
        for letter in letters:
            flags |= re.RegexFlag[letter.upper()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return _parser.parse(_INLINE.sub("", pattern), flags)


def literal(words: Sequence[str]) -> Exact:
    """Return the pattern of words that stand by themselves, whatever their letter case."""
    body = "|".join(sorted((_quoted(word) for word in words), key=len, reverse=True))
    value = f"(?P<v>(?i:{body}))"
    found = Exact(
        f"(?:^|{_APART}){value}(?:{_APART}|$)",
        f"^(?P<p>(?s:.*?)(?:^|{_APART})){value}(?:{_APART}|$)",
        f"^(?P<p>(?s:.*?){_APART}){value}(?:{_APART}|$)",
        f"(?i:{body})",
        f"(?i:{body})(?s:.*?){_APART}(?i:{body})",
    )
    _compiled(found)
    return found


def alone(words: Sequence[str]) -> str:
    """Return the pattern of texts that are one of some words, whatever their letter case."""
    return rf"^\s*(?i:{'|'.join(map(_quoted, words))})\s*$"


def _quoted(word: str) -> str:
    return "".join(map(character, map(ord, word)))


def character(code: int) -> str:
    """Return a character as RE2 reads it, whatever it means to RE2."""
    return chr(code) if code > 255 or (code < 128 and chr(code).isalnum()) else rf"\x{code:02x}"


def _compiled(pattern: Exact) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    for text in filter(None, (pattern.search, pattern.locate, pattern.proceed)):
        try:
            pc.extract_regex(pa.array([""], pa.large_string()), text)
        except pa.ArrowInvalid:
            raise PolicyError(
                "RE2 cannot run this pattern: it is too large, or its repeats stand in each other"
            ) from None


def _taken(items: list[Any], direction: int) -> list[tuple[bool, Any]]:
    """Return the look-around at the edge of a sequence, and take it out of it: whether it is wanted, and what
    it looks for.
    """
    found: list[tuple[bool, Any]] = []
    at = 0 if direction < 0 else -1
    while items and items[at][0] in (C.ASSERT, C.ASSERT_NOT) and items[at][1][0] == direction:
        op, (_, inner) = items.pop(at)
        found.append((op is C.ASSERT, inner))
    return found


class _Writer:
    """Writes the tree of a pattern in the syntax of RE2, and adds up how large it unfolds."""

    def __init__(self, flags: int) -> None:
        self.flags, self.size, self.anchored = flags, 0, False

    @property
    def mode(self) -> str:
        """The beginning of a group with the flags of the whole pattern."""
        letters = "".join(
            c for c, bit in (("i", re.IGNORECASE), ("m", re.MULTILINE), ("s", re.DOTALL)) if self.flags & bit
        )
        return f"(?{letters}:"

    def sequence(self, tree: Any) -> str:
        return "".join(self.one(op, value) for op, value in tree)

    def beside(self, around: list[tuple[bool, Any]], direction: int) -> tuple[str, str]:
        """Return what must stand beside the value, at the edge of the cell and inside it."""
        if not around:
            return "", ""
        if len(around) == 1 and around[0][0]:
            inner = self.sequence(around[0][1])
            return f"(?:{inner})", f"(?:{inner})"
        if any(wanted for wanted, _ in around):
            raise PolicyError(
                "this pattern looks around in more than one way in one place: keep one look-around"
            )
        members = "".join(self._member(item) for _, inner in around for item in self._choices(inner))
        return f"(?-m:{f'^|[^{members}]' if direction < 0 else f'[^{members}]|$'})", f"[^{members}]"

    def _choices(self, tree: Any) -> list[Any]:
        items = list(tree)
        if len(items) == 1 and items[0][0] is C.BRANCH:
            return [choice for branch in items[0][1][1] for choice in self._choices(branch)]
        if len(items) == 1 and items[0][0] is C.SUBPATTERN:
            return self._choices(items[0][1][3])
        if (
            len(items) == 1
            and items[0][0] in (C.LITERAL, C.IN)
            and not (items[0][0] is C.IN and items[0][1][0][0] is C.NEGATE)
        ):
            return items
        raise PolicyError(
            "a negative look-around may exclude single characters only, as in (?![0-9]): RE2 has no other"
        )

    def _member(self, item: Any) -> str:
        op, value = item
        return character(value) if op is C.LITERAL else "".join(map(_item, value))

    def one(self, op: Any, value: Any) -> str:
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
                return f"[{'^' if negated else ''}{''.join(map(_item, value[negated:]))}]"
            case C.BRANCH:
                return f"(?:{'|'.join(self.sequence(branch) for branch in value[1])})"
            case C.SUBPATTERN:
                return f"(?{_letters(value[1])}{f'-{_letters(value[2])}' if _letters(value[2]) else ''}:{self.sequence(value[3])})"
            case C.MAX_REPEAT | C.MIN_REPEAT:
                return self._repeat(value, lazy=op is C.MIN_REPEAT)
            case C.AT:
                self.anchored |= (
                    value in (C.AT_BEGINNING, C.AT_BEGINNING_STRING) and not self.flags & re.MULTILINE
                )
                return _PLACE[value]
        raise PolicyError(_REFUSED.get(op, lambda _: "this pattern holds what RE2 does not know")(value))

    def _repeat(self, value: Any, *, lazy: bool) -> str:
        low, high, inner = value
        before = self.size
        body = self.sequence(inner)
        most = int(high) if high is not C.MAXREPEAT else None
        if max(low, most or 0) > MOST_REPEATS:
            raise PolicyError(
                f"this pattern repeats something more than {MOST_REPEATS} times: write `+` or `*` instead"
            )
        self.size = before + (self.size - before) * max(most if most is not None else low + 1, 1)
        return f"{body if _single(inner) else f'(?:{body})'}{{{low},{'' if most is None else most}}}{'?' if lazy else ''}"


def _single(inner: Any) -> bool:
    return len(inner) == 1 and inner[0][0] in _ONE_CHARACTER


def _letters(flags: int) -> str:
    return "".join(
        letter for letter, bit in (("i", re.IGNORECASE), ("m", re.MULTILINE), ("s", re.DOTALL)) if flags & bit
    )


def _item(item: Any) -> str:
    op, value = item
    return (
        character(value)
        if op is C.LITERAL
        else f"{character(value[0])}-{character(value[1])}"
        if op is C.RANGE
        else _CLASS[value]
    )


_AROUND = (
    "this pattern looks around in its middle, which RE2 cannot: a look-behind may open a pattern and a"
    " look-ahead may close it"
)
_POSSESSIVE = (
    "this pattern holds a possessive repeat or an atomic group: RE2 never goes back, write the plain form"
)
_REFUSED: dict[Any, Callable[[Any], str]] = {
    C.GROUPREF: lambda n: (
        f"this pattern refers back to a group (\\{n}), which RE2 cannot: write out what the group matches"
    ),
    C.GROUPREF_EXISTS: lambda _: (
        "this pattern asks whether a group matched, which RE2 cannot: write two patterns"
    ),
    C.ASSERT: lambda _: _AROUND,
    C.ASSERT_NOT: lambda _: _AROUND,
    C.POSSESSIVE_REPEAT: lambda _: _POSSESSIVE,
    C.ATOMIC_GROUP: lambda _: _POSSESSIVE,
}
