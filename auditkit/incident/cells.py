"""What is seen of cells that name another tenant, which SQL cannot find: the column is read once more, for
its findings only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.examine import Examination, Question
from auditkit.facts import seen_by
from auditkit.facts.tenancy.row_owners import owners_of
from auditkit.incident.incident import Seen, Tally, ranked
from auditkit.incident.moments import clock_of, day, iso, recent_from
from auditkit.incident.people import person_columns
from auditkit.outcome import Finding, Missing
from auditkit.relations.documents import references_in
from auditkit.relations.references import Relations
from auditkit.relations.row_tenants import TENANT
from auditkit.relations.tokens import Mentions, Tokens
from auditkit.relations.tokens import count_mentions as mentioned

Named = Callable[[str], Mapping[int, set[str]]]
"""Which tenants a cell names, by where: at a place of a storage path, else at 0."""


@dataclass(frozen=True)
class Reading:
    """How the cells of a column are read.

    Attributes:
        named: which tenants a cell names.
        tokens: the words of which a cell must hold one; None where every cell is read.
        by_place: the tenant of a storage path stands at one place of it, which all paths show together.
    """

    named: Named
    tokens: Tokens | None = None
    by_place: bool = False


def seen(run: Examination, question: Question, finding: Finding, as_of: date) -> Seen | Missing:
    """Return when the rows came to be whose cells name another tenant, and which tenants meet in them.

    Raises:
        SourceError: the source cannot be read.
    """
    tenanted = run.facts.get("tenanted", question.scope)
    if isinstance(tenanted, Missing):
        return tenanted
    reading = CHECKS[finding.check](run, question, finding)
    if isinstance(reading, Missing):
        return reading
    name = str(finding.table)
    clock = clock_of(run.facts.given["policy"], name, tenanted)
    relations = run.facts.get("relations", {})
    known = relations if isinstance(relations, Relations) else None
    people = [c for c in person_columns(run.policy, known, name) if c in tenanted.columns]
    tally = _tally(run, _narrow(tenanted, finding, clock, people, as_of), reading)
    return _seen(tally, clock, bool(people), as_of)


def _narrow(
    tenanted: ir.Table, finding: Finding, clock: str | None, people: Sequence[str], as_of: date
) -> ir.Table:
    """Return of each row its tenant, the cell of the finding, the day, and whom it is about."""
    (column,) = finding.columns
    return tenanted.select(
        auditkit_own=tenanted[TENANT], auditkit_cell=tenanted[column],
        auditkit_day=day(tenanted[clock], as_of) if clock else ibis.null("int64"),
        **{f"auditkit_person_{i}": tenanted[c].cast("string") for i, c in enumerate(people)},
    )  # fmt: skip


def _tally(run: Examination, narrow: ir.Table, reading: Reading) -> Tally:
    """Return what was counted of the rows whose cells name another tenant."""
    paths, at = Mentions(), dict[int, Tally]()
    for batch in run.dataset.stream(narrow):
        tenants, texts, days, *persons = zip(*batch, strict=True)
        may: Iterable[bool] = repeat(True, len(texts))
        if reading.tokens is not None:
            may = reading.tokens.candidates(pa.array(texts, pa.string())).to_pylist()
            paths += mentioned(reading.tokens, tenants, texts) if reading.by_place else Mentions()
        every = zip(*persons, strict=True) if persons else repeat((), len(texts))
        for tenant, text, when, who, candidate in zip(tenants, texts, days, every, may, strict=True):
            if tenant is None or not text or not candidate:
                continue
            for place, others in reading.named(text).items():
                if foreign := others - {tenant}:
                    at.setdefault(place, Tally()).add(tenant, foreign, when, who)
    return at.get(paths.template or 0, Tally())


def _seen(tally: Tally, clock: str | None, counted: bool, as_of: date) -> Seen:
    pairs, more = ranked(tally.pairs)
    counts: dict[str, Any] = {
        "pairs": pairs,
        "more_pairs": more,
        "subjects": len(tally.subjects) if counted else None,
    }
    if clock is None:
        return Seen(**counts)
    recent = sum(n for d, n in tally.days.items() if d >= recent_from(as_of)) if tally.days else None
    first, last = iso(min(tally.days, default=None)), iso(max(tally.days, default=None))
    return Seen(**counts, clock=clock, first=first, last=last, recent=recent, undated=tally.undated)


def _texts(run: Examination, question: Question, finding: Finding) -> Reading | Missing:
    tokens: Tokens | Missing = run.facts.get("tokens", question.scope)
    if isinstance(tokens, Missing):
        return tokens
    return Reading(lambda text: {0: tokens.named_in(text)}, tokens)


def _paths(run: Examination, question: Question, finding: Finding) -> Reading | Missing:
    tokens: Tokens | Missing = run.facts.get("tokens", question.scope)
    if isinstance(tokens, Missing):
        return tokens

    def named(text: str) -> Mapping[int, set[str]]:
        is_path = "/" in text and " " not in text
        return {i: {key} for i, key in tokens.places_in(text).items()} if is_path else {}

    return Reading(named, tokens, by_place=True)


def _canaries(run: Examination, question: Question, finding: Finding) -> Reading:
    owners = run.facts.get("canaries", question.scope, seen_by(question.check)).owners
    return Reading(lambda text: {0: {owner for word, owner in owners.items() if word in text.lower()}})


def _documents(run: Examination, question: Question, finding: Finding) -> Reading:
    relations, target = run.facts.get("relations", question.scope), str(finding.target)
    keys = run.facts.get("row_keys", question.scope)
    owners = owners_of(run.dataset, relations, target, keys[target])
    meanings = run.facts.get("meanings", question.scope)

    def owners_in(text: str) -> Mapping[int, set[str]]:
        if not text.lstrip().startswith(("{", "[")):
            return {}
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            return {}
        return {
            0: {
                owners[named.key]
                for named in references_in(document, meanings)
                if named.table == target and named.key in owners
            }
        }

    return Reading(owners_in)


CHECKS: Mapping[str, Callable[[Examination, Question, Finding], Reading | Missing]] = {
    "tenancy-embedded-identifier": _texts, "tenancy-object-key": _paths, "tenancy-canary": _canaries,
    "tenancy-json-reference": _documents,
}  # fmt: skip
"""The checks whose findings are about cells, and how each reads them."""
