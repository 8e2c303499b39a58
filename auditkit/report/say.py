"""The sentences of the report: whole, with places for values, in one catalogue for each language.

Whoever makes a report, or a page of it, says in which language: `with speaking("de")`. What is made within
speaks it, and nothing else does: another thread, or the next run, speaks its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from auditkit.errors import UsageError
from auditkit.vocabulary import did_you_mean

ENGLISH = "en"
LANGUAGES = (ENGLISH, "de", "fr")
"""The languages of a report; a sentence that a translation lacks is said in English."""

_DECIMALS = 3
"""How many decimals a number has at most."""

_LANGUAGE: ContextVar[str] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(code: str | None) -> Iterator[str]:
    """Speak a language within the block, English where none is named; then the one before it again.

    Raises:
        UsageError: there is no catalogue of the language.

    >>> with speaking("de"):
    ...     say("risk.access.title")
    'Unbefugter Zugriff auf Daten'
    """
    mark = _LANGUAGE.set(known_language(code))
    try:
        yield _LANGUAGE.get()
    finally:
        _LANGUAGE.reset(mark)


def spoken() -> str:
    """Return the code of the language that the report is made in.

    >>> spoken()
    'en'
    """
    return _LANGUAGE.get()


def known_language(code: str | None) -> str:
    """Return a language's code, that of English for nothing.

    Raises:
        UsageError: there is no catalogue of the language.
    """
    if code and code not in LANGUAGES:
        near = did_you_mean(code, LANGUAGES)
        raise UsageError(f"there is no language {code!r}.{near} There is: {', '.join(LANGUAGES)}")
    return code or ENGLISH


def language_of(code: str | None) -> str:
    """Return the language of a report for people who write in a language; English where there is no other.

    >>> language_of("de-AT"), language_of("nl"), language_of(None)
    ('de', 'en', 'en')
    """
    short = (code or "").partition("-")[0]
    return short if short in LANGUAGES else ENGLISH


def catalogue() -> Mapping[str, str]:
    """Return every sentence by its key, such as `risk.access.title`, in the language that is spoken.

    >>> catalogue()["risk.access.title"]
    'Illegitimate access to data'
    """
    return _complete(spoken())


@cache
def _complete(code: str) -> Mapping[str, str]:
    """Return a catalogue; what it lacks is in English."""
    return {**written(ENGLISH), **written(code)}


def named(kind: str, name: str, english: str) -> str | None:
    """Return what the language calls something that has its English name elsewhere; None where it lacks it.

    Args:
        kind: what it is: a `check`, an `entity`, an `area`, a `practice` or a `question`.
        name: its key.
        english: what it is called in English.

    >>> with speaking("de"):
    ...     named("check", "tenancy-missing-key", "Rows without a tenant")
    'Zeilen ohne Mandanten'
    """
    return english if spoken() == ENGLISH else written(f"words.{spoken()}").get(f"{kind}.{name}")


def country_name(code: str) -> str | None:
    """Return the name of a country by its code (ISO 3166-1); None where there is no such code.

    >>> with speaking("de"):
    ...     country_name("NO"), country_name("QX")
    ('Norwegen', None)
    """
    return written(f"countries.{spoken()}").get(f"country.{code}")


@cache
def written(code: str) -> Mapping[str, str]:
    """Return the sentences that the file of a language holds.

    >>> written("fr")["risk.access.title"]
    'Accès illégitime à des données'
    """
    text = files("auditkit.report").joinpath("strings", f"{code}.toml").read_text(encoding="utf-8")
    return dict(_flat(tomllib.loads(text), ""))


def say(key: str, **values: Any) -> str:
    """Return a sentence with its values; numbers stand with their thousands apart.

    A sentence that has the forms `one` and `other` takes the one that fits the number `n`.

    >>> say("risk.because.findings", n=1, worst="x"), say("risk.because.findings", n=2000, worst="x")
    ('1 finding, among them: x', '2,000 findings, among them: x')
    >>> with speaking("de"):
    ...     say("risk.because.findings", n=2000, worst="x")
    '2.000 Feststellungen, darunter: x'
    """
    known = catalogue()
    if key not in known:
        key = f"{key}.{_form(values['n'])}"
    return known[key].format_map({k: _shown(v) for k, v in values.items()})


def sentences(prefix: str) -> tuple[str, ...]:
    """Return the sentences of a list, in their order: those whose keys are the prefix and a number.

    >>> len(sentences("risk.access.sources")) > 2
    True
    """
    known = catalogue()
    found: list[str] = []
    while (key := f"{prefix}.{len(found)}") in known:
        found.append(known[key])
    return tuple(found)


def number_words(number: float) -> str:
    """Return a number as the language writes it, with its thousands apart; a kind of its own writes itself.

    >>> with speaking("de"):
    ...     number_words(12345), number_words(0.5)
    ('12.345', '0,5')
    """
    if type(number) not in (int, float):  # such as a count that is too small to be shown
        return str(number)
    digits = f"{Decimal(str(number)):,.{_DECIMALS}f}".rstrip("0").rstrip(".")
    known = catalogue()
    signs = str.maketrans({",": known["language.thousands"], ".": known["language.point"]})
    return "0" if digits == "-0" else digits.translate(signs)


def percent(share: float, decimals: int = 0) -> str:
    """Return a share as the language writes it.

    >>> percent(0.951), percent(0.0012, decimals=2)
    ('95 %', '0.12 %')
    """
    return say("share.exact", share=number_words(round(100 * share, decimals)))


def day_words(day: date | str) -> str:
    """Return a day, or its ISO form, as people write it in the language; any other text as it is.

    >>> with speaking("de"):
    ...     day_words(date(2026, 9, 4)), day_words("2026-09-04"), day_words("soon")
    ('4. September 2026', '4. September 2026', 'soon')
    """
    if isinstance(day, str):
        try:
            day = date.fromisoformat(day)
        except ValueError:
            return str(day)
    month = sentences("language.months")[day.month - 1]
    return say("language.day", day=str(day.day), month=month, year=str(day.year))


def _form(number: int) -> str:
    """Return the form of a sentence for a number: French says "0 ligne", English "0 lines"."""
    return "one" if str(number) in catalogue()["language.singular"].split() else "other"


def _shown(value: Any) -> Any:
    match value:
        case bool():
            return value
        case int():
            return number_words(value)
        case date():
            return day_words(value)
        case _:
            return value


def _flat(value: Any, prefix: str) -> Iterator[tuple[str, str]]:
    match value:
        case Mapping():
            for key, inner in value.items():
                yield from _flat(inner, f"{prefix}.{key}" if prefix else key)
        case list():
            for place, inner in enumerate(value):
                yield from _flat(inner, f"{prefix}.{place}")
        case _:
            yield prefix, str(value)
