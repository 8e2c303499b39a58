from __future__ import annotations

import re

import ibis
import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.facts.lone_texts import is_open
from auditkit.facts.personal_column import Column
from auditkit.facts.relation import Examined
from auditkit.facts.told_by_text import MEANT, MOST, agrees, has_digest
from auditkit.outcome import Cause, Missing
from auditkit.relations import Relations, ScopeKind
from auditkit.relations.names import words
from auditkit.relations.nouns import OF_A_TENANT
from auditkit.relations.owner import PARENT_TENANT, TENANT, beside, owned
from auditkit.relations.tokens import Tokens

GUESTS = 2
"""A namespace with guests from more tenants than this is meant for many."""
_NAMESPACE = re.compile(r"(?:^|_)(?:namespace|collection|partition|index)(?:_name)?$")


def embedded(
    dataset: Dataset,
    relations: Relations,
    relation: Examined,
    vector_column: Column,
    told_by_text: ir.Table | None = None,
    tokens: Tokens | None = None,
) -> ir.Table | Missing:
    """The embeddings of a table with the tenant each carries, null where none, and in `MEANT` the one that it
    is of.

    That is told by the document where embeddings without a tenant are everybody's, else by the namespace
    where tenants have their own, else by the text where it stands in the rows of one tenant alone.
    """
    if relations.boundary is None:
        return Missing(
            Cause.UNDECLARED, "nothing says what a tenant is: declare `tenancy` with its root and key"
        )
    name, scope = relation.name, relations.scopes[relation.name]
    if scope.kind not in (*OF_A_TENANT, ScopeKind.UNKNOWN):
        return Missing(Cause.NOT_APPLICABLE, f"the embeddings of {name} are of no tenant: {scope.evidence}")
    rows, cells = dataset.tables[name], dataset.tables[name][vector_column.name]
    if (
        cells.type().is_string()
        and not dataset.fetch(rows.aggregate(n=rows.count(where=cells.strip().substr(0, 1) == "[")))[0]["n"]
    ):
        return Missing(
            Cause.NOT_APPLICABLE, f"{name}.{vector_column.name} is named like a vector and holds none"
        )
    rows = (
        owned(dataset.tables, relations, name)
        if scope.is_tenant
        else rows.mutate(**{TENANT: ibis.null("string")})
    )
    found = _by_document(dataset, relations, name, rows) if scope.null_is_shared else None
    if found is None and scope.is_tenant:
        found = _by_namespace(dataset, rows, tokens)
    found = told_by_text if found is None else found
    if found is not None:
        return found
    if scope.is_tenant:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"nothing in {name} but its own scope tells whose an embedding is: {scope.evidence}",
        )
    mend = f"declare `tenant_key` or `references` of {name}, or name it in `tenancy.shared`"
    return Missing(Cause.UNDECLARED, f"nothing says whose the embeddings of {name} are: {mend}")


def _by_document(dataset: Dataset, relations: Relations, name: str, rows: ir.Table) -> ir.Table | None:
    """Return embeddings without a tenant with that of their document; those that have one are compared by
    `tenancy-cross-reference`.
    """
    leading = [
        r for r in relations.of(name) if not r.is_self and relations.scopes[r.parent].kind in OF_A_TENANT
    ]
    if not leading or has_digest(rows) or is_open(rows) or is_open(dataset.tables[leading[0].parent]):
        return None
    told = beside(rows, leading[0], owned(dataset.tables, relations, leading[0].parent), PARENT_TENANT)
    return told.mutate(**{MEANT: ibis.cases((told[TENANT].isnull(), told[PARENT_TENANT]))})


def _by_namespace(dataset: Dataset, rows: ir.Table, tokens: Tokens | None) -> ir.Table | None:
    """Return embeddings with the tenant to whom their namespace belongs; a tenant that has none of its own is
    a guest in it.
    """
    for column in rows.columns:
        if not _NAMESPACE.search(words(column)) or not rows[column].type().is_string():
            continue
        there = rows.filter(rows[TENANT].notnull() & rows[column].notnull())
        pairs = there.group_by(auditkit_space=there[column], auditkit_who=there[TENANT]).aggregate(
            n=there.count()
        )
        within = ibis.window(group_by=[pairs.auditkit_space])
        pairs = pairs.mutate(
            auditkit_whole=pairs.n.sum().over(within), auditkit_tenants=pairs.count().over(within)
        )
        ruled = pairs.filter(
            (pairs.n >= MOST * pairs.auditkit_whole) & (pairs.auditkit_tenants <= 1 + GUESTS)
        )
        ruled = ruled.select("auditkit_space", auditkit_ruler="auditkit_who")
        if tokens is not None and _named(dataset, ruled, tokens):
            continue
        joined = rows.left_join(ruled, rows[column] == ruled.auditkit_space)
        told = joined.select(*[joined[c] for c in rows.columns], "auditkit_ruler")
        at_home = (told.auditkit_ruler == told[TENANT]).ifelse(1, 0)
        told = told.mutate(auditkit_at_home=at_home.max().over(ibis.window(group_by=[told[TENANT]])))
        told = told.mutate(**{MEANT: ibis.cases((told.auditkit_at_home == 1, told.auditkit_ruler))})
        if agrees(dataset, told, of=told[column].notnull()):
            return told
    return None


def _named(dataset: Dataset, ruled: ir.Table, tokens: Tokens) -> bool:
    """Return whether namespaces are called by their tenants: what names another one is counted by
    `tenancy-embedded-identifier`.
    """
    spaces = [
        str(row["auditkit_space"]) for row in dataset.fetch(ruled.select("auditkit_space"), limit=1_000)
    ]
    return 2 * sum(bool(tokens.named_in(space)) for space in spaces) > len(spaces)
