from __future__ import annotations

import re

import ibis
import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.dataset.identity import is_apart
from auditkit.facts.vector_column import vectors
from auditkit.outcome import Cause, Missing
from auditkit.relations import Relations, ScopeKind
from auditkit.relations.names import words
from auditkit.relations.owner import TENANT, owned

TEXT, WHOSE = "auditkit_text", "auditkit_whose"
LONG = 24
"""A shorter text may be anybody's."""
_OPEN = re.compile(
    r"^(?:is_)?(?:public|shared|global|published)(?:_at)?$|(?:^|_)visibility$|^audience$|^access(?:_level)?$"
)


def is_open(table: ir.Table) -> bool:
    """Return whether the rows of a table may be meant for other tenants, by a column that says so."""
    return any(_OPEN.search(words(c)) for c in table.columns)


def lone_texts(dataset: Dataset, relations: Relations) -> ir.Table | Missing:
    """The longer texts that stand in rows of one tenant alone, as `TEXT` and `WHOSE`; a text that others have
    too is nobody's.

    Tables of embeddings are left out: it is their texts that are looked up here.
    """
    boundary = relations.boundary
    if boundary is None:
        return Missing(
            Cause.UNDECLARED, "nothing says what a tenant is: declare `tenancy` with its root and key"
        )
    root = dataset.tables[boundary.root]
    parts = []
    for name, scope in relations.scopes.items():
        table = dataset.tables[name]
        columns = [c for c in table.columns if table[c].type().is_string() and c != scope.column]
        if is_apart(table, root) or scope.kind is ScopeKind.ROOT or vectors(table):
            continue
        rows = (
            owned(dataset.tables, relations, name)
            if scope.is_tenant and not is_open(table)
            else table.mutate(**{TENANT: ibis.null()})
        )
        long = [(rows.filter(rows[c].length() >= LONG), c) for c in columns]
        parts += [few.select(**{TEXT: few[c].strip(), WHOSE: few[TENANT].cast("string")}) for few, c in long]
    if not parts:
        return Missing(Cause.NOT_APPLICABLE, "no table has texts")
    every = ibis.union(*parts) if len(parts) > 1 else parts[0]
    known = every.group_by(TEXT).aggregate(
        **{WHOSE: every[WHOSE].max()},
        several=every[WHOSE].nunique(),
        nobodys=every.count(where=every[WHOSE].isnull()),
    )
    return known.filter((known.several == 1) & (known.nobodys == 0)).select(TEXT, WHOSE)
