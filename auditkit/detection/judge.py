"""The verdict on a column: the log-odds of independent evidence, added up for each entity (a naive Bayes in the open).

Evidence is what the name of the column says, how the values fit, whether the table is about people, and what stands in the columns
beside it. Every part is put into words, so that a reader can judge the judgement.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditkit.detection.column import ColumnState
from auditkit.detection.contents import contained, verified
from auditkit.detection.context import Context, contexts
from auditkit.detection.evidence import FITS, Fit, odds, percent
from auditkit.detection.recognizers import SHAPES
from auditkit.detection.verdict import REVIEW, ColumnVerdict, Verdict, word
from auditkit.detection.view import View
from auditkit.vocabulary import ENTITIES

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer

PRIOR = -5.0
"""The log-odds that a column holds a given entity, before anything is known."""

_CHANCE = {entity: max(s.chance for s in SHAPES if s.entity == entity) for entity in {s.entity for s in SHAPES}}
_CHECKED = frozenset(s.entity for s in SHAPES if s.checks or s.stdnum) - {"PHONE_NUMBER"}
_ALWAYS = frozenset({"PERSON", "GENDER", "RELIGION", "ETHNICITY", "MARITAL_STATUS", "POSTAL_CODE", "GEO_COORDINATES"})
"""What the values can prove without a name and without a shape."""

_TABLE_MATTERS = frozenset({"PERSON", "LOCATION", "AGE", "GENDER", "LANGUAGE", "OCCUPATION", "EDUCATION", "PSEUDONYM", "NATIONALITY"})


@dataclass(frozen=True)
class Judgement:
    """The log-odds of one entity for one column, and what they rest on."""

    entity: str
    score: float
    words: tuple[str, ...]
    named: bool
    fit: Fit

    @property
    def confidence(self) -> float:
        """The log-odds as a probability."""
        return 1 / (1 + math.exp(-max(min(self.score, 6.0), -30.0)))


def verdicts(states: Mapping[tuple[str, str], ColumnState], recognizers: Sequence[EntityRecognizer] = ()) -> tuple[ColumnVerdict, ...]:
    """Return the verdict on every column, in the order of the tables and of their columns."""
    tables: dict[str, list[View]] = {}
    for (table, column), state in states.items():
        tables.setdefault(table, []).append(View(table, column, state))
    out: list[ColumnVerdict] = []
    for views in tables.values():
        views.sort(key=lambda view: view.state.position)
        for view, context in zip(views, contexts(views), strict=True):
            out.append(judged(view, context, recognizers))
    return tuple(out)


def judged(view: View, context: Context, recognizers: Sequence[EntityRecognizer] = ()) -> ColumnVerdict:
    """Return the verdict on one column."""
    if not view.filled:
        return _empty(view)
    best = max(judgements(view, context), key=lambda j: (j.score, j.entity), default=None)
    contains = contained(view, recognizers)
    if view.prose and not (best and best.named and best.entity == "STREET_ADDRESS" and best.score > 0 and view.typical_length < 100):
        return _text(view, contains)
    if recognizers and (best is None or word(best.confidence) not in ("certain", "likely")) and (own := _own(view, contains, recognizers)):
        return own
    if best is None or best.confidence < REVIEW:
        others = {e: n for e, n in contains.items() if n}
        return _verdict(
            view, None, "none", 1 - best.confidence if best else 1.0, 0, "", others, "; ".join(best.words) if best and best.named else ""
        )
    matches = verified(view, best.entity) if best.fit.holds is None else view.cells(best.fit.holds)
    contains = {e: n for e, n in contains.items() if e != best.entity and ENTITIES[best.entity].kind != e}
    return _verdict(view, best.entity, word(best.confidence), best.confidence, matches, _method(best), contains, "; ".join(best.words))


def _own(view: View, contains: Mapping[str, int], recognizers: Sequence[EntityRecognizer]) -> ColumnVerdict | None:
    """Return the verdict of a user's own recogniser where most cells hold what it looks for, and nothing else explains them."""
    theirs = {entity: contains[entity] for recognizer in recognizers for entity in recognizer.supported_entities if entity in contains}
    entity = max(sorted(theirs), key=lambda e: theirs[e], default=None)
    if entity is None or theirs[entity] < 0.5 * view.filled:
        return None
    rest = {e: n for e, n in contains.items() if e != entity}
    evidence = f"a recogniser of your own finds it in {percent(theirs[entity] / view.filled)} of the cells"
    return _verdict(view, entity, "likely", 0.8, theirs[entity], "recogniser", rest, evidence)


def _text(view: View, contains: Mapping[str, int]) -> ColumnVerdict:
    """Return the verdict on sentences and documents: likely where something was found inside, else to be looked at."""
    inside = ", ".join(ENTITIES[e].label if e in ENTITIES else e for e in contains) or "nothing"
    confidence = 0.8 if contains else 0.4
    evidence = f"the cells are sentences or documents; found inside: {inside}"
    return _verdict(view, "FREE_TEXT", word(confidence), confidence, view.filled, "values", contains, evidence)


def judgements(view: View, context: Context) -> list[Judgement]:
    """Return the judgement of every entity for which anything speaks."""
    says = view.header.says
    asked = set(says) | _ALWAYS
    asked |= {entity for entity, found in view.state.found.items() if found.cells >= 0.2 * view.filled}
    return [j for entity in sorted(asked) if (j := _judgement(view, context, entity)) is not None]


def _judgement(view: View, context: Context, entity: str) -> Judgement | None:
    said = view.header.says.get(entity, 0.0)
    parent = ENTITIES[entity].kind
    if parent is not None and parent in view.header.says:
        said = max(said + (2.0 if said else 0.0), view.header.says[parent] - 0.5)  # the more specific name is worth more
    fit = _shape_fit(view, entity) if entity in _CHANCE and entity not in ("PHONE_NUMBER", "GEO_COORDINATES") else None
    other = FITS[entity](view) if entity in FITS and (said or entity not in ("HEALTH", "URL")) else None
    fit = max((f for f in (fit, other) if f is not None), key=lambda f: f.score, default=None)
    if fit is None:
        return None
    words = [f"the column's name says {ENTITIES[entity].label}"] if said else []
    score = PRIOR + said + fit.score
    words.append(fit.words)
    if (
        view.header.identifier
        and entity not in ("PSEUDONYM",)
        and fit.holds is not None
        and not parent
        and entity in _TABLE_MATTERS | {"RELIGION"}
    ):
        score -= 4
        words.append("but the name is of a key")
    if view.header.thing and entity == "PERSON":
        score -= 3
        words.append("but the name is of a thing")
    if entity in _TABLE_MATTERS and (said or fit.strong):
        score += context.people * (0.4 if said > 5 else 1.0)
        if abs(context.people) >= 1:
            words.append("the table is about people" if context.people > 0 else "the table is not about people")
    if entity in context.neighbours:
        score += context.neighbours[entity]
        words.append("the column beside it agrees")
    return Judgement(entity, score, tuple(words), bool(said), fit)


def _shape_fit(view: View, entity: str) -> Fit:
    """Return the fit of a shape: with check digits every distinct value is a test of its own."""
    cells = verified(view, entity)
    rate = cells / view.filled
    if view.prose:
        return Fit(-5.0, "found inside longer text")
    found = view.state.found.get(entity)
    size = min(found.values.distinct if found else 1, 5) if entity in _CHECKED else view.evidence_size
    # a shape of its own form (123-45-6789) is by itself rare; bare digits are not
    usual = [s.chance for s in SHAPES if s.entity == entity and view.share(s.python.search) > 0.5]
    score = min(odds(rate, 0.97, min(max(min(usual, default=_CHANCE[entity]), 0.005), 0.95)) * size, 9.0)
    return Fit(score, f"{percent(rate)} have the form of {ENTITIES[entity].label}" + (" and pass its check" if entity in _CHECKED else ""))


def _method(best: Judgement) -> str:
    if best.named:
        return "name and values" if best.fit.score > 0.5 else "name"
    return "values" if best.fit.holds is None else "vocabulary"


def _empty(view: View) -> ColumnVerdict:
    says = {e: s for e, s in view.header.says.items() if s >= 4.4}
    if not says or view.header.flag or view.header.thing or view.header.identifier:
        return _verdict(view, None, "none", 1.0, 0, "", {}, "the column holds nothing")
    entity = max(sorted(says), key=lambda e: says[e])
    return _verdict(view, entity, "empty", 0.5, 0, "name", {}, f"the column's name says {ENTITIES[entity].label}; it holds nothing")


def _verdict(
    view: View,
    entity: str | None,
    verdict: Verdict,
    confidence: float,
    matches: int,
    method: str,
    contains: Mapping[str, int],
    evidence: str,
) -> ColumnVerdict:
    state = view.state
    category = ENTITIES[entity].category if entity and entity in ENTITIES else None
    return ColumnVerdict(
        view.table, view.column, entity, category, verdict, round(confidence, 4), state.rows, state.nulls, state.sample.distinct, matches,
        method, dict(contains), evidence,
    )  # fmt: skip
