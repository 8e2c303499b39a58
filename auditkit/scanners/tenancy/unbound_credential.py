"""A key belongs to no tenant.

The table of keys carries no tenant, a key's tenant is empty, or the key is bound to a person who is a member
of several tenants: whoever holds it acts wherever the code that checks it happens to look (GDPR Art. 5(1)(f),
25(2), 32). Passwords are a person's, sessions and reset links pass: these are not looked at. A table of keys
of the platform itself is declared in `tenancy.shared`.

Remedy: revoke the keys that the finding's SQL selects and issue one for each tenant: `ALTER TABLE api_keys
    ADD COLUMN tenant_id bigint
REFERENCES tenants (id)`, fill it, `ALTER TABLE api_keys ALTER COLUMN tenant_id SET NOT NULL`; take the tenant
of a request from its key.

>>> import auditkit, pandas as pd
>>> keys = pd.DataFrame({"id": [1, 2, 3], "tenant_id": [1, 2, None], "secret_hash": ["9f2c", "77aa", "b01d"]})
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit({"tenants": pd.DataFrame({"id": [1, 2]}), "api_keys": keys}, policy, checks=["tenancy-unbound-credential"])
>>> [(f.table, f.columns, f.rows, f.of) for f in audit.findings]
[('api_keys', ('secret_hash',), 1, 3)]
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
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.relations import Membership, Origin, Reference, Relations, ScopeKind
from auditkit.relations.names import is_people, words
from auditkit.relations.owner import TENANT, members, owned


@fact
def bound(dataset: Dataset, relations: Relations, relation: Examined) -> ir.Table:
    """The rows of any table with the tenant that each is bound to, staff like everybody else; null where it
    is none, or more than one.

    What belongs to a person alone is bound to the tenant of which the person is a member, where that is one.
    """
    if relations.scopes[relation.name].is_tenant:
        return owned(dataset.tables, replace(relations, staff={}), relation.name)
    rows = dataset.tables[relation.name]
    for reference in relations.of(relation.name):
        if memberships := relations.members_of(reference.parent, reference.parent_columns):
            return _by_person(dataset, rows, reference, memberships)
    return rows.mutate(**{TENANT: ibis.null("int64")})


def _by_person(
    dataset: Dataset, rows: ir.Table, reference: Reference, memberships: tuple[Membership, ...]
) -> ir.Table:
    may = members(dataset.tables, memberships)
    counted = may.group_by("auditkit_user").aggregate(auditkit_only=may.auditkit_in.min(), n=may.count())
    joined = rows.left_join(
        counted.filter(counted.n == 1), rows[reference.columns[0]] == counted.auditkit_user
    )
    return joined.select(*[joined[c] for c in rows.columns], **{TENANT: joined.auditkit_only})


_PASSING = re.compile(
    r"session|reset|verif|invit|confirm|otp|one_?time|remember|csrf|nonce|refresh|device|login|challenge|magic"
)


@each
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


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 25(2)", "GDPR 32"))
def unbound_credential(bound: ir.Table, key_column: Column, relations: Relations) -> Offending:
    """Return whether a row holds a key and is bound to no tenant, or to more than one."""
    key = bound[key_column.name]
    stated = relations.boundary is not None and relations.boundary.origin is Origin.POLICY
    unbound = key.notnull() & (key.strip() != "") & bound[TENANT].isnull()
    return Offending(unbound, confidence=Confidence.HIGH if stated else Confidence.MEDIUM)
