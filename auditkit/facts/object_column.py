from __future__ import annotations

import re

from auditkit.facts import many
from auditkit.facts.personal_column import Column
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations import Scope, ScopeKind
from auditkit.relations.names import words

_OBJECT = re.compile(
    r"(?:^|_)(?:object|blob|storage|s3|bucket|file|media|asset|attachment|upload|document|download)_(?:key|path|url|uri|ref|location)$"
    r"|^(?:blob|s3)_?(?:id|name)$|^storage_id$|^object_name$"
)


@many
def object_column(relation: Examined, scope: Scope) -> tuple[Column, ...] | Missing:
    """The columns of a tenant's table that name stored objects: keys, paths and addresses of files."""
    table = relation.table
    assert scope.is_tenant and table is not None  # a table of no tenant is not assessed
    if scope.kind is ScopeKind.ROOT:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} holds the tenants themselves")
    found = [c for c in table.columns if _OBJECT.search(words(c)) and table[c].type().is_string()]
    return tuple(map(Column, found)) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no column that names stored objects"
    )
