from __future__ import annotations

import re

import ibis.expr.types as ir

from auditkit.facts import many
from auditkit.facts.personal_column import Column
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations import Scope
from auditkit.relations.names import words

_CREDENTIAL = re.compile(
    r"(?:^|_)(?:secret|password|passwd|token|api_?key|access_?key|private_?key|signing_?key|credential|key_hash|secret_hash)(?:_|$)"
)
_ABOUT = re.compile(r"_(?:id|type|at|on|name|count|length|hint|expires|expiry|prefix|version|algorithm|status)$|^(?:is|has|needs)_")


@many
def credential_column(relation: Examined, scope: Scope) -> tuple[Column, ...] | Missing:
    """The columns of a tenant's table that hold credentials or their hashes, told by their names."""
    assert scope.is_tenant and relation.table is not None  # a table that belongs to no tenant has no scope to ask for
    return tuple(Column(c) for c in credentials(relation.table)) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no column that is named like a credential"
    )


def credentials(table: ir.Table) -> list[str]:
    """Return the columns of text that are named like credentials or their hashes, not like something about one."""
    return [c for c in table.columns if _CREDENTIAL.search(words(c)) and not _ABOUT.search(words(c)) and table[c].type().is_string()]
