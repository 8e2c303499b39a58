"""Row policy that does not isolate tenants

## What it finds
Row policies with a weak condition. The details say what is weak. Of high severity are:

- `always_true`: the condition is always true;
- `or_true`: one side of an OR is always true;
- `no_tenant_column`: neither the tenant column nor a column that refers to a person is compared with the
  session;
- `open_side`: one side of an OR lets rows of every tenant through, such as `auth.role() = 'authenticated'`;
- `any_user`: every user, or every visitor, sees all people of a table without a tenant, or all files of a
  storage bucket;
- `fixed_value`: a tenant or a person stands in the condition as a fixed value;
- `check_open`: new rows may belong to any tenant;
- `open_when_unset`: a session that has not named its tenant sees every row;
- `user_editable`: the condition trusts a value that users can set, such as `user_metadata`, a request header
  or `application_name`.

Of medium severity is `null_tolerant`: everybody sees rows without a tenant, and the column allows them. Of
low severity are:

- `no_check`: the policy says nothing about new rows, and PostgreSQL then applies USING;
- `silent_setting`: `current_setting(..., true)` shows a session that forgot its tenant an empty table, not an
  error;
- `open_branch`: a side of an OR asks for a value of the row that names no tenant, such as `is_public`.

Conditions that are logically equal are judged equal, such as `f(x)`, `(SELECT f(x))` and `f(x) = true`.
Policies for the same role are like the sides of one OR, because PostgreSQL shows what any of them allows.
Where the policy declares a `probe`, its count decides: it is what the server really shows.

## Why it matters
Such a policy looks like tenant isolation and does not isolate (GDPR Art. 25, 32(1)(b)).

## How to fix
Write the policy as `USING (tenant_id = (SELECT current_setting('app.tenant_id')::integer)) WITH CHECK (...)`.
Or restrict all policies of the table with the statement of the finding: `CREATE POLICY tenant_floor ON
<table> AS RESTRICTIVE USING (...) WITH CHECK (...)`. For a table of people or files without a tenant, the
statement drops the policy.

## Limits
auditkit parses the condition and never shows it. It takes a function that gets a column of the row to compare
it with the session, unless the text of the function asks nothing of the session. It skips a policy for
administrators only, and a policy that a restrictive policy keeps to the tenant. Tables of people without a
tenant count where a role of `roles.low_trust`, or `anon`, `authenticated` or PUBLIC, may read them. For a
table that this role may not read, the check is often not assessed.

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

from collections.abc import Mapping
from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import Item, check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.rights import READS, Probed, Rights, RowPolicy
from auditkit.facts.access.people import holds_files, holds_people
from auditkit.facts.access.secured_table import ServerTable
from auditkit.facts.access.server import Server
from auditkit.facts.sensitive import declares_sensitive
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import Policy
from auditkit.relations import Origin, Relations
from auditkit.row_security.guards import (
    is_restricted,
    owner_columns,
    place_of,
    surroundings_of,
    trusted_roles,
)
from auditkit.row_security.roles import visitors
from auditkit.row_security.statements import restricting_ddl
from auditkit.row_security.surroundings import Surroundings
from auditkit.row_security.weaknesses import Held, Place, Weaknesses, is_readable, weaknesses_of

FLAGS = tuple(Weaknesses.__dataclass_fields__)
SCHEMA = pa.schema(
    [("weak", pa.bool_()), ("command", pa.string())]
    + [(flag, pa.bool_()) for flag in FLAGS]
    + [
        ("severity", pa.string()),
        ("confidence", pa.string()),
        ("sensitive", pa.bool_()),
        ("roles", pa.string()),
        ("ddl", pa.string()),
    ]
)
_UNREADABLE = Missing(
    Cause.UNSEEN, "the condition of this row policy cannot be parsed: read it yourself, with \\d in psql"
)


_COUNTED = ("always_true", "or_true", "no_tenant_column", "open_side", "fixed_value", "open_branch")
"""Weaknesses that a probe would show by the rows of other tenants."""


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
def row_surroundings(server: Server, policy: Policy, catalogue_relations: Relations) -> Surroundings:
    """Which tables of a server are kept to the session by their own row policies."""
    return surroundings_of(server.rights, policy, catalogue_relations)


@fact
def policy_weakness(
    dataset: Dataset,
    server: Server,
    secured_table: ServerTable,
    row_policy: DeclaredPolicy,
    catalogue_relations: Relations,
    row_surroundings: Surroundings,
    policy: Policy,
    tenant_setting: str,
    probes: Mapping[str, Probed | Missing] | None = None,
) -> ir.Table | Missing:
    """What is weak in a row policy, in one row, with the statement that restricts it."""
    rights, declared = server.rights, row_policy.declared
    table, boundary = declared.table, catalogue_relations.boundary
    columns, trusted = owner_columns(rights, catalogue_relations, table), trusted_roles(rights, policy)
    readers = _visitors_of_people(rights, policy, declared) if not columns.tenant else ()
    place = place_of(
        rights, declared, columns, row_surroundings, _held_by(rights, table) if readers else None
    )
    weakness = _weakness(rights, trusted, declared, place)
    if _is_refuted(rights, policy, declared, (probes or {}).get(table)):
        weakness = replace(weakness, **dict.fromkeys(_COUNTED, False))
    if (unread := dataset.missing(table)) is not None:
        # Only a reader of the table can find the column of a person, or a tenant in another table.
        unknown = not weakness.found and catalogue_relations.scopes.get(table) is None
        as_persons = weaknesses_of(declared, _as_if_persons(place, rights)).found
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
        "roles": ", ".join(readers) or None,
        "ddl": restricting_ddl(catalogue_relations, rights, table, tenant_setting)
        or (f"DROP POLICY {declared.sql} ON {rights.relations[table].sql}" if readers else None),
    }
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


def _weakness(rights: Rights, trusted: frozenset[str], declared: RowPolicy, place: Place) -> Weaknesses:
    """Return what is weak in a policy.

    Nothing is weak in a policy for administrators only, or in one that a restrictive policy keeps to the
    tenant. A restrictive policy itself only narrows others, so that it is weak only where users can edit what
    it trusts.
    """
    if declared.roles <= trusted or is_restricted(rights, declared, place):
        return Weaknesses()
    weakness = weaknesses_of(declared, place)
    return weakness if declared.permissive else Weaknesses(user_editable=weakness.user_editable)


def _is_refuted(rights: Rights, policy: Policy, declared: RowPolicy, seen: Probed | Missing | None) -> bool:
    """Return whether a probe has counted that a row policy shows its role no row of another tenant."""
    if policy.probe is None or not isinstance(seen, Probed) or declared.command not in ("ALL", "SELECT"):
        return False
    is_bound = any(declared.roles & rights.holds(role) for role in rights.called([policy.probe.role]))
    return is_bound and seen.own_visible > 0 and seen.others_visible == 0


def _held_by(rights: Rights, table: str) -> Held:
    """Return what a table without a tenant holds."""
    return Held.FILES if holds_files(rights.relations[table].types) else Held.PEOPLE


def _visitors_of_people(rights: Rights, policy: Policy, declared: RowPolicy) -> tuple[str, ...]:
    """Return the roles of visitors that read a table of people or files through a policy; else none."""
    types = rights.relations[declared.table].types
    if not holds_files(types) and not holds_people(policy, declared.table, types):
        return ()
    return tuple(
        role
        for role in visitors(rights, policy)
        if declared.roles & rights.holds(role)
        and rights.may(role, READS, declared.table)
        and not rights.escapes(role, declared.table)
    )


def _as_if_persons(place: Place, rights: Rights) -> Place:
    """Return the place of a policy, if any column of its table might refer to a person."""
    owner = place.columns
    if not owner.tenant:
        return place
    persons = frozenset(rights.relations[owner.table].types) - owner.tenant
    return replace(place, columns=replace(owner, persons=persons))


@check(
    severity=Severity.HIGH,
    articles=("GDPR 25", "GDPR 32(1)(b)"),
    says=(
        "for {command}; {always_true:the condition is always true};"
        " {or_true:one side of an OR is always true}; {no_tenant_column:the tenant is not compared};"
        " {open_side:one side of an OR is open to every tenant};"
        " {any_user:every user sees all of these people};"
        " {fixed_value:a fixed value stands for the tenant or the person};"
        " {check_open:new rows may belong to any tenant};"
        " {open_when_unset:a session without a tenant sees every row};"
        " {user_editable:it trusts a value that users can set};"
        " {null_tolerant:rows without a tenant are open}; {no_check:nothing is said about new rows};"
        " {silent_setting:a session without a tenant gets no error};"
        " {open_branch:a side of an OR names no tenant}; open to {roles}"
    ),
)
def weak_policy(policy_weakness: ir.Table) -> ir.Table:
    """Return the row policy where its condition is weak."""
    return policy_weakness.filter(policy_weakness.weak).drop("weak")
