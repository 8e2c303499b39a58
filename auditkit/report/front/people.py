"""Whose data it is: the groups of people with their numbers, special categories, children and countries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditkit.outcome import Finding
from auditkit.report.case import Case, listed
from auditkit.report.evidence import Evidence, Grid, Provenance, Row, Statement
from auditkit.report.lawfulness import looked, specials_found
from auditkit.report.say import say
from auditkit.report.wording import country_words
from auditkit.vocabulary import PRESENT

CHILD = "pii-child"


@dataclass(frozen=True)
class Group:
    """A group of people whom a table is about.

    Attributes:
        kind: what the policy calls them.
        table: the table.
        people: how many there are; None where nothing counted them.
        rows: how many rows the table has; None where it was not profiled.
        children: whether the policy expects children among them.
        found: how many children a check found that the policy does not expect.
    """

    kind: str
    table: str
    people: int | None
    rows: int | None
    children: bool
    found: int


def groups(case: Case) -> tuple[Group, ...]:
    """Return the groups of people that the policy declares, the largest first."""
    return tuple(sorted(_groups(case), key=lambda g: (-(g.people or g.rows or 0), g.table)))


def _groups(case: Case) -> Iterator[Group]:
    for name, table in case.tables.items():
        subject = table.subject
        if subject is None:
            continue
        columns = {c.column: c for c in case.audit.columns if c.table == name}
        rows = max((c.rows for c in columns.values()), default=None)
        key = columns.get(subject.key or "")
        people = key.distinct if key is not None else None
        yield Group(
            case.own(subject.type or "") or say("people.unnamed"), name, people, rows, subject.children,
            sum(f.rows or 0 for f in children(case) if f.table == name),
        )  # fmt: skip


def children(case: Case) -> tuple[Finding, ...]:
    """Return the findings of children that nobody declared."""
    return tuple(o for o in case.by_check.get(CHILD, ()) if isinstance(o, Finding))


def countries(case: Case) -> tuple[str, ...]:
    """Return where the processors of the data are, as the policy says it."""
    named = (p.country for p in case.declared.processors if p.country)
    return tuple(dict.fromkeys(map(country_words, named)))


def number(group: Group) -> str | None:
    """Return how many people a group has, or of how many rows its table consists."""
    if group.people is not None:
        return say("people.number", n=group.people)
    return say("people.rows", n=group.rows) if group.rows is not None else None


def statements(case: Case) -> tuple[Statement, ...]:
    """Return how much data it is, and whose: groups, special categories, children and countries."""
    return (_amount(case), _groups_of(case), specials_found(case), _children(case), _countries(case))


def _amount(case: Case) -> Statement:
    """Return in how many columns and tables personal data was found, and how many rows those have."""
    label, found = say("people.label.data"), [c for c in case.audit.columns if c.verdict in PRESENT]
    if not case.audit.columns:
        return Statement(label, None, _missing(say("people.not_profiled")))
    by = case.measured(say("known.detection"))
    if not found:
        return Statement(label, say("people.no_data", where=looked(case)), by)
    rows = {c.table: c.rows for c in found}
    counts = (say("count.columns", n=len(found)), say("count.tables", n=len(rows)))
    text = say(
        "people.data",
        columns=counts[0],
        tables=counts[1],
        rows=say("count.rows", n=sum(rows.values())),
        where=f",{partly}" if (partly := looked(case)) else "",
    )
    return Statement(label, text, by)


def _groups_of(case: Case) -> Statement:
    label = say("people.label.groups")
    known = groups(case)
    if not known:
        return Statement(label, None, _missing("`tables`, key `subject`"))
    largest = {g.kind: g for g in reversed(known)}  # groups are sorted: the largest of a kind stays
    each = (
        say("people.group", kind=g.kind, number=number(g) or say("people.uncounted"))
        for g in known if largest[g.kind] is g
    )  # fmt: skip
    text = listed(each, most=6)
    if any(case.declared.proposes(g.table, case.audit.as_of) for g in known):
        return Statement(label, say("people.proposed", groups=text), case.derived(say("people.by")))
    return Statement(label, text, case.derived(say("people.by")))


def _children(case: Case) -> Statement:
    label, found = say("people.label.children"), children(case)
    expected = [g.kind for g in groups(case) if g.children]
    if found:
        rows, where = sum(f.rows or 0 for f in found), listed(str(f.table) for f in found)
        return Statement(label, say("people.children_found", n=rows, where=where), case.measured(CHILD))
    if expected:
        return Statement(label, say("people.children_expected", kinds=listed(expected)), case.derived(CHILD))
    if any(o.verdict == "passed" for o in case.by_check.get(CHILD, ())):
        return Statement(label, say("people.no_children", where=looked(case)), case.measured(CHILD))
    return Statement(label, None, _missing(say("people.no_birth_dates")))


def _countries(case: Case) -> Statement:
    label, known = say("people.label.countries"), countries(case)
    if not known:
        return Statement(label, None, _missing("`processors`, key `country`"))
    return Statement(label, listed(known), case.attested("processors"))


def _missing(place: str) -> Provenance:
    return Provenance(Evidence.NOT_ASSESSED, source=place)


def grid(case: Case) -> Grid:
    """Return the groups of people as a table."""
    head = tuple(say(f"people.head.{key}") for key in ("kind", "table", "number", "children"))
    rows = (Row((g.kind, g.table, number(g), _of(g)), case.derived(say("people.by"))) for g in groups(case))
    return Grid(say("people.table"), head, tuple(rows), say("people.none_declared"))


def _of(group: Group) -> str:
    if group.found:
        return say("people.unexpected", n=group.found)
    return say("people.expected" if group.children else "people.not_expected")
