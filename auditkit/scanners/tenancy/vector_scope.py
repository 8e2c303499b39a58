"""Embedding without a tenant, or with the wrong tenant

## What it finds
Embeddings that carry no tenant, or another tenant than the text that they were made from.

## Why it matters
A similarity search takes the nearest vectors and filters them by the columns beside them. Where the tenant
is missing or wrong there, the questions of one tenant are answered from the documents of another (GDPR Art.
5(1)(f), 32).

## How to fix
Take the tenant of the rows that the SQL of the finding selects from the document that they were made from,
and make the column `NOT NULL`. Filter by it inside the index, not after the search. Where everybody may find
these texts, declare the table in `tenancy.shared`.

## Limits
The owner of an embedding is known in one of three ways: from its document where a missing tenant means
everybody; from its namespace where tenants have their own; from its text where that stands in rows of one
tenant alone. The check cannot see the owner of an embedding without a readable text, or of a part of a
longer text, in a table that refers to nothing. Such a table is not assessed until the policy says whose it
is. Embeddings that carry a tenant and refer to a document are compared by `tenancy-cross-reference`, those
with two parents by `tenancy-diamond`, and namespaces that are called by a tenant's name by
`tenancy-embedded-identifier`.

## Example
>>> import auditkit, pandas as pd
>>> texts = [f"minutes of our meeting no. {n}" for n in range(40)]
>>> source = {
...     "tenants": pd.DataFrame({"id": [1, 2]}),
...     "notes": pd.DataFrame({"tenant_id": [1 + n % 2 for n in range(40)], "body": texts}),
...     "vectors": pd.DataFrame({"content": texts, "embedding": ["[0.1, 0.2]"] * 40}),
... }
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-vector-scope"])
>>> [(f.table, f.columns, f.rows, f.detail["without"]) for f in audit.findings]
[('vectors', ('embedding',), 40, 40)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32, security of processing
- OWASP LLM08:2025, vector and embedding weaknesses
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import is_apart
from auditkit.facts.column import Column
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.relations import Relations, ScopeKind
from auditkit.relations.embeddings import has_digest, is_open, vectors
from auditkit.relations.names import singular, words
from auditkit.relations.references import OF_A_TENANT, Boundary
from auditkit.relations.row_tenants import PARENT_TENANT, TENANT, with_parent_tenant, with_tenant
from auditkit.relations.tokens import Tokens
from auditkit.relations.united import united

TEXT, OWNER, MEANT = "auditkit_text", "auditkit_whose", "auditkit_meant"
LONG = 24
"""A shorter text may belong to anybody."""
FEW, MOST = 20, 0.9
"""We trust another column of the embeddings where it agrees for nine tenths of at least 20 rows."""
GUESTS = 2
"""A namespace with guests from more tenants than this is meant for several."""
_TEXT = re.compile(r"(?:^|_)(?:content|contents|text|chunk|body|passage|snippet|input|document)$")
_NAMESPACE = re.compile(r"(?:^|_)(?:namespace|collection|partition|index)(?:_name)?$")


@each
def vector_column(relation: Examined, rows: ir.Table) -> tuple[Column, ...] | Missing:
    """The columns that hold embeddings."""
    return tuple(map(Column, vectors(rows))) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no column of embeddings"
    )


@fact
def lone_texts(dataset: Dataset, relations: Relations, boundary: Boundary) -> ir.Table | Missing:
    """The longer texts that stand in rows of one tenant alone, as `TEXT` and `OWNER`.

    Tables of embeddings are left out, because their texts are looked up here.
    """
    parts = list(_long_texts(dataset, relations, dataset.tables[boundary.root]))
    if not parts:
        return Missing(Cause.NOT_APPLICABLE, "no table has texts")
    every = united(parts)
    known = every.group_by(TEXT).aggregate(
        **{OWNER: every[OWNER].max()},
        several=every[OWNER].nunique(),
        nobodys=every.count(where=every[OWNER].isnull()),
    )
    return known.filter((known.several == 1) & (known.nobodys == 0)).select(TEXT, OWNER)


def _long_texts(dataset: Dataset, relations: Relations, root: ir.Table) -> Iterator[ir.Table]:
    """Yield the longer texts of each text column with their tenants; null where anybody may read the rows."""
    for name, scope in relations.scopes.items():
        table = dataset.tables[name]
        columns = [c for c in table.columns if table[c].type().is_string() and c != scope.column]
        if is_apart(table, root) or scope.kind is ScopeKind.ROOT or vectors(table):
            continue
        rows = (
            with_tenant(dataset.tables, relations, name)
            if scope.is_tenant and not is_open(table)
            else table.mutate(**{TENANT: ibis.null()})
        )
        for column in columns:
            long = rows.filter(rows[column].length() >= LONG)
            yield long.select(**{TEXT: long[column].strip(), OWNER: long[TENANT].cast("string")})


@fact
def owned_by_text(
    dataset: Dataset,
    relations: Relations,
    relation: Examined,
    boundary: Boundary,
    vector_column: Column,
    lone_texts: ir.Table,
) -> ir.Table | Missing:
    """The embeddings of a table with the tenant each carries, and in `MEANT` the owner of their text.

    Only for a table without references in which no other column keeps tenants apart. Where a tenant has an
    embedding of its text, another embedding of that text says nothing: its document may be gone.
    """
    name, scope, rows = relation.name, relations.scopes[relation.name], dataset.tables[relation.name]
    texts = [
        c
        for c in rows.columns
        if c != vector_column.name and _TEXT.search(words(c)) and rows[c].type().is_string()
    ]
    linked = [
        *relations.to(name),
        *(r for r in relations.of(name) if relations.scopes[r.parent].kind in OF_A_TENANT),
    ]
    alone = scope.kind in (*OF_A_TENANT, ScopeKind.UNKNOWN) and not linked and not has_digest(rows)
    if not alone or not texts or is_apart(rows, lone_texts):
        return Missing(Cause.NOT_APPLICABLE, f"the texts in {name} do not say who owns its embeddings")
    rows = _with_tenant(dataset, relations, name)
    joined = rows.left_join(lone_texts, rows[texts[0]].strip() == lone_texts[TEXT])
    found = joined.select(
        *[joined[c] for c in rows.columns if c != TENANT],
        **{TENANT: joined[TENANT].cast("string"), MEANT: joined[OWNER]},
    )
    if scope.is_tenant:
        found = _unless_owner_has_one(found, texts[0])
        is_sure = _agrees(dataset, found, of=found[MEANT].notnull())
    else:
        is_sure = _are_of_tenants(dataset, found, texts[0], singular(boundary.root))
    return (
        found if is_sure else Missing(Cause.NOT_APPLICABLE, f"the texts in {name} do not say who owns them")
    )


def _with_tenant(dataset: Dataset, relations: Relations, name: str) -> ir.Table:
    """Return the rows of a table with the tenant that each carries, null in a table of no tenant."""
    if relations.scopes[name].is_tenant:
        return with_tenant(dataset.tables, relations, name)
    return dataset.tables[name].mutate(**{TENANT: ibis.null("string")})


def _unless_owner_has_one(found: ir.Table, text: str) -> ir.Table:
    """Return embeddings without the owner of their text where that owner has an embedding of it already."""
    found = found.mutate(auditkit_right=(found[MEANT] == found[TENANT]).ifelse(1, 0))
    found = found.mutate(auditkit_had=found.auditkit_right.max().over(ibis.window(group_by=[found[text]])))
    is_open_question = found[TENANT].notnull() & (found.auditkit_right == found.auditkit_had)
    return found.mutate(**{MEANT: ibis.cases((is_open_question, found[MEANT]))})


def _are_of_tenants(dataset: Dataset, found: ir.Table, text: str, tenant_word: str) -> bool:
    """Return whether nearly all embeddings have an owner, and no other column keeps the owners apart.

    A column does so where each of its values belongs to one owner, or where its values name tenants.

    Args:
        dataset: where the embeddings are.
        found: the embeddings, with the owner of each.
        text: the column of their texts.
        tenant_word: the word for a tenant, as in `{"tenant": 7}`.
    """
    kinds = {c: found[c].type() for c in found.columns if c not in (text, TENANT, MEANT, *vectors(found))}
    others = [c for c, t in kinds.items() if t.is_string() or t.is_integer() or t.is_uuid() or t.is_json()]
    measures: dict[str, ir.Scalar] = {
        "n": found.count(),
        "owned": found[MEANT].count(),
        "tenants": found[MEANT].nunique(),
    }
    for i, column in enumerate(others):
        cell = found[column].cast("string")
        measures |= {f"values{i}": cell.nunique(), f"pairs{i}": (cell + " " + found[MEANT]).nunique()}
        measures[f"naming{i}"] = found.count(where=cell.lower().contains(tenant_word))
    counts = {name: int(n or 0) for name, n in dataset.fetch(found.aggregate(**measures))[0].items()}
    apart = any(
        0 < counts[f"pairs{i}"] <= counts[f"values{i}"] <= counts["n"] / 2 for i in range(len(others))
    )
    named = any(counts[f"naming{i}"] for i in range(len(others)))
    enough = counts["owned"] >= max(FEW, MOST * counts["n"]) and counts["tenants"] > 1
    return enough and not apart and not named


def _agrees(dataset: Dataset, found: ir.Table, *, of: ir.BooleanValue) -> bool:
    """Return whether the owners agree with nearly all tenants that the rows carry, and are several."""
    counts = dataset.fetch(
        found.aggregate(
            tenants=found[MEANT].nunique(),
            n=found.count(where=of & found[TENANT].notnull()),
            agreeing=found.count(where=found[TENANT] == found[MEANT]),
        )
    )[0]
    n, agreeing, tenants = (int(counts[name] or 0) for name in ("n", "agreeing", "tenants"))
    return n >= FEW and agreeing >= MOST * n and tenants > 1


@fact
def embedded(
    dataset: Dataset,
    relations: Relations,
    relation: Examined,
    boundary: Boundary,
    vector_column: Column,
    owned_by_text: ir.Table | None = None,
    tokens: Tokens | None = None,
) -> ir.Table | Missing:
    """The embeddings of a table with the tenant that each carries, or null, and with the owner in `MEANT`.

    The owner comes from the document where embeddings without a tenant are meant for everybody. Else it comes
    from the namespace where tenants have their own, else from the text.
    """
    name, scope = relation.name, relations.scopes[relation.name]
    if scope.kind not in (*OF_A_TENANT, ScopeKind.UNKNOWN):
        return Missing(
            Cause.NOT_APPLICABLE, f"the embeddings of {name} belong to no tenant: {scope.evidence}"
        )
    if not _holds_arrays(dataset, dataset.tables[name][vector_column.name], dataset.tables[name]):
        return Missing(
            Cause.NOT_APPLICABLE, f"{name}.{vector_column.name} is named like a vector and holds no vectors"
        )
    rows = _with_tenant(dataset, relations, name)
    found = _by_document(dataset, relations, name, rows) if scope.null_is_shared else None
    if found is None and scope.is_tenant:
        found = _by_namespace(dataset, rows, tokens)
    if found is None:
        found = owned_by_text
    if found is not None:
        return found
    if scope.is_tenant:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"nothing in {name} but its own tenant says who owns an embedding: {scope.evidence}",
        )
    return Missing(
        Cause.UNDECLARED,
        f"nothing says who owns the embeddings of {name}: declare its `tenant_key` or `references`, or name"
        " it in `tenancy.shared`",
    )


def _holds_arrays(dataset: Dataset, cells: ir.Column, rows: ir.Table) -> bool:
    """Return whether a column holds vectors; text must begin like an array in some cells."""
    if not cells.type().is_string():
        return True
    begins = rows.count(where=cells.strip().substr(0, 1) == "[")
    return bool(dataset.fetch(rows.aggregate(n=begins))[0]["n"])


def _by_document(dataset: Dataset, relations: Relations, name: str, rows: ir.Table) -> ir.Table | None:
    """Return embeddings without a tenant with the tenant of their document as the owner."""
    leading = [
        r for r in relations.of(name) if not r.is_self and relations.scopes[r.parent].kind in OF_A_TENANT
    ]
    if not leading or has_digest(rows) or is_open(rows) or is_open(dataset.tables[leading[0].parent]):
        return None
    joined = with_parent_tenant(
        rows, leading[0], with_tenant(dataset.tables, relations, leading[0].parent), PARENT_TENANT
    )
    return joined.mutate(**{MEANT: ibis.cases((joined[TENANT].isnull(), joined[PARENT_TENANT]))})


def _by_namespace(dataset: Dataset, rows: ir.Table, tokens: Tokens | None) -> ir.Table | None:
    """Return embeddings with the tenant who rules their namespace as the owner.

    A tenant without a namespace of its own is a guest in that of another, and its embeddings have no owner
    here.
    """
    for column in rows.columns:
        if not _NAMESPACE.search(words(column)) or not rows[column].type().is_string():
            continue
        ruled = _rulers(rows, column)
        if tokens is not None and _are_called_by_tenants(dataset, ruled, tokens):
            continue
        joined = rows.left_join(ruled, rows[column] == ruled.auditkit_space)
        found = joined.select(*[joined[c] for c in rows.columns], "auditkit_ruler")
        at_home = (found.auditkit_ruler == found[TENANT]).ifelse(1, 0)
        found = found.mutate(auditkit_at_home=at_home.max().over(ibis.window(group_by=[found[TENANT]])))
        found = found.mutate(**{MEANT: ibis.cases((found.auditkit_at_home == 1, found.auditkit_ruler))})
        if _agrees(dataset, found, of=found[column].notnull()):
            return found
    return None


def _rulers(rows: ir.Table, column: str) -> ir.Table:
    """Return the namespaces in which one tenant has nine tenths of the embeddings, with that tenant."""
    there = rows.filter(rows[TENANT].notnull() & rows[column].notnull())
    pairs = there.group_by(auditkit_space=there[column], auditkit_who=there[TENANT]).aggregate(
        n=there.count()
    )
    within = ibis.window(group_by=[pairs.auditkit_space])
    pairs = pairs.mutate(
        auditkit_whole=pairs.n.sum().over(within), auditkit_tenants=pairs.count().over(within)
    )
    ruled = pairs.filter((pairs.n >= MOST * pairs.auditkit_whole) & (pairs.auditkit_tenants <= 1 + GUESTS))
    return ruled.select("auditkit_space", auditkit_ruler="auditkit_who")


def _are_called_by_tenants(dataset: Dataset, ruled: ir.Table, tokens: Tokens) -> bool:
    """Return whether most namespaces are called by a tenant's name."""
    names = dataset.fetch(ruled.select("auditkit_space"), limit=1_000)
    spaces = [str(row["auditkit_space"]) for row in names]
    return 2 * sum(bool(tokens.named_in(space)) for space in spaces) > len(spaces)


@check(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    articles=("GDPR 5(1)(f)", "GDPR 32"),
    says="{without:embedding carries|embeddings carry} no tenant at all",
)
def vector_scope(embedded: ir.Table) -> Offending:
    """Return whether an embedding has an owner and carries no tenant, or another tenant than its owner."""
    own, meant = embedded[TENANT], embedded[MEANT]
    wrong = meant.notnull() & (own.isnull() | (own != meant))
    return Offending(wrong, detail={"without": embedded.count(where=wrong & own.isnull())})
