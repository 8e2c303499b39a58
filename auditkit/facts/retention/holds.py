"""The rows that a legal hold in the table of holds suspends from deletion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

import ibis
import ibis.expr.types as ir

from auditkit.check import fact
from auditkit.dataset import Dataset, SourceError
from auditkit.dataset.clock import clock
from auditkit.dataset.identity import APART
from auditkit.outcome import Missing
from auditkit.policy import Policy, PolicyError
from auditkit.policy.logs import Holds
from auditkit.relations import Origin, Reference, Tables, names, reference_of, references_from
from auditkit.relations.declared_tables import declared_table
from auditkit.relations.key_text import same_key
from auditkit.relations.reach import STEPS, Reach

SUBJECT, _HELD_SUBJECT = "auditkit_subject", "auditkit_held_subject"


@dataclass(frozen=True)
class StandingHolds:
    """The legal holds that stand today.

    Attributes:
        table: the table of the holds.
        people: the reference from it to the table of the subjects.
        subjects: the subjects, each once (`SUBJECT`).
    """

    table: str
    people: Reference
    subjects: ir.Table


def stands(block: Holds, rows: ir.Table, as_of: date) -> ir.BooleanValue:
    """Return whether a hold has begun and not ended; a hold without a date has begun."""
    now = ibis.literal(datetime.combine(as_of, time()))
    begun = clock(rows[block.placed]).moment <= now if block.placed is not None else ibis.literal(True)
    ended = clock(rows[block.released]).moment <= now if block.released is not None else ibis.literal(False)
    return begun.fill_null(True) & ~ended.fill_null(False)


@fact
def standing_holds(
    dataset: Dataset, policy: Policy, keys: Tables, as_of: date
) -> StandingHolds | Missing | None:
    """The subjects of the legal holds that stand today; None where the policy or the source has none.

    Raises:
        PolicyError: no table is known whose rows the holds are about.
    """
    block = policy.holds
    if block is None or not block.subject or block.table not in dataset.relations:
        return None
    rows = declared_table(dataset, policy, "holds", ("subject", "placed", "released"))
    if isinstance(rows, Missing):
        return rows
    people = reference_of(keys, policy, block.table, block.subject) or _declared_people(policy, keys, block)
    if people is None:
        problem = (
            f"no table is known that {block.table}.{block.subject} refers to, so the holds suspend nothing:"
            f" declare `references: {{{block.subject}: table.key}}` for {block.table}"
        )
        raise PolicyError.at(policy, ("holds", "subject"), problem)
    standing = rows.filter(stands(block, rows, as_of))
    subjects = standing.select(**{SUBJECT: standing[block.subject]}).distinct()
    return StandingHolds(block.table, people, subjects)


def _declared_people(policy: Policy, keys: Tables, block: Holds) -> Reference | None:
    """Return the only table whose declared data subjects the holds can be about."""
    assert block.subject is not None
    found = [
        Reference(block.table, (block.subject,), name, (key,), Origin.POLICY)
        for name in keys.all
        if name != block.table
        and (key := _subject_key(policy, name)) is not None
        and key in keys.all[name].columns
        and not any(key in r.columns for r in references_from(keys, policy, name))
    ]
    return found[0] if len(found) == 1 else None


def _subject_key(policy: Policy, table: str) -> str | None:
    """Return the column that says which person a row of a table is about, where it is declared."""
    declared = policy.table(table)
    return declared.subject.key if declared is not None and declared.subject is not None else None


def with_suspension(
    reach: Reach,
    rows: ir.Table,
    table: str,
    holds: StandingHolds,
    held: str,
    *,
    inherited: Reference | None = None,
) -> ir.Table:
    """Return rows of which those that a standing hold suspends are held too.

    A hold suspends the row of its subject, and the rows that refer to it.

    Args:
        reach: what the rows see of other tables.
        rows: rows of the table.
        table: the table.
        holds: the holds.
        held: the column that says which rows are held.
        inherited: a reference along which the rows have inherited what is held.

    Raises:
        SourceError: the holds are in another database.
    """
    people = holds.people
    if table == people.parent:
        subject = rows.mutate(**{SUBJECT: rows[people.parent_columns[0]]})
    else:
        way = _way_to(reach, table, people.parent) if table != holds.table else ()
        if not way or way[0] == inherited:
            return rows
        column = way[-1].columns[0]
        subject = reach.with_values(rows, table, way[:-1], lambda last: {SUBJECT: last[column]})
    if not reach.tables.joinable(table, holds.table):
        raise SourceError(APART.reason, code=APART.cause, table=holds.table)
    subjects = holds.subjects.rename({_HELD_SUBJECT: SUBJECT})
    both = subject.left_join(subjects, same_key(subject[SUBJECT], subjects[_HELD_SUBJECT]))
    is_held = both[held] | both[_HELD_SUBJECT].notnull()
    return both.select(*[is_held.name(c) if c == held else both[c] for c in rows.columns])


def _way_to(reach: Reach, table: str, people: str) -> tuple[Reference, ...]:
    """Return the shortest way from a table to that of the people; none where there is no way.

    A reference to somebody who acts on a row, such as its author, comes last; the declared data subject of
    the row comes first.
    """
    ways: list[tuple[Reference, ...]] = [()]
    for _ in range(STEPS):
        longer = [
            (*way, r)
            for way in ways
            for r in references_from(reach.tables, reach.policy, way[-1].parent if way else table)
            if not r.is_self and r.parent not in {table, *(step.parent for step in way)}
        ]
        if arrived := [way for way in longer if way[-1].parent == people]:
            return min(arrived, key=lambda way: _rank(reach.policy, way[-1]))
        ways = [way for way in longer if not _is_of_an_actor(way[-1])]
    return ()


def _rank(policy: Policy, reference: Reference) -> tuple[bool, bool, int]:
    key = _subject_key(policy, reference.table)
    return key not in reference.columns, _is_of_an_actor(reference), list(Origin).index(reference.origin)


def _is_of_an_actor(reference: Reference) -> bool:
    return any(names.is_role(names.stem(c) or c) for c in reference.columns)
