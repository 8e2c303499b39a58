from __future__ import annotations

import re

import ibis.expr.types as ir

from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations.names import words

_OF_BIRTH = re.compile(r"birth|born|(?:^|_)dob(?:_|$)")


def clocks(relation: Examined) -> tuple[str, ...] | Missing:
    """The columns of the table that hold moments; a date of birth is none that anything runs from."""
    found = of_table(relation.table) if relation.table is not None else ()
    return found or Missing(Cause.NOT_APPLICABLE, f"{relation.name} has no column of moments")


def of_table(table: ir.Table) -> tuple[str, ...]:
    """Return the columns of a table that are of a type for moments, in their order."""
    return tuple(c for c, t in table.schema().items() if (t.is_timestamp() or t.is_date()) and not _OF_BIRTH.search(words(c)))
