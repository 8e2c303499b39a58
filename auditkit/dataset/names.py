"""Names that are data: a column, table or file is called like the e-mail address, number or name of somebody.

Files without a header and pivot tables turn values into names. Only a few patterns are tried: `First Name`,
`Order Date`, `2024`, `Q1` and `john_doe_flag` are names of things.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from auditkit.dataset.name_words import GIVEN_NAMES, THINGS

_SHAPES = (
    ("EMAIL_ADDRESS", re.compile(r"(?<![\w.+-])[\w.+%-]+@[\w-]+(\.[\w-]+)*\.[^\W\d_]{2,}")),
    ("US_SSN", re.compile(r"\A\d{3}-\d{2}-\d{4}\Z")),
)
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_DATE = re.compile(
    r"\A\(?((19|20)\d\d[-./ ](0?[1-9]|1[0-2])[-./ ](0?[1-9]|[12]\d|3[01])|\d{1,2}[-./ ]\d{1,2}[-./"
    r" ](19|20)?\d\d)\b"
)
_COMPACT_DATE = re.compile(r"\A(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(\d{2}|\d{4}|\d{6})?\Z")
_PHONE = re.compile(
    r"\A(\+\d[\d\s().\-/]{6,18}\d|(\(\d{2,5}\)|\d{2,5})[ .\-/]\d{2,5}([ .\-/]\d{2,5}){1,3})\Z"
)
_PERSON = re.compile(
    r"\A([^\W\d_]+)(?:[ \-][^\W\d_]\.?)?(?:-[^\W\d_]+)? ((?:[^\W\d_]+['’ \-])?[^\W\d_]{2,})\Z"
)


def kind_of_value(name: str) -> str | None:
    """Return what kind of value a name is, as an entity, or None for the name of a thing.

    >>> kind_of_value("jane.roe@example.org"), kind_of_value("+41 79 555 01 23"), kind_of_value("10.0.0.7")
    ('EMAIL_ADDRESS', 'PHONE_NUMBER', 'IP_ADDRESS')
    >>> kind_of_value("4111 1111 1111 1111"), kind_of_value("Hannah Schmidt")
    ('CREDIT_CARD', 'PERSON')
    >>> things = "First Name", "Order Date", "2024", "2024-01-15", "Q1", "john_doe_flag", "Grace Period"
    >>> set(map(kind_of_value, things))
    {None}
    """
    text = " ".join(name.split())
    if any(found := [kind for kind, shape in _SHAPES if shape.search(text)]):
        return found[0]
    if _IBAN.fullmatch(compact := text.replace(" ", "").upper()) and _mod_97(compact):
        return "IBAN_CODE"
    if _is_ip(text):
        return "IP_ADDRESS"
    if not re.search(r"[^\W\d]", text):
        return _kind_of_number(text)
    return "PERSON" if _is_person(text) else None


def shown_columns(names: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the names under which columns are shown, and what kind of value each hidden name is.

    Shown names are unique without regard to upper and lower case.

    >>> shown_columns(["id", "jane@example.org", "", "ID"])
    (('id', 'column 2', 'column 3', 'ID_1'), {'column 2': 'EMAIL_ADDRESS'})
    """
    kinds = [kind_of_value(name) for name in names]
    taken = {
        name.casefold() for name, kind in zip(names, kinds, strict=True) if kind is None and name.strip()
    }
    shown: list[str] = []
    used: set[str] = set()
    for position, (name, kind) in enumerate(zip(names, kinds, strict=True), 1):
        hidden = kind is not None or not name.strip()
        shown.append(unique(f"column {position}" if hidden else name, used | taken if hidden else used))
        used.add(shown[-1].casefold())
    return tuple(shown), {new: kind for new, kind in zip(shown, kinds, strict=True) if kind is not None}


def shown_table(name: str, taken: Collection[str]) -> tuple[str, str | None]:
    """Return the name under which a table is shown, and what kind of value its real name is.

    `taken` are the shown names of the others.

    >>> shown_table("jane@example.org", ["a"]), shown_table("a", ["A"])
    (('table 2', 'EMAIL_ADDRESS'), ('a_1', None))
    """
    kind = next(filter(None, map(kind_of_value, [name, *name.split(".")])), None)
    shown = f"table {len(taken) + 1}" if kind or not name.strip() else name
    return unique(shown, {t.casefold() for t in taken}), kind


def shown_source(name: str) -> str:
    """Return a source's name, or a word for it where the name is itself a value."""
    stem = name.rsplit(".", 1)[0]
    return "source" if not name or kind_of_value(name) or kind_of_value(stem) else name


def unique(name: str, taken: Iterable[str]) -> str:
    """Return a name, with a number after it where the name is taken; `taken` is in folded case."""
    known = set(taken)
    candidate, number = name, 0
    while candidate.casefold() in known:
        number += 1
        candidate = f"{name}_{number}"
    return candidate


def renamed(names: Sequence[str], shown: Sequence[str]) -> Mapping[str, str]:
    """Return the real name by the shown name, for the columns whose shown name differs."""
    return {new: old for old, new in zip(names, shown, strict=True) if old != new}


def _kind_of_number(text: str) -> str | None:
    digits = re.sub(r"\D", "", text)
    if len(digits) < 7 or _DATE.match(text) or _COMPACT_DATE.match(text):
        return None
    if 13 <= len(digits) <= 19 and re.fullmatch(r"[\d -]+", text) and _luhn(digits):
        return "CREDIT_CARD"
    if _PHONE.match(text):
        return "PHONE_NUMBER"
    return "PSEUDONYM" if text.isdecimal() else None


def _is_person(text: str) -> bool:
    if "," in text:
        family, _, given = text.partition(",")
        text = f"{given.strip()} {family.strip()}"
    found = _PERSON.match(text)
    if found is None or not all(word[0].isupper() for word in found.groups()):
        return False
    return found[1].casefold() in GIVEN_NAMES and not set(found[2].casefold().split()) & THINGS


def _is_ip(text: str) -> bool:
    try:
        return bool(ipaddress.ip_address(text)) if text.count(".") == 3 or text.count(":") > 1 else False
    except ValueError:
        return False


def _luhn(digits: str) -> bool:
    doubled = [int(d) * 2 for d in digits[-2::-2]]
    return (sum(map(int, digits[-1::-2])) + sum(d - 9 if d > 9 else d for d in doubled)) % 10 == 0


def _mod_97(iban: str) -> bool:
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1
