"""The section of what makes the processing lawful, and of the special categories that nothing declared
allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from auditkit.detection.verdict import flattened
from auditkit.outcome import Cause
from auditkit.policy.processing import Purpose
from auditkit.report.case import Case, listed
from auditkit.report.evidence import Grid, Row, Section, Statement
from auditkit.report.say import say
from auditkit.vocabulary import ARTICLE_9_CONDITIONS, ENTITIES, LEGAL_BASES, PRESENT, Sensitivity, sensitivity

PURPOSES, SPECIALS = "lawfulness.purposes", "lawfulness.specials"
"""The keys of the captions of its tables."""
PURPOSE_HEAD = ("name", "text", "basis", "reason", "condition")
SPECIAL_HEAD = ("table", "column", "kind", "origin", "purposes", "allowed", "need", "state")
"""The columns of the tables, by the keys of their heads."""
SPECIAL = frozenset({Sensitivity.SPECIAL_CATEGORY, Sensitivity.CRIMINAL})


@dataclass(frozen=True, order=True)
class Sensitive:
    """A column of a special category (Art. 9) or of criminal data (Art. 10)."""

    table: str
    column: str
    kind: Sensitivity
    origin: str

    @property
    def name(self) -> str:
        """Its name with that of its table."""
        return f"{self.table}.{self.column}"


def sensitive_columns(case: Case) -> tuple[Sensitive, ...]:
    """Return the columns that were found, or are declared, to hold special categories or criminal data."""
    known = {
        (table, column): Sensitive(table, column, sensitivity(declared.category), "declared")
        for (table, column), declared in case.columns.items()
        if declared.personal
    }
    for c in flattened(case.audit.columns):
        if c.verdict in PRESENT and (entity := ENTITIES.get(c.entity or "")) is not None:
            known[c.table, c.column] = Sensitive(c.table, c.column, entity.sensitivity, "found")
    return tuple(sorted(s for s in known.values() if s.kind in SPECIAL))


def lawfulness(case: Case) -> Section:
    """Return the purposes with their legal bases, and the special categories that no declared condition
    allows.
    """
    purposes, special = _purposes(case), _specials(case)
    title, question = say("section.8.title"), say("section.8.question")
    return Section(
        "8", title, question, "2.1.a, 2.1.b", tuple(_on_specials(case, special)),
        tuple(grid for grid in (purposes, special) if grid.rows), missing=tuple(_lacking(case)),
    )  # fmt: skip


def _lacking(case: Case) -> Iterator[str]:
    """Yield which purposes have no legal basis, or that no purposes are declared."""
    if not case.declared.purposes:
        yield say("lacking.purposes")
    for name, purpose in case.declared.purposes.items():
        if not purpose.legal_basis:
            yield say("lacking.basis", name=name)


def _purposes(case: Case) -> Grid:
    """Return the purposes, each with what allows it."""
    rows = tuple(
        Row(
            (
                name,
                case.own(purpose.text or "") or None,
                with_article(purpose.legal_basis, LEGAL_BASES),
                case.own(purpose.reason or "") or None,
                with_article(purpose.article9, ARTICLE_9_CONDITIONS),
            ),
            case.attested("purposes", name),
        )
        for name, purpose in case.declared.purposes.items()
    )
    return Grid(say(PURPOSES), tuple(say(f"lawfulness.purpose.{key}") for key in PURPOSE_HEAD), rows)


def _specials(case: Case) -> Grid:
    """Return the columns of special categories and criminal data, each with what allows it."""
    rows = tuple(_special_row(case, case.declared.purposes, place) for place in sensitive_columns(case))
    return Grid(say(SPECIALS), tuple(say(f"lawfulness.special.{key}") for key in SPECIAL_HEAD), rows)


def _on_specials(case: Case, special: Grid) -> Iterator[Statement]:
    """Yield how many of these columns are allowed, and how many with a reason; nothing without a profile."""
    label = say("lawfulness.label")
    if special.rows:
        declared = say("lawfulness.declared")
        allowed = [row for row in special.rows if row.cells[-1] == declared]
        text = say("lawfulness.open", n=len(special.rows), open=len(special.rows) - len(allowed))
        if unreasoned := sum(row.cells[-2] is None for row in allowed):
            text += f"; {say('lawfulness.unreasoned', n=unreasoned)}"
        yield Statement(label, text, case.derived(say("known.method")))
    elif case.audit.columns:
        yield replace(specials_found(case), label=label)


def kind_words(place: Sensitive) -> str:
    """Return in words whether a column is of a special category or of criminal data."""
    return say(f"lawfulness.kind.{place.kind.value}")


def origin_words(place: Sensitive) -> str:
    """Return in words how it is known that a column is of that kind."""
    return say(f"lawfulness.origin.{place.origin}")


def _special_row(case: Case, purposes: Mapping[str, Purpose], place: Sensitive) -> Row:
    table = case.declared.table(place.table)
    serves = list(table.purposes) if table is not None else []
    column = table.columns.get(place.column) if table is not None else None
    need = (column.need if column is not None else None) or (table.need if table is not None else None)
    conditions = {
        p: with_article(purposes[p].article9, ARTICLE_9_CONDITIONS)
        for p in serves
        if p in purposes and purposes[p].article9
    }
    if place.kind is Sensitivity.CRIMINAL:
        allowed, lacking = "article10" in case.attestations, say("lawfulness.no_authority")
    else:
        allowed, lacking = bool(conditions), say("lawfulness.no_condition")
    cells = (
        place.table,
        place.column,
        kind_words(place),
        origin_words(place),
        ", ".join(serves) or None,
        "; ".join(f"{purpose}: {condition}" for purpose, condition in conditions.items()) or None,
        case.own(need or "") or None,
        say("lawfulness.declared") if allowed else lacking,
    )
    return Row(cells, case.derived(say("known.method")))


def specials_found(case: Case) -> Statement:
    """Return which columns hold special categories or criminal data; without any look, nothing is known."""
    label, found = say("people.label.special"), sensitive_columns(case)
    if found:
        kinds = listed(f"{place.name} ({kind_words(place)})" for place in found)
        return Statement(label, kinds, case.derived(say("people.by")))
    if not case.audit.columns:
        return Statement(label, None, case.unknown(say("people.not_profiled")))
    return Statement(label, say("people.no_special", where=looked(case)), case.derived(say("people.by")))


def looked(case: Case) -> str:
    """Return that only some of the tables could be read; nothing where all of them were."""
    seen, known = case.audit.relations
    out = {o.table for o in case.audit.not_assessed if o.cause is Cause.EXCLUDED and o.table}
    return "" if seen + len(out) >= known else say("people.partly", seen=seen, known=known)


def with_article(key: Any, articles: Mapping[str, str]) -> str | None:
    """Return a legal basis or a condition in words, with its article; None where nothing is declared."""
    if not key:
        return None
    article = articles.get(str(key))
    return say(f"basis.{article}") if article else str(key)


def declared_category(case: Case, table: str, column: str) -> str | None:
    """Return the category that the policy declares for a column; None where it says nothing."""
    declared = case.columns.get((table, column))
    return declared.category if declared is not None else None
