"""An embedding stands under no tenant, or under another than what it was made from.

A search by similarity takes what is nearest, and filters by what stands beside the vector. Where that is
missing or wrong, one tenant's questions are answered from another's documents (GDPR Art. 5(1)(f), 32). Whose
an embedding is, is told by its document where a missing tenant means everybody; by its namespace where
tenants have their own; and by its text where that stands in the rows of one tenant alone.

What this cannot tell: an embedding without a readable text, or of a part of a longer one, in a table that
refers to nothing. Such a table is not assessed until the policy says whose it is. Embeddings that carry a
tenant and refer to a document are compared by `tenancy-cross-reference`, those with two parents by
`tenancy-diamond`, and namespaces that are called by a tenant's name by `tenancy-embedded-identifier`.

Remedy: take the tenant of what the finding's SQL selects from the document it was made from, and make the
    column NOT NULL; filter by it in
the index itself, not after the search. Where everybody may find these texts say so in the policy
(`tenancy.shared`).

>>> import auditkit, pandas as pd
>>> notes = pd.DataFrame({"tenant_id": [1 + n % 2 for n in range(40)], "body": [f"minutes of our meeting no. {n}" for n in range(40)]})
>>> vectors = pd.DataFrame({"content": notes["body"], "embedding": ["[0.1, 0.2]"] * 40})
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "notes": notes, "vectors": vectors}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-vector-scope"])
>>> [(f.table, f.columns, f.rows, f.detail["without"]) for f in audit.findings]
[('vectors', ('embedding',), 40, 40)]
"""

from __future__ import annotations

import re

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import is_apart
from auditkit.facts.column import Column
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.relations import Relations, ScopeKind
from auditkit.relations.names import singular, words
from auditkit.relations.owner import PARENT_TENANT, TENANT, beside, owned
from auditkit.relations.references import OF_A_TENANT
from auditkit.relations.tokens import Tokens

_ABOUT = "id|at|on|model|version|status|dims?|dimensions?|count|provider|key|hash|ref|type|size|path"
_VECTOR = re.compile(rf"(?:^|_)(?:embeddings?|vectors?|vec)(?:_(?!(?:{_ABOUT})$)\w+)?$")
_WORDS = re.compile(r"(?:^|_)(?:search|text|ts|fts)_?vector")


@each
def vector_column(relation: Examined) -> tuple[Column, ...] | Missing:
    """The columns that hold embeddings, told by their type and name: vectors, arrays of numbers, and text or
    bytes that keep one.
    """
    assert relation.table is not None  # a relation without a table says why it is missing
    return tuple(map(Column, vectors(relation.table))) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no column of embeddings"
    )


def vectors(table: ir.Table) -> list[str]:
    """Return the columns of a table that hold embeddings."""
    return [c for c in table.columns if _holds_vectors(words(c), table[c].type())]


def _holds_vectors(called: str, kind: dt.DataType) -> bool:
    """Return whether a column holds vectors; the index of a search for words is called one, and is none."""
    extension = str(getattr(kind, "raw_type", "")).lower()
    if "vector" in extension:
        return "tsvector" not in extension
    if not _VECTOR.search(called) or _WORDS.search(called):
        return False
    return (
        kind.is_string()
        or kind.is_binary()
        or kind.is_json()
        or (isinstance(kind, dt.Array) and kind.value_type.is_numeric())
    )


TEXT, WHOSE = "auditkit_text", "auditkit_whose"
LONG = 24
"""A shorter text may be anybody's."""
_OPEN = re.compile(
    r"^(?:is_)?(?:public|shared|global|published)(?:_at)?$|(?:^|_)visibility$|^audience$|^access(?:_level)?$"
)


def is_open(table: ir.Table) -> bool:
    """Return whether the rows of a table may be meant for other tenants, by a column that says so."""
    return any(_OPEN.search(words(c)) for c in table.columns)


@fact
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


MEANT = "auditkit_meant"
FEW, MOST = 20, 0.9
"""What stands beside embeddings tells their tenants where it does so for at least 20 rows, and nine tenths of
them agree.
"""
_TEXT = re.compile(r"(?:^|_)(?:content|contents|text|chunk|body|passage|snippet|input|document)$")
_DIGEST = re.compile(r"(?:^|_)(?:hash|checksum|digest|fingerprint|sha\d*|md5)$")


@fact
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


GUESTS = 2
"""A namespace with guests from more tenants than this is meant for many."""
_NAMESPACE = re.compile(r"(?:^|_)(?:namespace|collection|partition|index)(?:_name)?$")


@fact
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


@check(severity=Severity.HIGH, confidence=Confidence.MEDIUM, articles=("GDPR 5(1)(f)", "GDPR 32"))
def vector_scope(embedded: ir.Table) -> Offending:
    """Return whether an embedding carries no tenant, or another than the one it is of; `without` counts the
    former.
    """
    own, meant = embedded[TENANT], embedded[MEANT]
    wrong = meant.notnull() & (own.isnull() | (own != meant))
    return Offending(wrong, detail={"without": embedded.count(where=wrong & own.isnull())})
