"""Names that are data: a column, table or file whose own name is somebody's e-mail address, number or name.

Header-less files and pivot tables turn values into names. Patterns only, and few: `First Name`, `Order Date`,
`2024`, `Q1` and `john_doe_flag` are names of things.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

GIVEN_NAMES = frozenset(
    """
    aaron abdul adam adrian ahmed aisha alan albert alejandro alessandro alexander alexandra alice alicia alison amanda amina amy ana
    andrea andreas andrew angela anita anja ann anna anne annette anthony antonio arthur ashley barbara beatrice benjamin bernd birgit
    bjorn björn brandon brenda brian bruno camille carla carlos carmen carol caroline catherine chantal charles christian christina
    christine christoph christopher claire claudia cynthia daniel daniela david deborah denise dennis diana diego dieter dimitri
    dmitri dominique donald donna dorothy douglas edward eleanor elena elizabeth emily emma enrique eric erik esther eva fatima
    felix fernando francesca françois franz frederic gabriela gary george gerald giovanni giulia giuseppe gregory guillaume gustav
    hannah hans harold hassan heather heidi heinrich heinz helen helena helga hélène henry hiroshi ibrahim ignacio ines ingrid irene
    isabel isabelle ivan jacob jacqueline jacques james jan jane janet janice jason javier jean jeffrey jennifer jeremy jessica
    joan joanna johan johann john jonas jonathan jorge josé jose joseph joshua joyce juan juanita judith julia julie jürgen juergen
    justin karen karin karl katarzyna katherine kathleen kathryn keith kenneth kevin khalid kimberly klaus kristin kumar kurt lars
    laura lauren laurent lawrence leila leon lena linda lisa louis louise luca lucas lucia lucy luigi luis lukas magdalena manuel
    manuela marco margaret margarita maria maría marianne marie mario marta martha martin martina mary matteo matthew matthias
    melissa michael michel michelle miguel mohamed mohammad mohammed monica monika muhammad nancy natalia natalie nathan nicholas
    nicolas nicole nikolai nina nora olga oliver olivia omar oscar pamela paolo pascal patricia patrick paul paula pauline pedro peter
    petra philip philippe pierre pilar piotr priya rachel rafael rajesh ralph ramon raymond rebecca renate renée ricardo richard
    robert roberto roger roland ronald rosa roxanne ruth ryan sabine salvatore samantha samuel sandra sara sarah sebastian sergei
    sergio sharon silvia simon simone sofia sophia sophie stefan stefano stephanie stephen steven susan susanne suzanne sven svetlana
    tanja tatiana teresa theodore theresa thierry thomas timothy tobias tomasz ulrich ursula valentina valerie vanessa veronica
    vincent vladimir walter werner wilhelm william wolfgang xavier yasmin yolanda yusuf yves yvonne zoe
    """.split()
)
"""Given names that are no ordinary words: `Grace Period`, `Mark Price`, `April Sales` and `Max Value` are not
people.
"""

THINGS = frozenset(
    """
    account address age amount balance birthday category city class code comment contract cost count country data date day description
    email fax field file flag group hours id info key label level list location mail mobile month name note notes number order orders
    phone plan price product project rate ratio record report result role salary sales score share size source state status sum table
    tax team test text time title total type url user value visits week weight year
    """.split()
)

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

    >>> [kind_of_value(name) for name in ("jane.roe@example.org", "+41 79 555 01 23", "4111 1111 1111 1111", "Hannah Schmidt", "10.0.0.7")]
    ['EMAIL_ADDRESS', 'PHONE_NUMBER', 'CREDIT_CARD', 'PERSON', 'IP_ADDRESS']
    >>> [kind_of_value(name) for name in ("First Name", "Order Date", "2024", "2024-01-15", "Q1", "john_doe_flag", "Grace Period")]
    [None, None, None, None, None, None, None]
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
    """Return the names under which columns are shown, unique without regard to case, and which of them hide
    what kind of value.

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
    """Return the name under which a table is shown among those already taken, and what kind of value its real
    name is.

    >>> shown_table("jane@example.org", ["a"]), shown_table("a", ["A"])
    (('table 2', 'EMAIL_ADDRESS'), ('a_1', None))
    """
    parts = [name, *name.split(".")]
    kind = next(filter(None, map(kind_of_value, parts)), None)
    return (
        unique(
            f"table {len(taken) + 1}" if kind or not name.strip() else name, {t.casefold() for t in taken}
        ),
        kind,
    )


def shown_source(name: str) -> str:
    """Return a source's name, or a word for it where the name is itself a value."""
    stem = name.rsplit(".", 1)[0]
    return "source" if not name or kind_of_value(name) or kind_of_value(stem) else name


def unique(name: str, taken: Iterable[str]) -> str:
    """Return a name that is not taken, with a number behind it where it is; `taken` is in folded case."""
    known = set(taken)
    candidate, number = name, 0
    while candidate.casefold() in known:
        number += 1
        candidate = f"{name}_{number}"
    return candidate


def renamed(names: Sequence[str], shown: Sequence[str]) -> Mapping[str, str]:
    """Return new name -> old name for the columns whose shown name differs."""
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
