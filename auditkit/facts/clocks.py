from __future__ import annotations

from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations.moments import moments_of


def clocks(relation: Examined) -> tuple[str, ...] | Missing:
    """The columns of the table that hold moments; a date of birth is none that anything runs from."""
    found = moments_of(relation.table) if relation.table is not None else ()
    return found or Missing(Cause.NOT_APPLICABLE, f"{relation.name} has no column of moments")
