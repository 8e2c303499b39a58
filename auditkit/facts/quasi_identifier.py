from __future__ import annotations

from auditkit.facts import many
from auditkit.facts.personal_column import Column


@many
def quasi_identifier(quasi_identifiers: tuple[str, ...]) -> tuple[Column, ...]:
    """The quasi-identifiers of the table, one by one."""
    return tuple(map(Column, quasi_identifiers))
