"""The last look at an artefact before it is written: does it hold anybody's personal value?

It knows nothing of the audited data. It looks for the shapes that cannot be there by chance: an e-mail
address, a phone number with its country code, a payment card, an IBAN, a social security number, a token, a
key, a password in a URL. What the policy itself names (the contact of the controller, a literal of a rule) is
known and allowed; anything else is withheld, and its place is named.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stdnum import iban, luhn

from auditkit.errors import ReadableError


def _card(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and bool(luhn.is_valid(digits))


def _always(text: str) -> bool:
    return True


KINDS: Mapping[str, tuple[re.Pattern[str], Callable[[str], bool]]] = {
    "e-mail address": (
        re.compile(r"(?<![\w.%+-])[\w.%+-]*[\w%+-]@(?:[\w-]+\.)+[^\W\d_]{2,}"),
        _always,
    ),
    "phone number": (re.compile(r"(?<![\w+.])\+[1-9](?:[ ().-]{0,2}\d){7,14}(?![\d.])"), _always),
    "payment card": (
        re.compile(
            r"(?<!\w)(?<!\d\.)(?:[2-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,7}|3\d{3}[ -]?\d{6}["
            r" -]?\d{5})(?!\w|\.\d)"
        ),
        _card,
    ),
    "IBAN": (
        re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?!\w)"),
        lambda text: bool(iban.is_valid(text)),
    ),
    "social security number": (
        re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])"),
        _always,
    ),
    "token": (re.compile(r"eyJ[\w-]{8,4000}\.eyJ[\w-]{8,}\.[\w-]*"), _always),
    "key": (
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY|(?<!\w)(?:AKIA|ASIA)[0-9A-Z]{16}(?!\w)|(?<!\w)gh[pousr]_\w{30,}"
            r"|(?<!\w)[sr]k_(?:live|test)_\w{16,}"
            r"|(?<!\w)xox[abeoprs]-[\w-]{10,}|(?<!\w)AIza[\w-]{35}"
        ),
        _always,
    ),
    "password in a URL": (re.compile(r"\w://[^\s/:@\"']*:[^\s/@\"']+@"), _always),
}
_WORTH_A_LOOK = re.compile(
    r"@|\+\d|\d{2}[ -]?\d{2}|eyJ|PRIVATE KEY|AKIA|ASIA|gh[pousr]_|k_(?:live|test)_|xox|AIza"
)


class PersonalValueError(ReadableError, RuntimeError):
    """An artefact would have held a personal value; it names the section and the kind, never the value."""

    def __init__(self, artefact: str, found: Iterable[tuple[str, str]]) -> None:
        self.artefact = artefact
        self.found = tuple(dict.fromkeys(found))
        places = "; ".join(f"{kind} in {place}" for place, kind in self.found[:5])
        more = f" and {len(self.found) - 5} more" if len(self.found) > 5 else ""
        super().__init__(
            f"{artefact} would hold what looks like a personal value ({places}{more}); nothing was written."
            " If it is a contact you want to publish, name it in the policy; otherwise please report this as"
            " a fault."
        )


@dataclass(frozen=True)
class Allowed:
    """The literals an artefact may hold: what the policy names."""

    literals: frozenset[str] = frozenset()

    @classmethod
    def of(cls, *texts: str) -> Allowed:
        """Return what these texts hold in the shape of a personal value.

        >>> sorted(Allowed.of("contact: privacy@example.org").literals)
        ['privacy@example.org']
        """
        return cls(frozenset(_plain(value) for text in texts for _, value in _matches(text)))

    def __contains__(self, value: str) -> bool:
        return _plain(value) in self.literals


def check(artefact: str, text: str, allowed: Allowed | None = None) -> None:
    """Refuse a text that holds a personal value; the artefact's ending says how to read it (JSON, SARIF,
    notebook, HTML).

    Raises:
        PersonalValueError: naming the artefact, the section and the kind.
    """
    found = _found(artefact, text, allowed or Allowed())
    if found:
        raise PersonalValueError(artefact, found)


def withheld(artefact: str, text: str, allowed: Allowed | None = None) -> tuple[str, tuple[str, ...]]:
    """Return a text without the personal values in it, and a sentence for each place that held one.

    Raises:
        PersonalValueError: a value cannot be taken out.

    >>> withheld("the terminal", "near canary@mail.example")
    ('near [withheld: e-mail address]', ('the terminal: an e-mail address was withheld from the text',))
    """
    known = allowed or Allowed()
    found = _found(artefact, text, known)
    if not found:
        return text, ()
    if artefact.endswith((".json", ".sarif", ".ipynb")):
        clean = json.dumps(_without(json.loads(text), known), indent=1, ensure_ascii=False) + "\n"
    else:
        clean = _taken_out(text, known)
    check(artefact, clean, known)
    article = {kind: "an" if kind[0].lower() in "aei" else "a" for _, kind in found}
    places = (f"{artefact}: {article[kind]} {kind} was withheld from {place}" for place, kind in found)
    return clean, tuple(dict.fromkeys(places))


MARK = "[withheld: "
"""What stands in place of a personal value, with its kind."""


def _found(artefact: str, text: str, allowed: Allowed) -> list[tuple[str, str]]:
    """Return the places of personal values in an artefact, each with the kind."""
    return [
        (place, kind)
        for place, piece in _pieces(artefact, text)
        for kind, value in _matches(piece)
        if value not in allowed
    ]


def _taken_out(text: str, allowed: Allowed) -> str:
    """Return a text with a mark in place of each personal value."""
    for kind, (pattern, valid) in KINDS.items():

        def mark(match: re.Match[str], kind: str = kind, valid: Callable[[str], bool] = valid) -> str:
            value = match.group()
            return value if value in allowed or not valid(value) else f"{MARK}{kind}]"

        text = pattern.sub(mark, text)
    return text


def _without(value: Any, allowed: Allowed) -> Any:
    """Return JSON without personal values, in keys, texts and numbers."""
    match value:
        case str():
            return _taken_out(value, allowed)
        case Mapping():
            return {_taken_out(key, allowed): _without(inner, allowed) for key, inner in value.items()}
        case list():
            return [_without(inner, allowed) for inner in value]
        case int() | float() if not isinstance(value, bool):
            return value if _taken_out(str(value), allowed) == str(value) else None
        case _:
            return value


def kinds_in(text: str) -> tuple[str, ...]:
    """Return the kinds of personal value a text holds.

    >>> kinds_in("call +44 20 7946 0958"), kinds_in("card 4111 1111 1111 1111"), kinds_in("2026-11-22")
    (('phone number',), ('payment card',), ())
    """
    return tuple(dict.fromkeys(kind for kind, _ in _matches(text)))


def _plain(value: str) -> str:
    return value.casefold() if "@" in value else re.sub(r"[\s().-]", "", value).casefold()


def _matches(text: str) -> Iterator[tuple[str, str]]:
    if not _WORTH_A_LOOK.search(text):
        return
    for kind, (pattern, valid) in KINDS.items():
        for match in pattern.finditer(text):
            if valid(match.group()):
                yield kind, match.group()


def _pieces(artefact: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield the readable texts of an artefact with the name of their place: escapes of JSON and HTML would
    hide or make values.
    """
    if artefact.endswith(".ipynb"):
        notebook = json.loads(text)
        for number, cell in enumerate(notebook.pop("cells"), 1):
            yield from ((f"cell {number}", leaf) for _, leaf in _leaves(cell, ""))
        yield from _leaves(notebook, "")
    elif artefact.endswith((".json", ".sarif")):
        yield from _leaves(json.loads(text), "")
    elif artefact.endswith(".html"):
        for part in re.split(r"(?=<section\b)", text):
            name = re.match(r'<section\b[^>]*\bid="([^"]+)"', part)
            yield (name.group(1) if name else "the head of the page"), html.unescape(part)
    else:
        yield "the text", text


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield path or "the top", value
        case Mapping():
            for key, inner in value.items():
                yield f"{path} (a key)".strip(), str(key)
                # A key may itself be a value: only plain names become part of the place that is printed.
                yield from _leaves(
                    inner, f"{path}.{key}".lstrip(".") if re.fullmatch(r"[a-z_]{1,40}", str(key)) else path
                )
        case list():
            for i, inner in enumerate(value):
                yield from _leaves(inner, f"{path}[{i}]")
        case int() | float() if not isinstance(value, bool):
            yield path, str(value)
        case _:
            return
