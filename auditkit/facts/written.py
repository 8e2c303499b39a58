from __future__ import annotations

import re
from functools import reduce

import ibis
import ibis.expr.types as ir

from auditkit.dataset.clock import clock
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations.moments import FIRST, moments_of, seconds_of
from auditkit.relations.names import words

_WRITTEN = re.compile(
    r"^(?:last_)?(?:created|inserted|added|registered|recorded|captured|submitted|imported|updated|modified|changed|edited)"
    r"(?:_(?:at|on|date|time))?$"
)


def written(relation: Examined) -> ir.IntegerValue | Missing:
    """When a row was last written, as Unix time, by the latest of the moments that say when it came to be and
    was changed.
    """
    assert relation.table is not None  # a relation without a table says why it is missing
    rows = relation.table
    named = [c for c in moments_of(rows) if words(c) in FIRST or _WRITTEN.search(words(c))]
    if not named:
        return Missing(Cause.NOT_APPLICABLE, f"no moment in {relation.name} says when a row was written")
    seconds = [seconds_of(clock(rows[c]).moment) for c in named]
    return reduce(lambda a, b: ibis.greatest(a.fill_null(b), b.fill_null(a)), seconds)
