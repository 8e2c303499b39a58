"""The sections that checks fill: scope, inventory, minimisation, retention, separation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from auditkit.detection import ColumnVerdict
from auditkit.html_tables import count
from auditkit.outcome import BLIND, Cause, Finding, NotAssessed, Outcome, Passed, wilson
from auditkit.record import Group, next_step
from auditkit.record.groups import groups
from auditkit.report import incidents
from auditkit.report.case import UNKNOWN, Case, listed, unstated, words
from auditkit.report.causes import CAUSES, places, reasons
from auditkit.report.evidence import Evidence, Grid, Provenance, Row, Section, Statement
from auditkit.report.figures import sensitivity
from auditkit.report.lawfulness import declared_category, sensitive_columns
from auditkit.report.text import place_of
from auditkit.report.wording import period_words
from auditkit.vocabulary import ENTITIES, PRESENT, is_ancestor

SUBJECTS: Mapping[str, str] = {
    "pii": "personal data", "minimisation": "more than is needed",
    "reidentification": "people who can be found again", "retention": "kept too long",
    "tenancy": "separation of tenants", "access": "access",
}  # fmt: skip
"""What each scanner looks for, in the order of the report."""
NOT_SEEN = "Not seen"
"""The caption of what could not be seen."""


def scope(case: Case) -> Section:
    """Return what was looked at, what was not, and what this can not show."""
    audit, by = case.audit, case.measured("the audit")
    names = (
        "names in free text that the model misses"
        if audit.names_model is not None and audit.names_model.ran
        else "names in free text"
    )
    seen, known = audit.relations
    tables = {c.table: c.rows for c in audit.columns}
    statements = [
        Statement("Source", audit.source, by),
        Statement("Day the audit is for", case.as_of, by),
        Statement("Tables, views and files read", f"{seen:,} of {known:,}", by),
        Statement(
            "Rows in the tables profiled", sum(tables.values()) if tables else None, by if tables else UNKNOWN
        ),
        Statement("Columns profiled", len(audit.columns) or None, by if audit.columns else UNKNOWN),
        Statement(
            "Rows looked at",
            f"at most {audit.sample:,} a table (sample)" if audit.sample else "every row",
            by,
        ),
        Statement("Checks planned", f"{len(audit.outcomes):,}: {coverage(case)}", by),
        Statement(
            "What this cannot show",
            f"A check finds what its rule describes. It cannot prove the absence of violations: {names},"
            " encrypted values, pictures, and data outside this source are not seen.",
            case.derived("the method"),
        ),
        *_names_in_text(case),
    ]
    if audit.sample:
        _, bound = wilson(0, audit.sample)
        text = (
            f"none found in {audit.sample:,} sampled rows means at most {bound:.2%} of the rows, at 95 %"
            " confidence (Wilson)"
        )
        statements.append(Statement("How to read a sample", text, case.derived("the method")))
    excluded = [Row((e.tables, e.reason), case.attested("exclude")) for e in case.declared.exclude]
    blind = [o for o in audit.not_assessed if o.cause in BLIND]
    grids = [unassessed_grid(NOT_SEEN, blind)] if blind else []
    if excluded:
        grids.append(Grid("Excluded by the policy", ("Tables", "Reason"), tuple(excluded)))
    if allowed := _allowed(case):
        grids.append(
            Grid(
                "Never personal, by the policy", ("What they would be taken for", "Which", "Reason"), allowed
            )
        )
    return Section(
        "4",
        "Scope and limits",
        "What was looked at, and what was not?",
        "0.5, 1.1.d",
        tuple(statements),
        tuple(grids),
    )


def _allowed(case: Case) -> tuple[Row, ...]:
    """Return what the policy takes out of the search, and why; the values themselves may be personal after
    all.
    """
    detection = case.declared.detection
    rows = []
    for place, entry in enumerate(detection.allow if detection is not None else ()):
        known = ENTITIES.get(entry.entity)
        which = [
            *([count(len(entry.values), "value")] if entry.values else []),
            *(["what has a pattern"] if entry.pattern else []),
        ]
        cells = (known.label if known else entry.entity, " and ".join(which), entry.reason)
        rows.append(Row(cells, case.attested("detection", "allow", place)))
    return tuple(rows)


def _names_in_text(case: Case) -> tuple[Statement, ...]:
    """Return whether names of people were looked for inside free text; nothing where no column was
    profiled.
    """
    label = "Names of people inside free text"
    model = case.audit.names_model
    if model is None:
        return ()
    if not model.ran:
        return (Statement(label, model.sentence, Provenance(Evidence.NOT_ASSESSED, "detection")),)
    text = "the names model looked for them in a sample of each column of sentences; the inventory has them"
    return (Statement(label, text, case.measured("detection")),)


def coverage(case: Case) -> str:
    """Return what became of the planned checks, in words."""
    audit = case.audit
    return (
        f"{len(audit.passed):,} without a violation, {count(len(audit.findings), 'finding')},"
        f" {len(audit.not_assessed):,} not assessed"
    )


def inventory(case: Case) -> Section:
    """Return the columns that hold personal data, beside what the policy declares of them."""
    found = [c for c in case.audit.columns if c.entity and c.verdict != "none"]
    sure = [c for c in found if c.verdict in PRESENT]
    kinds = sorted({sensitivity(c.entity) for c in sure})
    special = listed(f"{place.table}.{place.column} ({place.origin})" for place in sensitive_columns(case))
    by = case.measured("detection")
    statements = [
        Statement(
            "Columns with personal data",
            f"{len(sure):,} in {count(len({c.table for c in sure}), 'table')}",
            by,
        ),
        Statement("Kinds of personal data", ", ".join(kinds) or "none found by these detectors", by),
        Statement(
            "Special categories and criminal data",
            special or "none found by these detectors, none declared",
            case.derived("detection and policy"),
        ),
        Statement("To be judged by a person", count(sum(c.verdict == "review" for c in found), "column"), by),
    ]
    question = "What personal data is really there?"
    if not case.audit.columns:
        missing = ("The columns were not profiled in this run.",)
        return Section("5", "Data inventory", question, "1.1.a, 2.2.b", missing=missing)
    return Section(
        "5",
        "Data inventory",
        question,
        "1.1.a, 2.2.b",
        tuple(statements),
        (inventory_grid(case), *names_grids(case)),
        ("personal-data",),
    )


def inventory_grid(case: Case) -> Grid:
    """Return every column that holds personal data, or may hold it."""
    found = [c for c in case.audit.columns if c.entity and c.verdict != "none"]
    return Grid(
        "Columns with personal data",
        ("Table", "Column", "What it is", "Kind", "Verdict", "Rows", "Filled", "Declared as", "Declared?"),
        tuple(_inventory_row(case, c) for c in sorted(found, key=_by_place)),
        "No personal data was found by these detectors.",
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
            (c.table, c.column, c.names_seen or "no names were seen in what the model read"),
            case.measured("detection"),
        )
        for c in sorted(texts, key=_by_place)
    ]
    return (
        (
            Grid(
                "Names of people inside free text",
                ("Table", "Column", "What the names model saw"),
                tuple(rows),
            ),
        )
        if rows
        else ()
    )


def _by_place(column: ColumnVerdict) -> tuple[str, str]:
    return (column.table, column.column)


def _inventory_row(case: Case, seen: ColumnVerdict) -> Row:
    table, column, entity = seen.table, seen.column, str(seen.entity)
    known = ENTITIES.get(entity)
    declared = declared_category(case, table, column)
    category = seen.category or (known.category if known else "")
    rows = seen.rows
    filled = f"{1 - seen.nulls / rows:.0%}" if rows else None
    match declared:
        case None:
            state = "not declared"
        case "none":
            state = "declared not personal"
        case _ if case.declared.proposes(table, case.audit.as_of):
            state = "proposed, nobody has reviewed it"
        case _:
            state = (
                "declared" if category and is_ancestor(declared, category) else "declared as something else"
            )
    cells = (
        table,
        column,
        known.label if known else entity,
        sensitivity(entity),
        seen.verdict,
        rows,
        filled,
        declared,
        state,
    )
    return Row(cells, case.measured("detection"))


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
    return _scanned(
        case, "9", "Minimisation", "Is there more than is needed?", "2.2.a, 2.3.a", chosen, figures=sizes
    )


def retention(case: Case) -> Section:
    """Return the declared periods, and the rows that have outlived them."""
    periods = periods_grid(case)
    grids = (periods,) if periods.rows else ()
    missing = (
        () if periods.rows else ("The policy declares no retention period (`tables.<table>.retention`).",)
    )
    chosen = _of(case, {"retention"})
    return _scanned(
        case,
        "10",
        "Retention",
        "Is it kept too long?",
        "2.2.a",
        chosen,
        before=grids,
        figures=("overdue",),
        missing=missing,
    )


def periods_grid(case: Case) -> Grid:
    """Return every retention rule of the policy, with what suspends it."""
    head = (
        "Table", "Clock starts", "Keep at most", "Keep at least", "Grace", "On hold while", "Open while",
        "Basis",
    )  # fmt: skip
    rows = []
    for name, table in case.declared.tables.items():
        for place, rule in enumerate(table.retention):
            cells = (
                f"{name} ({rule.name})" if rule.name else name,
                str(rule.clock) if rule.clock else (f"through {rule.via}" if rule.via else None),
                *(period_words(period) if period else None for period in (rule.period, rule.min, rule.grace)),
                rule.hold,
                rule.open,
                rule.basis,
            )
            rows.append(Row(cells, case.attested("tables", name, "retention", place)))
    return Grid("Periods the policy declares", head, tuple(rows))


def separation(case: Case) -> Section:
    """Return what the checks of tenants and of access found; an observed leak comes first."""
    chosen = _of(case, {"tenancy", "access"})
    stated = incidents.statements(case)
    title, question = "Separation of tenants and access", "Can one customer reach another's data?"
    return _scanned(
        case, "11", title, question, "2.3.e, 4.1.a", chosen,
        statements=tuple(s for s in stated if s.value is not None), before=incidents.grids(case),
        figures=("incidents",), missing=unstated(stated),
    )  # fmt: skip


def _of(case: Case, scanners: set[str]) -> list[Outcome]:
    return [
        *(f for f in case.audit.findings if f.scanner in scanners),
        *(o for o in case.audit.outcomes if o.scanner in scanners and o.verdict != "finding"),
    ]


def _scanned(
    case: Case, number: str, title: str, question: str, template: str, outcomes: list[Outcome], *,
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
        head = ("Finding", "Where", "Severity", "Rows", "Of")
        alike = tuple(_finding_row(case, g) for g in causes if g.findings[0].scanner == scanner)
        grids.append(Grid(f"Findings: {SUBJECTS[scanner]}", head, alike))
    if passed:
        grids.append(
            Grid(
                "Looked for without a violation",
                ("Looked for", "In", "Result"),
                tuple(_passed_rows(case, passed)),
            )
        )
    if blind:
        grids.append(unassessed_grid("Not assessed", blind))
    if not outcomes:
        missing = (*missing, "No check of this subject ran.")
    return Section(number, title, question, template, statements, tuple(grids), figures, missing)


def _finding_row(case: Case, group: Group) -> Row:
    """Return a line on findings of one cause; of several places, each with its rows."""
    first, *others = group.findings
    waived = f"{group.severity} (waived)" if group.waived else str(group.severity)
    title = words(first.check).title
    if not others:
        where = place_of(first)
        return case.finding_row(first, title, where, waived, first.rows, first.of)
    each = (
        place_of(f) + (f" ({count(f.rows, 'row')})" if f.rows is not None else "") for f in group.findings
    )
    return case.finding_row(first, title, f"{places(group)}: {listed(each, most=3)}", waived, None, None)


def _passed_rows(case: Case, passed: list[Passed]) -> Iterable[Row]:
    for check, group in groupby(sorted(passed, key=lambda o: (o.check, *o.sort_key)), key=lambda o: o.check):
        every = list(group)
        places = listed((o.table or "the whole source" for o in every), most=8)
        yield Row((words(check).title, places, "no violation found by this check"), case.measured(check))


def unassessed_grid(caption: str, outcomes: Iterable[NotAssessed]) -> Grid:
    """Return what was not assessed, one line for each reason, with what to do next.

    What does not apply is counted in the last line.
    """
    rows, hidden = [], 0
    for group in groups(outcomes):
        if group.cause is Cause.NOT_APPLICABLE or group.cause is None:
            hidden += len(group.outcomes)
            continue
        what = words(group.check).title if group.check else count(len(group.checks), "check")
        where = listed(group.tables or ("the whole source",), most=8)
        label = CAUSES[group.cause][0]
        cells = (what, where, label, reasons(group), next_step(group))
        rows.append(Row(cells, Provenance(Evidence.NOT_ASSESSED, group.check or "policy")))
    if hidden:
        text = "they look for what these tables do not have; `audit.json` has each reason"
        last = (count(hidden, "check"), None, CAUSES[Cause.NOT_APPLICABLE][0], text, None)
        rows.append(Row(last, Provenance(Evidence.NOT_ASSESSED, "policy")))
    return Grid(caption, ("Not looked for", "In", "Cause", "Reason", "What to do"), tuple(rows))
