"""What the name of a column says about what it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from auditkit.detection.lexicon import fold, words
from auditkit.detection.phrases import Phrase, phrases

_CAMEL = re.compile(
    r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])"
)
_STRENGTH = {3: 6.5, 2: 4.5, 1: 2.5}


@dataclass(frozen=True)
class Header:
    """What a column name says.

    Attributes:
        says: log-odds of evidence by entity.
        flag: the name is of a property of the thing named (`email_verified`, `phone_type`), not of the thing.
        thing: the name is of something that is no person (`file_name`).
        identifier: the name is of a key (`city_id`).
    """

    tokens: tuple[str, ...]
    says: Mapping[str, float] = field(default_factory=dict)
    flag: bool = False
    thing: bool = False
    identifier: bool = False

    @property
    def telling(self) -> bool:
        """Whether the name means anything: `c1`, `column 3`, `V7` and `Unnamed: 0` do not.

        >>> read("county").telling, read("column 3").telling, read("V7").telling
        (True, False, False)
        """
        return any((len(t) > 1 or not t.isascii()) and t.isalpha() and t not in _EMPTY for t in self.tokens)

    @property
    def of_a_thing(self) -> bool:
        """Whether the last word that means anything is of what people's names are given to: brands, storms,
        streets, ships.

        >>> read("Hurricane").of_a_thing, read("brand_1").of_a_thing, read("team captain").of_a_thing
        (True, True, False)
        """
        core = [t for t in self.tokens if not t.isdigit() and t not in words("neutral")]
        return bool(core) and core[-1] in words("thing") and core[-1] not in words("anybody")

    @property
    def of_somebody(self) -> bool:
        """Whether the last word that means anything is of a part that people play: it stands for whoever
        plays it.

        >>> read("director").of_somebody, read("Senator 2").of_somebody, read("director_id").of_somebody
        (True, True, False)
        """
        core = [t for t in self.tokens if not t.isdigit()]
        return bool(core) and core[-1] in words("role") - words("name")


_EMPTY = frozenset(
    "column columns col cols field var variable value values unnamed attr attribute data feld spalte champ"
    " campo kolom kolumna".split()
)


_OF = frozenset("of de du del des di do da van der".split())


@cache
def tokens(name: str) -> tuple[str, ...]:
    """Return the words of a name, in lower case without accents.

    >>> tokens("BillingPostalCode"), tokens("e-mail_adresse 2"), tokens("dateofbirth"), tokens("ISBN13"), tokens("客户姓名")
    (('billing', 'postal', 'code'), ('e', 'mail', 'adresse', '2'), ('dateofbirth',), ('isbn', '13'), ('客户', '姓名'))
    """
    plain = "_".join(_CAMEL.split(re.sub("['’ʼ`]", "", name)))
    found = [t for t in re.split(r"[\W_]+", fold(plain)) if t]
    return tuple(part for token in found for part in _parts(token))


@cache
def _known() -> frozenset[str]:
    return (
        frozenset(w for key in phrases() for w in key)
        | words("role")
        | words("people")
        | words("neutral")
        | words("tail")
        | words("thing")
    )


_UNSPACED = re.compile(
    "[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\u1100-\u11ff]"
)  # Thai, Japanese, Chinese, Korean run words together


@cache
def _parts(token: str) -> tuple[str, ...]:
    """Return the words of a token written as one (`customername`), where two known words make it up."""
    known = _known()
    if token not in known and _UNSPACED.search(token):
        return tuple(_longest(token))
    if token in known or len(token) < 7 or not token.isalpha():
        return (token,)
    for at in range(len(token) - 3, 2, -1):
        head, tail = token[:at], token[at:]
        if head in known and (tail,) in phrases() and len(head) >= 3:
            return (head, tail)
    return (token,)


def _longest(token: str) -> Iterator[str]:
    """Yield the longest known words of a text without spaces, from left to right, and what stands between
    them.
    """
    at = rest = 0
    while at < len(token):
        end = next((end for end in range(len(token), at, -1) if token[at:end] in _known()), at)
        if end > at:
            if rest < at:
                yield token[rest:at]
            yield token[at:end]
            rest = end
        at = max(end, at + 1)
    if rest < len(token):
        yield token[rest:]


@cache
def read(name: str) -> Header:
    """Return what a column name says.

    >>> read("FirstName").says["PERSON"] > 6, read("file_name").thing, read("email_verified").flag, read("city_id").identifier
    (True, True, True, True)
    """
    every = tokens(name)
    core = tuple(t for t in every if not t.isdigit()) or every
    says: dict[str, float] = {}
    flag = len(core) > 1 and core[0] in words("flag") and core not in phrases()
    identifier = thing = False
    whole_known = core in phrases()
    spans = [(a, b) for a in range(len(core)) for b in range(a + 1, len(core) + 1) if core[a:b] in phrases()]
    for start in range(len(core)):
        for end in range(len(core), start, -1):
            if whole_known and end - start < len(core):
                continue  # a phrase that is the whole name says what its words mean together
            for phrase in phrases().get(core[start:end], ()):
                score, tail_flag, tail_id, of_thing = _weight(phrase, core[:start], core[end:])
                if not any(a <= start and end <= b and b - a > end - start for a, b in spans):
                    flag |= tail_flag  # what a longer phrase explains (`age category`) is no property of something
                    identifier |= tail_id
                    thing |= of_thing
                if score > says.get(phrase.entity, 0):
                    says[phrase.entity] = score
    if not flag and _numbered(core):
        says["PSEUDONYM"] = max(says.get("PSEUDONYM", 0.0), _STRENGTH[2])
    if (
        core
        and core[-1] in ("id", "ids", "key", "uuid", "guid", "fk", "pk")
        and len(core) > 1
        and not _full(core)
    ):
        identifier = True
    if flag:
        says = {
            entity: score - 5
            for entity, score in says.items()
            if entity in ("HEALTH", "DISABILITY", "TRADE_UNION", "MARITAL_STATUS", "CRIMINAL_RECORD")
        }
    return Header(every, {e: s for e, s in says.items() if s > 0}, flag, thing, identifier)


def _numbered(core: tuple[str, ...]) -> bool:
    """Whether a name ends in the number of somebody: a word for a person before one for a number, apart or
    written as one.

    >>> _numbered(("pat", "nr")), _numbered(("kundennummer",)), _numbered(("order", "no")), _numbered(("num", "employees"))
    (True, True, False, False)
    """
    if len(core) > 1 and core[-1] in words("numbering"):
        return core[-2] in words("bearer")
    last = core[-1] if core else ""
    stems = (
        last.removesuffix(word)
        for word in words("numbering")
        if len(last) > len(word) + 2 and last.endswith(word)
    )
    return any(stem in words("bearer") for stem in stems)


def _full(core: tuple[str, ...]) -> bool:
    """Whether a phrase that itself ends in a word for a key ends the name (`national id`)."""
    return any(core[start:] in phrases() for start in range(len(core) - 1))


def _weight(
    phrase: Phrase, before: tuple[str, ...], after: tuple[str, ...]
) -> tuple[float, bool, bool, bool]:
    """Return what a phrase weighs among the words around it, and whether they make it a flag, a key, or the
    name of a thing.
    """
    score = _STRENGTH[phrase.strength]
    flag = identifier = thing = False
    for word in after:
        if word in ("id", "ids", "key", "uuid", "guid", "fk", "pk", "ref"):
            identifier = True
        elif word in words("neutral") or word in words("people") or word in words("role"):
            score -= 0.3
        elif word in words("tail"):
            flag = True
        elif phrase.entity == "AGE" and after[0] in _OF and word in words("business") | words("thing"):
            score -= 8  # `age of vehicle`
        elif (word,) in phrases():
            score -= 2.5  # another meaning follows: the last one is the noun
        else:
            score -= 3
    personal = any(word in words("role") for word in before)
    for word in before:
        if word in words("role") or word in words("neutral") or word in words("people"):
            score -= 0.1
        elif phrase.entity == "PERSON":
            thing |= word in words("thing")
            score -= 5 if word in words("thing") else 1.5
        elif phrase.entity in ("AGE", "DATE_OF_BIRTH") and word in words("business") | words("thing"):
            score -= 5
        else:
            score -= 1 if phrase.strength == 3 else 2
    if phrase.entity == "PERSON" and personal and phrase.words[-1] in words("name") and not thing:
        score = max(score, 6.5 - (3 if after else 0))  # `author name`
    return (max(score, 0.0), flag, identifier, thing)
