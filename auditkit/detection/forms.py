"""How values fit entities that have a vocabulary or a loose form."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from auditkit.detection.fit import NAME_WORD, Fit, odds, percent
from auditkit.detection.recognizers.secret import is_mask
from auditkit.detection.view import View
from auditkit.lexicon import close_vocabulary, fold, jobs, letters, vocabulary

FitOf = Callable[[View], Fit]
"""What says how well the values of a column fit one entity."""

_CODE = re.compile(r"[A-Za-z]{1,2}|[^\W\d_]|\d{1,2}(?:\.0)?")
_CODE_OF_A_JOB = re.compile(r"\d{1,6}(?:\.0)?|\d\d-\d{4}(?:\.\d\d)?")
_HANDLE = re.compile(r"@?[^\s@/\\,;]{2,64}(?:@[^\s]+)?")
_TOKEN = re.compile(r"\S{6,}")
_RECORD = re.compile(r"\d{1,11}(?:\.0)?")
_PASSPHRASE = re.compile(r"(?=.{6,64}$)\S+(?: \S+){0,7}")
_KEY = re.compile(r"[A-Za-z0-9][\w\-.:|]{0,63}")
_MONEY = re.compile(
    r"[$€£]?\s?\d[\d.,' ]*\s?(?:[kKmM]|EUR|USD|GBP|CHF|€|\$)?(?:\s?[-–].*)?|[<>]=?\s?\$?\d[\d.,]*[kK]?"
)
_FINE, _LARGEST_RATE = re.compile(r"-?\d*[.,]\d{3,}"), 10.0
"""A number with more decimals than money has, and what a rate is below."""

_NAMED_OUTRIGHT = 6.0
"""What the name of a column says at least that is a password; hints and questions of passwords say less."""

_MOST_CODES = 40

_APART = {
    "ETHNICITY": frozenset(
        "hispanic nonhispanic latino latina latinx asian africanamerican blackorafricanamerican caucasian"
        " nativeamerican americanindian pacificislander hispaniclatino hispanicorlatino biracial multiracial"
        " romani mestizo mulatto pardo parda preta indigena amarela".split()
    ),
    "RELIGION": frozenset(
        "muslim christian hindu buddhist sikh jewish catholic protestant atheist agnostic orthodox islam"
        " christianity hinduism buddhism judaism sikhism jain zoroastrian bahai katholisch evangelisch"
        " islamisch muslimisch catholique musulman catolica catolico musulmana cattolica".split()
    ),
}
"""Words that mean nothing else: a column of them needs no name."""


def closed(name: str, *, codes: bool = True, flags: bool = False, telling: bool = True) -> FitOf:
    """Return the fit of a closed vocabulary.

    Args:
        name: the name of the vocabulary.
        codes: codes such as `1` and `B` are used for it; they neither prove nor disprove it.
        flags: yes and no are used for it.
        telling: codes of it are worth a finding; if not, only its words are.
    """

    def fit(view: View) -> Fit:
        known, distinct = vocabulary(name), view.state.sample.distinct
        rate = view.within(name)
        apart = _APART.get(name, frozenset())
        sure = len({letters(text) for text in view.folded} & apart)
        coded = view.share(_CODE.fullmatch) if codes else 0.0
        if flags and view.boolean > 0.5:
            return Fit(0.5, "the values are yes and no", lambda text: True)
        if rate < 0.8 and coded > 0.8 and distinct <= _MOST_CODES:
            codes_of_it = _codes(view, _CODE)
            return replace(codes_of_it, score=0.7, coded=False) if telling else codes_of_it
        few = distinct <= max(12, 2 * len(known))
        score = odds(rate if few else 0, 0.9, 0.06) * view.evidence_size
        if name == "GENDER":
            strong = rate >= 0.9 and len(set(view.folded) & vocabulary("GENDER_CORE")) >= 2
            score += 3 if strong else 0
        else:
            strong = rate >= 0.9 and view.n >= 3 and view.boolean < 0.3 and coded < 0.5
            score += 3 if rate >= 0.9 and view.n >= 2 and sure and coded < 0.5 else 0
        return Fit(score, f"{percent(rate)} are words for it", lambda text: _is_in(fold(text), name), strong)

    return fit


def _codes(view: View, form: re.Pattern[str]) -> Fit:
    """Return the fit of codes that do not say what they stand for."""
    distinct = view.state.sample.distinct
    return Fit(-1.5, f"{distinct} {'code' if distinct == 1 else 'codes'}", form.fullmatch, coded=True)


def of_a_value(name: str) -> FitOf:
    """Return the fit of a closed vocabulary, or of yes and no in a column that is named after a word of it.

    Args:
        name: the name of the vocabulary.
    """
    words_of, yes_or_no = closed(name), closed(name, codes=False, flags=True)

    def fit(view: View) -> Fit:
        is_value = _is_in(" ".join(view.header.tokens), name)
        return (yes_or_no if is_value else words_of)(view)

    return fit


def _is_in(folded: str, name: str) -> bool:
    return folded in vocabulary(name) or letters(folded) in close_vocabulary(name)


def matching(pattern: re.Pattern[str], if_not: float, words: str) -> FitOf:
    """Return the fit of a pattern that proves little by itself.

    Args:
        pattern: what a whole value looks like.
        if_not: the share of other values that look like it.
        words: what to say of the values that do, as in "have the form of a key".
    """

    def fit(view: View) -> Fit:
        states = vocabulary("BOOLEAN")
        pairs = zip(view.texts, view.folded, strict=True)
        hits = sum(bool(pattern.fullmatch(text)) and folded not in states for text, folded in pairs)
        rate = hits / view.n if view.n else 0.0
        return Fit(
            odds(rate, 0.95, if_not) * view.evidence_size, f"{percent(rate)} {words}", pattern.fullmatch
        )

    return fit


def has_word(text: str) -> object:
    """Return something true where a text holds letters."""
    return NAME_WORD.search(text.lower())


def words(view: View) -> Fit:
    """Return the fit of words, which prove nothing without the column's name."""
    score = odds(view.letters, 0.95, 0.5) * view.evidence_size
    return Fit(score, f"{percent(view.letters)} are words", has_word)


def language(view: View) -> Fit:
    """Return the fit of known languages, or of words."""
    return max(closed("LANGUAGE", codes=False)(view), words(view), key=lambda fit: fit.score)


def occupation(view: View) -> Fit:
    """Return the fit of words, some of them for a job, or of the numbers of a classification of jobs."""
    if view.share(_CODE_OF_A_JOB.fullmatch) > 0.8:
        return _codes(view, _CODE_OF_A_JOB)
    fit, share = words(view), sum(map(is_job, view.folded)) / max(view.n, 1)
    score = fit.score + max(odds(share, 0.4, 0.05), -0.7)
    return Fit(score, f"{fit.words}, {percent(share)} hold a word for a job", fit.holds)


def is_job(folded: str) -> bool:
    """Return whether a text holds a word for a job.

    >>> is_job("senior engineer, r&d"), is_job("blue")
    (True, False)
    """
    return any(word in jobs() for word in NAME_WORD.findall(folded))


def username(view: View) -> Fit:
    """Return the fit of single words that are no dates: `last_login` says when, not who."""
    fit = matching(_HANDLE, 0.5, "are single words")(view)
    return Fit(fit.score - 6 * view.dates, fit.words, fit.holds)


def anything(view: View) -> Fit:
    """Return the fit of any value: where the column's name says what about, a yes is as telling as a word."""
    return Fit(0.3, "the values may be of any form", lambda text: True)


def money(view: View) -> Fit:
    """Return the fit of amounts; fractions of small numbers are rates and shares."""
    rate = view.share(_MONEY.fullmatch)
    if (
        view.share(_FINE.fullmatch) > 0.5
        and max(map(abs, view.numbers), default=_LARGEST_RATE) < _LARGEST_RATE
    ):
        return Fit(-4.0, "the values are rates, and no amounts", _MONEY.fullmatch)
    return Fit(odds(rate, 0.95, 0.4) * view.evidence_size, f"{percent(rate)} are amounts", _MONEY.fullmatch)


def secret(view: View) -> Fit:
    """Return the fit of single tokens that are no dates, numbers or states, and no mask of a secret."""
    rate = view.share(_is_token) - view.dates - view.boolean - view.decimal
    return Fit(
        odds(max(rate, 0), 0.9, 0.3) * view.evidence_size,
        f"{percent(max(rate, 0))} are single tokens of 6 characters or more",
        _is_token,
    )


def cookie(view: View) -> Fit:
    """Return the fit of single tokens that are no numbers of records: `session_id` may say when, not who."""
    fit = secret(view)
    return Fit(fit.score - 6 * view.share(_RECORD.fullmatch), fit.words, fit.holds)


def password(view: View) -> Fit:
    """Return the fit of single tokens, or of the few words of passphrases.

    Passphrases count where the name of the column says "password" outright and cells differ.
    """
    named = view.header.says.get("PASSWORD", 0.0) >= _NAMED_OUTRIGHT
    varied = view.state.sample.distinct >= max(2, 0.5 * view.filled)
    rate = view.share(_PASSPHRASE.fullmatch) if named and varied else 0.0
    if rate <= view.share(_is_token):
        return secret(view)
    score = odds(rate, 0.9, 0.5) * view.evidence_size
    return Fit(score, f"{percent(rate)} are tokens or a few words", _PASSPHRASE.fullmatch)


def _is_token(text: str) -> bool:
    return _TOKEN.fullmatch(text) is not None and not is_mask(text)


def key(view: View) -> Fit:
    """Return the fit of short keys."""
    rate = 0.0 if view.n and view.boolean == 1 else view.share(_KEY.fullmatch)
    score = odds(rate, 0.95, 0.5) * view.evidence_size
    return Fit(score, f"{percent(rate)} have the form of a key", _KEY.fullmatch)
