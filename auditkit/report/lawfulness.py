"""The section of what makes the processing lawful, and of the special categories that nothing declared
allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditkit import vocabulary
from auditkit.policy.processing import Purpose
from auditkit.report.case import Case
from auditkit.report.evidence import Grid, Row, Section, Statement
from auditkit.report.figures import sensitivity
from auditkit.report.say import say
from auditkit.vocabulary import ARTICLE_9_CONDITIONS, LEGAL_BASES, PRESENT

PURPOSES, SPECIALS = "lawfulness.purposes", "lawfulness.specials"
"""The keys of the captions of its tables."""
PURPOSE_HEAD = ("name", "text", "basis", "reason", "condition")
SPECIAL_HEAD = ("table", "column", "kind", "origin", "purposes", "allowed", "need", "state")
"""The columns of the tables, by the keys of their heads."""
SPECIAL = frozenset({"special category", "criminal"})


@dataclass(frozen=True, order=True)
class Sensitive:
    """A column of a special category (Art. 9) or of criminal data (Art. 10)."""

    table: str
    column: str
    kind: str
    origin: str


def sensitive_columns(case: Case) -> tuple[Sensitive, ...]:
    """Return the columns that were found, or are declared, to hold special categories or criminal data."""
    known = {}
    for name, table in case.declared.tables.items():
        for column, declared in table.columns.items():
            kind = vocabulary.sensitivity(declared.category).replace("_", " ")
            known[name, column] = Sensitive(name, column, kind, "declared")
    for c in case.audit.columns:
        if c.verdict in PRESENT and c.entity:
            known[c.table, c.column] = Sensitive(c.table, c.column, sensitivity(c.entity), "found")
    return tuple(sorted(s for s in known.values() if s.kind in SPECIAL))


def lawfulness(case: Case) -> Section:
    """Return the purposes with their legal bases, and the special categories that no declared condition
    allows.
    """
    purposes = case.declared.purposes
    rows = []
    missing = (
        [] if purposes else ["The policy names no purposes, so no legal basis can be shown (`purposes`)."]
    )
    for name, purpose in purposes.items():
        basis, condition = purpose.legal_basis, purpose.article9
        if not basis:
            missing.append(f"The purpose {name} has no legal basis (`purposes.{name}.legal_basis`).")
        cells = (
            name,
            purpose.text,
            _with_article(basis, LEGAL_BASES),
            purpose.reason,
            _with_article(condition, ARTICLE_9_CONDITIONS),
        )
        rows.append(Row(cells, case.attested("purposes", name)))
    gaps = tuple(_special_row(case, purposes, place) for place in sensitive_columns(case))
    grids = []
    if rows:
        grids.append(
            Grid(
                say(PURPOSES),
                tuple(say(f"lawfulness.purpose.{key}") for key in PURPOSE_HEAD),
                tuple(rows),
            )
        )
    if gaps:
        head, declared = (
            tuple(say(f"lawfulness.special.{key}") for key in SPECIAL_HEAD),
            say("lawfulness.declared"),
        )
        grids.append(Grid(say(SPECIALS), head, gaps))
        open_gaps = sum(row.cells[-1] != declared for row in gaps)
        unreasoned = sum(row.cells[-1] == declared and row.cells[-2] is None for row in gaps)
        text = say("lawfulness.open", n=len(gaps), open=open_gaps)
        if unreasoned:
            text += f"; {say('lawfulness.unreasoned', n=unreasoned)}"
        statements = [Statement(say("lawfulness.label"), text, case.derived("lawfulness"))]
    elif case.audit.columns:
        statements = [
            Statement(
                say("lawfulness.label"),
                say("people.no_special"),
                case.derived("detection and policy"),
            )
        ]
    else:
        statements = []
    return Section(
        "8",
        "Lawfulness",
        "What allows it?",
        "2.1.a, 2.1.b",
        tuple(statements),
        tuple(grids),
        missing=tuple(missing),
    )


def kind_words(place: Sensitive) -> str:
    """Return in words whether a column is of a special category or of criminal data."""
    return say(f"lawfulness.kind.{place.kind.replace(' ', '_')}")


def _special_row(case: Case, purposes: Mapping[str, Purpose], place: Sensitive) -> Row:
    table = case.declared.table(place.table)
    serves = list(table.purposes) if table is not None else []
    column = table.columns.get(place.column) if table is not None else None
    need = (column.need if column is not None else None) or (table.need if table is not None else None)
    conditions = {
        p: _with_article(purposes[p].article9, ARTICLE_9_CONDITIONS)
        for p in serves
        if p in purposes and purposes[p].article9
    }
    if place.kind == "criminal":
        allowed, lacking = "article10" in case.attestations, say("lawfulness.no_authority")
    else:
        allowed, lacking = bool(conditions), say("lawfulness.no_condition")
    cells = (
        place.table,
        place.column,
        kind_words(place),
        say(f"lawfulness.origin.{place.origin}"),
        ", ".join(serves) or None,
        "; ".join(f"{purpose}: {condition}" for purpose, condition in conditions.items()) or None,
        need,
        say("lawfulness.declared") if allowed else lacking,
    )
    return Row(cells, case.derived("lawfulness"))


def _with_article(key: Any, articles: Mapping[str, str]) -> str | None:
    if not key:
        return None
    article = articles.get(str(key))
    return say(f"basis.{article}") if article else str(key)


def declared_category(case: Case, table: str, column: str) -> str | None:
    """Return the category that the policy declares for a column; None where it says nothing."""
    declared = case.declared.tables.get(table)
    if declared is None or column not in declared.columns:
        return None
    return declared.columns[column].category
