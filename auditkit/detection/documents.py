"""The verdict on a column of documents: what the verdicts on their paths make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from auditkit.detection.contents import Contents
from auditkit.detection.ruling import ruling
from auditkit.detection.verdict import ColumnVerdict, word
from auditkit.detection.view import View
from auditkit.html_tables import count
from auditkit.vocabulary import ENTITIES, PRESENT

_LISTED = 5
"""How many paths the evidence lists."""


class PathVerdict(NamedTuple):
    """The verdict on a path, and in how many cells of its column it has a value."""

    verdict: ColumnVerdict
    cells: int

    @property
    def held(self) -> Mapping[str, int]:
        """How many cells hold each entity because of this path, at most."""
        found, whole = dict(self.verdict.contains), self.verdict.entity
        if self.verdict.verdict in ("certain", "likely") and whole not in (None, "FREE_TEXT"):
            found[str(whole)] = self.cells
        return {entity: min(cells, self.cells) for entity, cells in found.items()}


def with_paths(view: View, contents: Contents, inside: Sequence[PathVerdict]) -> Contents:
    """Return what stands in the cells of a column, with what its paths show."""
    counts = dict(contents.counts)
    for path in inside:
        for entity, cells in path.held.items():
            counts[entity] = max(counts.get(entity, 0), min(cells, view.filled))
    most = max(counts.values(), default=0)
    return replace(contents, counts=counts, inside=max(contents.inside, most))


def of_documents(view: View, contents: Contents, inside: Sequence[ColumnVerdict]) -> ColumnVerdict:
    """Return the verdict on documents: nothing where they were read whole and no path holds anything."""
    personal = [path.column for path in inside if path.verdict in PRESENT]
    doubtful = [path.column for path in inside if path.verdict == "review"]
    beyond = cut(view)
    words = [f"the cells are documents with {count(len(inside), 'path')}"]
    if personal or contents.counts:
        found, confidence = f"personal data at {_listed(personal)}" if personal else "", 0.8
        labels = [ENTITIES[e].label if e in ENTITIES else e for e in contents.counts]
        words += [f"found inside: {', '.join(labels) or 'nothing'}", found, beyond]
    elif doubtful or beyond:
        words += [f"to review: {_listed(doubtful)}" if doubtful else "", beyond]
        confidence = 0.4
    else:
        evidence = f"{words[0]}; none of them holds personal data"
        return ruling(view, None, "none", min(path.confidence for path in inside), evidence=evidence)
    return ruling(
        view,
        "FREE_TEXT",
        word(confidence),
        confidence,
        matches=view.state.structure.cells,
        method="values",
        contents=contents,
        evidence="; ".join(filter(None, words)),
    )


def cut(view: View) -> str:
    """Return in words which parts of a column's documents are judged by no path."""
    structure = view.state.structure
    others = view.filled - structure.cells
    words = [
        f"{count(others, 'cell')} of other text" if others else "",
        f"parts of {count(structure.cut, 'document')}, nested too deep or too many" if structure.cut else "",
    ]
    parts = " and ".join(filter(None, words))
    return f"judged by no path: {parts}" if parts else ""


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
