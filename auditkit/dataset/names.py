"""Names that are data: a column, table or file is called like the e-mail address, number or name of somebody.

Files without a header and pivot tables turn values into names. `First Name`, `Order Date`, `2024`, `Q1` and
`john_doe_flag` are names of things.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from auditkit.dataset.name_words import (
    CHINESE_FAMILY_NAMES,
    GIVEN_NAMES,
    SAINTS,
    THINGS,
    TITLES,
    folded,
    listed,
)

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
_COMPACT_DATE = re.compile(r"\A(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(\d{2}|\d{4}|\d{6})?\Z")
_PHONE = re.compile(
    r"\A(?:(?:\+|00 ?)\d[\d\s().\-/]{6,18}\d|[2-9]\d{2}-(?!\d?000)\d{4}"
    r"|(?:\d[ .\-])?(?:\(\d{2,5}\)|\d{2,5})[ .\-/]\d{2,5}(?:[ .\-/]\d{2,5}){1,3})\Z"
)
_NUMBERED = re.compile(r"\A(?:\d{6,8}[-+]\d{3,5}|\d\d\.\d\d\.\d\d-\d{3}\.\d\d|\d{1,4}(?: \d{2,4}){4,})\Z")
"""National numbers that begin with a date of birth, and long numbers in groups."""
_CODE = re.compile(r"\A(?=[A-Z\d]*[A-Z])[A-Z\d]{8,24}\Z")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SWITCH = re.compile(r"(?<=\d)(?=[A-Z])|(?<=[A-Z])(?=\d)")
_LABEL = re.compile(r"\A[^\W\d_]{2,12}[: ] ?(?=\S*\d)")
"""A word before a number: `card 4111...`, `tel:+41...`."""
_BEHIND = re.compile(r" ?(?:ext|x|extension)\.? ?\d{1,5}\Z|:\d{2,5}\Z", re.I)
"""An extension behind a number, or a port behind an address."""
_STRONG = frozenset("CREDIT_CARD IBAN_CODE IP_ADDRESS PHONE_NUMBER".split())
_PERSON = re.compile(
    r"\A([^\W\d_]+)(?:[ \-][^\W\d_]\.?)?(?:-[^\W\d_]+)? ((?:[^\W\d_]+['’ \-])*[^\W\d_]{2,})\Z"
)
_RUSSIAN = re.compile(
    r"[А-ЯЁ][а-яё]+(?:ов|ев|ин|ский|ова|ева|ина|ская|енко)(?: [А-ЯЁ][а-яё]+){1,2}|[А-ЯЁ][а-яё]+"
    r" (?:[А-ЯЁ][а-яё]+ )?[А-ЯЁ][а-яё]+(?:ов|ев|ин|ский|ова|ева|ина|ская|енко)"
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
    bare = _BEHIND.sub("", text)
    if kind := _kind_of_identifier(bare):
        return kind
    behind = _LABEL.sub("", bare)
    if behind != bare and (kind := _kind_of_identifier(behind)) in _STRONG:
        return kind
    return "PERSON" if _is_person(text) else None


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
    kinds = [kind_of_value(name) for name in names]
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
    if _NUMBERED.match(text):
        return "PSEUDONYM"
    if len(digits) < 7 or _DATE.match(text) or _COMPACT_DATE.match(text):
        return None
    if 13 <= len(digits) <= 19 and re.fullmatch(r"[\d -]+", text) and _luhn(digits):
        return "CREDIT_CARD"
    if _PHONE.match(text):
        return "PHONE_NUMBER"
    return "PSEUDONYM" if text.isdecimal() else None


def _is_person(text: str) -> bool:
    text = re.sub(r" ?\([^()]*\)\Z", "", text)
    title, _, rest = text.partition(" ")
    if folded(title).rstrip(".") in TITLES and rest[:1].isupper() and not _has_thing(rest):
        return _is_family(folded(rest).split()) or _is_person(rest)
    if folded(title).rstrip(".") in SAINTS:
        return False
    if (len(text) == 3 and text[0] in CHINESE_FAMILY_NAMES and text.isalpha()) or _RUSSIAN.fullmatch(text):
        return True
    if "," in text:
        family, _, given = text.partition(",")
        text = f"{given.strip()} {family.strip()}"
    found = _PERSON.match(re.sub(r"(?<=[^\W\d_])[_.](?=[^\W\d_])", " ", text))
    if found is None or _has_thing(text):
        return False
    given, surnames = folded(found[1]), [folded(word) for word in re.split(r"['’ \-]", found[2])]
    if given in _SURE or (surnames[0] in _SURE and found[2].isalpha()):
        return True if found[1][0].isupper() and found[2][0].isupper() else _is_family(surnames)
    return " " in text and found[1][0].isupper() and _is_given(given) and _is_family(surnames)


_SURE = frozenset(map(folded, GIVEN_NAMES))


def _has_thing(text: str) -> bool:
    words = set(re.split(r"[\W_]+", text.casefold()))
    return bool(words & THINGS)


def _is_given(word: str) -> bool:
    return word in listed("given_names") and word not in listed("ordinary_words") | listed("cities")


def _is_family(words: Sequence[str]) -> bool:
    """Return whether the last word is a family name, and not a place or an ordinary word."""
    return words[-1] in listed("family_names") and words[-1] not in listed("ordinary_words") | listed(
        "cities"
    )


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
