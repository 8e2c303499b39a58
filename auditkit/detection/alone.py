"""What the values of a column prove where its name says nothing: likelihood ratios by value, each worth less
than if all were independent.

The ratios were set on columns without names of R's example tables (5,600 columns, mostly not personal) and of
labelled tables; a few values of a column resemble each other, so eight count as five and a hundred no more
than eight.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from auditkit.detection.evidence import NAME_WORD, Fit, close, closed, consecutive, job, percent, worth
from auditkit.detection.lexicon import known_places, personal_names, vocabulary
from auditkit.detection.person import person
from auditkit.detection.phone import phone
from auditkit.detection.recognizers import health, plates
from auditkit.detection.view import View, birth_year, birthday

_NUMBER_FIRST = re.compile(r"\d{1,6}(?:[-/]\d{1,5})?[A-Za-z]?[ ,.]+\D{3,}")
_NUMBER_LAST = re.compile(r"[^\d]{4,40}[ ,]+\d{1,5}(?:[-/]\d{1,4})?\s?[A-Za-z]?[.]?(?:$|,.*|\s.{0,24})")
_SUFFIX = re.compile(
    r"\w{3,}(?:strasse|str|weg|platz|gasse|allee|damm|ufer|straat|laan|plein|gracht|gatan|vagen|gata|gaten|veien|vei|vej|gade|gaden|katu"
    r"|kuja|polku|utca)\b"
)
_EAST_ASIAN_STREET = re.compile(
    "[\uac00-\ud7af]{2}.*[로길동읍면리가] ?[0-9]|"
    "[\u3040-\u30ff\u3400-\u9fff]{2}.*(?:路|街|道|巷|弄|丁目|番地|番|条|胡同|市|区|町).*[0-9０-９一二三四五六七八九十]"
)
_POSTAL = re.compile(r"(\d{4,6})(?:\.0)?")
_POSTAL_WRITTEN = re.compile(
    r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{4} ?[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}-\d{4,5}"  # GB, NL, CA; with a country's sign
    r"|\d{3} \d{2}|\d{2}-\d{3}|\d{5}-\d{3}|\d{5}-\d{4}|\d{4}-\d{3}|\d{3}-\d{4}",  # CZ GR SE SK, PL, BR, US, PT, JP
)
_ANY_POSTAL = re.compile(r"\d{3,6}")
_SAINT = re.compile(r"st\.? ")
_DIGIT = re.compile(r"\d")
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?Z?$")
_DEGREES = re.compile(r"[+-]?\d{1,3}\.\d{2,20}")
_AGE = re.compile(r"\d{1,3}(?:\.0)?")


_LISTED = re.compile(r"[^,]{3,}(?:,[^,]{2,}){1,4}[ ,]+(?:[A-Z]{2} )?\d{4,6}")
"""Parts between commas, the last with a postal code."""


def street(view: View) -> Fit:
    """A house number before or behind words, a word for a street among them."""
    known, suffixes = vocabulary("STREET_CORE"), vocabulary("STREET_SUFFIXES")

    def ratio(text: str, folded: str) -> float:
        if _EAST_ASIAN_STREET.match(text):
            return 60.0
        if _SAINT.match(folded):
            folded = folded[3:]
        first = _NUMBER_FIRST.match(text)
        if first and folded.split(",")[0].split()[-1] in suffixes:
            return 60.0
        numbered = first or _NUMBER_LAST.match(text)
        named = bool(_SUFFIX.search(folded)) or any(w.strip(".,;") in known for w in folded.split())
        if (numbered or (named and _DIGIT.search(text))) and not birthday(text):
            return 60.0 if named else 20.0 if _LISTED.fullmatch(text) else 2.0
        return (
            4.0
            if named and len(text) < 80 and len(folded.split()) > 1
            else 0.4
            if NAME_WORD.search(folded)
            else 0.1
        )

    ratios = [ratio(t, f) for t, f in zip(view.texts, view.folded, strict=True)]
    sure = sum(r >= 20 for r in ratios) / max(len(ratios), 1)
    some = sum(r >= 4 for r in ratios) / max(len(ratios), 1)
    return Fit(
        worth(ratios), f"{percent(sure)} hold a house number and a word for a street",
        lambda t: NAME_WORD.search(t.lower()), strong=some >= 0.4,
    )  # fmt: skip


def postal(view: View) -> Fit:
    """The written forms of some countries; numbers of one length, far apart, prove little without an address
    beside them.
    """
    written = view.share(_POSTAL_WRITTEN.fullmatch)
    if written >= 0.9 and view.n >= 3:
        lettered = view.share(str.isupper) > 0.9
        return Fit(
            5.5 if lettered else 2.5,
            f"{percent(written)} have a written form of postal codes",
            _POSTAL_WRITTEN.fullmatch,
        )
    bare = [m[1] for t in view.texts if (m := _POSTAL.fullmatch(t))]
    if (
        written
        and view.n >= 3
        and view.share(lambda t: _POSTAL_WRITTEN.fullmatch(t.upper()) or _ANY_POSTAL.fullmatch(t)) == 1
    ):
        return Fit(1.5, "the forms of postal codes of several countries", _POSTAL_WRITTEN.fullmatch)
    if (
        len(bare) < 0.9 * view.n
        or not bare
        or len({len(b) for b in bare}) > 1
        or consecutive([int(b) for b in bare])
    ):
        return Fit(-5.0, "the values are no postal codes")
    years = sum(1850 <= int(b) <= 2050 for b in bare) / len(bare)
    rounded = sum(b.endswith("00") for b in bare) / len(bare)
    return Fit(
        1.5 - 4 * (years > 0.8) - 3 * (rounded > 0.3), "whole numbers of one length", _POSTAL.fullmatch
    )


def coordinates(view: View) -> Fit:
    """Degrees with four decimals or more, beyond one: proves little without the other half of the pair."""
    degrees = [float(t) for t in view.texts if _DEGREES.fullmatch(t)]
    fine = sum(len(t.partition(".")[2].rstrip("0")) >= 4 for t in view.texts)
    if (
        len(degrees) < 0.8 * view.n
        or fine < 0.6 * view.n
        or len(degrees) < 2
        or not all(1 < abs(n) <= 180 for n in degrees)
    ):
        return Fit(-5.0, "the values are no degrees")
    near = close(degrees)
    return Fit(
        2.0 if near else 1.7,
        "degrees with four decimals or more" + ", near each other" * near,
        _DEGREES.fullmatch,
        strong=True,
    )


_GROWN = 2000
"""Days up to this year are rarely of orders, of logs and of appointments in tables of today."""


def age(view: View) -> Fit:
    """Whole numbers that may be years of life, spread as those of adults or of pupils are: prove nothing
    unless people are around.
    """
    years = [int(t.removesuffix(".0")) for t in view.texts if _AGE.fullmatch(t)]
    if len(years) < max(3, 0.95 * view.n) or not 5 <= min(years) <= 65 or max(years) > 105:
        return Fit(-5.0, "the values are no ages")
    steps, spread = consecutive(years), max(years) - min(years)
    rounded = sum(n % 5 == 0 for n in years) > 0.8 * len(years)
    grown = sum(16 <= n <= 85 for n in years) >= 0.8 * len(years) and spread >= 5
    score = 2.0 * grown - 2.0 * rounded - 2.0 * (steps and not grown)
    return Fit(score, f"whole numbers from {min(years)} to {max(years)}", _AGE.fullmatch)


def birth(view: View) -> Fit:
    """Days without a time, spread over years, none of them recent: proves little unless the table is about
    people.
    """
    days = [_MIDNIGHT.sub("", t) for t in view.texts]
    years = [year for t in days if (len(t) <= 12 or t[-4:].isdigit()) and (year := birth_year(t))]
    if len(years) < 0.95 * view.n or len(years) < 2:
        return Fit(-5.0, "the values are no dates")
    spread = max(years) - min(years)
    grown = sum(y <= _GROWN for y in years) / len(years)
    different = len(set(days)) / len(years)
    score = min(spread / 5, 2.5) + 2.5 * grown - (2 if spread > 125 else 0) - (3 if different < 0.9 else 0)
    return Fit(score, f"days over {spread} years", birthday)


def place(view: View) -> Fit:
    """Cities, regions and countries."""
    ratios = [
        0.3 if f not in known_places() else 3.0 if f in personal_names() or len(f) < 4 else 12.0
        for f in view.folded
    ]
    hits = sum(r > 1 for r in ratios) / max(len(ratios), 1)
    return Fit(
        worth(ratios),
        f"{percent(hits)} are known cities, regions or countries",
        lambda t: NAME_WORD.search(t.lower()),
    )


def gender(view: View) -> Fit:
    """Words for it; letters only where they are the two of English and French."""
    values = set(view.folded)
    words = values <= vocabulary("GENDER_CORE") and len(values) > 1 and not any(v.isascii() for v in values)
    if view.share(lambda t: len(t) <= 2) > 0.5 and not values <= {"m", "f"} and not words:
        if values in _TWO_LETTERS:
            return Fit(1.2, "the two letters for it in some language", lambda t: len(t) == 1)
        return Fit(-3.0, "the codes may be of anything")
    return closed("GENDER")(view)


_TWO_LETTERS = [set(pair) for pair in ("mw", "mk", "mv", "hf", "ek", "mz", "мж", "чж")]


def occupation(view: View) -> Fit:
    """Words for jobs."""
    held = [job(folded) and not _DIGIT.search(folded) for folded in view.folded]
    jobs = sum(held) / max(view.n, 1)
    score = worth([6.0 if j else 0.6 for j in held]) if view.n >= 3 else 0.0
    return Fit(
        score,
        f"{percent(jobs)} hold a word for a job",
        lambda t: NAME_WORD.search(t.lower()),
        strong=jobs >= 0.4,
    )


def diagnoses(view: View) -> Fit:
    """Codes of diagnoses over many chapters, or blood groups."""
    score, words = health.coded(view.texts, view.filled)
    return Fit(score, words, health.diagnosis)


def plate(view: View) -> Fit:
    """Registration plates of one country whose form little else has."""
    score, words = plates.registered(view.texts)
    return Fit(score, words, plates.plate)


ALONE: Mapping[str, Callable[[View], Fit]] = {
    "PERSON": person, "STREET_ADDRESS": street, "PHONE_NUMBER": phone, "POSTAL_CODE": postal,
    "GEO_COORDINATES": coordinates, "DATE_OF_BIRTH": birth, "LOCATION": place, "GENDER": gender,
    "OCCUPATION": occupation, "HEALTH": diagnoses, "LICENSE_PLATE": plate, "AGE": age,
}  # fmt: skip
"""What is asked of the values where the column's name does not say what they are."""

WEAK = frozenset({"POSTAL_CODE", "GEO_COORDINATES", "DATE_OF_BIRTH", "AGE"})
"""Forms that many other things have: a column name that says something else outweighs them."""
