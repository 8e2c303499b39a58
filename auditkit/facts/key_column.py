from __future__ import annotations

import re

from auditkit.facts import many
from auditkit.facts.credential_column import credentials
from auditkit.facts.personal_column import Column
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations import Relations, ScopeKind
from auditkit.relations.names import is_people, words

_PASSING = re.compile(
    r"session|reset|verif|invit|confirm|otp|one_?time|remember|csrf|nonce|refresh|device|login|challenge|magic"
)


@many
def key_column(relations: Relations, relation: Examined) -> tuple[Column, ...] | Missing:
    """The columns with keys and secrets that software uses, of any table that is not declared as shared.

    A password is a person's, who may belong to several tenants; a session or a reset link passes.
    """
    if relations.boundary is None:
        return Missing(
            Cause.UNDECLARED, "nothing says what a tenant is: declare `tenancy` with its root and key"
        )
    table, scope = relation.table, relations.scopes[relation.name]
    assert table is not None  # a relation without a table says why it is missing
    if (
        scope.kind in (ScopeKind.GLOBAL, ScopeKind.ROOT)
        or scope.null_is_shared
        or is_people(relation.name, table.columns)
    ):
        return Missing(
            Cause.NOT_APPLICABLE, f"{relation.name} holds no keys of one tenant each: {scope.evidence}"
        )
    passing = _PASSING.search(words(relation.name))
    found = [
        c
        for c in credentials(table)
        if not passing and not _PASSING.search(words(c)) and "password" not in words(c)
    ]
    return tuple(map(Column, found)) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no column that is named like a key"
    )
