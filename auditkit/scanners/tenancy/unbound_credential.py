"""API key without a tenant

## What it finds
Keys and secrets that belong to no tenant, or to more than one. Either the table of keys carries no tenant,
or the tenant of the key is empty, or the key belongs to a person who is a member of several tenants.

## Why it matters
Whoever holds such a key acts wherever the code that checks it happens to look (GDPR Art. 5(1)(f), 25(2),
32).

## How to fix
Revoke the keys that the SQL of the finding selects, and issue one for each tenant: `ALTER TABLE <table> ADD
COLUMN tenant_id bigint REFERENCES tenants (id)`, fill it, `ALTER TABLE <table> ALTER COLUMN tenant_id SET NOT
NULL`. Take the tenant of a request from its key.

## Limits
The columns are known by their names. Passwords are left out, because they belong to a person, who may act in
several tenants. So are sessions and reset links, which are short-lived. Declare a table with keys of the
platform itself in `tenancy.shared`.

## Example
>>> import auditkit, pandas as pd
>>> hashes = ["9f2c", "77aa", "b01d"]
>>> keys = pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, 2, None], "secret_hash": hashes})
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "api_keys": keys}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-unbound-credential"])
>>> [(f.table, f.columns, f.rows, f.of) for f in audit.findings]
[('api_keys', ('secret_hash',), 1, 3)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 25(2), data protection by default
- GDPR Art. 32, security of processing
"""

from __future__ import annotations

import re
from dataclasses import replace

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.facts.column import Column
from auditkit.facts.credentials import credentials
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.relations import Membership, Reference, Relations, ScopeKind
from auditkit.relations.key_text import same_key
from auditkit.relations.names import is_people, words
from auditkit.relations.references import Boundary
from auditkit.relations.row_tenants import TENANT, membership_pairs, with_tenant

_SHORT_LIVED = re.compile(
    r"session|reset|verif|invit|confirm|otp|one_?time|remember|csrf|nonce|refresh|device|login|challenge|magic"
)


@each
def key_column(
    relations: Relations, relation: Examined, rows: ir.Table, boundary: Boundary
) -> tuple[Column, ...] | Missing:
    """The columns with keys and secrets that software uses, of any table that may hold keys of one tenant."""
    scope = relations.scopes[relation.name]
    is_shared = scope.kind in (ScopeKind.GLOBAL, ScopeKind.ROOT) or scope.null_is_shared
    if is_shared or is_people(relation.name, rows.columns):
        return Missing(
            Cause.NOT_APPLICABLE, f"{relation.name} holds no keys of one tenant each: {scope.evidence}"
        )
    is_short_lived = _SHORT_LIVED.search(words(relation.name))
    called = {} if is_short_lived else {c: words(c) for c in credentials(relation.name, rows)}
    found = [c for c, word in called.items() if not _SHORT_LIVED.search(word) and "password" not in word]
    return tuple(map(Column, found)) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no column that is named like a key"
    )


@fact
def bound(dataset: Dataset, relations: Relations, relation: Examined) -> ir.Table:
    """The rows of any table with the one tenant that each is bound to, else null; staff are not left out.

    A row that belongs to a person alone is bound to the tenant of that person, where the person is a member
    of one tenant only.
    """
    if relations.scopes[relation.name].is_tenant:
        return with_tenant(dataset.tables, replace(relations, staff={}), relation.name)
    rows = dataset.tables[relation.name]
    for reference in relations.of(relation.name):
        if memberships := relations.members_of(reference.parent, reference.parent_columns):
            return _by_person(dataset, relations, rows, reference, memberships)
    return rows.mutate(**{TENANT: ibis.null("int64")})


def _by_person(
    dataset: Dataset,
    relations: Relations,
    rows: ir.Table,
    reference: Reference,
    memberships: tuple[Membership, ...],
) -> ir.Table:
    """Return rows with the tenant of the person they refer to, null where the person has several."""
    may = membership_pairs(dataset.tables, relations, memberships)
    counted = may.group_by("auditkit_user").aggregate(auditkit_only=may.auditkit_in.min(), n=may.count())
    is_same = same_key(rows[reference.columns[0]], counted.auditkit_user)
    joined = rows.left_join(counted.filter(counted.n == 1), is_same)
    return joined.select(*[joined[c] for c in rows.columns], **{TENANT: joined.auditkit_only})


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 25(2)", "GDPR 32"))
def unbound_credential(bound: ir.Table, key_column: Column, boundary: Boundary) -> Offending:
    """Return whether a row holds a key and is bound to no tenant, or to more than one."""
    key = bound[key_column.name]
    unbound = key.notnull() & (key.strip() != "") & bound[TENANT].isnull()
    return Offending(unbound, confidence=boundary.confidence)
