"""Rights granted to everybody (PUBLIC)

## What it finds
Rights that every role of the server has: on tables and views, by default privileges on tables that do not
exist yet, and the right to create in a schema. On MySQL and MariaDB, the account without a name also stands
for everybody.

## Why it matters
What is granted to PUBLIC belongs to every role, also to the next one, and no list of a role's rights shows it
(GDPR Art. 25(2), 32(1)(b)). In a schema in which everybody may create, somebody can place an object that is
found before the intended one.

## How to fix
Run the statements of the finding, such as `REVOKE SELECT ON <table> FROM PUBLIC`, `ALTER DEFAULT PRIVILEGES
FOR ROLE owner REVOKE SELECT ON TABLES FROM PUBLIC` or `REVOKE CREATE ON SCHEMA public FROM PUBLIC`. Then
grant the right to the roles that need it.

## Limits
The severity is high for a right to write, and medium for a right to read data of people or tenants. It is low
for other tables, and for a `latent` right: one in a schema that no other role may use.

## Example
>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-public-grant"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]

## References
- GDPR Art. 25(2), data protection by default
- GDPR Art. 32(1)(b), confidentiality and integrity of systems
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.rights import PUBLIC, READS, WRITES, Rights
from auditkit.dataset.sql import identifier
from auditkit.facts.access.server import Server
from auditkit.facts.sensitive import declares_sensitive
from auditkit.outcome import Missing, Severity
from auditkit.policy import Policy
from auditkit.relations import Relations
from auditkit.row_security.roles import strangers

SCHEMA = pa.schema(
    [
        ("table", pa.string()),
        ("target", pa.string()),
        ("privileges", pa.string()),
        ("on_columns", pa.int64()),
        ("writes", pa.bool_()),
        ("personal", pa.bool_()),
        ("latent", pa.bool_()),
        ("sensitive", pa.bool_()),
        ("ddl", pa.string()),
    ]
)


@fact
def public_rights(
    dataset: Dataset, server: Server, policy: Policy, catalogue_relations: Relations
) -> ir.Table | Missing:
    """The rights of everybody on a server: one row for each relation, schema or default privilege.

    `writes` says that data can be changed, `personal` that it belongs to people or tenants. A right is
    `latent` where the roles that would use it cannot enter the schema.
    """
    rights = server.rights
    if "grants" in rights.unseen:
        return rights.unseen["grants"]
    rows = [
        *_on_relations(dataset, rights, policy, catalogue_relations),
        *_on_schemas(rights),
        *_by_default(rights, policy),
    ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _on_relations(
    dataset: Dataset, rights: Rights, policy: Policy, relations: Relations
) -> Iterator[dict[str, Any]]:
    everybody = {PUBLIC, *(role.name for role in rights.roles.values() if not role.user)}
    for name, guarded in rights.relations.items():
        if guarded.of_extension or name not in dataset.relations or policy.exclusion(name) is not None:
            continue
        granted = [
            g for g in rights.granted(name) if g.grantee in everybody and g.privilege in READS | WRITES
        ]
        if not granted:
            continue
        revokes = {
            f"REVOKE {g.privilege}{_of(rights, g.columns)} ON {g.on} FROM {g.grantee}" for g in granted
        }
        yield {
            "table": name,
            "privileges": ", ".join(sorted({g.privilege for g in granted})),
            "on_columns": sum(len(g.columns) for g in granted) or None,
            "writes": any(g.privilege in WRITES for g in granted),
            "personal": _is_personal(policy, relations, name),
            "latent": not any(
                rights.enters(role, guarded.schema) for role in strangers(rights, policy, name)
            ),
            "sensitive": declares_sensitive(policy, name),
            "ddl": "; ".join(sorted(revokes)),
        }


def _of(rights: Rights, columns: tuple[str, ...]) -> str:
    return f" ({', '.join(map(rights.sql, columns))})" if columns else ""


def _is_personal(policy: Policy, relations: Relations, table: str) -> bool:
    scope, declared = relations.scopes.get(table), policy.table(table)
    if scope is not None and scope.is_tenant:
        return True
    return declared is not None and any(column.personal for column in declared.columns.values())


def _on_schemas(rights: Rights) -> Iterator[dict[str, Any]]:
    """Yield the schemas in which everybody may create."""
    for grant in rights.schema_grants:
        if grant.grantee == PUBLIC and grant.privilege == "CREATE":
            yield {
                "target": f"schema {grant.schema}",
                "privileges": "CREATE",
                "writes": False,
                "personal": True,
                "latent": False,
                "ddl": f"REVOKE CREATE ON SCHEMA {identifier(grant.schema)} FROM PUBLIC",
            }


def _by_default(rights: Rights, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield the rights on future tables that everybody, or a role of low trust, will have."""
    low_trust = rights.called(policy.roles.low_trust) if policy.roles is not None else ()
    by_grantee: dict[tuple[str, str | None, str], set[str]] = {}
    for grant in rights.default_grants:
        if grant.grantee == PUBLIC or grant.grantee in low_trust:
            key = (grant.owner, grant.schema, grant.grantee)
            by_grantee.setdefault(key, set()).add(grant.privilege)
    for (owner, schema, grantee), granted in sorted(by_grantee.items(), key=str):
        within = f" IN SCHEMA {identifier(schema)}" if schema is not None else ""
        role = PUBLIC if grantee == PUBLIC else identifier(grantee)
        privileges = ", ".join(sorted(granted))
        yield {
            "target": f"tables to come of {owner} in {schema or 'every schema'} for {grantee}",
            "privileges": privileges,
            "writes": bool(granted & WRITES),
            "personal": True,
            "latent": False,
            "ddl": f"ALTER DEFAULT PRIVILEGES FOR ROLE {identifier(owner)}{within}"
            f" REVOKE {privileges} ON TABLES FROM {role}",
        }


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 25(2)", "GDPR 32(1)(b)"),
    says="everybody has {privileges}; on {on_columns:column}; {latent:but no other role may use the schema}",
)
def public_grant(public_rights: ir.Table) -> ir.Table:
    """Return the rights of everybody, with a severity for each."""
    granted = public_rights
    harmless = granted.latent | ~(granted.personal | granted.writes)
    severity = ibis.cases(
        (harmless, Severity.LOW.value),
        (granted.writes, Severity.HIGH.value),
        else_=Severity.MEDIUM.value,
    )
    return granted.mutate(severity=severity, latent=granted.latent.nullif(False)).drop("writes", "personal")
