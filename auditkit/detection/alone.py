"""What the values of a column prove where its name says nothing: likelihood ratios by value, each worth less than if all were independent.

The ratios were set on columns without names of R's example tables (5,600 columns, mostly not personal) and of labelled tables; a few values
of a column resemble each other, so eight count as five and a hundred no more than eight.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from statistics import median

from auditkit.detection.contents import telephone_abroad, telephone_local
from auditkit.detection.evidence import NAME_SHAPE, NAME_WORD, Fit, closed, job, percent
from auditkit.detection.lexicon import cities, family_names, given_names, known_places, ordinary_words, personal_names, places, vocabulary
from auditkit.detection.recognizers import health, plates
from auditkit.detection.view import View, birth_year, birthday

_INDEPENDENT, _MOST = 0.6, 8
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff]{2,5}[ \u3000]?[\u3040-\u30ff\u3400-\u9fff]{0,4}|[\u1100-\u11ff]{5,12}")
_INVERTED = re.compile(r"[^\W\d_][\w'’\-]+, [^\W\d_][\w'’. \-]*")
_INITIAL = re.compile(r"[^\W\d_]\.(?: ?[^\W\d_]\.)? ?[^\W\d_][\w'’\-]+")
_NUMBER_FIRST = re.compile(r"\d{1,6}(?:[-/]\d{1,5})?[A-Za-z]?[ ,.]+\D{3,}")
_NUMBER_LAST = re.compile(r"[^\d]{4,40}[ ,]+\d{1,5}(?:[-/]\d{1,4})?\s?[A-Za-z]?[.]?(?:$|,.*|\s.{0,24})")
_SUFFIX = re.compile(
    r"\w{3,}(?:strasse|str|weg|platz|gasse|allee|damm|ufer|straat|laan|plein|gracht|gatan|vagen|gata|gaten|veien|vei|vej|gade|gaden|katu"
    r"|kuja|polku|utca)\b"
)
_EAST_ASIAN_STREET = re.compile(
    "[\u3040-\u30ff\u3400-\u9fff]{2}.*(?:路|街|道|巷|弄|丁目|番地|番|条|胡同|市|区|町).*[0-9０-９一二三四五六七八九十]"
)
_BEFORE_PLACES = frozenset("st saint san santa sao sankt new north south east west lake fort port mount mt el los las la bad neu".split())
_BARE = re.compile(r"(\d{10,13})(?:\.0)?")
_TRUNK = re.compile(r"0[1-9]\d{7,9}")
_POSTAL = re.compile(r"(\d{4,6})(?:\.0)?")
_POSTAL_WRITTEN = re.compile(
    r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{4} ?[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}-\d{4,5}"  # GB, NL, CA; with a country's sign
    r"|\d{3} \d{2}|\d{2}-\d{3}|\d{5}-\d{3}|\d{5}-\d{4}|\d{4}-\d{3}|\d{3}-\d{4}",  # CZ GR SE SK, PL, BR, US, PT, JP
)
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?Z?$")
_DEGREES = re.compile(r"[+-]?\d{1,3}\.\d{4,15}")


def person(view: View) -> Fit:
    """Given and family names, less ordinary words and places."""
    given, family, ordinary, towns, lands = given_names(), family_names(), ordinary_words(), cities(), places()
    organisation, states, east = vocabulary("ORGANISATION_WORDS"), vocabulary("BOOLEAN"), vocabulary("EAST_ASIAN_FAMILY")
    salutations, endings = vocabulary("SALUTATION"), tuple(vocabulary("FAMILY_ENDINGS"))
    seen: set[str] = set()

    def ratio(text: str, folded: str) -> float:
        found = NAME_WORD.findall(folded)
        if _EAST_ASIAN.fullmatch(folded):
            return 8.0 if any(folded.startswith(name) for name in east) else 0.3
        if len(found) > 2 and found[0] in salutations:
            return 20.0
        if folded in states or not NAME_SHAPE.fullmatch(text) or not 1 <= len(found) <= 5 or any(w in organisation for w in found[1:]):
            return 0.1
        if len(found) > 1 and found[0] in _BEFORE_PLACES:
            return 0.3
        firsts = [w in given and w not in ordinary for w in found]
        lasts = [(w in family and w not in ordinary) or w.endswith(endings) for w in found]
        hits = {w for w, first, last in zip(found, firsts, lasts, strict=True) if first or last}
        if hits and hits <= seen:
            return 1.0  # each name is a test of its own: one word in many values is one word
        seen.update(hits)
        case = 0.4 if text.islower() else 1.0
        if len(found) == 1:
            known = 12.0 if firsts[0] else 6.0 if lasts[0] else 1.2 if found[0] in family else 0.35
            return known * case * (0.1 if folded in lands else 0.4 if folded in towns else 1.0)
        if (firsts[0] and lasts[-1]) or (lasts[0] and firsts[-1]):
            return 40.0 * case * (0.4 if folded in towns else 1.0)
        # `Last, First` and `F. Last` are hardly anything else, unless it is a town and its state
        inverted = _INITIAL.fullmatch(folded) or (_INVERTED.fullmatch(folded) and any(firsts[1:]))
        written = 4.0 if inverted and not {folded.rpartition(", ")[2], folded.partition(",")[0]} & (lands | towns) else 1.0
        return (8.0 if firsts[0] or firsts[-1] else 1.5 if any(lasts) else 0.3) * case * written

    ratios = [ratio(t, f) for t, f in zip(view.texts, view.folded, strict=True)]
    known = sum(r >= 3 for r in ratios) / max(len(ratios), 1)
    return Fit(_worth(ratios), f"{percent(known)} hold a known given or family name", NAME_SHAPE.fullmatch, strong=known >= 0.3)


def street(view: View) -> Fit:
    """A house number before or behind words, a word for a street among them."""
    known, suffixes = vocabulary("STREET_CORE"), vocabulary("STREET_SUFFIXES")

    def ratio(text: str, folded: str) -> float:
        if _EAST_ASIAN_STREET.match(text):
            return 60.0
        first = _NUMBER_FIRST.match(text)
        if first and folded.split(",")[0].split()[-1] in suffixes:
            return 30.0
        numbered = first or _NUMBER_LAST.match(text)
        named = bool(_SUFFIX.search(folded)) or any(w.strip(".,;") in known for w in folded.split())
        if numbered and not birthday(text):
            return 60.0 if named else 2.0
        return 3.0 if named and len(text) < 80 else 0.1

    ratios = [ratio(t, f) for t, f in zip(view.texts, view.folded, strict=True)]
    sure = sum(r >= 30 for r in ratios) / max(len(ratios), 1)
    return Fit(_worth(ratios), f"{percent(sure)} hold a house number and a word for a street", lambda t: NAME_WORD.search(t.lower()))


def phone(view: View) -> Fit:
    """Numbers in a written form that are valid in a numbering plan, or bare digits that are all valid with their country code."""
    found = view.state.found.get("PHONE_NUMBER")
    written = found.cells / view.filled if found and view.filled else 0.0
    if found and written >= 0.5 and view.share(birthday) < 0.5:
        some = found.values.texts(20)
        valid = sum(telephone_abroad(t) or telephone_local(t) for t in some) / len(some)
        # a plus and a country's code is hardly anything else, even where the number is not given out
        ratios = [40.0 if telephone_abroad(t) or telephone_local(t) else 5.0 if t.startswith("+") else 0.15 for t in some]
        return Fit(_worth(ratios) * written, f"{percent(written)} have the form of a phone number, {percent(valid)} in a numbering plan")
    if view.n >= 3 and view.share(_TRUNK.fullmatch) >= 0.9:
        return Fit(3.0, "digits of the length of a phone number that begin with a zero", _TRUNK.fullmatch, strong=True)
    bare = [m[1] if (m := _BARE.fullmatch(t)) else "" for t in view.texts[:40]]
    if not bare or sum(map(bool, bare)) < 0.9 * len(bare) or len(bare) < 3 or _consecutive([int(b) for b in bare if b]):
        return Fit(-5.0, "the values are no phone numbers")
    valid = sum(bool(b) and b[:2] not in ("49", "43") and telephone_abroad("+" + b) for b in bare) / len(bare)
    return Fit(
        _worth([15.0 if b and b[:2] not in ("49", "43") and telephone_abroad("+" + b) else 0.05 for b in bare]),
        f"{percent(valid)} are valid phone numbers with their country code", _BARE.fullmatch,
    )  # fmt: skip


def postal(view: View) -> Fit:
    """The written forms of some countries; numbers of one length, far apart, prove little without an address beside them."""
    written = view.share(_POSTAL_WRITTEN.fullmatch)
    if written >= 0.9 and view.n >= 3:
        lettered = view.share(str.isupper) > 0.9
        return Fit(5.5 if lettered else 2.5, f"{percent(written)} have a written form of postal codes", _POSTAL_WRITTEN.fullmatch)
    bare = [m[1] for t in view.texts if (m := _POSTAL.fullmatch(t))]
    if len(bare) < 0.9 * view.n or not bare or len({len(b) for b in bare}) > 1 or _consecutive([int(b) for b in bare]):
        return Fit(-5.0, "the values are no postal codes")
    years = sum(1850 <= int(b) <= 2050 for b in bare) / len(bare)
    rounded = sum(b.endswith("00") for b in bare) / len(bare)
    return Fit(1.5 - 4 * (years > 0.8) - 3 * (rounded > 0.3), "whole numbers of one length", _POSTAL.fullmatch)


def coordinates(view: View) -> Fit:
    """Degrees with four decimals or more, near each other and beyond one: proves little without the other half of the pair."""
    fine = [float(t) for t in view.texts if _DEGREES.fullmatch(t)]
    if len(fine) < 0.8 * view.n or len(fine) < 2 or not all(1 < abs(n) <= 180 for n in fine):
        return Fit(-5.0, "the values are no degrees")
    middle = median(fine)
    near = max(fine) - min(fine) <= min(15.0, 0.5 * abs(middle))
    return Fit(2.0 if near else -1.0, "degrees with four decimals or more, near each other", _DEGREES.fullmatch, strong=near)


def birth(view: View) -> Fit:
    """Days without a time, spread over years, none of them recent: proves little unless the table is about people."""
    days = [_MIDNIGHT.sub("", t) for t in view.texts]
    years = [year for t in days if (len(t) <= 12 or t[-4:].isdigit()) and (year := birth_year(t))]
    if len(years) < 0.95 * view.n or len(years) < 2:
        return Fit(-5.0, "the values are no dates")
    spread = max(years) - min(years)
    old = sum(y <= 2012 for y in years) / len(years)
    different = len(set(days)) / len(years)
    score = 1.5 + min(spread / 4, 2.5) + (1.5 * old - 1.0) - (2 if spread > 125 else 0) - (3 if different < 0.9 else 0)
    return Fit(score, f"days over {spread} years", birthday)


def place(view: View) -> Fit:
    """Cities, regions and countries."""
    ratios = [0.3 if f not in known_places() else 3.0 if f in personal_names() or len(f) < 4 else 12.0 for f in view.folded]
    hits = sum(r > 1 for r in ratios) / max(len(ratios), 1)
    return Fit(_worth(ratios), f"{percent(hits)} are known cities, regions or countries", lambda t: NAME_WORD.search(t.lower()))


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
    held = [job(folded) for folded in view.folded]
    jobs = sum(held) / max(view.n, 1)
    score = _worth([6.0 if j else 0.6 for j in held]) if view.n >= 3 else 0.0
    return Fit(score, f"{percent(jobs)} hold a word for a job", lambda t: NAME_WORD.search(t.lower()), strong=jobs >= 0.4)


def diagnoses(view: View) -> Fit:
    """Codes of diagnoses over many chapters, or blood groups."""
    score, words = health.coded(view.texts, view.filled)
    return Fit(score, words, health.diagnosis)


def plate(view: View) -> Fit:
    """Registration plates of one country whose form little else has."""
    score, words = plates.registered(view.texts)
    return Fit(score, words, plates.plate)


def _worth(ratios: list[float]) -> float:
    """Return the log-odds of values with these likelihood ratios, as far as they are independent."""
    if not ratios:
        return 0.0
    return min(len(ratios), _MOST) * _INDEPENDENT * sum(map(math.log, ratios)) / len(ratios)


def _consecutive(numbers: list[int]) -> bool:
    """Return whether numbers are handed out in turn: many close to the one before."""
    ordered = sorted(set(numbers))
    steps = [after - before for before, after in pairwise(ordered)]
    return bool(steps) and (sum(step == 1 for step in steps) >= 0.3 * len(steps) or (ordered[-1] - ordered[0]) / len(steps) < 8)


ALONE: Mapping[str, Callable[[View], Fit]] = {
    "PERSON": person, "STREET_ADDRESS": street, "PHONE_NUMBER": phone, "POSTAL_CODE": postal, "GEO_COORDINATES": coordinates,
    "DATE_OF_BIRTH": birth, "LOCATION": place, "GENDER": gender, "OCCUPATION": occupation, "HEALTH": diagnoses, "LICENSE_PLATE": plate,
}  # fmt: skip
"""What is asked of the values where the column's name does not say what they are."""

WEAK = frozenset({"POSTAL_CODE", "GEO_COORDINATES", "DATE_OF_BIRTH"})
"""Forms that many other things have: a column name that says something else outweighs them."""
