"""The data by table: kinds of data, people, purposes, recipients and retention, measured beside declared."""

from __future__ import annotations

from auditkit.detection import ColumnVerdict
from auditkit.outcome import Finding
from auditkit.policy.tables import TablePolicy
from auditkit.report.case import Case, listed
from auditkit.report.evidence import Grid, Row
from auditkit.report.say import say
from auditkit.report.wording import category_words, entity_words, period_words
from auditkit.vocabulary import PRESENT

MOST_KINDS = 6


def grid(case: Case) -> Grid:
    """Return one line for each table with personal data, those with most rows first."""
    found: dict[str, list[ColumnVerdict]] = {}
    for c in case.audit.columns:
        found.setdefault(c.table, []).append(c)
    declared = {table for (table, _), column in case.columns.items() if column.personal}
    personal = {name for name, columns in found.items() if any(c.verdict in PRESENT for c in columns)}
    every = sorted(declared | personal, key=lambda n: (-rows_of(found.get(n, [])), n))
    head = tuple(
        say(f"data.head.{key}")
        for key in ("table", "people", "kinds", "rows", "purposes", "recipients", "retention", "overdue")
    )
    rows = tuple(_row(case, name, found.get(name, []), case.declared.table(name)) for name in every)
    return Grid(say("data.table"), head, rows, say("data.none"))


def rows_of(columns: list[ColumnVerdict]) -> int:
    """Return how many rows a table has, by its profile; 0 where it was not profiled."""
    return max((c.rows for c in columns), default=0)


def _row(case: Case, name: str, columns: list[ColumnVerdict], table: TablePolicy | None) -> Row:
    late = [
        o for o in case.by_check.get("retention-overdue", ()) if isinstance(o, Finding) and o.table == name
    ]
    found = {entity_words(c.entity) for c in columns if c.verdict in PRESENT and c.entity}
    declared = [column for (of, _), column in case.columns.items() if of == name]
    kinds = {words.casefold(): words for words in sorted(found)}
    kinds |= {(w := category_words(c.category)).casefold(): w for c in declared if c.personal}
    recipients = {r for c in declared for r in c.recipients}
    people = table.subject.type if table is not None and table.subject is not None else None
    cells = (
        name,
        case.own(people or "") or None,
        listed(sorted(kinds.values(), key=str.casefold), most=MOST_KINDS) or None,
        rows_of(columns) if columns else None,
        listed(table.purposes) or None if table is not None else None,
        case.own(listed([*table.recipients, *sorted(recipients)])) or None if table is not None else None,
        retention_words(table) if table is not None else None,
        sum(f.rows or 0 for f in late) or None,
    )
    return Row(cells, case.derived(say("data.by")))


def retention_words(table: TablePolicy) -> str | None:
    """Return how long the rows of a table are kept, in words; None where nothing is declared."""
    rules = []
    for rule in table.retention:
        if rule.via:
            rules.append(say("data.via", column=str(rule.via)))
        elif rule.period:
            after = say("data.after", period=period_words(rule.period), start=str(rule.clock))
            rules.append(after if rule.clock else period_words(rule.period))
    return listed(rules, most=3) or None
