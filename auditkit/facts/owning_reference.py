from __future__ import annotations

from auditkit.dataset import Dataset
from auditkit.facts import many
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy
from auditkit.relations import Reference, Relations, names

LOGS = frozenset({"log", "audit", "event", "history"})
"""Tables of what happened: whom a row names there acted, and need not be whose row it is."""


@many
def owning_reference(
    dataset: Dataset, policy: Policy, relations: Relations, relation: Examined
) -> tuple[Reference, ...] | Missing:
    """The references from the table to the rows that its own belong to, and ought to end with.

    Those through which it inherits its retention (`via`), and, where no rule gives it a period of its own,
    those to tables whose rows are people. Who acted on a row (its author, its assignee, the caller in a log)
    does not own it.
    """
    declared = policy.table(relation.name)
    rules = declared.retention if declared is not None else ()
    inherited, own = {r.via for r in rules}, any(r.start for r in rules)
    found = [r for r in relations.of(relation.name) if not r.is_self and r.columns[0] in inherited]
    if not own:
        found += [
            r
            for r in relations.of(relation.name)
            if r not in found and _is_of_a_person(dataset, policy, relations, r)
        ]
    nothing = Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} refers to no rows that its own would have to end with"
    )
    return tuple(found) or relations.lost.get(relation.name) or nothing


def _is_of_a_person(dataset: Dataset, policy: Policy, relations: Relations, reference: Reference) -> bool:
    declared, parent = policy.table(reference.parent), dataset.tables[reference.parent]
    people = names.is_people(reference.parent, parent.columns) or (
        declared is not None and declared.subject is not None
    )
    acting = (
        any(names.is_role(names.stem(c) or c) for c in reference.columns)
        or names.singular(reference.table).rpartition("_")[2] in LOGS
    )
    logged = policy.access_log is not None and policy.access_log.table == reference.table
    root = relations.boundary is not None and relations.boundary.root == reference.parent
    return people and not reference.is_self and not acting and not logged and not root
