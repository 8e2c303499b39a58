"""The words of a column name: taken apart, and as the list of phrases has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from auditkit.detection.phrases import by_initials, phrases
from auditkit.detection.scripts import BETWEEN_WORDS, is_word
from auditkit.detection.spelling import is_in_short, is_one_edit
from auditkit.lexicon import fold, other_words, personal_names, words

_CAMEL_CASE = re.compile(
    r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])"
)

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese and Korean write words without spaces between them."""

_NO_NAME = frozenset({("no", "column", "name")})
"""What SQL Server writes where nobody chose a name."""

_SHORTEST_COMPOUND, _SHORTEST_PART = 7, 3

_SHORTEST_MISSPELT, _LONG_ENOUGH = 4, 8
"""The fewest letters of a misspelt word, and of all words where one of them has a wrong letter."""


def is_telling(every: tuple[str, ...]) -> bool:
    """Return whether somebody chose a name with these words: those that tools give say nothing.

    >>> is_telling(tokens("Sheet1")), is_telling(tokens("列1")), is_telling(tokens("guests"))
    (False, False, True)
    """
    meaningless = words("meaningless")
    return every not in _NO_NAME and any(
        ((len(token) > 1 or not token.isascii()) and is_word(token) and token not in meaningless)
        or (token,) in phrases()
        for token in every
    )


@cache
def tokens(name: str) -> tuple[str, ...]:
    """Return the words of a name, in lower case without accents.

    >>> tokens("BillingPostalCode"), tokens("e-mail_adresse 2")
    (('billing', 'postal', 'code'), ('e', 'mail', 'adresse', '2'))
    >>> tokens("dateofbirth"), tokens("ISBN13"), tokens("客户姓名")
    (('dateofbirth',), ('isbn', '13'), ('客户', '姓名'))
    """
    runs = (run for run in BETWEEN_WORDS.split(re.sub("['’ʼ`]", "", name)) if run)
    found = [token for run in runs for token in _without_camel_case(run)]
    return tuple(part for token in found for part in _parts(token))


def _without_camel_case(run: str) -> Sequence[str]:
    """Return the words of a run of letters and digits; a listed word stays one in any case of its letters.

    >>> _without_camel_case("FirstName"), _without_camel_case("sAMAccountName")
    (['first', 'name'], ['samaccountname'])
    """
    parts = [fold(part) for part in _CAMEL_CASE.split(run)]
    whole = "".join(parts)
    if len(parts) > 1 and (whole,) in phrases() and tuple(parts) not in phrases():
        return [whole]
    return parts


@cache
def known_words() -> frozenset[str]:
    """Return every word that stands in a list."""
    kinds = ("role", "people", "neutral", "tail", "thing", "meaningless")
    return frozenset(word for phrase in phrases() for word in phrase).union(*map(words, kinds))


@cache
def _parts(token: str) -> tuple[str, ...]:
    """Return the words of a token written as one (`customername`), where two known words make it up."""
    known = known_words()
    if token in known or token in other_words():
        return (token,)
    if _UNSPACED.search(token):
        return tuple(_longest(token))
    if len(token) < _SHORTEST_COMPOUND or not is_word(token) or as_listed((token,)) != (token,):
        return (token,)  # a misspelt word may begin and end like two others
    for at in range(len(token) - _SHORTEST_PART, _SHORTEST_PART - 1, -1):
        head, tail = token[:at], token[at:]
        if head in known and (tail,) in phrases():
            return (head, tail)
        if (head,) in phrases() and len(head) >= _SHORTEST_COMPOUND and tail in words("neutral"):
            return (head, tail)
    return (token,)


def _longest(token: str) -> Iterator[str]:
    """Yield the longest known words of a text without spaces, from left to right, and what is between."""
    at = rest = 0
    while at < len(token):
        end = next((end for end in range(len(token), at, -1) if token[at:end] in known_words()), at)
        if end > at:
            if rest < at:
                yield token[rest:at]
            yield token[at:end]
            rest = end
        at = max(end, at + 1)
    if rest < len(token):
        yield token[rest:]


def as_listed(core: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a name, with those that are misspelt or in short as the list of phrases has them.

    >>> as_listed(("longittude",)), as_listed(("soc", "sec", "id")), as_listed(("birthplacce",))
    (('longitude',), ('social', 'security', 'id'), ('birthplace',))
    >>> as_listed(("list", "name"))
    ('list', 'name')
    """
    unknown = [at for at, token in enumerate(core) if _is_unknown(token)]
    spans = [(a, b) for a in range(len(core)) for b in range(a + 1, len(core) + 1)]
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if any(start <= at < end for at in unknown):
            written = core[start:end]
            known = by_initials().get(tuple(token[0] for token in written), ())
            if meant := next((phrase for phrase in known if _is_meant(written, phrase)), None):
                return (*core[:start], *meant, *core[end:])
    return core


def _is_unknown(token: str) -> bool:
    """Return whether a word stands in no list: it may be misspelt, or in short."""
    if not is_word(token) or len(token) < _SHORTEST_PART or token in words("anybody"):
        return False
    return token not in known_words() and token not in other_words() and token not in personal_names()


def _is_meant(written: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Return whether a phrase is meant by words of which one is misspelt, or some are in short."""
    pairs = [(token, word) for token, word in zip(written, phrase, strict=True) if token != word]
    if len(phrase) > 1 and all(is_in_short(token, word) for token, word in pairs):
        return True
    (token, word), *others = pairs
    if others or len(token) < _SHORTEST_MISSPELT or not _is_unknown(token) or not is_one_edit(token, word):
        return False
    # another letter makes another word (`context`, `content`) sooner than two swapped ones do
    another = len(token) == len(word) and sorted(token) != sorted(word)
    return not another or sum(map(len, phrase)) >= _LONG_ENOUGH
