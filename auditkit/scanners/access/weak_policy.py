"""Row policy that does not isolate tenants

## What it finds
Row policies with a weak condition. The details say what is weak. Of high severity are:

- `always_true`: the condition is always true;
- `or_true`: one side of an OR is always true;
- `no_tenant_column`: neither the tenant column nor a column that refers to a person is compared with the
  session;
- `check_open`: new rows may belong to any tenant;
- `open_when_unset`: a session that has not named its tenant sees every row;
- `user_editable`: the condition trusts a value that users can set, such as `user_metadata`, a request header
  or `application_name`.

Of medium severity is `null_tolerant`: everybody sees rows without a tenant, and the column allows them. Of
low severity are:

- `no_check`: the policy says nothing about new rows, and PostgreSQL then applies USING;
- `silent_setting`: `current_setting(..., true)` shows a session that forgot its tenant an empty table, not an
  error;
- `open_branch`: a side of an OR compares a column that does not name a tenant, such as `is_public`.

## Why it matters
Such a policy looks like tenant isolation and does not isolate (GDPR Art. 25, 32(1)(b)).

## How to fix
Write the policy as `USING (tenant_id = (SELECT current_setting('app.tenant_id')::integer)) WITH CHECK (...)`.
Or restrict all policies of the table with the statement of the finding: `CREATE POLICY tenant_floor ON t AS
RESTRICTIVE USING (...) WITH CHECK (...)`.

## Limits
auditkit parses the condition and never shows it. It skips a policy for administrators only, and a policy that
a restrictive policy keeps to the tenant. For a table that this role may not read, the check is often not
assessed.

## Example
>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-weak-policy"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]

## References
- GDPR Art. 25, data protection by design
- GDPR Art. 32(1)(b), confidentiality and integrity of systems
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import Item, check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.rights import PUBLIC, Rights, RowPolicy
from auditkit.facts.access.secured_table import ServerTable
from auditkit.facts.access.server import Server
from auditkit.facts.sensitive import declares_sensitive
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import Policy
from auditkit.relations import Origin, Relations, ScopeKind
from auditkit.relations.row_policies import OwnerColumns, Weaknesses, is_readable, weaknesses_of
from auditkit.relations.row_security import restricting_ddl

FLAGS = tuple(Weaknesses.__dataclass_fields__)
SCHEMA = pa.schema(
    [("weak", pa.bool_()), ("command", pa.string())]
    + [(flag, pa.bool_()) for flag in FLAGS]
    + [
        ("severity", pa.string()),
        ("confidence", pa.string()),
        ("sensitive", pa.bool_()),
        ("ddl", pa.string()),
    ]
)
_UNREADABLE = Missing(
    Cause.UNSEEN, "the condition of this row policy cannot be parsed: read it yourself, with \\d in psql"
)
_HARMLESS = {"no_check", "silent_setting"}
"""Weaknesses of a restrictive policy that still keeps every row to the tenant."""


@dataclass(frozen=True)
class DeclaredPolicy(Item, target="declared.name"):
    """A row policy of a table with row-level security."""

    declared: RowPolicy
    missing: Missing | None = None


@each
def row_policy(server: Server, secured_table: ServerTable) -> tuple[DeclaredPolicy, ...] | Missing:
    """The row policies of a table with row-level security."""
    policies = server.rights.policies_of(secured_table.name)
    found = tuple(DeclaredPolicy(p, None if is_readable(p) else _UNREADABLE) for p in policies)
    return found or Missing(
        Cause.NOT_APPLICABLE, f"{secured_table.name} has no row policy, so that nobody sees a row of it"
    )


@fact
def policy_weakness(
    dataset: Dataset,
    server: Server,
    secured_table: ServerTable,
    row_policy: DeclaredPolicy,
    catalogue_relations: Relations,
    policy: Policy,
    tenant_setting: str,
) -> ir.Table | Missing:
    """What is weak in a row policy, in one row, with the statement that restricts it."""
    rights, declared = server.rights, row_policy.declared
    table, boundary = declared.table, catalogue_relations.boundary
    owner = _owner_columns(rights, catalogue_relations, table)
    weakness = _weakness(rights, policy, declared, owner)
    if (unread := dataset.missing(table)) is not None:
        # Only a reader of the table can find the column of a person, or a tenant in another table.
        unknown = not weakness.found and catalogue_relations.scopes.get(table) is None
        as_persons = weaknesses_of(declared, _as_if_persons(owner, rights)).found
        if unknown or (weakness.found and as_persons != weakness.found):
            return unread
    is_declared = boundary is not None and boundary.origin is Origin.POLICY
    sure = is_declared and weakness.found != ("open_branch",)
    sure |= weakness.always_true or weakness.user_editable
    row = {
        "weak": bool(weakness.found),
        "command": declared.command,
        **{flag: getattr(weakness, flag) or None for flag in FLAGS},
        "severity": str(weakness.severity) if weakness.severity is not None else None,
        "confidence": str(Confidence.HIGH if sure else Confidence.MEDIUM),
        "sensitive": declares_sensitive(policy, table),
        "ddl": restricting_ddl(catalogue_relations, rights, table, tenant_setting),
    }
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


def _weakness(rights: Rights, policy: Policy, declared: RowPolicy, owner: OwnerColumns) -> Weaknesses:
    """Return what is weak in a policy.

    Nothing is weak in a policy for administrators only, or in one that a restrictive policy keeps to the
    tenant. A restrictive policy itself only narrows others, so that it is weak only where users can edit what
    it trusts.
    """
    trusted = {role.name for role in rights.roles.values() if role.administers or role.bypasses}
    trusted |= set(rights.called(policy.roles.administrator)) if policy.roles is not None else set()
    if declared.roles <= trusted or _is_restricted(rights, declared, owner):
        return Weaknesses()
    weakness = weaknesses_of(declared, owner)
    return weakness if declared.permissive else Weaknesses(user_editable=weakness.user_editable)


def _owner_columns(rights: Rights, relations: Relations, table: str) -> OwnerColumns:
    """Return the columns of a table that say whose a row is."""
    scope, guarded = relations.scopes.get(table), rights.relations[table]
    if scope is None or not scope.is_tenant:
        return OwnerColumns(table, required=guarded.required)
    references = frozenset(column for r in relations.of(table) for column in r.columns)
    tenant = frozenset(
        {scope.column} if scope.column is not None else {c for path in scope.paths for c in path[0].columns}
    )
    key = frozenset({"id"}) & guarded.types.keys()
    shared = scope.null_is_shared or scope.kind is ScopeKind.DERIVED
    return OwnerColumns(table, tenant, (references | key) - tenant, guarded.required, shared)


def _as_if_persons(owner: OwnerColumns, rights: Rights) -> OwnerColumns:
    """Return the columns that say whose a row is, if any column might refer to a person."""
    if not owner.tenant:
        return owner
    return replace(owner, persons=frozenset(rights.relations[owner.table].types) - owner.tenant)


def _is_restricted(rights: Rights, declared: RowPolicy, owner: OwnerColumns) -> bool:
    """Return whether restrictive policies keep to the tenant everything that a policy allows."""
    roles = frozenset({PUBLIC}) if PUBLIC in declared.roles else declared.roles
    commands = ("SELECT", "INSERT", "UPDATE", "DELETE") if declared.command == "ALL" else (declared.command,)
    sound = [
        other
        for other in rights.policies_of(declared.table)
        if owner.tenant
        and not other.permissive
        and other.name != declared.name
        and is_readable(other)
        and not set(weaknesses_of(other, owner).found) - _HARMLESS
    ]
    return all(any(other.concerns(command, roles) for other in sound) for command in commands)


@check(
    severity=Severity.HIGH,
    articles=("GDPR 25", "GDPR 32(1)(b)"),
    says=(
        "for {command}; {always_true:the condition is always true};"
        " {or_true:one side of an OR is always true}; {no_tenant_column:the tenant is not compared};"
        " {check_open:new rows may belong to any tenant};"
        " {open_when_unset:a session without a tenant sees every row};"
        " {user_editable:it trusts a value that users can set};"
        " {null_tolerant:rows without a tenant are open}; {no_check:nothing is said about new rows};"
        " {silent_setting:a session without a tenant gets no error};"
        " {open_branch:a side of an OR names no tenant}"
    ),
)
def weak_policy(policy_weakness: ir.Table) -> ir.Table:
    """Return the row policy where its condition is weak."""
    return policy_weakness.filter(policy_weakness.weak).drop("weak")
