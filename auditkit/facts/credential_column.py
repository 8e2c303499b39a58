from __future__ import annotations

import ibis.expr.types as ir

from auditkit.facts import many
from auditkit.facts.personal_column import Column
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations import Scope
from auditkit.relations.names import is_credential


@many
def credential_column(relation: Examined, scope: Scope) -> tuple[Column, ...] | Missing:
    """The columns of a tenant's table that hold credentials or their hashes, told by their names."""
    assert (
        scope.is_tenant and relation.table is not None
    )  # a table that belongs to no tenant has no scope to ask for
    return tuple(Column(c) for c in credentials(relation.table)) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no column that is named like a credential"
    )


def credentials(table: ir.Table) -> list[str]:
    """Return the columns of text that are named like credentials or their hashes, not like something about
    one.
    """
    return [c for c in table.columns if is_credential(c) and table[c].type().is_string()]
