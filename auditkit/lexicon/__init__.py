"""The word lists that cells, texts and names are judged by, each loaded once, when it is first needed."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

_LONG = 5
"""From so many letters on, a word is also known without the signs between its parts."""

_LETTERS = str.maketrans(
    {
        "ł": "l", "ø": "o", "ß": "ss", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe",
        "\u200c": None, "\u200d": None,
    }
)  # fmt: skip
"""Letters that do not come apart, and signs without width."""


def fold(text: str) -> str:
    """Return text in lower case without accents.

    >>> fold("Łukasz MÜLLER-Strauß")
    'lukasz muller-strauss'
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


_ALSO_COUNTRIES = (
    "USA", "U.S.A.", "UK", "U.K.", "United States of America", "Russia", "South Korea", "North Korea",
    "Great Britain", "England", "Scotland", "Wales", "Vietnam", "Iran", "Syria", "Bolivia", "Venezuela",
    "Tanzania", "Taiwan", "Czech Republic", "Ivory Coast", "Cape Verde",
)  # fmt: skip
_IN_OTHER_LANGUAGES = (
    "turkey deutschland osterreich schweiz suisse espana italia nederland belgique belgie polska brasil"
    " mexico".split()
)


def lines(name: str) -> list[tuple[str, list[str]]]:
    """Return the lines of a word list: what stands before the colon, and the items behind it.

    Empty lines and comments are left out.
    """
    split = [line.split(": ", 1) for line in _file(name).splitlines() if line and not line.startswith("#")]
    return [(head, [item.strip() for item in items.split(", ")]) for head, items in split]


@cache
def words(kind: str) -> frozenset[str]:
    """Return a class of words of column names.

    Classes are role, people, thing, anybody, name, tail, neutral, flag, business, bearer, numbering and
    meaningless.
    """
    return frozenset(fold(word) for head, items in lines("words.txt") if head == kind for word in items)


@cache
def headers() -> frozenset[str]:
    """Return what columns of personal data are called, folded.

    >>> "vorname" in headers(), "date of birth" in headers()
    (True, True)
    """
    return frozenset(fold(item) for _, items in lines("headers.txt") for item in items)


@cache
def other_words() -> frozenset[str]:
    """Return everyday words, folded: a column name with one of them is readable."""
    return frozenset(_file("other_words.txt").split())


@cache
def vocabulary(name: str) -> frozenset[str]:
    """Return a closed vocabulary."""
    return frozenset(
        fold(word) for head, items in lines("vocabularies.txt") if head == name for word in items
    )


def letters(folded: str) -> str:
    """Return the letters of a folded text alone: `non-hispanic` and `nonhispanic` are one word.

    >>> letters("non-hispanic")
    'nonhispanic'
    """
    return folded if folded.isalnum() else "".join(filter(str.isalnum, folded))


@cache
def close_vocabulary(name: str) -> frozenset[str]:
    """Return the longer words of a closed vocabulary, without what stands between their letters."""
    return frozenset(word for word in map(letters, vocabulary(name)) if len(word) >= _LONG)


def is_organisation(words: Sequence[str]) -> bool:
    """Return whether some folded words are the name of an organisation.

    >>> is_organisation(["adler", "ag"]), is_organisation(["baubetrieb"]), is_organisation(["anna"])
    (True, True, False)
    """
    known, endings = vocabulary("ORGANISATION_WORDS"), tuple(vocabulary("ORGANISATION_ENDINGS"))
    return any(word in known for word in words[1:]) or any(
        len(word) > _LONG + 3 and word.endswith(endings) for word in words
    )


@cache
def jobs() -> frozenset[str]:
    """Return words for jobs, folded."""
    return vocabulary("OCCUPATION") | occupations()


@cache
def occupations() -> frozenset[str]:
    """Return words for jobs in about 25 languages, folded, without those that are also something else."""
    return frozenset(_file("occupations.txt").split())


def _file(name: str) -> str:
    return (files(__name__) / name).read_text(encoding="utf-8")


@cache
def given_names() -> frozenset[str]:
    """Return given names, folded."""
    return frozenset(_file("given_names.txt").split())


@cache
def family_names() -> frozenset[str]:
    """Return family names, folded."""
    return frozenset(_file("family_names.txt").split())


@cache
def _trigrams() -> Mapping[str, float]:
    return {item: int(head) / 10 for head, items in lines("trigrams.txt") for item in items}


def resemblance(word: str) -> float:
    """Return the log-odds that a word in no list is a name of a person, by its letters.

    The word is folded. Measured on 8,000 names and 8,000 other words that were not counted: of a name and a
    word, the name has the higher score in 89 % of the pairs.

    >>> resemblance("polamreddy") > 1, resemblance("photography") < -5, resemblance("客户")
    (True, True, 0.0)
    """
    around, known = f"_{word}_", _trigrams()
    # an exact sum: the order of a set changes from run to run
    return math.fsum(known.get(gram, 0.0) for gram in {around[i : i + 3] for i in range(len(word))})


@cache
def ordinary_words() -> frozenset[str]:
    """Return the names that are more often an ordinary word, a month, a colour or a continent."""
    return frozenset(_file("ordinary_words.txt").split())


@cache
def words_in_small_letters() -> frozenset[str]:
    """Return the names that in small letters are rather an ordinary word."""
    return ordinary_words() | frozenset(_file("small_letters.txt").split())


@cache
def listed(kind: str) -> frozenset[str]:
    """Return what words announce in sentences, or are no names in them; see `texts.txt`."""
    return frozenset(fold(word) for head, items in lines("texts.txt") if head == kind for word in items)


@cache
def listed_as_written(kind: str) -> frozenset[str]:
    """Return the same words as they are written: folding takes Hangul and Indic scripts apart."""
    every = [*lines("texts.txt"), *lines("han.txt")]
    return frozenset(word for head, items in every if head == kind for word in items)


@cache
def announcements(kind: str) -> frozenset[str]:
    """Return the words and phrases of a kind in all languages, folded; see `texts.txt`."""
    return frozenset(
        fold(item) for head, items in lines("texts.txt") if head.split()[0] == kind for item in items
    )


@cache
def particles() -> frozenset[str]:
    """Return the small words inside names of people in all languages, folded.

    >>> {"van", "bin", "de", "y"} <= particles()
    True
    """
    return announcements("PARTICLE")


@cache
def small_particles() -> frozenset[str]:
    """Return the particles that go on a name in small letters, wherever the name stands, folded.

    >>> "de" in small_particles(), "y" in small_particles(), "mc" in small_particles()
    (True, False, False)
    """
    return listed("PARTICLE people") | listed("PARTICLE places")


@cache
def particles_of_people() -> frozenset[str]:
    """Return the particles that hardly stand anywhere but in names of people, folded.

    >>> "van" in particles_of_people(), "de" in particles_of_people()
    (True, False)
    """
    return listed("PARTICLE people")


@cache
def joining_particles() -> frozenset[str]:
    """Return the particles that join two family names, and otherwise two of anything, folded.

    >>> "y" in joining_particles(), "de" in joining_particles()
    (True, False)
    """
    return listed("PARTICLE joining")


@cache
def words_around_names() -> frozenset[str]:
    """Return the words of titles, roles and phrases around names, folded: they are no part of a name."""
    kinds = ("TITLE", "ROLE", "INTRODUCTION", "KIN")
    phrases = frozenset().union(*map(announcements, kinds))
    return listed("NAME_CUES") | {word for phrase in phrases for word in phrase.split() if len(word) > 1}


@cache
def personal_names() -> frozenset[str]:
    """Return given and family names that are hardly ever anything else."""
    return (given_names() | family_names()) - ordinary_words()


@cache
def known_places() -> frozenset[str]:
    """Return cities, regions and countries, folded."""
    return cities() | places()


@cache
def cities() -> frozenset[str]:
    """Return cities of 50,000 people and more, and counties of the United States, folded."""
    return frozenset(name.strip() for name in _file("cities.txt").replace("\n", " ").split(","))


@cache
def countries() -> frozenset[str]:
    """Return names of countries as they are written in English.

    Names that are as often a person, a bird or a shirt are left out.
    """
    import pycountry

    forms = ("name", "common_name", "official_name")
    written = [v for c in pycountry.countries for k in forms if isinstance(v := getattr(c, k, None), str)]
    # `Congo, The Democratic Republic of the` is written the other way round
    names = {" ".join(reversed(v.split(", "))).removeprefix("The ") for v in written}
    names |= set(_ALSO_COUNTRIES)
    return frozenset(names - {"Jordan", "Chad", "Georgia", "Turkey", "Jersey"})


@cache
def places() -> frozenset[str]:
    """Return countries with their codes, and regions of countries, folded."""
    import pycountry

    names: set[str] = set()
    for country in pycountry.countries:
        names |= {
            fold(v)
            for k in ("name", "common_name", "official_name", "alpha_2", "alpha_3")
            if isinstance(v := getattr(country, k, None), str)
        }
    for region in pycountry.subdivisions:
        code = region.code.partition("-")[2]
        names |= {fold(region.name)} | ({fold(code)} if code.isalpha() else set())
    return frozenset(names | {fold(name) for name in _ALSO_COUNTRIES} | set(_IN_OTHER_LANGUAGES))
