"""How well the values of a column fit an entity: a function for each kind of entity, each a log-odds and its
words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from auditkit.detection.lexicon import family_names, fold, given_names, known_places, vocabulary
from auditkit.detection.view import View, birthday


@dataclass(frozen=True)
class Fit:
    """What the values say for or against an entity, why, and what a cell that fits looks like (None: counted
    by its shape).
    """

    score: float
    words: str
    holds: Callable[[str], object] | None = None
    strong: bool = False


def odds(rate: float, if_so: float, if_not: float) -> float:
    """Return the log-odds of one observation: a share of values that fits, expected so often if it is the
    entity and if it is not.

    >>> round(odds(1.0, 0.9, 0.1), 2), round(odds(0.0, 0.9, 0.1), 2)
    (2.2, -2.2)
    """
    return rate * math.log(if_so / if_not) + (1 - rate) * math.log((1 - if_so) / (1 - if_not))


_INDEPENDENT, _MOST = 0.6, 8


def worth(ratios: list[float]) -> float:
    """Return the log-odds of values with these likelihood ratios, as far as they are independent: eight count
    as five, more as eight.

    >>> worth([1.0] * 9), round(worth([10.0] * 8), 6) == round(worth([10.0] * 800), 6)
    (0.0, True)
    """
    if not ratios:
        return 0.0
    return min(len(ratios), _MOST) * _INDEPENDENT * sum(map(math.log, ratios)) / len(ratios)


def consecutive(numbers: list[int]) -> bool:
    """Return whether numbers are handed out in turn: many close to the one before."""
    ordered = sorted(set(numbers))
    steps = [after - before for before, after in pairwise(ordered)]
    return bool(steps) and (
        sum(step == 1 for step in steps) >= 0.3 * len(steps) or (ordered[-1] - ordered[0]) / len(steps) < 8
    )


def close(numbers: Sequence[float]) -> bool:
    """Return whether numbers are near each other as places of one country are: no farther apart than their
    middle is from zero, nearly.

    >>> close([49.1, 46.5, 48.1]), close([3.4, -2.7, 2.7])
    (True, False)
    """
    return bool(numbers) and max(numbers) - min(numbers) <= min(30.0, 0.6 * abs(median(numbers)))


def percent(rate: float) -> str:
    """Return a rate in words."""
    return f"{rate:.0%}"


NAME_SHAPE = re.compile(r"[^\W\d_][^\d_@/\\:;<>{}\[\]()=*#!?|%$]{0,59}")
NAME_WORD = re.compile(r"[^\W\d_]+")
_COMPATIBLE_PHONE = re.compile(
    r"(?:\+|00)?[\s(]*\d(?:[\s().\-/]*\d){5,14}(?:\.0)?(?:\s*(?:x|ext\.?)\s*\d{1,6})?"
)
_STREET = re.compile(r"(?=.*\d)(?=.*[^\W\d_]{3}).*[ ,]|(?=.*\d)[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{3}")
_POSTAL = re.compile(
    r"[A-Z]{0,2}[- ]?\d{3,6}(?:\.0)?|\d{2}-\d{3}|\d{3}-\d{3,4}|\d{5}-\d{3,4}|\d{3} \d{2}|\d{9}"
)
_POSTAL_LETTERS = re.compile(
    r"[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{4} ?[A-Z]{2}", re.IGNORECASE
)
_AGE = re.compile(
    r"(?:1[01]\d|[1-9]?\d)(?:\.0)?|\d{1,2} ?(?:-|–|to) ?\d{1,3}|\d{2} ?\+|(?:<|>|<=|>=|under|over) ?\d{1,3}"
    r"|\d{1,3} ?(?:years?|yrs?|y\.?o\.?|jahre|ans|anos|anni|jaar|lat)",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(r"(?=(?:.*\d){3})[A-Za-z0-9*][A-Za-z0-9*](?:[ .\-/]?[A-Za-z0-9*]){4,28}(?:\.0)?")
_DEVICE = re.compile(r"(?=(?:.*\d){3})[A-Za-z0-9](?:[ .:\-/]?[A-Za-z0-9]){5,63}(?:\.0)?")
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}", re.IGNORECASE)
_WALLET = re.compile(r"(?=.*\d)[A-Za-z0-9:]{24,110}")
_HANDLE = re.compile(r"@?[^\s@/\\,;]{2,64}(?:@[^\s]+)?")
_TOKEN = re.compile(r"\S{6,}")
_PASSPHRASE = re.compile(r"(?=.{6,64}$)\S+(?: \S+){0,7}")
_SAID_OUTRIGHT = 6.0  # a hint and a question of a password say less
_DOMAIN = re.compile(r"(?:https?://)?(?:[a-z0-9\-]+\.)+[a-z]{2,12}(?:[/?#]\S*)?", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z]{1,2}|[^\W\d_]|\d{1,2}(?:\.0)?")
_MONEY = re.compile(
    r"[$€£]?\s?\d[\d.,' ]*\s?(?:[kKmM]|EUR|USD|GBP|CHF|€|\$)?(?:\s?[-–].*)?|[<>]=?\s?\$?\d[\d.,]*[kK]?"
)
_KEY = re.compile(r"[A-Za-z0-9][\w\-.:|]{0,63}")


def person(view: View) -> Fit:
    """Letters alone, and given and family names among the words."""
    given, family, organisation, states = (
        given_names(),
        family_names(),
        vocabulary("ORGANISATION_WORDS"),
        vocabulary("BOOLEAN"),
    )

    def looks(text: str, folded: str) -> bool:
        found = NAME_WORD.findall(folded)
        return (
            bool(NAME_SHAPE.fullmatch(text))
            and 1 <= len(found) <= 6
            and folded not in states
            and not any(w in organisation for w in found[1:])
        )

    shaped = [looks(t, f) for t, f in zip(view.texts, view.folded, strict=True)]
    known = full = 0
    for fits, folded in zip(shaped, view.folded, strict=True):
        if not fits:
            continue
        found = [w for w in NAME_WORD.findall(folded) if len(w) > 1]
        hits = sum(w in given or w in family for w in found)
        known += bool(found) and hits / len(found) >= 0.5
        ends = (found[0], found[-1]) if len(found) >= 2 else ("", "")
        full += (ends[0] in given and ends[1] in family) or (ends[1] in given and ends[0] in family)
    n = max(view.n, 1)
    shape, lexicon, both = sum(shaped) / n, known / n, full / n
    # what is in no list says little against a name: lists end, names do not
    score = odds(shape, 0.95, 0.4) + max(odds(lexicon, 0.7, 0.12), -0.5) + max(odds(both, 0.45, 0.04), -0.2)
    if view.n and view.opaque > 0.5:
        score -= 4
    holds = lambda text: NAME_SHAPE.fullmatch(text)
    return Fit(
        score * view.evidence_size,
        f"{percent(shape)} have the form of a name, {percent(lexicon)} hold a known given or family name",
        holds,
        both > 0.5,
    )


def phone(view: View) -> Fit:
    """A form that only telephone numbers have, or digits enough where the column's name speaks."""
    rate = _rate(view, "PHONE_NUMBER")
    loose = view.share(_COMPATIBLE_PHONE.fullmatch)
    epoch = view.share(birthday) + view.decimal
    if rate >= 0.3 and epoch < 0.5:
        return Fit(
            odds(rate, 0.9, 0.06) * view.evidence_size,
            f"{percent(rate)} have the form of a phone number",
            None if rate > 0.9 * loose else _COMPATIBLE_PHONE.fullmatch,
        )
    score = odds(max(loose - epoch, 0), 0.9, 0.3) * view.evidence_size
    return Fit(score, f"{percent(loose)} have the digits of a phone number", _COMPATIBLE_PHONE.fullmatch)


def street(view: View) -> Fit:
    """A house number beside words, or a word for a street."""
    known = vocabulary("STREET_WORDS")

    def weight(text: str, folded: str) -> float:
        if folded in vocabulary("BOOLEAN"):
            return 0.0
        if _STREET.match(text) and any(
            w.strip(".,") in known or w in known for w in folded.replace(",", " ").split()
        ):
            return 1.0
        if _STREET.match(text) and not birthday(text):
            return 0.75
        return 0.5 if NAME_WORD.search(folded) else 0.35 if any(c.isdigit() for c in text) else 0.0

    rate = sum(map(weight, view.texts, view.folded)) / view.n if view.n else 0.0
    if view.share(lambda t: t.startswith(("http://", "https://"))) > 0.5 or view.decimal > 0.5:
        rate = 0.0
    likely = view.share(_STREET.match)
    few = (
        view.filled >= 8 and view.state.sample.distinct <= 0.3 * view.filled and not likely
    )  # kinds of streets
    return Fit(
        odds(rate, 0.8, 0.12) * view.evidence_size - 3 * few,
        f"{percent(likely)} have a number beside words",
        lambda t: NAME_WORD.search(t) or _STREET.match(t),
    )


def postal(view: View) -> Fit:
    """Forms of postal codes; those with letters are rare elsewhere."""
    letters, digits = view.share(_POSTAL_LETTERS.fullmatch), view.share(_POSTAL.fullmatch)
    rate = min(letters + digits, 1.0)
    score = odds(rate, 0.95, 0.2) + (odds(letters, 0.9, 0.02) if letters > 0.5 else 0)
    return Fit(
        score * view.evidence_size,
        f"{percent(rate)} have the form of a postal code",
        lambda t: _POSTAL.fullmatch(t) or _POSTAL_LETTERS.fullmatch(t),
    )


def place(view: View) -> Fit:
    """Words, places among them."""
    known = known_places()
    hits = sum(t in known for t in view.folded) / view.n if view.n else 0.0
    score = odds(view.letters, 0.95, 0.5) + max(odds(hits, 0.5, 0.05), 0.0)
    return Fit(
        score * view.evidence_size,
        f"{percent(hits)} are known cities, regions or countries",
        lambda t: NAME_WORD.search(t.lower()),
    )


def coordinates(view: View) -> Fit:
    """Pairs of degrees, or degrees with decimals."""
    pairs = _rate(view, "GEO_COORDINATES")
    if pairs > 0.5:
        return Fit(
            odds(pairs, 0.95, 0.02) * view.evidence_size,
            f"{percent(pairs)} are pairs of a latitude and a longitude",
        )
    inside = sum(abs(n) <= 180 for n in view.numbers) / view.n if view.n else 0.0
    fine = view.share(lambda t: len(t.replace(",", ".").partition(".")[2]) >= 3)
    rate = inside * (0.4 + 0.6 * fine)
    return Fit(
        odds(rate, 0.95, 0.3) * view.evidence_size,
        f"{percent(inside)} are degrees, {percent(fine)} with three decimals or more",
        _begins_with_digit,
    )


def _begins_with_digit(text: str) -> bool:
    return text.lstrip("+-")[:1].isdigit()


def birth(view: View) -> Fit:
    """Days that may be birthdays; years, months or days of the month where the name says so."""
    rate = view.dates
    parts = {
        "year": (1900, 2100),
        "jahr": (1900, 2100),
        "annee": (1900, 2100),
        "jaar": (1900, 2100),
        "rok": (1900, 2100),
        "yob": (1900, 2100),
        "month": (1, 12),
        "day": (1, 31),
    }
    bounds = next((parts[t] for t in view.header.tokens if t in parts), (1900, 2100))
    rate = max(rate, sum(bounds[0] <= n <= bounds[1] for n in view.numbers) / view.n if view.n else 0)
    return Fit(
        odds(rate, 0.97, 0.15) * view.evidence_size,
        f"{percent(rate)} are days or years that may be of a birth",
        lambda t: birthday(t) or t[:4].isdigit(),
    )


def age(view: View) -> Fit:
    """Whole numbers up to 119, or ranges of them."""
    rate = view.share(_AGE.fullmatch) if not view.n or view.boolean < 1 else 0.0
    fractions = sum(0 <= n <= 120 for n in view.numbers) / view.n if view.n else 0.0
    rate = max(rate, 0.6 * fractions)
    return Fit(
        odds(rate, 0.97, 0.25) * view.evidence_size,
        f"{percent(rate)} are whole numbers from 0 to 119 or ranges of them",
        _AGE.fullmatch,
    )


def closed(
    name: str, *, codes: bool = True, flags: bool = False, telling: bool = True
) -> Callable[[View], Fit]:
    """Return the fit of a closed vocabulary.

    Codes (`1`, `B`) neither prove nor disprove it; they count against what is not `telling`: only its words
    are worth a finding.
    """

    def fit(view: View) -> Fit:
        known = vocabulary(name)
        rate = view.within(name)
        coded = view.share(_CODE.fullmatch) if codes else 0.0
        few = view.state.sample.distinct <= max(12, 2 * len(known))
        words = f"{percent(rate)} are words for it"
        if flags and view.boolean > 0.5:
            return Fit(0.5, "the values are yes and no", lambda t: True)
        if rate < 0.8 and coded > 0.8 and view.state.sample.distinct <= 40:
            return Fit(0.7 if telling else -1.5, f"{view.state.sample.distinct} codes", _CODE.fullmatch)
        score = odds(rate if few else 0, 0.9, 0.06) * view.evidence_size
        strong = (
            rate >= 0.9 and len(set(view.folded) & vocabulary("GENDER_CORE")) >= 2
            if name == "GENDER"
            else rate >= 0.9 and view.n >= 3 and view.boolean < 0.3 and coded < 0.5
        )
        return Fit(
            score + (3 if strong and name == "GENDER" else 0), words, lambda t: fold(t) in known, strong
        )

    return fit


def text(view: View) -> Fit:
    """Words, which prove nothing beside the column's name."""
    return Fit(
        odds(view.letters, 0.95, 0.5) * view.evidence_size,
        f"{percent(view.letters)} are words",
        lambda t: NAME_WORD.search(t.lower()),
    )


def language(view: View) -> Fit:
    """Known languages, else words."""
    return max(closed("LANGUAGE", codes=False)(view), text(view), key=lambda fit: fit.score)


def username(view: View) -> Fit:
    """Single words that are no dates: `last_login` is when, not who."""
    fit = matching(_HANDLE, 0.5, "are single words")(view)
    return Fit(fit.score - 6 * view.dates, fit.words, fit.holds)


def occupation(view: View) -> Fit:
    """Words, those for a job among them."""
    fit, jobs = text(view), sum(map(job, view.folded)) / max(view.n, 1)
    return Fit(
        fit.score + max(odds(jobs, 0.4, 0.05), -0.7),
        f"{fit.words}, {percent(jobs)} hold a word for a job",
        fit.holds,
    )


def job(folded: str) -> bool:
    """Return whether a text holds a word for a job.

    >>> job("senior engineer, r&d"), job("blue")
    (True, False)
    """
    return any(word in vocabulary("OCCUPATION") for word in NAME_WORD.findall(folded))


def anything(view: View) -> Fit:
    """Any value: a yes is as telling as a word where the column's name says what about."""
    return Fit(0.3, "the values may be of any form", lambda t: True)


def matching(pattern: re.Pattern[str], if_not: float, words: str) -> Callable[[View], Fit]:
    """Return the fit of a pattern that says little by itself."""

    def fit(view: View) -> Fit:
        states = vocabulary("BOOLEAN")
        rate = (
            sum(
                bool(pattern.fullmatch(t)) and f not in states
                for t, f in zip(view.texts, view.folded, strict=True)
            )
            / view.n
            if view.n
            else 0.0
        )
        return Fit(
            odds(rate, 0.95, if_not) * view.evidence_size, f"{percent(rate)} {words}", pattern.fullmatch
        )

    return fit


def money(view: View) -> Fit:
    """Amounts."""
    rate = view.share(_MONEY.fullmatch)
    return Fit(odds(rate, 0.95, 0.4) * view.evidence_size, f"{percent(rate)} are amounts", _MONEY.fullmatch)


def secret(view: View) -> Fit:
    """Single tokens that are no dates, numbers or states."""
    rate = view.share(_TOKEN.fullmatch) - view.dates - view.boolean - view.decimal
    return Fit(
        odds(max(rate, 0), 0.9, 0.3) * view.evidence_size,
        f"{percent(max(rate, 0))} are single tokens of 6 characters or more",
        _TOKEN.fullmatch,
    )


def password(view: View) -> Fit:
    """Single tokens, or where the name says nothing but a password the few words of a passphrase, no two
    cells alike.
    """
    said = view.header.says.get("PASSWORD", 0.0) >= _SAID_OUTRIGHT
    rate = (
        view.share(_PASSPHRASE.fullmatch) if said and view.state.sample.distinct >= 0.5 * view.filled else 0.0
    )
    if rate <= view.share(_TOKEN.fullmatch):
        return secret(view)
    return Fit(
        odds(rate, 0.9, 0.5) * view.evidence_size,
        f"{percent(rate)} are tokens or a few words",
        _PASSPHRASE.fullmatch,
    )


def key(view: View) -> Fit:
    """Short keys."""
    rate = 0.0 if view.n and view.boolean == 1 else view.share(_KEY.fullmatch)
    return Fit(
        odds(rate, 0.95, 0.5) * view.evidence_size, f"{percent(rate)} have the form of a key", _KEY.fullmatch
    )


def _rate(view: View, entity: str) -> float:
    found = view.state.found.get(entity)
    return min(found.cells / view.informative, 1.0) if found and view.informative else 0.0


_identifier = matching(_IDENTIFIER, 0.35, "have the form of an identifier")
FITS: Mapping[str, Callable[[View], Fit]] = {
    "PERSON": person, "PHONE_NUMBER": phone, "STREET_ADDRESS": street, "POSTAL_CODE": postal,
    "LOCATION": place, "GEO_COORDINATES": coordinates, "DATE_OF_BIRTH": birth, "AGE": age,
    "GENDER": closed("GENDER"), "MARITAL_STATUS": closed("MARITAL_STATUS", flags=True),
    "ETHNICITY": closed("ETHNICITY"), "RELIGION": closed("RELIGION"),
    "POLITICAL_OPINION": closed("POLITICAL_OPINION"), "SEXUAL_ORIENTATION": closed("SEXUAL_ORIENTATION"),
    "EDUCATION": closed("EDUCATION", telling=False), "LANGUAGE": language,
    "DISABILITY": closed("DISABILITY", flags=True), "NATIONALITY": text, "OCCUPATION": occupation,
    "ORGANIZATION": text, "HEALTH": anything, "GENETIC": anything, "BIOMETRIC": anything,
    "CRIMINAL_RECORD": anything, "TRADE_UNION": anything, "INCOME": money, "PASSPORT": _identifier,
    "DRIVER_LICENSE": _identifier, "TAX_ID": _identifier, "NATIONAL_ID": _identifier,
    "BANK_ACCOUNT": _identifier,
    "LICENSE_PLATE": matching(re.compile(r"(?=.*\d)[A-Za-z0-9ÄÖÜ][A-Za-z0-9ÄÖÜ \-]{2,10}"), 0.3, "have the form of a plate"),
    "DEVICE_ID": matching(_DEVICE, 0.35, "have the form of an identifier"),
    "VIN": matching(_VIN, 0.02, "have the form of a vehicle identification number"),
    "CRYPTO": matching(_WALLET, 0.05, "have the form of an address"), "COOKIE_ID": secret,
    "USERNAME": username, "PASSWORD": password, "SECRET": secret,
    "URL": matching(_DOMAIN, 0.02, "are web addresses"), "PSEUDONYM": key,
}  # fmt: skip
"""How values fit what has no shape of its own, or more forms than its shape knows."""
