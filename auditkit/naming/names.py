"""Names that are data: a column, table or file is called like the e-mail address, number or name of somebody.

Files without a header and pivot tables turn values into names. `First Name`, `Order Date`, `2024`, `Q1` and
`john_doe_flag` are names of things.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from unicodedata import normalize

from auditkit.naming.people import is_login, is_person, may_be_person

_SHAPES = (
    (
        "EMAIL_ADDRESS",
        re.compile(
            r"[^\W_][\w.+%-]*@[\w\[]|[^\W_][\w.+-]*(?:%40| ?[\[(]at[\])] ?)\w|[^\W_]+_at_[\w-]+\.[a-z]{2,}\b",
            re.I,
        ),
    ),
    ("US_SSN", re.compile(r"\A(?:ssn:? )?\d{3}[- ]\d{2}[- ]\d{4}\Z", re.I)),
    (
        "API_KEY",
        re.compile(
            r"-----BEGIN|\b(?:AKIA|ASIA)[0-9A-Z]{12,}|\bgh[pousr]_\w{20,}|\b[sr]k_(?:live|test)_\w{8,}"
            r"|\bxox[abeoprs]-[\w-]{8,}|\bAIza[\w-]{20,}|\beyJ[\w-]{8,}\."
        ),
    ),
    (
        "PASSWORD",
        re.compile(
            r"\A(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)(?:(?=\S*[!&^~`])|(?=\S*[$+*])(?!\S*[a-z]{4}))\S{8,40}\Z"
        ),
    ),
    (
        "LICENSE_PLATE",
        re.compile(
            r"\A[A-Z]{2}[- ]?\d{3}[- ]?[A-Z]{2}\Z|\A[A-Z]{2}\d{2} ?[A-Z]{3}\Z"
            r"|\A(?!(?:19|20)\d\d)\d{4}[ -][B-DF-HJ-NP-TV-Z]{3}\Z"
            r"|\A[A-ZÄÖÜ]{1,3}[- ][A-Z]{1,2}[ -](?!(?:19|20)\d\d\Z)\d{2,4}[EH]?\Z"
            r"|\A(?:AG|AI|AR|B[ELS]|FR|G[ELR]|JU|LU|N[EW]|OW|S[GHOZ]|T[GI]|U[RK]|V[DS]|Z[GH])[ -]"
            r"(?!(?:19|20)\d\d\Z)\d{4,6}\Z"
            r"|\A(?:[A-Z]{2}-\d{2}-[A-Z]{2}|\d{2}-[A-Z]{2}-(?:[A-Z]{2}|\d{2})|[A-Z]{2}-[A-Z]{2}-\d{2})\Z"
            r"|\A[A-Z]{2}[ -]\d{1,2}[ -][A-Z]{1,3}[ -]\d{4}\Z"
        ),
    ),
    (
        "PSEUDONYM",
        re.compile(
            r"\A(?:patient|client|customer|member|employee|kunde|mitarbeiter|student|user)[ #:.-]+\d{3,}\b",
            re.I,
        ),
    ),
    (
        "DATE_OF_BIRTH",
        re.compile(
            r"\b(?:born|dob|birth|geb(?:oren)?|née?|nacid[oa]|nat[oa])\b\D{0,12}"
            r"(?:\d{1,4}[-./ ]\d{1,2}[-./ ]\d{1,4}|\d{1,2} \w+ \d{4})",
            re.I,
        ),
    ),
    ("URL", re.compile(r"\w://\S+[/?=]\S")),
    ("UUID", re.compile(r"\A[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\Z", re.I)),
    (
        "MAC_ADDRESS",
        re.compile(r"\A[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}\Z|\A[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}\Z", re.I),
    ),
    ("CRYPTO", re.compile(r"\A(?:0x[0-9a-f]{40}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[0-9a-z]{20,})\Z", re.I)),
    ("COORDINATE", re.compile(r"\A[+-]?\d{1,3}\.\d{3,} ?[NS]?[ ,;]+[+-]?\d{1,3}\.\d{3,} ?[EW]?\Z")),
    (
        "STREET_ADDRESS",
        re.compile(
            r"\A\d{1,5}[a-z]? (?:[\w'.-]+ ){1,4}(?:street|st|road|rd|avenue|ave|lane|drive|court|square)\b"
            r"|\A\d{1,4},? (?:rue|avenue|boulevard|place|chemin|via|plaza) \w"
            r"|\A\w+(?:strasse|straße|str\.|gasse|weg|allee|platz|straat|laan|gatan|gade) \d{1,4}\b",
            re.I,
        ),
    ),
)
"""What a name is that has such a shape, by entity."""
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_DATE = re.compile(
    r"\A\(?((19|20)\d\d[-./ ](0?[1-9]|1[0-2])[-./ ](0?[1-9]|[12]\d|3[01])|\d{1,2}[-./ ]\d{1,2}[-./"
    r" ](19|20)?\d\d)(?![-.\d])\b"
)
_DAY = re.compile(
    r"(?:\d{4}[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ]\d{4}|\d{8}"
    r"|\d{1,2}\.? [^\W\d_]{3,9}\.? \d{4})\Z"
)
_LAST_CENTURY = re.compile(r"\A19\d\d(?:\D|0[1-9]|1[0-2])|\D19\d\d\Z")
_SERIES = 3
"""So many days, or names of people, are no accident: a pivot table has them as columns."""
_COMPACT_DATE = re.compile(r"\A(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(\d{2}|\d{4}|\d{6})?\Z")
_PHONE = re.compile(
    r"\A(?:(?:\+|00 ?)\d[\d\s().\-/]{6,18}\d|[2-9]\d{2}-(?!\d?000)\d{4}"
    r"|(?:\d[ .\-])?(?:\(\d{2,5}\)|\d{2,5})[ .\-/]\d{2,5}(?:[ .\-/]\d{2,5}){1,3})\Z"
)
_NUMBERED = re.compile(r"\A(?:\d{6,8}[-+]\d{3,5}|\d\d\.\d\d\.\d\d-\d{3}\.\d\d|\d{1,4}(?: \d{2,4}){4,})\Z")
"""National numbers that begin with a date of birth, and long numbers in groups."""
_CODE = re.compile(r"\A(?=[A-Z\d]*[A-Z])[A-Z\d]{8,24}\Z")
_HYPHENED = re.compile(r"\A(?=\S*\d\d)\d{1,3}(?:-\d{1,3}){3}\Z")
"""Four numbers with hyphens between them, of which one has two digits or more: an address, and no version."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_SWITCH = re.compile(r"(?<=\d)(?=[A-Z])|(?<=[A-Z])(?=\d)")
_LABEL = re.compile(r"\A[^\W\d_]{2,12}[: ] ?(?=\S*\d)")
"""A word before a number: `card 4111...`, `tel:+41...`."""
_BEHIND = re.compile(r" ?(?:ext|x|extension)\.? ?\d{1,5}\Z|:\d{2,5}\Z", re.I)
"""An extension behind a number, or a port behind an address."""
_STRONG = frozenset("CREDIT_CARD IBAN_CODE IP_ADDRESS PHONE_NUMBER".split())
LONGEST = 500
"""How many characters the name of a thing has at most, such as a question of a survey.

What is longer is a text that somebody wrote. It is not searched: a search may take the square of its length.
"""


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
    if len(name) > LONGEST:
        return "FREE_TEXT"
    text = " ".join(name.split())
    if any(found := [kind for kind, shape in _SHAPES if shape.search(text)]):
        return found[0]
    bare = _BEHIND.sub("", text)
    if kind := _kind_of_identifier(bare):
        return kind
    behind = _LABEL.sub("", bare)
    if behind != bare and (kind := _kind_of_identifier(behind)) in _STRONG:
        return kind
    if is_person(text):
        return "PERSON"
    return "USERNAME" if is_login(text) else None


def _kind_of_identifier(text: str) -> str | None:
    """Return what kind of number, address or code a name is."""
    if _IBAN.fullmatch(compact := text.replace(" ", "").upper()) and _mod_97(compact):
        return "IBAN_CODE"
    if _is_ip(text):
        return "IP_ADDRESS"
    if not re.search(r"[^\W\d]", text):
        return _kind_of_number(text)
    return "PSEUDONYM" if _is_code(text) else None


def _is_code(text: str) -> bool:
    """Return whether a name is made of capitals and digits as the number of a person or a thing is."""
    words = text.split()
    compact = "".join(words)
    if not _CODE.match(compact) or (len(words) > 1 and (len(words) < 4 or any(map(_YEAR.fullmatch, words)))):
        return False
    compact = _YEAR.sub("", compact, count=1)
    digits = sum(c.isdigit() for c in compact)
    return digits >= 6 or (digits >= 3 and len(_SWITCH.findall(compact)) >= 3)


def shown_columns(names: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the names under which columns are shown, and what kind of value each hidden name is.

    Shown names are unique without regard to upper and lower case.

    >>> shown_columns(["id", "jane@example.org", "", "ID"])
    (('id', 'column 2', 'column 3', 'ID_1'), {'column 2': 'EMAIL_ADDRESS'})
    """
    kinds, names = _kinds(names), [*map(writable, names)]
    taken = {
        name.casefold() for name, kind in zip(names, kinds, strict=True) if kind is None and name.strip()
    }
    shown: list[str] = []
    used: set[str] = set()
    for position, (name, kind) in enumerate(zip(names, kinds, strict=True), 1):
        candidate = unique(name, used)
        hidden = kind is not None or not name.strip() or (candidate != name and kind_of_value(candidate))
        shown.append(unique(f"column {position}", used | taken) if hidden else candidate)
        used.add(shown[-1].casefold())
    return tuple(shown), {new: kind for new, kind in zip(shown, kinds, strict=True) if kind is not None}


def _kinds(names: Sequence[str]) -> list[str | None]:
    """Return what kind of value each of the names is that stand side by side.

    Between people a given or a family name is one too. So are three given names that are half of all. A day
    of the last century is a date of birth, unless it is one of a series.
    """
    kinds = [kind_of_value(name) for name in names]
    alone = [kind is None and may_be_person(name.strip()) for name, kind in zip(names, kinds, strict=True)]
    days = [kind is None and bool(_DAY.match(name.strip())) for name, kind in zip(names, kinds, strict=True)]
    are_people = "PERSON" in kinds or (sum(alone) >= _SERIES and 2 * sum(alone) >= len(names))
    are_births = sum(days) < _SERIES
    return [
        "PERSON"
        if is_alone and are_people
        else "DATE_OF_BIRTH"
        if is_day and are_births and _LAST_CENTURY.search(name)
        else kind
        for name, kind, is_alone, is_day in zip(names, kinds, alone, days, strict=True)
    ]


def shown_table(name: str, taken: Collection[str]) -> tuple[str, str | None]:
    """Return the name under which a table is shown, and what kind of value its real name is.

    `taken` are the shown names of the others.

    >>> shown_table("jane@example.org", ["a"]), shown_table("a", ["A"])
    (('table 2', 'EMAIL_ADDRESS'), ('a_1', None))
    """
    kind = next(filter(None, map(kind_of_value, [name, *name.split(".")])), None)
    shown = f"table {len(taken) + 1}" if kind or not name.strip() else writable(name)
    return unique(shown, {t.casefold() for t in taken}), kind


def shown_source(name: str) -> str:
    """Return a source's name, or a word for it where the name is itself a value."""
    stem = name.rsplit(".", 1)[0]
    return "source" if not name or kind_of_value(name) or kind_of_value(stem) else writable(name)


def writable(name: str) -> str:
    r"""Return a name that can be written: a byte that is no UTF-8 in the name of a file comes out escaped.

    A letter and its accent are one character, as people type it; macOS keeps them apart in names of files.

    >>> writable("caf\udce9"), len(writable("cafe\u0301"))
    ('caf\\udce9', 4)
    """
    return normalize("NFC", name.encode("utf-8", "backslashreplace").decode())


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
    if _NUMBERED.match(text):
        return "PSEUDONYM"
    if len(digits) < 7 or _DATE.match(text) or _COMPACT_DATE.match(text):
        return None
    if 13 <= len(digits) <= 19 and re.fullmatch(r"[\d -]+", text) and _luhn(digits):
        return "CREDIT_CARD"
    if _PHONE.match(text):
        return "PHONE_NUMBER"
    return "PSEUDONYM" if text.isdecimal() else None


def _is_ip(text: str) -> bool:
    try:
        if _HYPHENED.match(text):
            return bool(ipaddress.ip_address(text.replace("-", ".")))
        return bool(ipaddress.ip_address(text)) if text.count(".") == 3 or text.count(":") > 1 else False
    except ValueError:
        return False


def _luhn(digits: str) -> bool:
    doubled = [int(d) * 2 for d in digits[-2::-2]]
    return (sum(map(int, digits[-1::-2])) + sum(d - 9 if d > 9 else d for d in doubled)) % 10 == 0


def _mod_97(iban: str) -> bool:
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1
