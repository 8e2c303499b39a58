"""What speaks for and against one entity in one column, as a sum of log-odds (a naive Bayes in the open).

The evidence is what the column's name says, how the values fit, whether the table is about people, and what
the columns beside it hold. Every part has its words, so that a reader can judge the judgement.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from auditkit.detection.alone import ALONE, WEAK, are_house_numbers
from auditkit.detection.context import HOUSE_NUMBER, Context
from auditkit.detection.counting import verified
from auditkit.detection.fit import Fit, odds, percent
from auditkit.detection.identity import number_fit, valid_shares
from auditkit.detection.named import FITS
from auditkit.detection.recognizers import SHAPES
from auditkit.detection.recognizers.numbers import numbers
from auditkit.detection.unchecked import UNCHECKED, unchecked
from auditkit.detection.view import View
from auditkit.lexicon import words
from auditkit.vocabulary import ENTITIES, Sensitivity

Part = tuple[str, float]
"""Evidence in words, and its log-odds; the words are empty where it is the same for every column."""

PRIOR = -5.0
"""The log-odds that a column holds a given entity, before anything is known."""

_CHANCE: Mapping[str, float] = MappingProxyType({
    entity: max(shape.chance for shape in SHAPES if shape.entity == entity)
    for entity in {shape.entity for shape in SHAPES}
})  # fmt: skip
_CHECKED = frozenset(shape.entity for shape in SHAPES if shape.checks or shape.decides) - {"PHONE_NUMBER"}

_ALWAYS_ASKED = frozenset({"GENDER", "RELIGION", "ETHNICITY", "MARITAL_STATUS", *ALONE, *UNCHECKED})
"""What the values can prove without a name of the column and without a shape."""

_TABLE_MATTERS = frozenset(
    "PERSON LOCATION AGE GENDER LANGUAGE OCCUPATION EDUCATION PSEUDONYM NATIONALITY".split()
)
_NEVER_A_KEY = _TABLE_MATTERS - {"PSEUDONYM"} | {"RELIGION"}
"""What a column does not hold whose name is that of a key."""

_NEVER_NUMBERED = frozenset("STREET_ADDRESS LOCATION EMAIL_ADDRESS ORGANIZATION URL".split())
"""What is no number alone, so that a key with its name is a reference."""

_VERSION_WORDS = frozenset(
    "version versions ver release releases build firmware revision rev driver kernel oid patch".split()
)

_ATTRIBUTES = frozenset(
    "AGE GENDER MARITAL_STATUS LANGUAGE OCCUPATION EDUCATION INCOME NATIONALITY LOCATION POSTAL_CODE"
    " GEO_COORDINATES".split()
)
"""What is personal only where a row is about an identifiable person (GDPR Art. 4(1))."""

_SENSITIVE = frozenset(
    "ETHNICITY RELIGION HEALTH DISABILITY GENETIC POLITICAL_OPINION SEXUAL_ORIENTATION TRADE_UNION".split()
)
_BESIDE_PEOPLE = frozenset(
    "PERSON GENDER DATE_OF_BIRTH POSTAL_CODE LOCATION MARITAL_STATUS PHONE_NUMBER OCCUPATION STREET_ADDRESS"
    " AGE ETHNICITY RELIGION".split()
)
_IN_COMPANY = frozenset("POSTAL_CODE GENDER AGE DATE_OF_BIRTH STREET_ADDRESS".split())
"""What columns beside it prove even where the values alone prove little."""

_CODED = frozenset("GENDER ETHNICITY RELIGION MARITAL_STATUS".split())
_MAY_BE_A_UUID = frozenset({Sensitivity.PSEUDONYMOUS, Sensitivity.ONLINE_IDENTIFIER, Sensitivity.CREDENTIAL})
"""How sensitive data is whose values can be UUIDs."""
_UUIDS = 0.9
"""The least share of UUIDs in a column of them."""

_BY_SHAPE_ALONE = frozenset({"HEALTH", "URL", "VIN"})
"""What loose forms say nothing about unless the column's name does."""

_NEAR_AN_ADDRESS, _WRITTEN_CODES = 2.5, 2.0
"""How much columns nearby must say for postal codes that are bare numbers, and the fit of other ones."""

_NO_NAMES, _WRITTEN_OUT = -4.0, 4.0
"""Values hold no names if they fit worse than the first; phone numbers are sure from the second on."""

_PEOPLE_AT_MOST, _SAYS_MUCH = 2.5, 5.0
"""The most that a table about people adds to a named entity; a name that says this much needs it less."""

_EXPLICIT, _EXPLICIT_AT_LEAST = 5.5, 0.0
"""How much a name says that states a special category (GDPR Art. 9), and the least that its words then say.

Our vocabularies end, those of religions and parties do not.
"""

_REVIEW_AT_MOST, _LIKELY_AT_MOST, _PLACE_AT_MOST = 0.5, 2.2, 2.9
_AT_MOST: Mapping[str, float] = MappingProxyType({
    **dict.fromkeys(_ATTRIBUTES, _REVIEW_AT_MOST),
    **dict.fromkeys(_SENSITIVE, _LIKELY_AT_MOST),
})  # fmt: skip
"""The most that attributes reach where no column says whom a row is about.

A person reviews them; where harm would be great, they stay likely.
"""


@dataclass(frozen=True)
class Judgement:
    """The log-odds of one entity for one column, and the parts that they are the sum of.

    Attributes:
        entity: the entity.
        parts: the evidence, each part with its log-odds.
        named: the column's name says the entity.
        fit: what the values say.
    """

    entity: str
    parts: tuple[Part, ...]
    named: bool
    fit: Fit

    @property
    def score(self) -> float:
        """The sum of the evidence."""
        return sum(weight for _, weight in self.parts)

    @property
    def words(self) -> str:
        """The evidence in words, without what is the same for every column."""
        return "; ".join(text for text, _ in self.parts if text)

    @property
    def confidence(self) -> float:
        """The log-odds as a probability."""
        return 1 / (1 + math.exp(-max(min(self.score, 6.0), -30.0)))


@dataclass(frozen=True)
class _Case:
    """One column, one entity, and what its name and its values say.

    Attributes:
        view: the column.
        context: what surrounds it.
        entity: the entity.
        named: how much the column's name says the entity, as log-odds; 0 where it does not.
        fit: what the values say.
        agrees: the column's name says the entity, whether or not that is counted here.
    """

    view: View
    context: Context
    entity: str
    named: float
    fit: Fit
    agrees: bool = False


def judgements(view: View, context: Context) -> list[Judgement]:
    """Return the judgement of every entity for which anything speaks."""
    asked = set(view.header.says) | _ALWAYS_ASKED
    asked |= {entity for entity, found in view.state.found.items() if found.cells >= 0.2 * view.filled}
    asked |= valid_shares(view).keys()
    found = (_judgement(view, context, entity) for entity in sorted(asked))
    return [judgement for judgement in found if judgement is not None]


def _judgement(view: View, context: Context, entity: str) -> Judgement | None:
    """Return the judgement of one entity.

    Where the column's name says the entity, the values may prove it by a fit for such names or alone: a name
    that agrees never lowers what they prove.
    """
    named = _named(view, entity)
    ways = [(named, _fit(view, entity, named=True))] if named else []
    ways.append((0.0, _fit(view, entity, named=False)))
    found = [
        _weighed(_Case(view, context, entity, weight, fit, agrees=bool(named)))
        for weight, fit in ways
        if fit is not None
    ]
    return max(found, key=lambda judgement: judgement.score, default=None)


def _weighed(case: _Case) -> Judgement:
    """Return the sum of what speaks for and against one entity."""
    named, fit, entity = case.named, case.fit, case.entity
    parts = [
        ("", PRIOR),
        (f"the column's name says {ENTITIES[entity].label}", named),
        (fit.words, fit.score),
        *_objections(case),
        *_of_the_table(case),
    ]
    parts += _bounds(case, sum(weight for _, weight in parts))
    return Judgement(entity, tuple(part for part in parts if part[1]), case.agrees, fit)


def _named(view: View, entity: str) -> float:
    """Return how much the column's name says an entity; a more specific name is worth more."""
    says = view.header.says
    named = says.get(entity, 0.0)
    parent = ENTITIES[entity].kind
    if parent is None or parent not in says:
        return named
    return max(named + (2.0 if named else 0.0), says[parent] - 0.5)


def _objections(case: _Case) -> tuple[Part, ...]:
    """Return what the column itself says against the entity, remembered by the view."""
    remembered, key = case.view.objections, (case.entity, bool(case.named))
    if key not in remembered:
        remembered[key] = tuple(_of_the_column(case))
    found: tuple[Part, ...] = remembered[key]
    return found


def _of_the_column(case: _Case) -> Iterator[Part]:
    """Yield what the column itself says against the entity."""
    view, header, entity = case.view, case.view.header, case.entity
    if not case.agrees:
        yield "but the column's name says something else", _says_otherwise(view, entity, case.fit)
    business = view.business
    if business and business.explains(entity) and (business.named or not case.named):
        yield f"but the values are of another kind: {business.label}", -9.0
    if view.uuids > _UUIDS and ENTITIES[entity].sensitivity not in _MAY_BE_A_UUID:
        yield "but the values are UUIDs, which are not words", -9.0
    is_parent = ENTITIES[entity].kind is None
    if header.identifier and is_parent and case.fit.holds is not None and entity in _NEVER_A_KEY:
        yield "but the name is that of a key", -4.0
    elif header.identifier and entity in _NEVER_NUMBERED and len(view.numbers) >= 0.9 * view.n:
        yield "but the name is that of a key, and the values are numbers", -4.0
    if entity == "IP_ADDRESS" and _VERSION_WORDS.intersection(header.tokens):
        yield "but the name is that of a version", -9.0
    if view.fingerprints > 0.5:
        yield "but the values are digests of keys", -9.0
    if entity != "PERSON":
        return
    if header.thing:
        yield "but the name is that of a thing", -3.0
    elif not case.agrees and header.of_a_thing:
        # brands, storms, schools and ships bear people's names: the values prove little
        yield "but things of this kind are named after people", -max(3.0, 0.9 * case.fit.score)


def _of_the_table(case: _Case) -> Iterator[Part]:
    """Yield what the table and the columns beside it say for or against the entity."""
    context, entity, fit = case.context, case.entity, case.fit
    if _depends_on_people(case):
        weight = context.people
        if case.named:
            weight = min(weight, _PEOPLE_AT_MOST) * (0.4 if case.named > _SAYS_MUCH else 1.0)
        words = f"the table is {'' if weight > 0 else 'not '}about people"
        yield words if abs(context.people) >= 1 else "", weight
    beside = context.beside.get(entity, 0.0)
    if entity == "STREET_ADDRESS" and not case.named and are_house_numbers(case.view):
        yield "a column beside it holds streets", context.beside.get(HOUSE_NUMBER, 0.0)
        return
    if case.named or fit.strong or (entity in _IN_COMPANY and fit.score > 0):
        if beside > 0:
            yield "a column beside it agrees", beside
        elif not case.named:
            yield "but a column beside it is of the same kind, like the start and the end of a period", beside
    if entity == "PERSON" and context.of_things and _is_bare_name(case.view):
        yield "but things of this kind are named after people", -max(3.0, 0.9 * fit.score)
    if entity == "PERSON" and fit.score > _NO_NAMES:
        yield "its words occur in the e-mail addresses of the table", context.echoed


def _is_bare_name(view: View) -> bool:
    """Return whether the name says no more than that rows have a name."""
    core = [token for token in view.header.tokens if not token.isdigit()]
    return bool(core) and all(token in words("name") for token in core)


def _depends_on_people(case: _Case) -> bool:
    """Return whether it matters for the entity that the table is about people."""
    if case.named:
        return case.entity in _TABLE_MATTERS
    if case.entity not in _BESIDE_PEOPLE:
        return False
    fit = case.fit
    if case.entity == "POSTAL_CODE" and fit.score < _WRITTEN_CODES:
        # tables about people hold many numbers of one length
        return case.context.beside.get("POSTAL_CODE", 0.0) >= _NEAR_AN_ADDRESS
    return fit.strong or case.entity in WEAK or (case.entity == "GENDER" and fit.score > 0)


def _bounds(case: _Case, score: float) -> Iterator[Part]:
    """Yield what takes a score down to the most, or up to the least, that the entity may reach."""
    most = _most(case, score)
    if score > most:
        reason = "a person must review its codes" if case.fit.coded else "no column says whom a row is about"
        yield f"but {reason}", most - score
    elif score < _EXPLICIT_AT_LEAST and _is_explicit(case):
        yield "but a person must review words under such a name", _EXPLICIT_AT_LEAST - score


def _most(case: _Case, score: float) -> float:
    """Return the most that the score of the entity may be."""
    context, entity = case.context, case.entity
    if case.fit.coded:
        return min(score, _REVIEW_AT_MOST)
    if entity == "URL":
        return min(score, _REVIEW_AT_MOST if context.nobody or not case.named else _LIKELY_AT_MOST)
    if not context.nobody:
        return min(score, _PLACE_AT_MOST) if entity == "LOCATION" else score
    if entity == "GEO_COORDINATES" and context.nameless:
        return _LIKELY_AT_MOST
    if context.titled:
        return _LIKELY_AT_MOST if entity in _ATTRIBUTES else score
    return _AT_MOST.get(entity, score)


def _is_explicit(case: _Case) -> bool:
    """Return whether the name says a special category, and the values are words.

    States, numbers, dates and keys are no words.
    """
    view, header = case.view, case.view.header
    special = ENTITIES[case.entity].sensitivity is Sensitivity.SPECIAL_CATEGORY
    if case.named < _EXPLICIT or not special or header.flag or header.thing or header.identifier:
        return False
    if view.business and view.business.explains(case.entity):
        return False
    return view.letters - view.dates - view.opaque >= 0.5


def _fit(view: View, entity: str, *, named: bool) -> Fit | None:
    """Return what the values say, remembered by the view."""
    if (entity, named) not in view.fits:
        view.fits[entity, named] = _best_fit(view, entity, named)
    fit: Fit | None = view.fits[entity, named]
    return fit


def _best_fit(view: View, entity: str, named: bool) -> Fit | None:
    """Return what the values prove alone, else the best of what their shape and loose forms say."""
    found_as_pairs = entity == "GEO_COORDINATES" and entity in view.state.found
    if not named and entity in ALONE and not found_as_pairs:
        return ALONE[entity](view)
    if entity in numbers():
        return number_fit(view, entity, named) if entity in valid_shares(view) else None
    fits = [] if named or entity not in UNCHECKED else [unchecked(view, entity)]
    is_sought = named or entity in view.state.found
    if is_sought and entity in _CHANCE and entity not in ("PHONE_NUMBER", "GEO_COORDINATES"):
        fits.append(_shape_fit(view, entity))
    if entity in FITS and (named or entity not in _BY_SHAPE_ALONE):
        fits.append(FITS[entity](view))
    return max(fits, key=lambda fit: fit.score, default=None)


def _shape_fit(view: View, entity: str) -> Fit:
    """Return the fit of a shape: with check digits every distinct value is a test of its own."""
    rate = min(verified(view, entity) / max(view.informative, 1), 1.0)
    if view.prose:
        return Fit(-5.0, "found inside longer text")
    found = view.state.found.get(entity)
    size = min(found.values.distinct if found else 1, 5) if entity in _CHECKED else view.evidence_size
    # a form of its own (123-45-6789) is rare by itself; bare digits are not
    usual = [s.chance for s in SHAPES if s.entity == entity and view.share(s.python.search) > 0.5]
    chance = min(max(min(usual, default=_CHANCE[entity]), 0.0005), 0.95)
    words = f"{percent(rate)} have the form of {ENTITIES[entity].label}"
    score = min(odds(rate, 0.97, chance) * size, 9.0)
    return Fit(score, words + (" and pass its check" if entity in _CHECKED else ""))


def _says_otherwise(view: View, entity: str, fit: Fit) -> float:
    """Return what a name that says nothing of the entity speaks against it.

    A name such as `c1` has no meaning, and one that nobody can read contradicts nothing.
    """
    header = view.header
    no_other = entity in header.mentions and not (header.flag or header.thing or header.identifier)
    if not header.readable or no_other:
        return 0.0
    if entity in _CODED and view.codes > 0.5:
        return -4.0
    if entity not in ALONE:
        return 0.0
    if entity == "PERSON" and not header.says:
        return 0.0 if header.of_somebody else -2.0
    if entity in WEAK or (entity == "STREET_ADDRESS" and are_house_numbers(view)):
        return -4.0
    if entity == "PHONE_NUMBER" and fit.score < _WRITTEN_OUT:
        return -4.0
    return -2.5 if header.says else -1.0
