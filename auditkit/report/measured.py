"""The sections that checks fill: scope, inventory, minimisation, retention, separation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

from auditkit.detection import ColumnVerdict
from auditkit.detection.verdict import flattened
from auditkit.outcome import BLIND, Cause, Finding, NotAssessed, Outcome, Passed, Severity, wilson
from auditkit.record import Group, next_step
from auditkit.record.groups import groups
from auditkit.report import incidents, lawfulness
from auditkit.report.case import UNKNOWN, Case, listed, unstated, words
from auditkit.report.causes import places, reasons
from auditkit.report.evidence import Evidence, Grid, Provenance, Row, Section, Statement
from auditkit.report.foreign import english
from auditkit.report.lawfulness import declared_category, origin_words, sensitive_columns
from auditkit.report.say import day_words, percent, say
from auditkit.report.text import place_of
from auditkit.report.wording import cause_words, entity_words, kind_words, period_words
from auditkit.vocabulary import ENTITIES, PRESENT, is_ancestor

SUBJECTS = ("pii", "minimisation", "reidentification", "retention", "tenancy", "access")
"""The scanners, in the order of the report."""


def scope(case: Case) -> Section:
    """Return what was looked at, what was not, and what this can not show."""
    audit, by = case.audit, case.measured(say("known.audit"))
    model_ran = audit.names_model is not None and audit.names_model.ran
    seen, known = audit.relations
    tables = {c.table: c.rows for c in audit.columns}
    looked = say("scope.sample", n=audit.sample) if audit.sample else say("scope.every")
    limits = say("scope.limits", names=say("scope.names_missed" if model_ran else "scope.names_unseen"))
    became = say("scope.became", planned=len(audit.outcomes), coverage=coverage(case))
    statements = [
        Statement(say("scope.source"), audit.source, by),
        Statement(say("scope.as_of"), day_words(case.audit.as_of), by),
        Statement(say("scope.relations"), say("scope.seen", seen=seen, known=known), by),
        Statement(say("scope.rows"), sum(tables.values()) if tables else None, by if tables else UNKNOWN),
        Statement(say("scope.columns"), len(audit.columns) or None, by if audit.columns else UNKNOWN),
        Statement(say("scope.looked"), looked, by),
        Statement(say("scope.planned"), became, by),
        Statement(say("scope.cannot"), limits, case.derived(say("known.method"))),
        *_names_in_text(case),
    ]
    if audit.sample:
        _, bound = wilson(0, audit.sample)
        text = say("scope.bound", n=audit.sample, bound=percent(bound, decimals=2))
        statements.append(Statement(say("scope.how_sample"), text, case.derived(say("known.method"))))
    excluded = [
        Row((e.tables, case.own(e.reason or "")), case.attested("exclude")) for e in case.declared.exclude
    ]
    blind = [o for o in audit.not_assessed if o.cause in BLIND]
    grids = [unassessed_grid(say("scope.not_seen"), blind)] if blind else []
    if excluded:
        head = (say("scope.tables"), say("scope.reason"))
        grids.append(Grid(say("scope.excluded"), head, tuple(excluded)))
    if allowed := _allowed(case):
        heads = (say("scope.taken_for"), say("scope.which"), say("scope.reason"))
        grids.append(Grid(say("scope.allowed"), heads, allowed))
    title, question = say("section.4.title"), say("section.4.question")
    return Section("4", title, question, "0.5, 1.1.d", tuple(statements), tuple(grids))


def _allowed(case: Case) -> tuple[Row, ...]:
    """Return what the policy takes out of the search, and why; the values themselves may be personal after
    all.
    """
    detection = case.declared.detection
    rows = []
    for place, entry in enumerate(detection.allow if detection is not None else ()):
        values = say("count.values", n=len(entry.values)) if entry.values else ""
        which = values or say("scope.pattern")
        if values and entry.pattern:
            which = say("scope.both", first=values, second=say("scope.pattern"))
        cells = (entity_words(entry.entity), which, case.own(entry.reason or "") or None)
        rows.append(Row(cells, case.attested("detection", "allow", place)))
    return tuple(rows)


def _names_in_text(case: Case) -> tuple[Statement, ...]:
    """Return whether names of people were looked for inside free text; nothing where no column was
    profiled.
    """
    label = say("scope.names")
    model = case.audit.names_model
    if model is None:
        return ()
    if not model.ran:
        unseen = Provenance(Evidence.NOT_ASSESSED, say("known.detection"))
        return (Statement(label, english(model.sentence), unseen),)
    return (Statement(label, say("scope.names_sought"), case.measured(say("known.detection"))),)


def coverage(case: Case) -> str:
    """Return what became of the planned checks, in words."""
    audit = case.audit
    findings = say("count.findings", n=len(audit.findings))
    return say("scope.coverage", passed=len(audit.passed), findings=findings, open=len(audit.not_assessed))


def inventory(case: Case) -> Section:
    """Return the columns that hold personal data, beside what the policy declares of them."""
    found = [c for c in case.audit.columns if c.entity and c.verdict != "none"]
    sure = [c for c in found if c.verdict in PRESENT]
    kinds = sorted({kind_words(c.entity) for c in sure})
    special = listed(f"{place.name} ({origin_words(place)})" for place in sensitive_columns(case))
    by = case.measured(say("known.detection"))
    tables = say("count.tables", n=len({c.table for c in sure}))
    review = sum(c.verdict == "review" for c in found)
    statements = [
        Statement(say("inventory.columns"), say("inventory.number", columns=len(sure), tables=tables), by),
        Statement(say("inventory.kinds"), ", ".join(kinds) or say("inventory.none"), by),
        Statement(say("inventory.special"), special, case.derived(say("people.by")))
        if special
        else replace(lawfulness.specials_found(case), label=say("inventory.special")),
        Statement(say("inventory.judge"), say("count.columns", n=review), by),
    ]
    title, question = say("section.5.title"), say("section.5.question")
    if not case.audit.columns:
        return Section("5", title, question, "1.1.a, 2.2.b", missing=(say("lacking.profile"),))
    return Section(
        "5",
        title,
        question,
        "1.1.a, 2.2.b",
        tuple(statements),
        (inventory_grid(case), *names_grids(case)),
        ("personal-data",),
    )


def inventory_grid(case: Case) -> Grid:
    """Return every column, and every path of documents, that holds personal data, or may hold it."""
    found = [c for c in flattened(case.audit.columns) if c.entity and c.verdict != "none"]
    keys = ("table", "column", "what", "kind", "verdict", "rows", "filled", "as", "state")
    return Grid(
        say("inventory.columns"),
        tuple(say(f"inventory.head.{key}") for key in keys),
        tuple(_inventory_row(case, c) for c in sorted(found, key=_by_place)),
        say("inventory.empty"),
    )


def names_grids(case: Case) -> tuple[Grid, ...]:
    """Return what the names model saw in each column of sentences, with its interval where it read a sample;
    nothing without it.
    """
    if case.audit.names_model is None or not case.audit.names_model.ran:
        return ()
    texts = [c for c in case.audit.columns if c.entity == "FREE_TEXT" or c.names_seen]
    rows = [
        Row(
            (c.table, c.column, english(c.names_seen) or say("inventory.saw_none")),
            case.measured(say("known.detection")),
        )
        for c in sorted(texts, key=_by_place)
    ]
    head = (say("inventory.head.table"), say("inventory.head.column"), say("inventory.saw"))
    return (Grid(say("scope.names"), head, tuple(rows)),) if rows else ()


def _by_place(column: ColumnVerdict) -> tuple[str, str]:
    return (column.table, column.column)


def _inventory_row(case: Case, seen: ColumnVerdict) -> Row:
    table, column, entity = seen.table, seen.column, str(seen.entity)
    known = ENTITIES.get(entity)
    declared = declared_category(case, table, column)
    category = seen.category or (known.category if known else "")
    rows = seen.rows
    filled = percent(1 - seen.nulls / rows) if rows else None
    match declared:
        case None:
            state = "not_declared"
        case "none":
            state = "not_personal"
        case _ if case.declared.proposes(table, case.audit.as_of):
            state = "proposed"
        case _:
            state = "declared" if category and is_ancestor(declared, category) else "otherwise"
    cells = (
        table,
        column,
        entity_words(entity),
        kind_words(entity),
        say(f"inventory.verdict.{seen.verdict}"),
        rows,
        filled,
        f"`{declared}`" if declared else None,
        say(f"inventory.state.{state}"),
    )
    return Row(cells, case.measured(say("known.detection")))


def minimisation(case: Case) -> Section:
    """Return what is held beyond need: undeclared and empty columns, identifiers in texts, people who stand
    alone.
    """
    chosen = _of(case, {"pii", "minimisation", "reidentification"})
    sizes = tuple(
        f"class-sizes-{f.fingerprint}"
        for f in chosen
        if isinstance(f, Finding) and f.check == "reidentification-low-k"
    )
    return _scanned(case, "9", "2.2.a, 2.3.a", chosen, figures=sizes)


def retention(case: Case) -> Section:
    """Return the declared periods, and the rows that have outlived them."""
    periods = periods_grid(case)
    grids = (periods,) if periods.rows else ()
    missing = () if periods.rows else (say("lacking.retention"),)
    chosen = _of(case, {"retention"})
    return _scanned(
        case,
        "10",
        "2.2.a",
        chosen,
        before=grids,
        figures=("overdue",),
        missing=missing,
    )


def periods_grid(case: Case) -> Grid:
    """Return every retention rule of the policy, with what suspends it."""
    keys = ("table", "start", "max", "min", "grace", "hold", "open", "basis")
    head = tuple(say(f"periods.head.{key}") for key in keys)
    rows = []
    for name, table in case.declared.tables.items():
        for place, rule in enumerate(table.retention):
            cells = (
                f"{name} ({rule.name})" if rule.name else name,
                str(rule.clock)
                if rule.clock
                else (say("periods.through", column=rule.via) if rule.via else None),
                *(period_words(period) if period else None for period in (rule.period, rule.min, rule.grace)),
                f"`{rule.hold}`" if rule.hold else None,
                f"`{rule.open}`" if rule.open else None,
                case.own(rule.basis or "") or None,
            )
            rows.append(Row(cells, case.attested("tables", name, "retention", place)))
    return Grid(say("periods.table"), head, tuple(rows))


def separation(case: Case) -> Section:
    """Return what the checks of tenants and of access found; an observed leak comes first."""
    chosen = _of(case, {"tenancy", "access"})
    stated = incidents.statements(case)
    return _scanned(
        case, "11", "2.3.e, 4.1.a", chosen,
        statements=tuple(s for s in stated if s.value is not None), before=incidents.grids(case),
        figures=("incidents",), missing=unstated(stated),
    )  # fmt: skip


def _of(case: Case, scanners: set[str]) -> list[Outcome]:
    return [
        *(f for f in case.audit.findings if f.scanner in scanners),
        *(o for o in case.audit.outcomes if o.scanner in scanners and o.verdict != "finding"),
    ]


def _scanned(
    case: Case, number: str, template: str, outcomes: list[Outcome], *,
    statements: tuple[Statement, ...] = (), before: tuple[Grid, ...] = (), figures: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
) -> Section:  # fmt: skip
    """Return a section of what some scanners found, did not find, and could not see."""
    findings = [o for o in outcomes if isinstance(o, Finding)]
    passed = [o for o in outcomes if isinstance(o, Passed)]
    blind = [o for o in outcomes if isinstance(o, NotAssessed)]
    grids = list(before)
    causes = groups(findings)
    for scanner in sorted({f.scanner for f in findings}, key=[*SUBJECTS].index):
        head = tuple(say(f"found.head.{key}") for key in ("finding", "where", "severity", "rows", "of"))
        alike = tuple(_finding_row(case, g) for g in causes if g.findings[0].scanner == scanner)
        grids.append(Grid(say("found.caption", subject=say(f"subject.{scanner}")), head, alike))
    if passed:
        head = tuple(say(f"found.head.{key}") for key in ("sought", "in", "result"))
        grids.append(Grid(say("found.passed"), head, tuple(_passed_rows(case, passed))))
    if blind:
        grids.append(unassessed_grid(say("unassessed.caption"), blind))
    if not outcomes:
        missing = (*missing, say("lacking.checks"))
    title, question = say(f"section.{number}.title"), say(f"section.{number}.question")
    return Section(number, title, question, template, statements, tuple(grids), figures, missing)


def _finding_row(case: Case, group: Group) -> Row:
    """Return a line on findings of one cause; of several places, each with its rows."""
    first, *others = group.findings
    severity = say(f"severity.{(group.severity or Severity.LOW).value}")
    waived = say("found.waived", severity=severity) if group.waived else severity
    title = words(first.check).title
    if not others:
        where = place_of(first)
        return case.finding_row(first, title, where, waived, first.rows, first.of)
    each = (
        say("found.place_rows", place=place_of(f), rows=say("count.rows", n=f.rows))
        if f.rows is not None
        else place_of(f)
        for f in group.findings
    )
    where = say("found.several", places=places(group), names=listed(each, most=3))
    return case.finding_row(first, title, where, waived, None, None)


def _passed_rows(case: Case, passed: list[Passed]) -> Iterable[Row]:
    for check, group in groupby(sorted(passed, key=lambda o: (o.check, *o.sort_key)), key=lambda o: o.check):
        every = list(group)
        places = listed((o.table or say("known.source") for o in every), most=8)
        yield Row((words(check).title, places, say("found.no_violation")), case.measured(check))


def unassessed_grid(caption: str, outcomes: Iterable[NotAssessed]) -> Grid:
    """Return what was not assessed, one line for each reason, with what to do next.

    What does not apply is counted in the last line.
    """
    rows, hidden = [], 0
    for group in groups(outcomes):
        if group.cause is Cause.NOT_APPLICABLE or group.cause is None:
            hidden += len(group.outcomes)
            continue
        what = words(group.check).title if group.check else say("count.checks", n=len(group.checks))
        where = listed(group.tables or (say("known.source"),), most=8)
        label = cause_words(group.cause)
        cells = (what, where, label, reasons(group), english(next_step(group)) or None)
        rows.append(Row(cells, Provenance(Evidence.NOT_ASSESSED, group.check or "policy")))
    if hidden:
        number, text = say("count.checks", n=hidden), say("unassessed.hidden")
        last = (number, None, cause_words(Cause.NOT_APPLICABLE), text, None)
        rows.append(Row(last, Provenance(Evidence.NOT_ASSESSED, "policy")))
    head = tuple(say(f"unassessed.head.{key}") for key in ("sought", "in", "cause", "reason", "next"))
    return Grid(caption, head, tuple(rows))
