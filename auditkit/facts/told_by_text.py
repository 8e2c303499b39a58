from __future__ import annotations

import re

import ibis
import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.dataset.identity import is_apart
from auditkit.facts.lone_texts import TEXT, WHOSE
from auditkit.facts.personal_column import Column
from auditkit.facts.relation import Examined
from auditkit.facts.vector_column import vectors
from auditkit.outcome import Cause, Missing
from auditkit.relations import Relations, ScopeKind
from auditkit.relations.names import singular, words
from auditkit.relations.nouns import OF_A_TENANT
from auditkit.relations.owner import TENANT, owned

MEANT = "auditkit_meant"
FEW, MOST = 20, 0.9
"""What stands beside embeddings tells their tenants where it does so for at least 20 rows, and nine tenths of
them agree.
"""
_TEXT = re.compile(r"(?:^|_)(?:content|contents|text|chunk|body|passage|snippet|input|document)$")
_DIGEST = re.compile(r"(?:^|_)(?:hash|checksum|digest|fingerprint|sha\d*|md5)$")


def told_by_text(
    dataset: Dataset, relations: Relations, relation: Examined, vector_column: Column, lone_texts: ir.Table
) -> ir.Table | Missing:
    """The embeddings of a table with the tenant each carries, and in `MEANT` the one in whose rows alone
    their text stands.

    Only for a table that refers to nothing, to which nothing refers, and in which no other column keeps
    tenants apart. A text of which its tenant has an embedding, too, tells nothing of the other: that may be
    left of a document that went.
    """
    name, scope, rows = relation.name, relations.scopes[relation.name], dataset.tables[relation.name]
    texts = [
        c
        for c in rows.columns
        if c != vector_column.name and _TEXT.search(words(c)) and rows[c].type().is_string()
    ]
    linked = [
        r
        for r in relations.references
        if r.parent == name or (r.table == name and relations.scopes[r.parent].kind in OF_A_TENANT)
    ]
    alone = scope.kind in (*OF_A_TENANT, ScopeKind.UNKNOWN) and not linked and not has_digest(rows)
    if not alone or not texts or is_apart(rows, lone_texts):
        return Missing(Cause.NOT_APPLICABLE, f"the embeddings of {name} are not told by a text of their own")
    rows = (
        owned(dataset.tables, relations, name)
        if scope.is_tenant
        else rows.mutate(**{TENANT: ibis.null("string")})
    )
    joined = rows.left_join(lone_texts, rows[texts[0]].strip() == lone_texts[TEXT])
    told = joined.select(
        *[joined[c] for c in rows.columns if c != TENANT],
        **{TENANT: joined[TENANT].cast("string"), MEANT: joined[WHOSE]},
    )
    if scope.is_tenant:
        told = told.mutate(auditkit_right=(told[MEANT] == told[TENANT]).ifelse(1, 0))
        told = told.mutate(
            auditkit_had=told.auditkit_right.max().over(ibis.window(group_by=[told[texts[0]]]))
        )
        told = told.mutate(
            **{
                MEANT: ibis.cases(
                    (told[TENANT].notnull() & (told.auditkit_right == told.auditkit_had), told[MEANT])
                )
            }
        )
        sure = agrees(dataset, told, of=told[MEANT].notnull())
    else:
        assert relations.boundary is not None  # there are no texts of tenants without one
        sure = _of_tenants(dataset, told, texts[0], singular(relations.boundary.root))
    return told if sure else Missing(Cause.NOT_APPLICABLE, f"the texts in {name} do not tell whose they are")


def has_digest(rows: ir.Table) -> bool:
    """Return whether rows are found by what is in them, so that several tenants may share one."""
    return any(_DIGEST.search(words(c)) for c in rows.columns)


def _of_tenants(dataset: Dataset, told: ir.Table, text: str, called: str) -> bool:
    """Return whether nearly all embeddings are of tenants, and no other column keeps those apart: by values
    of one each, or by name.

    Args:
        dataset: where the embeddings are.
        told: the embeddings, with the tenant of each.
        text: the column of their texts.
        called: what a tenant is called, as in `{"tenant": 7}`.
    """
    kinds = {c: told[c].type() for c in told.columns if c not in (text, TENANT, MEANT, *vectors(told))}
    asked = [c for c, t in kinds.items() if t.is_string() or t.is_integer() or t.is_uuid() or t.is_json()]
    measures: dict[str, ir.Scalar] = {
        "n": told.count(),
        "told": told[MEANT].count(),
        "tenants": told[MEANT].nunique(),
    }
    for i, c in enumerate(asked):
        cell = told[c].cast("string")
        measures |= {f"values{i}": cell.nunique(), f"pairs{i}": (cell + " " + told[MEANT]).nunique()}
        measures[f"naming{i}"] = told.count(where=cell.lower().contains(called))
    found = {name: int(n or 0) for name, n in dataset.fetch(told.aggregate(**measures))[0].items()}
    apart = [0 < found[f"pairs{i}"] <= found[f"values{i}"] <= found["n"] / 2 for i in range(len(asked))]
    named = any(found[f"naming{i}"] for i in range(len(asked)))
    return (
        found["told"] >= max(FEW, MOST * found["n"]) and found["tenants"] > 1 and not any(apart) and not named
    )


def agrees(dataset: Dataset, told: ir.Table, *, of: ir.BooleanValue) -> bool:
    """Return whether what tells tenants agrees with nearly all that the rows carry, and tells several
    apart.
    """
    tenants = told[MEANT].nunique()
    measures = {
        "n": told.count(where=of & told[TENANT].notnull()),
        "agreeing": told.count(where=told[TENANT] == told[MEANT]),
    }
    found = dataset.fetch(told.aggregate(tenants=tenants, **measures))[0]
    n, agreeing, several = (int(found[name] or 0) for name in ("n", "agreeing", "tenants"))
    return n >= FEW and agreeing >= MOST * n and several > 1
