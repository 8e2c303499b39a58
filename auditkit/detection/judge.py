"""The verdict on a column: the log-odds of independent evidence, added up for each entity (a naive Bayes in
the open).

Evidence is what the name of the column says, how the values fit, whether the table is about people, and what
stands in the columns beside it. Every part is put into words, so that a reader can judge the judgement.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from auditkit.detection.alone import ALONE, WEAK
from auditkit.detection.column import ColumnState
from auditkit.detection.contents import Contents, contained, verified
from auditkit.detection.context import Context, contexts
from auditkit.detection.evidence import FITS, Fit, odds, percent
from auditkit.detection.identity import number_fit, valid_shares
from auditkit.detection.prose import allowance, sentences
from auditkit.detection.recognizers import SHAPES
from auditkit.detection.recognizers.custom import LOOKED_AT, NOTHING, Custom
from auditkit.detection.recognizers.numbers import numbers
from auditkit.detection.verdict import REVIEW, ColumnVerdict, Verdict, word
from auditkit.detection.view import View
from auditkit.vocabulary import ENTITIES, Sensitivity

PRIOR = -5.0
"""The log-odds that a column holds a given entity, before anything is known."""

_CHANCE = {
    entity: max(s.chance for s in SHAPES if s.entity == entity) for entity in {s.entity for s in SHAPES}
}
_CHECKED = frozenset(s.entity for s in SHAPES if s.checks or s.decides) - {"PHONE_NUMBER"}
_ALWAYS = frozenset({"GENDER", "RELIGION", "ETHNICITY", "MARITAL_STATUS", *ALONE})
"""What the values can prove without a name and without a shape."""

_TABLE_MATTERS = frozenset(
    {"PERSON", "LOCATION", "AGE", "GENDER", "LANGUAGE", "OCCUPATION", "EDUCATION", "PSEUDONYM", "NATIONALITY"}
)
_ATTRIBUTES = frozenset(
    {
        "AGE",
        "GENDER",
        "MARITAL_STATUS",
        "LANGUAGE",
        "OCCUPATION",
        "EDUCATION",
        "INCOME",
        "NATIONALITY",
        "LOCATION",
        "POSTAL_CODE",
    }
)
"""What is personal only where a row is about somebody who can be told (GDPR Art. 4(1))."""

_SENSITIVE = frozenset(
    {
        "ETHNICITY",
        "RELIGION",
        "HEALTH",
        "DISABILITY",
        "GENETIC",
        "POLITICAL_OPINION",
        "SEXUAL_ORIENTATION",
        "TRADE_UNION",
        "GEO_COORDINATES",
    }
)
_BESIDE_PEOPLE = frozenset({
    "PERSON", "GENDER", "DATE_OF_BIRTH", "POSTAL_CODE", "LOCATION", "MARITAL_STATUS", "PHONE_NUMBER",
    "OCCUPATION", "STREET_ADDRESS", "AGE", "ETHNICITY", "RELIGION",
})  # fmt: skip
_COMPANY = frozenset({"POSTAL_CODE", "GENDER", "AGE", "DATE_OF_BIRTH", "STREET_ADDRESS"})
"""What columns beside it prove even where the values alone prove little."""
_NO_NAMES, _WRITTEN_OUT = -4.0, 4.0
_CODED = frozenset({"GENDER", "ETHNICITY", "RELIGION", "MARITAL_STATUS"})
_NAMED_AT_MOST = 2.5
_EXPLICIT, _NAMED_AT_LEAST = 5.5, 0.0
"""What a name that says a special category (GDPR Art. 9) outright says at least, and the log-odds that its
words cannot fall below: our vocabularies end, those of religions and parties do not."""
_REVIEW_AT_MOST, _LIKELY_AT_MOST = 0.5, 2.2
_AT_MOST = {**dict.fromkeys(_ATTRIBUTES, _REVIEW_AT_MOST), **dict.fromkeys(_SENSITIVE, _LIKELY_AT_MOST)}
"""The log-odds of attributes where no column says whom a row is about: to be looked at, or likely where harm
would be great.
"""


@dataclass(frozen=True)
class Judgement:
    """The log-odds of one entity for one column, and what they are the sum of."""

    entity: str
    parts: tuple[tuple[str, float], ...]
    named: bool
    fit: Fit

    @property
    def score(self) -> float:
        """The sum of the evidence."""
        return sum(weight for _, weight in self.parts)

    @property
    def words(self) -> str:
        """The evidence in words, less what is the same for every column."""
        return "; ".join(text for text, _ in self.parts if text)

    @property
    def confidence(self) -> float:
        """The log-odds as a probability."""
        return 1 / (1 + math.exp(-max(min(self.score, 6.0), -30.0)))


def verdicts(
    states: Mapping[tuple[str, str], ColumnState], custom: Custom = NOTHING
) -> tuple[ColumnVerdict, ...]:
    """Return the verdict on every column, in the order of the tables and of their columns."""
    tables = _tables(states)
    texts = allowance(sum(sentences(view) for views in tables for view in views))
    pairs = [pair for views in tables for pair in zip(views, _contexts(views), strict=True)]
    return tuple(_sampled(judged(view, context, custom, texts), view, custom) for view, context in pairs)


def explained(states: Mapping[tuple[str, str], ColumnState], table: str, column: str) -> list[Judgement]:
    """Return what speaks for and against each entity that a column may hold, the strongest first.

    Raises:
        KeyError: there is no such column.
    """
    (views,) = _tables({key: state for key, state in states.items() if key[0] == table}) or ([],)
    for view, context in zip(views, _contexts(views), strict=True):
        if view.column == column:
            return (
                sorted(judgements(view, context), key=lambda j: (-j.score, j.entity)) if view.filled else []
            )
    raise KeyError(column)


def _tables(states: Mapping[tuple[str, str], ColumnState]) -> list[list[View]]:
    tables: dict[str, list[View]] = {}
    for (table, column), state in states.items():
        tables.setdefault(table, []).append(View(table, column, state))
    return [sorted(views, key=lambda view: view.state.position) for views in tables.values()]


def _contexts(views: Sequence[View]) -> list[Context]:
    """Return the context of every column: each is judged alone first, then again beside what the others were
    taken for.
    """
    context = [Context() for _ in views]
    for _ in range(_ROUNDS):
        judged = [
            judgements(view, c) if view.filled and not view.prose else []
            for view, c in zip(views, context, strict=True)
        ]
        context = contexts(views, [_probable(j) for j in judged])
    return context


def _probable(alone: Sequence[Judgement]) -> dict[str, float]:
    """Return what a column may hold, with its probability: the strongest entity, and one half of a pair that
    needs the other.
    """
    best = max(alone, key=lambda j: (j.score, j.entity), default=None)
    out: dict[str, float] = {}
    if best is not None and best.confidence >= _WORTH_TELLING:
        out[best.entity] = best.confidence
        if (parent := ENTITIES[best.entity].kind) is not None:
            out[parent] = best.confidence
    return out | {j.entity: 0.9 for j in alone if j.entity == "GEO_COORDINATES" and j.fit.strong}


_WORTH_TELLING, _ROUNDS = 0.1, 3


def judged(view: View, context: Context, custom: Custom = NOTHING, texts: int = 0) -> ColumnVerdict:
    """Return the verdict on one column; the names model may read so many texts of it."""
    if not view.filled:
        return _empty(view)
    best = max(judgements(view, context), key=lambda j: (j.score, j.entity), default=None)
    if view.prose and not (
        best and best.entity == "STREET_ADDRESS" and best.score > 0 and view.typical_length < 100
    ):
        return _text(view, contained(view, "FREE_TEXT", custom, texts))
    sure = best is not None and word(best.confidence) in ("certain", "likely")
    if custom.entities and not sure and (own := _own(view, custom)):
        return own
    if best is None or best.confidence < REVIEW:
        contents = contained(view, None, custom)
        words = best.words if best and best.named else ""
        return _verdict(view, None, "none", 1 - best.confidence if best else 1.0, 0, "", contents, words)
    matches = verified(view, best.entity) if best.fit.holds is None else view.cells(best.fit.holds)
    contents = contained(view, best.entity, custom)
    return _verdict(
        view,
        best.entity,
        word(best.confidence),
        best.confidence,
        matches,
        _method(best),
        contents,
        best.words,
    )


def _sampled(verdict: ColumnVerdict, view: View, custom: Custom) -> ColumnVerdict:
    """Return a verdict that says which of its counts rest on a sample, because only Python could ask."""
    asked = {e for r in custom.recognizers for e in r.supported_entities} & {
        verdict.entity,
        *verdict.contains,
    }
    if not asked or view.state.sample.distinct <= LOOKED_AT:
        return verdict
    told = (
        f"{', '.join(sorted(asked))} by recognisers of your own, which saw a sample of the values: its counts"
        " are estimates"
    )
    return replace(verdict, evidence="; ".join(filter(None, (verdict.evidence, told))))


def _own(view: View, custom: Custom) -> ColumnVerdict | None:
    """Return the verdict of what a user looks for where most cells hold it, and nothing else explains
    them.
    """
    counts = {e: n for e, n in contained(view, None, custom).counts.items() if e in custom.entities}
    entity = max(sorted(counts), key=lambda e: counts[e], default=None)
    if entity is None or counts[entity] < 0.5 * view.filled:
        return None
    sure = custom.sure(
        entity, view.column, {name: seen.cells for name, seen in view.state.stated.items()}, 0.5 * view.filled
    )
    share = percent(counts[entity] / view.filled)
    sought = [s for s in custom.sought.values() if s.entity == entity]
    named = next((f" ({s.name})" for s in sought if s.name), "")
    evidence = f"a recogniser of your own{named} finds it in {share} of the cells"
    confidence, contents = 0.97 if sure else 0.8, contained(view, entity, custom)
    verdict = _verdict(
        view, entity, word(confidence), confidence, counts[entity], "recogniser", contents, evidence
    )
    return replace(verdict, category=custom.category(entity))


def _text(view: View, contents: Contents) -> ColumnVerdict:
    """Return the verdict on sentences and documents: likely where something was found inside, else to be
    looked at.
    """
    found = [ENTITIES[e].label if e in ENTITIES else e for e in contents.counts]
    words = [
        f"the cells are sentences or documents; found inside: {', '.join(found) or 'nothing'}",
        contents.people.words,
    ]
    confidence = 0.8 if contents.counts or contents.people.held else 0.4
    return _verdict(
        view,
        "FREE_TEXT",
        word(confidence),
        confidence,
        view.filled,
        "values",
        contents,
        "; ".join(filter(None, words)),
    )


def judgements(view: View, context: Context) -> list[Judgement]:
    """Return the judgement of every entity for which anything speaks."""
    says = view.header.says
    asked = set(says) | _ALWAYS
    asked |= {entity for entity, found in view.state.found.items() if found.cells >= 0.2 * view.filled}
    asked |= valid_shares(view).keys()
    return [j for entity in sorted(asked) if (j := _judgement(view, context, entity)) is not None]


def _judgement(view: View, context: Context, entity: str) -> Judgement | None:
    header = view.header
    said = header.says.get(entity, 0.0)
    parent = ENTITIES[entity].kind
    if parent is not None and parent in header.says:
        said = max(
            said + (2.0 if said else 0.0), header.says[parent] - 0.5
        )  # the more specific name is worth more
    if (entity, bool(said)) not in view.fits:
        view.fits[entity, bool(said)] = _fit(view, entity, bool(said))
    fit: Fit | None = view.fits[entity, bool(said)]
    if fit is None:
        return None
    label = ENTITIES[entity].label
    parts = [("", PRIOR), (f"the column's name says {label}", said), (fit.words, fit.score)]
    if not said and (against := _says_otherwise(view, entity, fit)):
        parts.append(("but the column's name says something else", against))
    if view.business and view.business.explains(entity) and (view.business.named or not said):
        parts.append((f"but the values are a {view.business.label}", -9.0))
    if (
        header.identifier
        and not parent
        and fit.holds is not None
        and entity in _TABLE_MATTERS - {"PSEUDONYM"} | {"RELIGION"}
    ):
        parts.append(("but the name is of a key", -4.0))
    if header.thing and entity == "PERSON":
        parts.append(("but the name is of a thing", -3.0))
    elif not said and entity == "PERSON" and header.of_a_thing:
        # brands, storms, schools and ships bear people's names: the values prove little
        parts.append(
            (
                "but the column's name is of things that people's names are given to",
                -max(3.0, 0.9 * fit.score),
            )
        )
    felt = entity in _BESIDE_PEOPLE and (
        fit.strong or entity in WEAK or (entity == "GENDER" and fit.score > 0)
    )
    if (said and entity in _TABLE_MATTERS) or (not said and felt):
        weight = min(context.people, _NAMED_AT_MOST) * (0.4 if said > 5 else 1.0) if said else context.people
        parts.append(
            (
                (
                    f"the table is {'' if weight > 0 else 'not '}about people"
                    if abs(context.people) >= 1
                    else ""
                ),
                weight,
            )
        )
    if (beside := context.beside.get(entity, 0.0)) and (
        said or fit.strong or (entity in _COMPANY and fit.score > 0)
    ):
        if beside > 0:
            parts.append(("a column beside it agrees", beside))
        elif not said:
            parts.append(("but a column beside it is of the same kind, as beginnings and ends are", beside))
    if entity == "PERSON" and context.echoed and fit.score > _NO_NAMES:
        parts.append(("its words stand in the e-mail addresses of the table", context.echoed))
    score = sum(weight for _, weight in parts)
    limit = _AT_MOST.get(entity, score) if context.nobody else score
    if context.nobody and context.titled:
        limit = _LIKELY_AT_MOST if entity in _ATTRIBUTES else score
    if entity == "URL":
        limit = min(score, _REVIEW_AT_MOST if context.nobody or not said else _LIKELY_AT_MOST)
    if score > limit:
        parts.append(("but no column says whom a row is about", limit - score))
    elif score < _NAMED_AT_LEAST and _explicit(view, entity, said):
        parts.append(("but words under such a name are to be looked at", _NAMED_AT_LEAST - score))
    return Judgement(entity, tuple(part for part in parts if part[1]), bool(said), fit)


def _explicit(view: View, entity: str, said: float) -> bool:
    """Whether a name says a special category outright, and the values are words: no states, numbers, days or
    keys.
    """
    header = view.header
    if said < _EXPLICIT or ENTITIES[entity].sensitivity is not Sensitivity.SPECIAL_CATEGORY:
        return False
    named = not (header.flag or header.thing or header.identifier) and not (
        view.business and view.business.explains(entity)
    )
    return named and view.letters - view.dates - view.opaque >= 0.5


def _fit(view: View, entity: str, said: bool) -> Fit | None:
    """Return what the values say: the better of their form, of what fits beside the column's name, and of
    what they prove alone.
    """
    if (
        not said
        and entity in ALONE
        and (entity != "GEO_COORDINATES" or "GEO_COORDINATES" not in view.state.found)
    ):
        return ALONE[entity](view)
    if entity in numbers():
        return number_fit(view, entity, said) if entity in valid_shares(view) else None
    shape = (
        _shape_fit(view, entity)
        if entity in _CHANCE and entity not in ("PHONE_NUMBER", "GEO_COORDINATES")
        else None
    )
    other = FITS[entity](view) if entity in FITS and (said or entity not in ("HEALTH", "URL")) else None
    return max((f for f in (shape, other) if f is not None), key=lambda f: f.score, default=None)


def _says_otherwise(view: View, entity: str, fit: Fit) -> float:
    """Return what a telling name that says nothing of an entity speaks against it; a name such as `c1` tells
    nothing.
    """
    if not view.header.telling:
        return 0.0
    if entity in _CODED and view.share(lambda t: len(t) <= 2) > 0.5:
        return -4.0
    if entity not in ALONE:
        return 0.0
    if entity == "PERSON" and not view.header.says:
        return 0.0 if view.header.of_somebody else -2.0
    if entity == "PHONE_NUMBER" and fit.score < _WRITTEN_OUT:
        return -4.0
    return -4.0 if entity in WEAK else -1.0 if not view.header.says else -2.5


def _shape_fit(view: View, entity: str) -> Fit:
    """Return the fit of a shape: with check digits every distinct value is a test of its own."""
    cells = verified(view, entity)
    rate = min(cells / max(view.informative, 1), 1.0)
    if view.prose:
        return Fit(-5.0, "found inside longer text")
    found = view.state.found.get(entity)
    size = min(found.values.distinct if found else 1, 5) if entity in _CHECKED else view.evidence_size
    # a shape of its own form (123-45-6789) is by itself rare; bare digits are not
    usual = [s.chance for s in SHAPES if s.entity == entity and view.share(s.python.search) > 0.5]
    score = min(odds(rate, 0.97, min(max(min(usual, default=_CHANCE[entity]), 0.0005), 0.95)) * size, 9.0)
    return Fit(
        score,
        f"{percent(rate)} have the form of {ENTITIES[entity].label}"
        + (" and pass its check" if entity in _CHECKED else ""),
    )


def _method(best: Judgement) -> str:
    if best.named:
        return "name and values" if best.fit.score > 0.5 else "name"
    return "values" if best.fit.holds is None else "vocabulary"


def _empty(view: View) -> ColumnVerdict:
    says = {e: s for e, s in view.header.says.items() if s >= 4.4}
    if not says or view.header.flag or view.header.thing or view.header.identifier:
        return _verdict(view, None, "none", 1.0, 0, "", Contents(), "the column holds nothing")
    entity = max(sorted(says), key=lambda e: says[e])
    return _verdict(
        view,
        entity,
        "empty",
        0.5,
        0,
        "name",
        Contents(),
        f"the column's name says {ENTITIES[entity].label}; it holds nothing",
    )


def _verdict(
    view: View,
    entity: str | None,
    verdict: Verdict,
    confidence: float,
    matches: int,
    method: str,
    contents: Contents,
    evidence: str,
) -> ColumnVerdict:
    state = view.state
    category = ENTITIES[entity].category if entity and entity in ENTITIES else None
    return ColumnVerdict(
        view.table, view.column, entity, category, verdict, round(confidence, 4), state.rows, state.nulls,
        state.sample.distinct, matches, method, dict(sorted(contents.counts.items())), evidence,
        contents.inside,
    )  # fmt: skip
