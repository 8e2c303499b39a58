"""Periods, kinds of data, countries and practices in words, as a reader of the report knows them."""

from __future__ import annotations

import re

from auditkit.outcome import Cause
from auditkit.policy.practices import PREFIX, Practice
from auditkit.report.foreign import english
from auditkit.report.say import catalogue, country_name, named, say
from auditkit.vocabulary import ENTITIES

_PART = re.compile(r"(\d+)([YMWD])")
_ARTICLE = re.compile(
    r"(?P<law>GDPR )?(?:Art\. ?)?(?P<recital>rec\. |recital )?(?P<number>\d+)(?P<parts>(?:\(\w+\))*)"
)
_UNITS = {"Y": "years", "M": "months", "W": "weeks", "D": "days"}


def period_words(period: object) -> str:
    """Return a period in words; what is no plain period stays as it is written.

    >>> period_words("P3Y"), period_words("P1Y6M"), period_words("doc_types.keep_years")
    ('3 years', '1 year, 6 months', 'doc_types.keep_years')
    """
    text = str(period)
    parts = _PART.findall(text)
    if not parts or "".join(n + u for n, u in parts) != text.removeprefix("P"):
        return text
    return ", ".join(say(f"period.{_UNITS[unit]}", n=int(number)) for number, unit in parts)


def category_words(category: str) -> str:
    """Return a data category in words: its own, else those of the nearest one above it.

    >>> category_words("user.contact.email"), category_words("user.health_and_medical.record_id")
    ('e-mail address', 'health data')
    """
    known, path = catalogue(), category.split(".")
    for depth in range(len(path), 0, -1):
        key = "category." + "_".join(path[1:depth] or ["user"])
        if key in known:
            return known[key]
    return category


def entity_words(name: str) -> str:
    """Return a kind of personal data in words.

    A number that one country gives is its kind with the name of that country; English has a name for each.

    >>> entity_words("EMAIL_ADDRESS"), entity_words("CH_AHV"), entity_words("MY_OWN_KIND")
    ('e-mail address', 'Swiss social insurance number (AHV)', 'MY_OWN_KIND')
    """
    known = ENTITIES.get(name)
    if known is None:
        return name
    if (words := named("entity", name, known.label)) is not None:
        return words
    if known.kind is None:
        return english(known.label)
    country, _, rest = name.partition("_")
    return f"{entity_words(known.kind)} ({country_words(country)}: {rest})"


def kind_words(entity: str | None) -> str:
    """Return how sensitive a kind of personal data is, in words.

    >>> kind_words("EMAIL_ADDRESS"), kind_words(None)
    ('contact data', 'other personal data')
    """
    known = ENTITIES.get(entity or "")
    return say(f"risk.kind.{known.sensitivity.value if known else 'other'}")


def country_words(country: str) -> str:
    """Return the name of a country by its code; what is no code stays as it is written.

    >>> country_words("NO"), country_words("UK"), country_words("Norway")
    ('Norway', 'United Kingdom', 'Norway')
    """
    code = {"UK": "GB", "EL": "GR"}.get(country.upper(), country.upper())
    return country_name(code) or country


def cause_words(cause: Cause) -> str:
    """Return why something was not assessed, in words.

    >>> cause_words(Cause.NO_RIGHT)
    'no right to read'
    """
    return say(f"cause.{cause.value}")


def practice_words(practice: Practice) -> str:
    """Return a best practice in words."""
    return named("practice", practice.field.removeprefix(PREFIX), practice.text) or english(practice.text)


def area_words(practice: Practice) -> str:
    """Return the part of the list that a best practice belongs to, in words."""
    return named("area", practice.area, practice.group) or english(practice.group)


def article_words(article: str) -> str:
    """Return an article of the regulation, or a recital, as the language names it; other texts as they are.

    >>> article_words("GDPR rec. 38"), article_words("GDPR 5(1)(f)"), article_words("32(1)(b)")
    ('GDPR recital 38', 'GDPR Art. 5(1)(f)', 'Art. 32(1)(b)')
    >>> from auditkit.report.say import speaking
    >>> with speaking("de"):
    ...     article_words("GDPR 5(1)(f)"), article_words("ISO 27001")
    ('Art. 5 Abs. 1 Buchst. f DSGVO', 'ISO 27001')
    """
    found = _ARTICLE.fullmatch(article)
    if found is None:
        return article
    recital, number = found["recital"] is not None, found["number"]
    parts = re.findall(r"\((\w+)\)", found["parts"])
    first = say("law.recital" if recital else "law.article", number=number)
    more = (say("law.paragraph" if part.isdigit() else "law.point", part=part) for part in parts)
    words = "".join((first, *more))
    if not found["law"]:
        return words
    return say("law.gdpr_part" if parts else "law.gdpr", words=words)
