"""The verdict on a column: its strongest judgement, what else its cells hold, and why, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from auditkit.detection import names_model
from auditkit.detection.column import ColumnState
from auditkit.detection.contents import Contents, contained
from auditkit.detection.counting import verified
from auditkit.detection.documents import PathVerdict, cut, of_documents, with_paths
from auditkit.detection.fit import percent
from auditkit.detection.judgement import Judgement
from auditkit.detection.paths import Path, paths
from auditkit.detection.prose import allowance, sentences
from auditkit.detection.recognizers.custom import NOTHING, Custom
from auditkit.detection.recognizers.sampled import LOOKED_AT
from auditkit.detection.ruling import ruling
from auditkit.detection.scripts import main_script, scripts_of_names
from auditkit.detection.together import Seen, together
from auditkit.detection.verdict import REVIEW, ColumnVerdict, word
from auditkit.detection.view import View
from auditkit.html_tables import count
from auditkit.naming.paths import column_of
from auditkit.vocabulary import ENTITIES

_NAMED_OUTRIGHT = 4.4
"""How much the name of an empty column must say."""

_ADDRESS_LENGTH = 100

_MOSTLY_URLS = 0.5
"""The share of URLs from which on a column is one of URLs."""

_LETTERS, _SCRIPT_FROM = 0.5, 50
"""From which share of words on a column is asked for its script, and how many values show it."""

_MISSED_NAMED, _MISSED = 0.01, 0.06
"""The share of personal columns among those where nothing speaks for any: with a telling name, and without.

Measured on columns of real tables; see `benchmarks/README.md`.
"""

_MIXED = 0.9
"""The confidence in what was counted cell by cell, beyond what chance explains."""


class Explanation(NamedTuple):
    """What is kept of a column or a path, and what it may hold, the strongest first."""

    state: ColumnState
    judgements: list[Judgement]


def verdicts(
    states: Mapping[tuple[str, str], ColumnState], custom: Custom = NOTHING
) -> tuple[ColumnVerdict, ...]:
    """Return the verdict on every column, in the order of the tables and of their columns."""
    texts = _texts_for_the_model(states, custom)
    return tuple(verdict for views in _tables(states) for verdict in _of_table(views, custom, texts))


def _texts_for_the_model(states: Mapping[tuple[str, str], ColumnState], custom: Custom) -> int:
    """Return how many texts of a column the names model may read; 0 where there is no model."""
    if custom.names is None and not names_model.installed():
        return 0
    return allowance(sum(map(sentences, _every_view(states, custom))))


def _every_view(states: Mapping[tuple[str, str], ColumnState], custom: Custom) -> Iterator[View]:
    """Yield the view of every column, and of every path of its documents; each is let go after its turn."""
    for views in _tables(states):
        for view in views:
            yield view
            if view.state.structure.cells:
                yield from (path.view for path in paths(view, custom))


def _of_table(views: Sequence[View], custom: Custom, texts: int) -> Iterator[ColumnVerdict]:
    """Yield the verdict on every column of a table."""
    for view, seen in zip(views, together(views), strict=True):
        found = paths(view, custom) if view.state.structure.cells else ()
        yield _final(seen, custom, texts, _of_paths(found, custom, texts))


def _final(seen: Seen, custom: Custom, texts: int, inside: Sequence[PathVerdict] = ()) -> ColumnVerdict:
    return _noting_samples(_judged(seen, custom, texts, inside), seen.view, custom)


def _of_paths(found: Sequence[Path], custom: Custom, texts: int) -> Sequence[PathVerdict]:
    """Return the verdict on every path of a column: the paths are judged beside each other, as columns."""
    return [
        PathVerdict(
            replace(
                verdict := _final(seen, custom, texts),
                column=path.name,
                evidence="; ".join(filter(None, (verdict.evidence, path.words))),
            ),
            path.cells,
        )
        for path, seen in zip(found, together([path.view for path in found]), strict=True)
    ]


def explained(states: Mapping[tuple[str, str], ColumnState], table: str, column: str) -> list[Judgement]:
    """Return what speaks for and against each entity that a column may hold, the strongest first.

    Raises:
        KeyError: there is no such column.
    """
    of_table = {key: state for key, state in states.items() if key[0] == table}
    return explanations(of_table, {(table, column)})[table, column].judgements


def explanations(
    states: Mapping[tuple[str, str], ColumnState], wanted: Collection[tuple[str, str]]
) -> dict[tuple[str, str], Explanation]:
    """Return what speaks for and against each entity that these columns, and paths of columns, may hold."""
    found = {}
    for views in _tables(states):
        for named in [_by_column(views), *_by_path(views, wanted)]:
            for place, seen in zip(named, together(list(named.values())), strict=True):
                if place in wanted:
                    by_score = sorted(seen.judgements, key=lambda j: (-j.score, j.entity))
                    found[place] = Explanation(seen.view.state, by_score)
    return found


def _by_column(views: Sequence[View]) -> dict[tuple[str, str], View]:
    return {(view.table, view.column): view for view in views}


def _by_path(
    views: Sequence[View], wanted: Collection[tuple[str, str]]
) -> Iterator[dict[tuple[str, str], View]]:
    """Yield the paths of each column of which a path is wanted."""
    columns = {(table, column_of(name)) for table, name in wanted if column_of(name) != name}
    for view in views:
        if (view.table, view.column) in columns:
            yield {(view.table, path.name): path.view for path in paths(view)}


def _tables(states: Mapping[tuple[str, str], ColumnState]) -> Iterator[list[View]]:
    """Yield the columns of each table; a view grows as it is looked at, so none is kept here."""
    tables: dict[str, list[tuple[str, ColumnState]]] = {}
    for (table, column), state in states.items():
        tables.setdefault(table, []).append((column, state))
    for table, columns in tables.items():
        ordered = sorted(columns, key=lambda named: named[1].position)
        yield [View(table, column, state) for column, state in ordered]


def _judged(seen: Seen, custom: Custom, texts: int, inside: Sequence[PathVerdict]) -> ColumnVerdict:
    """Return the verdict on one column.

    Args:
        seen: the column in its context.
        custom: what a user looks for besides.
        texts: how many texts of it the names model may read.
        inside: the verdicts on the paths of its documents.
    """
    view = seen.view
    if not view.filled:
        return _of_empty(view)
    if inside:
        found = tuple(path.verdict for path in inside)
        return replace(_with_paths(seen, custom, inside), paths=found, cut=cut(view))
    best = seen.strongest
    if view.prose and not _is_address(view, best):
        return _of_text(view, contained(view, "FREE_TEXT", custom, texts))
    sure = best is not None and word(best.confidence) in ("certain", "likely")
    if custom.entities and not sure and (own := _of_custom(view, custom)):
        return own
    if best is not None and sure:
        return _of_entity(view, best, contained(view, best.entity, custom))
    contents = contained(view, None, custom)
    if contents.counts:
        return _of_mixture(view, best, contents, custom)
    if best is None or best.confidence < REVIEW:
        return _of_nothing(view, best)
    return _of_entity(view, best, contents)


def _with_paths(seen: Seen, custom: Custom, inside: Sequence[PathVerdict]) -> ColumnVerdict:
    """Return the verdict on a column with documents: they hold what their paths hold.

    URLs are judged as such, and not only by their parameters.
    """
    view = seen.view
    if 2 * view.state.structure.cells >= view.filled and view.urls < _MOSTLY_URLS:
        contents = with_paths(view, contained(view, "FREE_TEXT", custom), inside)
        return of_documents(view, contents, [path.verdict for path in inside])
    best = seen.strongest
    if best is not None and word(best.confidence) in ("certain", "likely"):
        return _of_entity(view, best, with_paths(view, contained(view, best.entity, custom), inside))
    if view.prose:
        return _of_text(view, with_paths(view, contained(view, "FREE_TEXT", custom), inside))
    contents = with_paths(view, contained(view, None, custom), inside)
    if contents.counts:
        return _of_mixture(view, best, contents, custom)
    if best is None or best.confidence < REVIEW:
        return _of_nothing(view, best)
    return _of_entity(view, best, contents)


def _is_address(view: View, best: Judgement | None) -> bool:
    """Return whether what looks like sentences is addresses."""
    if best is None or best.entity != "STREET_ADDRESS":
        return False
    return best.score > 0 and view.typical_length < _ADDRESS_LENGTH


def _of_empty(view: View) -> ColumnVerdict:
    """Return the verdict on an empty column: what its name says."""
    header = view.header
    says = {entity: score for entity, score in header.says.items() if score >= _NAMED_OUTRIGHT}
    if not says or header.flag or header.thing or header.identifier:
        return ruling(view, None, "none", 1.0, evidence="the column is empty")
    entity = max(sorted(says), key=lambda entity: says[entity])
    evidence = f"the column's name says {ENTITIES[entity].label}; the column is empty"
    return ruling(view, entity, "empty", 0.5, method="name", evidence=evidence)


def _of_text(view: View, contents: Contents) -> ColumnVerdict:
    """Return the verdict on sentences and documents: likely where they hold something, else for review."""
    labels = [ENTITIES[e].label if e in ENTITIES else e for e in contents.counts]
    words = [
        f"the cells are sentences or documents; found inside: {', '.join(labels) or 'nothing'}",
        contents.people.words,
    ]
    confidence = 0.8 if contents.counts or contents.people.held else 0.4
    return ruling(
        view,
        "FREE_TEXT",
        word(confidence),
        confidence,
        matches=view.filled,
        method="values",
        contents=contents,
        evidence="; ".join(filter(None, words)),
        names_seen=contents.people.words,
    )


def _of_custom(view: View, custom: Custom) -> ColumnVerdict | None:
    """Return the verdict that a column holds what a user looks for, where most of its cells do."""
    counts = {e: n for e, n in contained(view, None, custom).counts.items() if e in custom.entities}
    entity = max(sorted(counts), key=lambda e: counts[e], default=None)
    least = 0.5 * view.filled
    if entity is None or counts[entity] < least:
        return None
    cells = {name: seen.cells for name, seen in view.state.by_user.items()}
    confidence = 0.97 if custom.sure(entity, view.column, cells, least) else 0.8
    names = (
        f" ({sought.name})" for sought in custom.sought.values() if sought.entity == entity and sought.name
    )
    share = percent(counts[entity] / view.filled)
    verdict = ruling(
        view,
        entity,
        word(confidence),
        confidence,
        matches=counts[entity],
        method="recogniser",
        contents=contained(view, entity, custom),
        evidence=f"your own recogniser{next(names, '')} finds it in {share} of the cells",
    )
    return replace(verdict, category=custom.category(entity))


def _of_mixture(view: View, best: Judgement | None, contents: Contents, custom: Custom) -> ColumnVerdict:
    """Return the verdict that some cells hold personal data, but not the column as a whole.

    What was counted is never called clean, however few the cells are.
    """
    counts = contents.counts
    entity = max(sorted(counts), key=lambda entity: counts[entity])
    held = ", ".join(
        f"{count(n, 'cell')} with {ENTITIES[e].label if e in ENTITIES else e}"
        for e, n in sorted(counts.items())
    )
    words = [f"of {count(view.filled, 'filled cell')}, {held}", best.words if best and best.named else ""]
    verdict = ruling(
        view,
        entity,
        "mixed",
        _MIXED,
        matches=counts[entity],
        method="values",
        contents=contents,
        evidence="; ".join(filter(None, words)),
    )
    return replace(verdict, category=custom.category(entity))


def _of_nothing(view: View, best: Judgement | None) -> ColumnVerdict:
    """Return the verdict that a column holds nothing personal."""
    missed = _MISSED_NAMED if view.header.telling else _MISSED
    confidence = (1 - missed) * (1 - best.confidence if best else 1.0)
    evidence = "; ".join(filter(None, (best.words if best and best.named else "", _unsupported(view))))
    return ruling(view, None, "none", confidence, evidence=evidence)


def _of_entity(view: View, best: Judgement, contents: Contents) -> ColumnVerdict:
    """Return the verdict that a column holds, or may hold, an entity."""
    holds = best.fit.holds
    return ruling(
        view,
        best.entity,
        word(best.confidence),
        best.confidence,
        matches=verified(view, best.entity) if holds is None else view.cells(holds),
        method=_method(best),
        contents=contents,
        evidence=best.words,
    )


def _unsupported(view: View) -> str:
    """Return in words that few names are known in the script of the values; empty where many are."""
    name = main_script(view.texts[:_SCRIPT_FROM]) if view.letters >= _LETTERS else ""
    if not name or name in scripts_of_names():
        return ""
    return f"few names of people are known in the script {name}: only the column's name would show them"


def _method(best: Judgement) -> str:
    if best.named:
        return "name and values" if best.fit.score > 0.5 else "name"
    return "values" if best.fit.holds is None else "vocabulary"


def _noting_samples(verdict: ColumnVerdict, view: View, custom: Custom) -> ColumnVerdict:
    """Return a verdict that says which of its counts are estimates, because a recogniser saw a sample."""
    found = {verdict.entity, *verdict.contains}
    sampled = {e for recognizer in custom.recognizers for e in recognizer.supported_entities} & found
    if not sampled or view.state.sample.distinct <= LOOKED_AT:
        return verdict
    note = f"your own recognisers of {', '.join(sorted(sampled))} saw a sample: their counts are estimates"
    return replace(verdict, evidence="; ".join(filter(None, (verdict.evidence, note))))
