"""People who do not exist.

Their names come from several cultures, their mailboxes end in `.example`, and their phone numbers are
reserved for fiction.
"""

from __future__ import annotations

import random
import re
import string
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any

MAIL_DOMAINS = ("mail.example", "post.example", "inbox.example", "correo.example")
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "ł": "l", "ı": "i", "đ": "d", "Ø": "O", "Ł": "L"})


@cache
def _people() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("people.toml").read_text(encoding="utf-8"))


def mailbox(name: str) -> str:
    """Return the usual part before the @ for a name.

    >>> mailbox("Łukasz Groß"), mailbox("Nour El Amrani")
    ('lukasz.gross', 'nour.elamrani')
    """
    plain = unicodedata.normalize("NFKD", name.translate(_LETTERS)).encode("ascii", "ignore").decode().lower()
    given, _, family = plain.partition(" ")
    return f"{given}.{re.sub('[^a-z]', '', family)}"


def filled(pattern: str, rng: random.Random) -> str:
    """Return a pattern with a random digit for every `#` and a random capital letter for every `X`."""
    letters = {"#": string.digits, "X": "ABDEFGHJLNPQRSTUWXYZ"}
    return "".join(rng.choice(letters[c]) if c in letters else c for c in pattern)


def full_name(rng: random.Random) -> str:
    """Return a given and a family name; in one of twelve names they come from different cultures."""
    cultures = list(_people()["cultures"].values())
    given = rng.choice(cultures)
    family = rng.choice(cultures) if rng.random() < 1 / 12 else given
    return f"{rng.choice(given['given'])} {rng.choice(family['family'])}"


def phone(rng: random.Random) -> str:
    """Return an international phone number from a block that is reserved for fiction."""
    return filled(rng.choice(_people()["places"])["phone"], rng)


def email(rng: random.Random) -> str:
    """Return the address of a private mailbox."""
    return f"{mailbox(full_name(rng))}{rng.randint(2, 99)}@{rng.choice(MAIL_DOMAINS)}"


def residence(rng: random.Random) -> dict[str, str]:
    """Return a phone number and an address: phone, street, postal_code, city, country."""
    place = rng.choice(_people()["places"])
    city, postal_code = rng.choice(place["cities"])
    return {
        "phone": filled(place["phone"], rng),
        "street": place["address"].format(number=rng.randint(1, 140), street=rng.choice(place["streets"])),
        "postal_code": filled(postal_code, rng),
        "city": city,
        "country": place["country"],
    }


def ip_address(rng: random.Random) -> str:
    """Return an IP address from the blocks that are reserved for documentation (RFC 5737, RFC 3849)."""
    if rng.random() < 0.1:
        return f"2001:db8::{rng.randrange(1, 0xFFFF):x}:{rng.randrange(1, 0xFFFF):x}"
    return f"{rng.choice(('192.0.2', '198.51.100', '203.0.113'))}.{rng.randint(1, 254)}"
