"""What the name of a column says about what it holds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import NamedTuple

from auditkit.detection.header_words import as_listed, is_telling, known_words, tokens
from auditkit.detection.phrases import Phrase, phrases
from auditkit.detection.questions import question
from auditkit.lexicon import (
    family_names,
    given_names,
    other_words,
    words,
)

_STRENGTH: Mapping[int, float] = {3: 6.5, 2: 4.5, 1: 2.5}
"""The log-odds of a phrase, by its strength."""


_OF = frozenset("of de du del des di do da van der".split())
_KEYS = frozenset("id ids key uuid guid fk pk".split())
_ABOUT_STATES = frozenset("HEALTH DISABILITY TRADE_UNION MARITAL_STATUS CRIMINAL_RECORD".split())
"""What a yes or no is telling about."""

_OF_MANY = frozenset("INCOME AGE LANGUAGE EDUCATION".split())
_STATISTICS = frozenset(
    "median mean avg average total sum max min national census tract area zip capita aggregate group sector"
    " durchschnittliches mittleres medianes moyen median medio promedio media mediana".split()
)
"""Attributes that are often of many people at once, and the words that show it."""

_MEANS_ANOTHER = -5.0
"""A word that changes a phrase so much makes it the name of something else: `age of vehicle`."""

_CATEGORIES = frozenset("GENDER ETHNICITY RELIGION MARITAL_STATUS NATIONALITY AGE EDUCATION".split())
_KINDS = frozenset("category categories class group groups type level label".split())
"""Attributes that are kinds themselves, and the words for a kind: an ethnic category is an ethnicity."""

_FLAGGED = 5
"""How much less the name of a flag says."""

_VERBS_OF_STATES = frozenset("is are was were has have had".split())
"""What stands before a state of somebody in the name of a flag."""


@dataclass(frozen=True)
class Header:
    """What a column name says.

    Attributes:
        tokens: its words, in lower case without accents.
        says: log-odds of evidence by entity.
        flag: the name is of a property of something (`email_verified`, `phone_type`), not of that itself.
        thing: the name is of a thing and not of a person (`file_name`).
        identifier: the name is of a key (`city_id`).
        mentions: every entity that some of its words stand for, also where the others say something else.
    """

    tokens: tuple[str, ...]
    says: Mapping[str, float] = field(default_factory=dict)
    flag: bool = False
    thing: bool = False
    identifier: bool = False
    mentions: frozenset[str] = frozenset()

    @cached_property
    def telling(self) -> bool:
        """Whether somebody chose the name: `c1`, `column 3`, `V7` and `Unnamed: 0` are of machines.

        >>> read("county").telling, read("column 3").telling, read("V7").telling
        (True, False, False)
        """
        return is_telling(self.tokens)

    @cached_property
    def readable(self) -> bool:
        """Whether it stands in a list what some word of the name means; an unknown name contradicts nothing.

        Neither does the name of a person, which stands there where a file has no names of columns.

        >>> read("start_date").readable, read("XQWZ").readable, read("Grace Park").readable
        (True, False, False)
        """
        if self.of_a_person:
            return False
        meaningless = words("meaningless")
        chosen = [token for token in self.tokens if token not in meaningless]
        return self.telling and any(token in known_words() or token in other_words() for token in chosen)

    @property
    def of_a_thing(self) -> bool:
        """Whether the last word with a meaning is of things that bear people's names: brands, storms, ships.

        >>> read("Hurricane").of_a_thing, read("brand_1").of_a_thing, read("team captain").of_a_thing
        (True, True, False)
        """
        if self.of_a_person:
            return False
        passed_over = words("neutral") | words("meaningless")
        core = [token for token in self.tokens if not token.isdigit() and token not in passed_over]
        return bool(core) and core[-1] in words("thing") and core[-1] not in words("anybody")

    @property
    def of_a_person(self) -> bool:
        """Whether the name is a given name and a family name, and nothing else.

        >>> read("Grace Park").of_a_person, read("park name").of_a_person
        (True, False)
        """
        first, *others = self.tokens or ("",)
        return first in given_names() and bool(others) and all(word in family_names() for word in others)

    @property
    def of_somebody(self) -> bool:
        """Whether the last word with a meaning is a role, and so stands for the person who has it.

        >>> read("director").of_somebody, read("Senator 2").of_somebody, read("director_id").of_somebody
        (True, True, False)
        """
        core = [token for token in self.tokens if not token.isdigit()]
        return bool(core) and core[-1] in words("role") - words("name")


class _Weight(NamedTuple):
    """What a phrase weighs among the words around it, and what these make of it."""

    score: float
    flag: bool
    identifier: bool
    thing: bool
    meant: bool


@cache
def read(name: str) -> Header:
    """Return what a column name says.

    A dot may stand between two words (`date.of.birth`), or between an object and its attribute (`user.name`,
    which is no `username`): both count, and the values decide.

    >>> read("FirstName").says["PERSON"] > 6, read("file_name").thing
    (True, True)
    >>> read("email_verified").flag, read("city_id").identifier
    (True, True)
    >>> sorted(read("user.name").says), sorted(read("user_name").says), sorted(read("date.of.birth").says)
    (['PERSON', 'USERNAME'], ['USERNAME'], ['DATE_OF_BIRTH'])

    A question says what the name of the column would say that it asks for.

    >>> sorted(read("What is your date of birth?").says), read("May we write to your e-mail address?").says
    (['DATE_OF_BIRTH'], {})
    """
    asked = question(name)
    if asked is None:
        return _named(name)
    header = _named(asked.about or name)
    if not asked.about:
        return replace(header, says={}) if asked.of_others or asked.of_yes_or_no else header
    if asked.of_yes_or_no:
        says = {entity: score for entity, score in header.says.items() if entity in _ABOUT_STATES}
        return replace(header, says=says, flag=not says)
    return header


def _named(name: str) -> Header:
    """Return what a column name says, read as a name and not as a question."""
    every = tokens(name)
    if not is_telling(every):
        return Header(every)
    core = as_listed(tuple(token for token in every if not token.isdigit()) or every)
    says: dict[str, float] = {}
    is_flag = len(core) > 1 and core[0] in words("flag") and core not in phrases()
    flag = is_flag and not _says_a_state(core)
    identifier = thing = False
    mentions = set()
    for phrase, weight, longest in _weighed(core, _behind_the_dot(name, core)):
        if _is_switch(phrase, core):
            flag = True
            continue
        if weight.meant:
            mentions.add(phrase.entity)
        if longest:
            flag |= weight.flag
            identifier |= weight.identifier
            thing |= weight.thing
        if weight.score > says.get(phrase.entity, 0):
            says[phrase.entity] = weight.score
    if not flag and _is_numbered(core):
        says["PSEUDONYM"] = max(says.get("PSEUDONYM", 0.0), _STRENGTH[2])
    identifier |= len(core) > 1 and core[-1] in _KEYS and not _ends_in_a_phrase(core)
    if flag or is_flag:
        less = _FLAGGED if flag else 0
        says = {entity: score - less for entity, score in says.items() if entity in _ABOUT_STATES}
    positive = {entity: score for entity, score in says.items() if score > 0}
    return Header(every, positive, flag, thing, identifier, frozenset(mentions))


def _says_a_state(core: tuple[str, ...]) -> bool:
    """Return whether a flag says the state of somebody: then a yes is as telling as a word.

    >>> sorted(read("has_diabetes").says), sorted(read("is_union_member").says)
    (['HEALTH'], ['TRADE_UNION'])
    >>> read("show_allergies").flag, read("has_allergies_note").flag
    (True, True)
    """
    return core[0] in _VERBS_OF_STATES and any(
        phrase.entity in _ABOUT_STATES and phrase.strength == max(_STRENGTH)
        for phrase in phrases().get(core[1:], ())
    )


def _is_switch(phrase: Phrase, core: tuple[str, ...]) -> bool:
    """Return whether a name says that something is switched off, and not that somebody is disabled.

    >>> read("progressive_billing_disabled").says, read("is_disabled").says
    ({}, {})
    >>> "DISABILITY" in read("disabled person").says
    True
    """
    if phrase.words != ("disabled",) or len(core) == 1:
        return False
    of_somebody = any(token in words("people") for token in core)
    return core[-1] == "disabled" or core[0] in words("flag") - {"disabled"} or not of_somebody


def _behind_the_dot(name: str, core: tuple[str, ...]) -> int:
    """Return how many words of a name stand behind its last dot; none where it has no dot between words."""
    before, dot, last = name.rpartition(".")
    behind = tuple(token for token in tokens(last) if not token.isdigit()) if dot and tokens(before) else ()
    return len(behind) if 0 < len(behind) < len(core) and core[-len(behind) :] == behind else 0


def _weighed(core: tuple[str, ...], behind: int = 0) -> Iterator[tuple[Phrase, _Weight, bool]]:
    """Yield the phrases of a name, what each weighs, and whether no longer phrase holds it.

    What a longer phrase explains (`age category`) is no property of something. A phrase that is the whole
    name says what its words mean together; the last words, of which so many stand behind a dot, may be a name
    of their own.
    """
    spans = [(a, b) for a in range(len(core)) for b in range(a + 1, len(core) + 1) if core[a:b] in phrases()]
    explained = {at for a, b in spans if b - a > 1 for at in range(a, b)}
    whole = (0, len(core))
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if whole in spans and (start, end) not in (whole, (whole[1] - behind, whole[1])):
            continue
        longest = not any(a <= start and end <= b and b - a > end - start for a, b in spans)
        for phrase in phrases()[core[start:end]]:
            left = [word for at, word in enumerate(core[end:], end) if at not in explained]
            yield phrase, _weight(phrase, core[:start], core[end:], left), longest


def _is_numbered(core: tuple[str, ...]) -> bool:
    """Return whether a name ends in the number of somebody, written as two words or as one.

    >>> _is_numbered(("pat", "nr")), _is_numbered(("kundennummer",))
    (True, True)
    >>> _is_numbered(("order", "no")), _is_numbered(("num", "employees"))
    (False, False)
    """
    if len(core) > 1 and core[-1] in words("numbering"):
        return core[-2] in words("bearer")
    last = core[-1] if core else ""
    endings = (word for word in words("numbering") if len(last) > len(word) + 2 and last.endswith(word))
    return any(last.removesuffix(ending) in words("bearer") for ending in endings)


def _ends_in_a_phrase(core: tuple[str, ...]) -> bool:
    """Return whether a phrase of several words ends the name (`national id`)."""
    return any(core[start:] in phrases() for start in range(len(core) - 1))


def _weight(
    phrase: Phrase, before: tuple[str, ...], after: tuple[str, ...], left: Collection[str]
) -> _Weight:
    """Return what a phrase weighs among the words around it.

    They may make it the name of a flag, of a key, or of a thing. Of the words behind it, those that are left
    belong to no other phrase: `patient birth date` is no date of a patient's record.
    """
    changes = [_change_behind(phrase, word, after[0]) for word in after]
    changes += [_change_in_front(phrase, word) for word in before]
    score = _STRENGTH[phrase.strength] + sum(changes)
    of_person = phrase.entity == "PERSON"
    thing = of_person and any(word in words("thing") and not _is_plain(word) for word in before)
    has_role = any(word in words("role") for word in before)
    if of_person and not thing and has_role and phrase.words[-1] in words("name"):
        score = max(score, _STRENGTH[3] - (3 if after else 0))  # `author name`
    return _Weight(
        score=max(score, 0.0),
        flag=any(
            word in words("tail")
            and not _is_key(word)
            and not _is_plain(word)
            and not (phrase.entity in _CATEGORIES and word in _KINDS)
            for word in left
        ),
        identifier=any(map(_is_key, after)),
        thing=thing,
        meant=min(changes, default=0.0) > _MEANS_ANOTHER,
    )


def _is_key(word: str) -> bool:
    return word in _KEYS or word == "ref"


def _is_plain(word: str) -> bool:
    """Return whether a word hardly changes what the words around it say."""
    return word in words("neutral") or word in words("people") or word in words("role")


def _change_behind(phrase: Phrase, word: str, first: str) -> float:
    """Return what a word behind a phrase changes; `first` is the one right behind it."""
    if _is_key(word):
        return 0.0
    if _is_plain(word) or (len(word) == 1 and word.isascii()):
        return -0.3
    if word in words("tail"):
        return 0.0
    if phrase.entity == "AGE" and first in _OF and word in words("business") | words("thing"):
        return -8.0  # `age of vehicle`
    # where another meaning follows, the last one is the noun
    return -2.5 if (word,) in phrases() else -3.0


def _is_place(word: str) -> bool:
    """Return whether a word stands for a place, whose attributes are of nobody."""
    return any(phrase.entity == "LOCATION" for phrase in phrases().get((word,), ()))


def _change_in_front(phrase: Phrase, word: str) -> float:
    """Return what a word in front of a phrase changes."""
    if _is_plain(word):
        return -0.1
    if phrase.entity == "PERSON":
        return -5.0 if word in words("thing") else -1.5
    if phrase.entity in ("AGE", "DATE_OF_BIRTH") and word in words("business") | words("thing"):
        return -5.0
    if phrase.entity in _OF_MANY and (word in _STATISTICS or _is_place(word)):
        return -6.0  # `county income`, `median age`
    return -1.0 if phrase.strength == 3 else -2.0
