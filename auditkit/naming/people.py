"""Whether a name is that of a person: by the lists that cells are judged by."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from auditkit.lexicon import (
    cities,
    family_names,
    fold,
    given_names,
    headers,
    listed_as_written,
    occupations,
    ordinary_words,
    other_words,
    particles,
    vocabulary,
    words_in_small_letters,
)
from auditkit.naming.words import (
    BEFORE_PLACES,
    CHINESE_FAMILY_NAMES,
    COUNTRIES,
    GIVEN_NAMES,
    OTHER_CHINESE_FAMILY_NAMES,
    THINGS,
    TITLES,
)

_MOST_WORDS = 6
_SHORTEST_PART = 4
"""How many letters each part has where a given and a family name are one word."""
_SHORTEST_SMALL = 3
"""How many letters each has where both are in small letters."""
_SURE = frozenset(map(fold, GIVEN_NAMES))
_GAP = re.compile(r"[\s_.\-\u3000]+")
_CAMEL = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
_INITIAL = re.compile(r"[^\W\d_]\.(?: ?[^\W\d_]\.)? ([^\W\d_][\w'’-]+)")
_TITLE = re.compile(r"((?:[^\W\d_]{2,}\.-?)+ )|([^\W\d_]+\.?) ")
_BRACKET = re.compile(r" ?\([^()]*\)\Z")
_EAST_ASIAN = re.compile(r"[\u3400-\u9fff\u3005\u3040-\u30ff\uac00-\ud7a3]+")
_ENDS_OF_PLACES = frozenset("県市区町村都府道省州国路街站駅校院店社")
_MOST_OF_GIVEN = 4
_HAN = re.compile(r"[\u3400-\u9fff]{2,4}")
_APOSTROPHE = re.compile(r"\w['’‘ʻ]\w")
_LOGIN = re.compile(r"@?([a-z][a-z._]{3,24}?)(\d{0,4})")
_PATRONYMIC = re.compile(r"(?:d[oó]ttir|ss?on)\Z")


def is_person(text: str) -> bool:
    """Return whether a text is, or holds, the full name of a person.

    A given name that is also a word of every day needs a family name that is not, and the other way round.

    >>> [is_person(name) for name in ("Zofia Nowak", "zofia_nowak", "Nowak, Zofia", "Z. Nowak", "佐藤花子")]
    [True, True, True, True, True]
    >>> [is_person(name) for name in ("Grace Period", "Rose Gold", "first_name", "San Marino", "平均気温")]
    [False, False, False, False, False]
    """
    text, is_titled = _untitled(whole := _BRACKET.sub("", text))
    if _is_place(whole) or _is_place(text):
        return False
    if is_titled and _is_name_behind_title(text):
        return True
    return _is_full_name(text) and fold(text) not in _regions()


def _is_name_behind_title(text: str) -> bool:
    words = [word for word in _GAP.split(text) if word]
    folds = [fold(word) for word in words]
    if (
        not words
        or not all(map(_is_word, words))
        or not all(map(_has_capital, words))
        or any(map(_is_thing, folds))
    ):
        return False
    if len(words) == 1:
        return len(text) >= _SHORTEST_SMALL and not _is_common(folds[0])
    return any(word in given_names() or word in family_names() for word in folds)


def _is_full_name(text: str) -> bool:
    if _EAST_ASIAN.fullmatch(text.replace(" ", "").replace("\u3000", "")):
        return _is_east_asian(text)
    if initial := _INITIAL.fullmatch(text):
        return initial[1][0].isupper() and _is_family(fold(initial[1]))
    if "," in text:
        family, _, given = text.partition(",")
        text = f"{given.strip()} {family.strip()}"
    words = [word for word in _GAP.split(text) if word]
    if len(words) == 1:
        return _is_joined(words[0])
    if not all(map(_is_word, words)):
        return any(map(_is_sure_pair, _pairs(words)))
    if all(word.islower() for word in words if word not in particles()) or (text.isupper() and "_" in text):
        return len(words) == 2 and _are_small(words)
    return _are_names(words) or any(map(_is_sure_pair, _pairs(words)))


def may_be_person(text: str) -> bool:
    """Return whether a text is a given or a family name alone, and nothing else.

    >>> [may_be_person(name) for name in ("Zofia", "Nowak", "Total", "Florence", "zofia", "")]
    [True, True, False, False, False, False]
    """
    word = fold(text)
    if text.islower() or not (word in given_names() or word in family_names()):
        return False
    return (word in _SURE or _is_rare(word)) and word not in _regions()


def is_login(text: str) -> bool:
    """Return whether a text is a name by which somebody logs in: made of their name, with `@` or a number.

    >>> [is_login(name) for name in ("zofia77", "znowak81", "@zofianowak", "z.nowak1981")]
    [True, True, True, True]
    >>> [is_login(name) for name in ("@type", "@value", "address2", "line10", "xrange10", "zofia", "mark10")]
    [False, False, False, False, False, False, False]
    """
    match = _LOGIN.fullmatch(text)
    if match is None or not (text.startswith("@") or len(match[2]) > 1):
        return False
    name = match[1].replace(".", "").replace("_", "")
    given, family = given_names(), family_names()
    if _is_known(name):
        return False
    if match[2] and name in given and _is_rare(name):
        return True
    if match[2] and name[1:] in family and not _is_common(name[1:]):
        return True
    return any(
        name[:at] in given and name[at:] in family and not _is_common(name[:at]) and not _is_common(name[at:])
        for at in range(_SHORTEST_SMALL, len(name) - _SHORTEST_SMALL + 1)
    )


def _untitled(text: str) -> tuple[str, bool]:
    """Return a text without the titles before it, and whether it had any."""
    rest, found = text, False
    while (title := _TITLE.match(rest)) and (title[1] or _is_title(title[2], text)):
        rest, found = rest[title.end() :], True
    return rest, found


def _is_title(word: str, text: str) -> bool:
    """Return whether a word is a title: `Ms Smith`, and not `MS type`."""
    name = fold(word)
    known = name.rstrip(".") in TITLES or (name.endswith(".") and name[:-1] in _salutations())
    return known and (not word.isupper() or text.isupper())


def _salutations() -> frozenset[str]:
    return vocabulary("SALUTATION")


@cache
def _regions() -> frozenset[str]:
    """Return countries, their regions and their languages, folded."""
    import pycountry

    lists = (pycountry.countries, pycountry.subdivisions, pycountry.languages, pycountry.currencies)
    return frozenset(fold(item.name) for items in lists for item in items)


def _is_place(text: str) -> bool:
    """Return whether a text names a place, a thing, or what a column is usually called."""
    name = " ".join(filter(None, _GAP.split(fold(text).strip("'"))))
    first, last = name.partition(" ")[0], name.rpartition(" ")[2]
    return (
        name in cities()
        or name in headers()
        or first in BEFORE_PLACES
        or last in COUNTRIES
        or bool(THINGS & set(re.split(r"[\W_]+", name)))
    )


def _are_names(words: Sequence[str]) -> bool:
    """Return whether words, each with a capital where its script has any, are a given and a family name."""
    between = [word for word in words[1:-1] if fold(word) not in particles()]
    names = [words[0], *between, words[-1]]
    if len(names) < 2 or len(words) > _MOST_WORDS or not all(map(_has_capital, names)):
        return False
    folds = [_bare(word) for word in names]
    first, last = folds[0], folds[-1]
    others = [word for word in folds if len(word) > 1]
    if any(map(_is_thing, others)):
        return False
    if first in _SURE or (last in _SURE and len(folds) == 2):
        return True
    joined = len(words) > len(names) or bool(_APOSTROPHE.search(names[-1]))
    if _is_given(first) and (_is_patronymic(last) or joined):
        return True
    given, family = given_names(), family_names()
    pairs = [(first, other) for other in folds[1:] if first in given and other in family]
    pairs += [(first, last)] if first in family and last in given else []
    return any(not _is_common(one) and not _is_common(other) for one, other in pairs) or any(
        _is_rare(one) or _is_rare(other) for one, other in pairs
    )


def _pairs(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    for first, last in pairwise(words):
        if _is_word(first) and _is_word(last) and _has_capital(first) and _has_capital(last):
            yield fold(first), fold(last)


def _is_sure_pair(pair: tuple[str, str]) -> bool:
    """Return whether two words in a longer text are a frequent given name and a family name."""
    return pair[0] in _SURE and _is_family(pair[1])


def _are_small(words: Sequence[str]) -> bool:
    """Return whether two words in letters of one size are a given and a family name."""
    first, last = map(fold, words)
    if min(len(first), len(last)) < _SHORTEST_SMALL:
        return False
    given, family = given_names(), family_names()
    if (first in given and last in family) or (first in family and last in given):
        sure = first in _SURE and _is_family(last) and last not in words_in_small_letters()
        return sure or (_is_rare(first) and _is_rare(last))
    return False


def _is_joined(word: str) -> bool:
    """Return whether one word is a given and a family name: `ZofiaNowak`, `hannahnowak`."""
    if not _is_word(word):
        return False
    parts = [fold(part) for part in _CAMEL.split(word)]
    given, family = given_names(), family_names()
    if len(parts) == 2:
        first, last = parts
        long = min(map(len, parts)) >= _SHORTEST_PART
        return long and first in given and last in family and _is_rare(first) and _is_rare(last)
    name = parts[0]
    if len(parts) > 2 or not name.isascii() or _is_known(name) or name in given or name in family:
        return False
    return any(
        name[:at] in _SURE and name[at:] in family and _is_rare(name[at:])
        for at in range(_SHORTEST_PART, len(name) - _SHORTEST_PART + 1)
    )


def _is_east_asian(text: str) -> bool:
    """Return whether a Chinese, Japanese or Korean text is a family and a given name."""
    parts = [part for part in re.split(r"[ \u3000]+", text) if part]
    if len(parts) == 2:
        first, last = map(fold, parts)
        if any(map(_is_known, (first, last))) or text[-1] in _ENDS_OF_PLACES:
            return False
        if len(first) > 1 and first in family_names() and len(last) < _MOST_OF_GIVEN:
            return True
        return any(
            _is_east_asian_family(family) and (given in given_names() or _is_han_given(given))
            for family, given in ((first, last), (last, first))
        )
    words = listed_as_written("HAN_WORDS")
    if len(parts) > 2 or text in words or _is_known(fold(text)):
        return False
    if any(
        _is_east_asian_family(fold(text[:at])) and fold(text[at:]) in given_names()
        for at in range(1, len(text))
    ):
        return True
    if not _HAN.fullmatch(text) or not _is_han_given(text[1:]):
        return False
    sure = text[0] in CHINESE_FAMILY_NAMES
    return (sure and len(text) < 4) or (
        len(text) == 3 and text[0] in OTHER_CHINESE_FAMILY_NAMES and text[:2] not in words
    )


def _is_east_asian_family(word: str) -> bool:
    return (
        word in family_names()
        or word in vocabulary("EAST_ASIAN_FAMILY")
        or word in OTHER_CHINESE_FAMILY_NAMES
    )


def _is_han_given(text: str) -> bool:
    return bool(text) and set(text) <= listed_as_written("HAN_GIVEN")


def _is_word(text: str) -> bool:
    """Return whether a text is letters with their signs alone, and an apostrophe between them."""
    return bool(text) and all(
        c.isalpha() or unicodedata.category(c)[0] == "M" or c in "'’‘ʻ\u200c\u200d" for c in text
    )


def _has_capital(word: str) -> bool:
    """Return whether a word begins with a capital, or its script has none."""
    letter = next(filter(str.isalpha, word), "")
    return letter.isupper() or letter.lower() == letter.upper()


def _bare(word: str) -> str:
    """Return a word as the lists have it, also where an apostrophe is in it."""
    name = fold(word)
    if name in given_names() or name in family_names():
        return name
    return re.sub(r"['’‘ʻ]", "", name)


def _is_patronymic(word: str) -> bool:
    endings = tuple(vocabulary("FAMILY_ENDINGS"))
    return len(word) > 5 and (bool(_PATRONYMIC.search(word)) or word.endswith(endings))


def _is_thing(word: str) -> bool:
    """Return whether a word is one of every day and no name."""
    return word in THINGS or (_is_known(word) and word not in given_names() and word not in family_names())


def _is_known(word: str) -> bool:
    return word in other_words() or word in headers() or word in occupations()


def _is_given(word: str) -> bool:
    return word in given_names() and not _is_common(word)


def _is_family(word: str) -> bool:
    return word in family_names() and not _is_common(word)


def _is_common(word: str) -> bool:
    """Return whether a word is more often one of every day than a name."""
    return word in THINGS or word in ordinary_words() or _is_known(word)


def _is_rare(word: str) -> bool:
    """Return whether a name is nothing else: no word in small letters either, and no town."""
    return not (_is_common(word) or word in words_in_small_letters() or word in cities())
