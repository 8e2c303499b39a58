from __future__ import annotations

from collections.abc import Mapping

from auditkit.facts import many
from auditkit.facts.hash_shapes import HashShape
from auditkit.facts.personal_column import Column
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing


@many
def hash_column(
    relation: Examined, hash_shapes: Mapping[str, tuple[HashShape, ...] | Missing]
) -> tuple[Column, ...] | Missing:
    """The columns of the table that are shaped like digests."""
    found = hash_shapes.get(relation.name, ())
    if isinstance(found, Missing):
        return found
    return tuple(Column(s.column) for s in found) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no column of digests"
    )
