"""What the values of a column prove where its name says nothing: a likelihood ratio for each value.

The ratios were set on the columns, without their names, of R's example tables (5,600 columns, mostly not
personal) and of labelled tables. Values of one column resemble each other, so each is worth less than if it
were independent; see `auditkit.detection.fit.worth`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from auditkit.detection.birthdays import birth_year, birthday, of_business
from auditkit.detection.fit import NAME_WORD, Fit, close, consecutive, percent, worth
from auditkit.detection.forms import FitOf, closed, has_word, is_job
from auditkit.detection.person import person
from auditkit.detection.phone import phone
from auditkit.detection.recognizers import health, plates
from auditkit.detection.view import View
from auditkit.lexicon import (
    family_names,
    given_names,
    jobs,
    known_places,
    other_words,
    personal_names,
    vocabulary,
)

_IMPOSSIBLE = -5.0

_NUMBER_FIRST = re.compile(r"\d{1,6}(?:[-/]\d{1,5})?[A-Za-z]?[ ,.]+\D{3,}")
_NUMBER_LAST = re.compile(r"[^\d]{4,40}[ ,]+\d{1,5}(?:[-/]\d{1,4})?\s?[A-Za-z]?[.]?(?:$|,.*|\s.{0,24})")
_SUFFIX = re.compile(
    r"\w{3,}(?:strasse|str|weg|platz|gasse|allee|damm|ufer|straat|laan|plein|gracht|gatan|vagen|gata|gaten"
    r"|veien|vei|vej|gade|gaden|katu|kuja|polku|utca)\b"
)
_EAST_ASIAN_STREET = re.compile(
    "[\uac00-\ud7af]{2}.*[로길동읍면리가] ?[0-9]|"
    "[\u3040-\u30ff\u3400-\u9fff]{2}.*"
    "(?:路|街|道|巷|弄|丁目|番地|番|条|胡同|市|区|町).*[0-9０-９一二三四五六七八九十]"
)
_HOUSE = re.compile(r"(\d{1,4})(?:\.0)?\s?[A-Za-z]?(?:[-/]\d{1,4})?")
_SAINT = re.compile(r"st\.? ")
_DIGIT = re.compile(r"\d")
_LISTED = re.compile(r"[^,]{3,}(?:,[^,]{2,}){1,4}[ ,]+(?:[A-Z]{2} )?\d{4,6}")
"""Parts between commas, the last with a postal code."""

_POSTAL = re.compile(r"(\d{4,6})(?:\.0)?")
_POSTAL_WRITTEN = re.compile(
    r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{4} ?[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}-\d{4,5}"
    r"|\d{3} \d{2}|\d{2}-\d{3}|\d{5}-\d{3}|\d{5}-\d{4}|\d{4}-\d{3}|\d{3}-\d{4}"
)
"""Forms of GB, NL, CA, with the sign of a country; then of CZ, GR, SE, SK, and PL, BR, US, PT, JP."""

_ANY_POSTAL = re.compile(r"\d{3,6}")
_MORE_THAN_A_DAY = re.compile(r"\d[-/.]\d{1,2}[-/.]\d{1,4}[T ][^(\[]")
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?Z?$")
_DEGREES = re.compile(r"[+-]?\d{1,3}\.\d{2,20}")
_AGE = re.compile(r"\d{1,3}(?:\.0)?")

_GROWN_UP = 2000
"""Dates of orders, logs and appointments are rarely of this year or before in tables of today."""

_OF_BUSINESS = 3.0
"""From which log-odds on days are of business: few days prove nothing."""

_NEAR_THE_MERIDIAN = 0.4
"""The most degrees between -1 and 1: London is there, and so are most rates."""

_HANDLE, _OF_HANDLES = re.compile(r"[A-Za-z][A-Za-z0-9._\-]{2,30}"), re.compile(r"[a-z]+")
_FEWEST_HANDLES, _LETTERS = 3, 4
"""What user names are written in, the fewest that show anything, and the shortest family name in them."""

_TWO_LETTERS = [set(pair) for pair in ("mw", "mk", "mv", "hf", "ek", "mz", "мж", "чж")]
"""The letters that languages use for the two genders."""


def street(view: View) -> Fit:
    """Return the fit of a house number before or behind words, with a word for a street among them."""
    if are_house_numbers(view):
        return Fit(0.0, "whole numbers as of houses", _HOUSE.fullmatch)
    ratios = [_street_ratio(text, folded) for text, folded in zip(view.texts, view.folded, strict=True)]
    sure = sum(ratio >= 20 for ratio in ratios) / max(len(ratios), 1)
    some = sum(ratio >= 4 for ratio in ratios) / max(len(ratios), 1)
    evidence = f"{percent(sure)} hold a house number and a word for a street"
    return Fit(worth(ratios), evidence, has_word, strong=some >= 0.4)


def are_house_numbers(view: View) -> bool:
    """Return whether the values are small whole numbers of several lengths that are not counted up.

    Beside a street they are the numbers of its houses.
    """
    if "houses" not in view.known:
        view.known["houses"] = {"are": float(_are_house_numbers(view))}
    return bool(view.known["houses"]["are"])


def _are_house_numbers(view: View) -> bool:
    if view.n < 3 or view.typical_length > 8 or view.share(_HOUSE.fullmatch) < 0.95:
        return False
    numbers = [int(match[1]) for text in view.texts if (match := _HOUSE.fullmatch(text))]
    return len(set(numbers)) >= 3 and max(numbers) > 9 and not _counted_up(numbers)


def _counted_up(numbers: Sequence[int]) -> bool:
    ordered = sorted(set(numbers))
    return ordered[-1] - ordered[0] < 2 * len(ordered)


def _street_ratio(text: str, folded: str) -> float:
    """Return how much likelier a value is in a column of street addresses than in another."""
    if _EAST_ASIAN_STREET.match(text):
        return 60.0
    if _SAINT.match(folded):
        folded = folded[3:]
    first = _NUMBER_FIRST.match(text)
    if first and folded.split(",")[0].split()[-1] in vocabulary("STREET_SUFFIXES"):
        return 60.0
    known = vocabulary("STREET_CORE")
    named = bool(_SUFFIX.search(folded)) or any(word.strip(".,;") in known for word in folded.split())
    numbered = first or _NUMBER_LAST.match(text) or (named and _DIGIT.search(text))
    if numbered and not birthday(text):
        return 60.0 if named else 20.0 if _LISTED.fullmatch(text) else 2.0
    if named and len(text) < 80:
        return 4.0 if len(folded.split()) > 1 else 3.0
    return 0.4 if NAME_WORD.search(folded) else 0.1


def postal(view: View) -> Fit:
    """Return the fit of written forms of some countries, or of numbers of one length that are far apart.

    Such numbers prove little without an address in a column beside them.
    """
    written = view.share(_POSTAL_WRITTEN.fullmatch)
    if written >= 0.9 and view.n >= 3:
        lettered = view.share(str.isupper) > 0.9
        evidence = f"{percent(written)} have a written form of postal codes"
        return Fit(5.5 if lettered else 2.5, evidence, _POSTAL_WRITTEN.fullmatch)
    if written and view.n >= 3 and view.share(_is_any_postal) == 1:
        return Fit(1.5, "the forms of postal codes of several countries", _POSTAL_WRITTEN.fullmatch)
    bare = [match[1] for text in view.texts if (match := _POSTAL.fullmatch(text))]
    one_length = bool(bare) and len(bare) >= 0.9 * view.n and len(set(map(len, bare))) == 1
    if not one_length or consecutive([int(code) for code in bare]):
        return Fit(_IMPOSSIBLE, "the values are no postal codes")
    years = sum(1850 <= int(code) <= 2050 for code in bare) / len(bare)
    rounded = sum(code.endswith("00") for code in bare) / len(bare)
    score = 1.5 - 4 * (years > 0.8) - 3 * (rounded > 0.3)
    return Fit(score, "whole numbers of one length", _POSTAL.fullmatch)


def _is_any_postal(text: str) -> object:
    return _POSTAL_WRITTEN.fullmatch(text.upper()) or _ANY_POSTAL.fullmatch(text)


def coordinates(view: View) -> Fit:
    """Return the fit of degrees with four decimals or more, few of them between -1 and 1.

    They prove little without the other half of the pair.
    """
    degrees = [float(text) for text in view.texts if _DEGREES.fullmatch(text)]
    fine = sum(len(text.partition(".")[2].rstrip("0")) >= 4 for text in view.texts)
    enough = len(degrees) >= max(2, 0.8 * view.n) and fine >= 0.6 * view.n
    small = sum(abs(n) <= 1 for n in degrees) / max(len(degrees), 1)
    if not enough or small > _NEAR_THE_MERIDIAN or max(map(abs, degrees)) > 180:
        return Fit(_IMPOSSIBLE, "the values are no degrees")
    near = close(degrees)
    evidence = "degrees with four decimals or more" + ", near each other" * near
    return Fit(2.0 if near else 1.7, evidence, _DEGREES.fullmatch, strong=True)


def age(view: View) -> Fit:
    """Return the fit of whole numbers that are spread as the ages of adults or of pupils are.

    They prove nothing unless the table is about people.
    """
    years = [int(text.removesuffix(".0")) for text in view.texts if _AGE.fullmatch(text)]
    if len(years) < max(3, 0.85 * view.n) or not 5 <= min(years) <= 65 or max(years) > 105:
        return Fit(_IMPOSSIBLE, "the values are no ages")
    in_turn, spread = consecutive(years), max(years) - min(years)
    rounded = sum(n % 5 == 0 for n in years) > 0.8 * len(years)
    adults = sum(16 <= n <= 85 for n in years) >= 0.8 * len(years) and spread >= 5
    score = 2.0 * adults - 2.0 * rounded - 2.0 * (in_turn and not adults)
    return Fit(score, f"whole numbers from {min(years)} to {max(years)}", _AGE.fullmatch)


def birth(view: View) -> Fit:
    """Return the fit of days without a time, spread over years, with few recent ones, and not of business.

    They prove little unless the table is about people.
    """
    days = [_MIDNIGHT.sub("", text) for text in view.texts]
    years = [year for day in days if not _MORE_THAN_A_DAY.search(day) and (year := birth_year(day))]
    if len(years) < 0.95 * view.n or len(years) < 2:
        return Fit(_IMPOSSIBLE, "the values are no dates")
    spread = max(years) - min(years)
    adults = sum(year <= _GROWN_UP for year in years) / len(years)
    different = len(set(days)) / len(years)
    score = min(spread / 5, 2.5) + 2.5 * adults - (2 if spread > 125 else 0) - (3 if different < 0.9 else 0)
    business = of_business(days)
    if business > _OF_BUSINESS:
        return Fit(score - business, f"days over {spread} years, as of business", birthday)
    return Fit(score, f"days over {spread} years", birthday)


def place(view: View) -> Fit:
    """Return the fit of cities, regions and countries."""
    ratios = [_place_ratio(folded) for folded in view.folded]
    hits = sum(ratio > 1 for ratio in ratios) / max(len(ratios), 1)
    evidence = f"{percent(hits)} are known cities, regions or countries"
    return Fit(worth(ratios), evidence, has_word, strong=hits >= 0.9)


def _place_ratio(folded: str) -> float:
    if len(folded) == 1 or folded not in known_places():
        return 0.3
    return 3.0 if folded in personal_names() or len(folded) < 4 else 12.0


def gender(view: View) -> Fit:
    """Return the fit of words for gender, and of letters where they are those of English or French."""
    values = set(view.folded)
    core = values <= vocabulary("GENDER_CORE") and len(values) > 1
    in_words = core and not any(value.isascii() for value in values)
    if view.codes > 0.5 and not values <= {"m", "f"} and not in_words:
        if values in _TWO_LETTERS:
            return Fit(1.2, "the two letters for it in some language", lambda text: len(text) == 1)
        return Fit(-3.0, "the codes may be of anything")
    return closed("GENDER")(view)


def username(view: View) -> Fit:
    """Return the fit of words that are made of the parts of a name: `ana.meier`, `ameier`, `meiera2`."""
    ratios = [_handle_ratio(text, folded) for text, folded in zip(view.texts, view.folded, strict=True)]
    share = sum(ratio > 1 for ratio in ratios) / max(view.n, 1)
    if view.n < _FEWEST_HANDLES or share < 0.5:
        return Fit(_IMPOSSIBLE, "few values are made of the parts of a name")
    evidence = f"{percent(share)} are made of the parts of a name"
    return Fit(worth(ratios), evidence, _HANDLE.fullmatch, strong=True)


def _handle_ratio(text: str, folded: str) -> float:
    """Return how much likelier a value is in a column of user names than in another."""
    parts = _OF_HANDLES.findall(folded) if _HANDLE.fullmatch(text) else []
    if len(parts) == 2:
        return 30.0 if _is_name(*parts) or _is_name(*reversed(parts)) else 0.5
    if len(parts) != 1:
        return 0.1
    (word,) = parts
    if word in personal_names() or word in other_words():
        return 4.0 if word in personal_names() and text[-1].isdigit() else 0.3
    ways = ((word[:at], word[at:]) for at in range(1, len(word)))
    return 10.0 if any(_is_name(*way) or _is_name(*reversed(way)) for way in ways) else 0.5


def _is_name(first: str, last: str) -> bool:
    """Return whether a word is a family name, and another a given name or its first letter."""
    return len(last) >= _LETTERS and last in family_names() and (len(first) == 1 or first in given_names())


def occupation(view: View) -> Fit:
    """Return the fit of words for jobs."""
    ratios = [_job_ratio(folded) for folded in view.folded]
    share = sum(ratio > 1 for ratio in ratios) / max(view.n, 1)
    score = worth(ratios) if view.n >= 2 else 0.0
    return Fit(score, f"{percent(share)} hold a word for a job", has_word, strong=share >= 0.4)


def _job_ratio(folded: str) -> float:
    if _DIGIT.search(folded) or not is_job(folded):
        return 0.6
    return 12.0 if folded in jobs() else 6.0


def diagnoses(view: View) -> Fit:
    """Return the fit of codes of diagnoses over many chapters, or of blood groups."""
    score, words = health.coded(view.texts, view.filled)
    return Fit(score, words, health.diagnosis)


def plate(view: View) -> Fit:
    """Return the fit of registration plates of one country, in a form that little else has."""
    score, words = plates.registered(view.texts)
    return Fit(score, words, plates.plate)


ALONE: Mapping[str, FitOf] = {
    "PERSON": person,
    "STREET_ADDRESS": street,
    "PHONE_NUMBER": phone,
    "POSTAL_CODE": postal,
    "GEO_COORDINATES": coordinates,
    "DATE_OF_BIRTH": birth,
    "LOCATION": place,
    "GENDER": gender,
    "OCCUPATION": occupation,
    "HEALTH": diagnoses,
    "LICENSE_PLATE": plate,
    "AGE": age,
    "USERNAME": username,
}
"""How well values fit an entity that the name of their column does not say."""

WEAK = frozenset({"POSTAL_CODE", "GEO_COORDINATES", "DATE_OF_BIRTH", "AGE"})
"""Forms that many other things have: a column name that says something else outweighs them."""
