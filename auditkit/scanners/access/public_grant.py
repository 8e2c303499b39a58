"""Everybody who can connect has a right to the data.

What is granted to PUBLIC every role has, the next one too, and nobody sees it in the list of a role's rights
(GDPR Art. 25(2), 32(1)(b)). So it is with default privileges, which give away tables that are not there yet,
and with a schema in which everybody may create what is then found before what was meant. On MySQL and MariaDB
everybody is also the account without a name. Rights to write are high, to read data of people or tenants
medium; tables with neither, and rights behind a schema that nobody else may use (`latent`), are low.

Remedy: `REVOKE SELECT ON t FROM PUBLIC`, `ALTER DEFAULT PRIVILEGES FOR ROLE owner REVOKE SELECT ON TABLES
    FROM PUBLIC`, `REVOKE CREATE ON
SCHEMA public FROM PUBLIC`; the statements are in `detail.ddl`. Then grant to the roles that need it.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-public-grant"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
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
from auditkit.facts.relation import Examined
from auditkit.facts.sensitive import sensitive
from auditkit.outcome import Missing, Severity
from auditkit.policy import Policy
from auditkit.relations import Relations
from auditkit.relations.row_security import strangers

SCHEMA = pa.schema(
    [("table", pa.string()), ("target", pa.string()), ("privileges", pa.string()), ("on_columns", pa.int64()), ("latent", pa.bool_()),
     ("severity", pa.string()), ("sensitive", pa.bool_()), ("ddl", pa.string())]
)  # fmt: skip


@fact
def public_rights(
    dataset: Dataset, server: Server, policy: Policy, catalogue_relations: Relations
) -> ir.Table | Missing:
    """What everybody may do who can connect: one row for each relation, schema or default privilege that is
    granted to all.

    On MySQL everybody is also whoever needs no name. A right is `latent` where the schema is closed to whom
    it would count for; what holds no personal data and nothing of a tenant matters little.
    """
    rights = server.rights
    if "grants" in rights.unseen:
        return rights.unseen["grants"]
    everybody = {PUBLIC, *(role.name for role in rights.roles.values() if not role.user)}
    rows = [
        *_on_relations(dataset, rights, policy, catalogue_relations, everybody),
        *_on_schemas(rights),
        *_by_default(rights, policy),
    ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _on_relations(
    dataset: Dataset, rights: Rights, policy: Policy, relations: Relations, everybody: set[str]
) -> Iterator[dict[str, Any]]:
    for name, guarded in rights.relations.items():
        granted = [
            g for g in rights.granted(name) if g.grantee in everybody and g.privilege in READS | WRITES
        ]
        if (
            not granted
            or guarded.of_extension
            or name not in dataset.relations
            or policy.exclusion(name) is not None
        ):
            continue
        scope, declared = relations.scopes.get(name), policy.table(name)
        of_people = (scope is not None and scope.is_tenant) or (
            declared is not None and any(c.personal for c in declared.columns.values())
        )
        latent = not any(rights.enters(role, guarded.schema) for role in strangers(rights, policy, name))
        writes = any(g.privilege in WRITES for g in granted)
        severity = (
            Severity.LOW
            if latent or not (of_people or writes)
            else Severity.HIGH
            if writes
            else Severity.MEDIUM
        )
        ddl = sorted(
            {f"REVOKE {g.privilege}{_of(rights, g.columns)} ON {g.on} FROM {g.grantee}" for g in granted}
        )
        yield {
            "table": name, "target": None, "privileges": ", ".join(sorted({g.privilege for g in granted})),
            "on_columns": sum(len(g.columns) for g in granted) or None, "latent": latent or None,
            "severity": str(severity), "sensitive": sensitive(policy, Examined(name, None)),
            "ddl": "; ".join(ddl),
        }  # fmt: skip


def _of(rights: Rights, columns: tuple[str, ...]) -> str:
    return f" ({', '.join(map(rights.sql, columns))})" if columns else ""


def _on_schemas(rights: Rights) -> Iterator[dict[str, Any]]:
    """Yield the schemas in which everybody may create: what is planted there is found before what was
    meant.
    """
    for g in rights.schema_grants:
        if g.grantee == PUBLIC and g.privilege == "CREATE":
            ddl = f"REVOKE CREATE ON SCHEMA {identifier(g.schema)} FROM PUBLIC"
            yield {
                "target": f"schema {g.schema}",
                "privileges": "CREATE",
                "severity": str(Severity.MEDIUM),
                "ddl": ddl,
            }


def _by_default(rights: Rights, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield what every table to come is granted to everybody, or to roles of low trust, in one go."""
    low = rights.called(policy.roles.low_trust) if policy.roles is not None else ()
    told: dict[tuple[str, str | None, str], set[str]] = {}
    for g in rights.default_grants:
        if g.grantee == PUBLIC or g.grantee in low:
            told.setdefault((g.owner, g.schema, g.grantee), set()).add(g.privilege)
    for (owner, schema, grantee), privileges in sorted(told.items(), key=str):
        within = f" IN SCHEMA {identifier(schema)}" if schema is not None else ""
        to = PUBLIC if grantee == PUBLIC else identifier(grantee)
        listed = ", ".join(sorted(privileges))
        yield {
            "target": f"tables to come of {owner} in {schema or 'every schema'} for {grantee}",
            "privileges": listed, "severity": str(Severity.HIGH if privileges & WRITES else Severity.MEDIUM),
            "ddl": f"ALTER DEFAULT PRIVILEGES FOR ROLE {identifier(owner)}{within} REVOKE {listed} ON TABLES FROM {to}",
        }  # fmt: skip


@check(severity=Severity.MEDIUM, articles=("GDPR 25(2)", "GDPR 32(1)(b)"))
def public_grant(public_rights: ir.Table) -> ir.Table:
    """Return the relations, schemas and default privileges that are open to everybody."""
    return public_rights
