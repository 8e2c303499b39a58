"""How well values fit the entity that the name of their column says: one function for each kind of entity."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from auditkit.detection.birthdays import birthday, year_of_a_reign
from auditkit.detection.fit import NAME_SHAPE, NAME_WORD, Fit, odds, percent
from auditkit.detection.forms import (
    FitOf,
    anything,
    closed,
    cookie,
    has_word,
    key,
    language,
    matching,
    money,
    occupation,
    of_a_value,
    password,
    secret,
    username,
    words,
)
from auditkit.detection.person import NO_COLOURS, are_colours
from auditkit.detection.view import View, unstuck
from auditkit.lexicon import family_names, given_names, is_organisation, known_places, vocabulary

_PHONE = re.compile(r"(?:\+|00)?[\s(]*\d(?:[\s().\-/]*\d){5,14}(?:\.0)?(?:\s*(?:x|ext\.?)\s*\d{1,6})?")
_STREET = re.compile(r"(?=.*\d)(?=.*[^\W\d_]{3}).*[ ,]|(?=.*\d)[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{3}")
_LONG_NUMBER = re.compile(r"\d{6,}")
_POSTAL = re.compile(
    r"[A-Z]{0,2}[- ]?\d{3,6}(?:\.0)?|\d{2}-\d{3}|\d{3}-\d{3,4}|\d{5}-\d{3,4}|\d{3} \d{2}|\d{9}"
)
_POSTAL_LETTERS = re.compile(
    r"[A-Z]\d[A-Z](?: ?\d[A-Z]\d)?|[A-Z]{1,2}\d[A-Z\d]?(?: ?\d[A-Z]{2})?|\d{4} ?[A-Z]{2}", re.IGNORECASE
)
_AGE = re.compile(
    r"(?:1[01]\d|[1-9]?\d)(?:\.0)?|\d{1,2} ?(?:-|–|to) ?\d{1,3}|\d{2} ?\+|(?:<|>|<=|>=|under|over) ?\d{1,3}"
    r"|\d{1,3} ?(?:years?|yrs?|y\.?o\.?|jahre|ans|anos|anni|jaar|lat)",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(r"(?=(?:.*\d){3})[A-Za-z0-9*][A-Za-z0-9*](?:[ .\-/]?[A-Za-z0-9*]){4,28}(?:\.0)?")
_DEVICE = re.compile(r"(?=(?:.*\d){3})[A-Za-z0-9](?:[ .:\-/]?[A-Za-z0-9]){5,63}(?:\.0)?")
_PLATE = re.compile(r"(?=.*\d)[^\W_](?:[^\W_]|[ \-·.]){2,10}")
_IBAN = re.compile(r"[A-Za-z]{2}\d{2}(?:[ \-]?[A-Za-z0-9]){11,30}")
_CARD = re.compile(r"[\dXx*](?:[ .\-]{0,3}[\dXx*]){11,18}")
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}", re.IGNORECASE)
_WALLET = re.compile(r"(?=.*\d)[A-Za-z0-9:]{24,110}")
_DOMAIN = re.compile(r"(?:https?://)?(?:[a-z0-9\-]+\.)+[a-z]{2,12}(?:[/?#]\S*)?", re.IGNORECASE)

_YEARS = (1900, 2100)
_PARTS_OF_A_DATE: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys("year jahr annee jaar rok yob".split(), _YEARS),
    "month": (1, 12),
    "day": (1, 31),
}
"""The smallest and the largest number where the name of a column says which part of a date it is."""

_FIRST_DAY, _LAST_DAY = 3_654, 54_788
"""The years 1910 to 2049 in the days of a spreadsheet."""

_FEWEST_SECONDS, _MOST_MILLISECONDS = 10_000_000, 2_524_607_999_999
"""Seconds and milliseconds before and after 1970: smaller numbers are too many other things."""


def person(view: View) -> Fit:
    """Return the fit of letters alone, with given and family names among the words."""
    given, family = given_names(), family_names()
    shaped = known = full = 0
    for text, folded in view.bare:
        if not _looks_like_a_name(text, folded):
            continue
        shaped += 1
        found = [word for word in NAME_WORD.findall(folded) if len(word) > 1]
        hits = sum(word in given or word in family for word in found)
        known += bool(found) and hits / len(found) >= 0.5
        first, last = (found[0], found[-1]) if len(found) >= 2 else ("", "")
        full += (first in given and last in family) or (last in given and first in family)
    n = max(view.n, 1)
    shape, lexicon, both = shaped / n, known / n, full / n
    # a name in no list is still likely a name: lists end, names do not
    score = odds(shape, 0.95, 0.4) + max(odds(lexicon, 0.7, 0.12), -0.5) + max(odds(both, 0.45, 0.04), -0.2)
    if view.n and view.opaque > 0.5:
        score -= 4
    if are_colours(view):
        score = min(score, NO_COLOURS)
    evidence = (
        f"{percent(shape)} have the form of a name, {percent(lexicon)} hold a known given or family name"
    )
    return Fit(
        score * view.evidence_size, evidence, lambda text: NAME_SHAPE.fullmatch(unstuck(text)), both > 0.5
    )


def _looks_like_a_name(text: str, folded: str) -> bool:
    found = NAME_WORD.findall(folded)
    return (
        bool(NAME_SHAPE.fullmatch(text))
        and not is_organisation(found)
        and 1 <= len(found) <= 6
        and folded not in vocabulary("BOOLEAN")
    )


def phone(view: View) -> Fit:
    """Return the fit of a form that only telephone numbers have, or of enough digits."""
    rate = _rate(view, "PHONE_NUMBER")
    loose = view.share(_PHONE.fullmatch)
    no_phone = view.share(birthday) + view.decimal
    if rate >= 0.3 and no_phone < 0.5:
        return Fit(
            odds(rate, 0.9, 0.06) * view.evidence_size,
            f"{percent(rate)} have the form of a phone number",
            None if rate > 0.9 * loose else _PHONE.fullmatch,
        )
    score = odds(max(loose - no_phone, 0), 0.9, 0.3) * view.evidence_size
    return Fit(score, f"{percent(loose)} have the digits of a phone number", _PHONE.fullmatch)


def street(view: View) -> Fit:
    """Return the fit of a house number beside words, or of a word for a street."""
    rate = sum(map(_likeness_to_a_street, view.texts, view.folded)) / view.n if view.n else 0.0
    if view.share(lambda text: text.startswith(("http://", "https://"))) > 0.5 or view.decimal > 0.5:
        rate = 0.0
    numbered = view.share(_STREET.match)
    kinds_of_streets = view.filled >= 8 and view.state.sample.distinct <= 0.3 * view.filled and not numbered
    return Fit(
        odds(rate, 0.8, 0.12) * view.evidence_size - 3 * kinds_of_streets,
        f"{percent(numbered)} have a number beside words",
        lambda text: NAME_WORD.search(text) or _STREET.match(text),
    )


def _likeness_to_a_street(text: str, folded: str) -> float:
    """Return how much a text looks like a street, from 0 to 1."""
    known = vocabulary("STREET_WORDS")
    if folded in vocabulary("BOOLEAN"):
        return 0.0
    if _LONG_NUMBER.fullmatch(text):
        return 0.0
    numbered = _STREET.match(text)
    parts = folded.replace(",", " ").split()
    if numbered and any(part.strip(".,") in known or part in known for part in parts):
        return 1.0
    if numbered and not birthday(text):
        return 0.75
    if NAME_WORD.search(folded):
        return 0.5
    return 0.35 if any(c.isdigit() for c in text) else 0.0


def postal(view: View) -> Fit:
    """Return the fit of forms of postal codes; those with letters are rare elsewhere."""
    letters, digits = view.share(_POSTAL_LETTERS.fullmatch), view.share(_POSTAL.fullmatch)
    rate = min(letters + digits, 1.0)
    score = odds(rate, 0.95, 0.2) + (odds(letters, 0.9, 0.02) if letters > 0.5 else 0)
    return Fit(
        score * view.evidence_size,
        f"{percent(rate)} have the form of a postal code",
        lambda text: _POSTAL.fullmatch(text) or _POSTAL_LETTERS.fullmatch(text),
    )


def place(view: View) -> Fit:
    """Return the fit of words, with places among them."""
    known = known_places()
    hits = sum(text in known for text in view.folded) / view.n if view.n else 0.0
    score = odds(view.letters, 0.95, 0.5) + max(odds(hits, 0.5, 0.05), 0.0)
    evidence = f"{percent(hits)} are known cities, regions or countries"
    return Fit(score * view.evidence_size, evidence, has_word)


def coordinates(view: View) -> Fit:
    """Return the fit of pairs of degrees, or of degrees with decimals."""
    pairs = _rate(view, "GEO_COORDINATES")
    if pairs > 0.5:
        evidence = f"{percent(pairs)} are pairs of a latitude and a longitude"
        return Fit(odds(pairs, 0.95, 0.02) * view.evidence_size, evidence)
    degrees = sum(abs(n) <= 180 for n in view.numbers) / view.n if view.n else 0.0
    fine = view.share(lambda text: len(text.replace(",", ".").partition(".")[2]) >= 3)
    rate = degrees * (0.4 + 0.6 * fine)
    return Fit(
        odds(rate, 0.95, 0.3) * view.evidence_size,
        f"{percent(degrees)} are degrees, {percent(fine)} with three decimals or more",
        lambda text: text.lstrip("+-")[:1].isdigit(),
    )


def birth(view: View) -> Fit:
    """Return the fit of days that may be birthdays, or of the part of a date that the name says."""
    low, high = next((_PARTS_OF_A_DATE[t] for t in view.header.tokens if t in _PARTS_OF_A_DATE), _YEARS)
    parts = sum(low <= n <= high for n in view.numbers) / view.n if view.n else 0
    counted = max(_counted_days(view.numbers) / view.n if view.n else 0.0, view.share(year_of_a_reign))
    rate = max(view.dates, parts, counted)
    return Fit(
        odds(rate, 0.97, 0.15) * view.evidence_size,
        f"{percent(rate)} are days or years that may be of a birth",
        lambda text: birthday(text) or year_of_a_reign(text) or text.lstrip("-")[:4].isdigit(),
    )


def _counted_days(numbers: Sequence[float]) -> int:
    """Return how many numbers are days of a birth that a spreadsheet or a computer counts.

    Spreadsheets count days from 1900, computers seconds or milliseconds from 1970.
    """
    if not all(number.is_integer() for number in numbers) or len(set(numbers)) < 0.5 * len(numbers):
        return 0
    days = sum(_FIRST_DAY <= n <= _LAST_DAY for n in numbers)
    return max(days, sum(_FEWEST_SECONDS <= abs(n) <= _MOST_MILLISECONDS for n in numbers))


def age(view: View) -> Fit:
    """Return the fit of whole numbers up to 119, or of ranges of them."""
    whole = view.share(_AGE.fullmatch) if not view.n or view.boolean < 1 else 0.0
    fractions = sum(0 <= n <= 120 for n in view.numbers) / view.n if view.n else 0.0
    rate = max(whole, 0.6 * fractions)
    return Fit(
        odds(rate, 0.97, 0.25) * view.evidence_size,
        f"{percent(rate)} are whole numbers from 0 to 119 or ranges of them",
        _AGE.fullmatch,
    )


def _rate(view: View, entity: str) -> float:
    """Return the share of informative cells in which the shapes of an entity were found."""
    found = view.state.found.get(entity)
    return min(found.cells / view.informative, 1.0) if found and view.informative else 0.0


_identifier = matching(_IDENTIFIER, 0.35, "have the form of an identifier")

FITS: Mapping[str, FitOf] = {
    "PERSON": person,
    "PHONE_NUMBER": phone,
    "STREET_ADDRESS": street,
    "POSTAL_CODE": postal,
    "LOCATION": place,
    "GEO_COORDINATES": coordinates,
    "DATE_OF_BIRTH": birth,
    "AGE": age,
    "GENDER": of_a_value("GENDER"),
    "MARITAL_STATUS": closed("MARITAL_STATUS", flags=True),
    "ETHNICITY": of_a_value("ETHNICITY"),
    "RELIGION": closed("RELIGION"),
    "POLITICAL_OPINION": closed("POLITICAL_OPINION"),
    "SEXUAL_ORIENTATION": closed("SEXUAL_ORIENTATION"),
    "EDUCATION": closed("EDUCATION", telling=False),
    "LANGUAGE": language,
    "DISABILITY": closed("DISABILITY", flags=True),
    "NATIONALITY": words,
    "OCCUPATION": occupation,
    "ORGANIZATION": words,
    "HEALTH": anything,
    "GENETIC": anything,
    "BIOMETRIC": anything,
    "CRIMINAL_RECORD": anything,
    "TRADE_UNION": anything,
    "INCOME": money,
    "PASSPORT": _identifier,
    "DRIVER_LICENSE": _identifier,
    "TAX_ID": _identifier,
    "NATIONAL_ID": _identifier,
    "BANK_ACCOUNT": _identifier,
    "IBAN_CODE": matching(_IBAN, 0.02, "have the form of an IBAN"),
    "CREDIT_CARD": matching(_CARD, 0.5, "have the digits of a card number"),
    "LICENSE_PLATE": matching(_PLATE, 0.3, "have the form of a plate"),
    "DEVICE_ID": matching(_DEVICE, 0.35, "have the form of an identifier"),
    "VIN": matching(_VIN, 0.02, "have the form of a vehicle identification number"),
    "CRYPTO": matching(_WALLET, 0.05, "have the form of an address"),
    "COOKIE_ID": cookie,
    "USERNAME": username,
    "PASSWORD": password,
    "SECRET": secret,
    "URL": matching(_DOMAIN, 0.02, "are web addresses"),
    "PSEUDONYM": key,
}
"""How values fit what has no shape of its own, or more forms than its shape knows."""
