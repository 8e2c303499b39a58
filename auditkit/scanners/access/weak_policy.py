"""A row policy lets through what it should keep apart.

It looks like isolation and is none (GDPR Art. 25, 32(1)(b)). What is found in its condition, which is parsed
and never shown, is a word of the finding's `detail`: `always_true`; `or_true` (one side of an OR is always
true); `no_tenant_column` (neither the tenant's column nor one that refers to a person is compared with the
session); `check_open` (new rows may be anybody's); `open_when_unset` (everything is seen where the session
has not said its tenant); `user_editable` (it trusts what the user may set himself, such as `user_metadata`, a
request header or `application_name`). Of these each is high. `null_tolerant` (rows of no tenant are
everybody's, and the column allows them) is medium. Low are `no_check` (nothing is said of new rows:
PostgreSQL then takes USING), `silent_setting` (`current_setting(..., true)`: a session that forgot its tenant
sees an empty table, not an error) and `open_branch` (a side of an OR asks for a column that tells no tenant,
such as `is_public`). A policy of administrators alone is passed over, and so is one that a restrictive policy
keeps to the tenant.

Remedy: write the policy as `USING (tenant_id = (SELECT current_setting('app.tenant_id')::integer)) WITH CHECK
    (...)`, or put a floor
under all policies of the table: `CREATE POLICY tenant_floor ON t AS RESTRICTIVE USING (...) WITH CHECK
(...)`, which is in `detail.ddl`.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-weak-policy"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
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
from auditkit.facts.relation import Examined
from auditkit.facts.sensitive import sensitive
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import Policy
from auditkit.relations import Origin, Relations, ScopeKind
from auditkit.relations.row_policies import Told, Weakness, is_readable, judged
from auditkit.relations.row_security import floor


@dataclass(frozen=True)
class DeclaredPolicy(Item, target="declared.name"):
    """A row policy of a table under row-level security."""

    declared: RowPolicy
    missing: Missing | None = None


@each
def row_policy(server: Server, secured_table: ServerTable) -> tuple[DeclaredPolicy, ...] | Missing:
    """The row policies of a table under row-level security; without any nobody sees a row, but who passes it
    by.
    """
    told = Missing(
        Cause.UNSEEN, "the condition of this row policy cannot be parsed: read it yourself, with \\d in psql"
    )
    found = server.rights.policies_of(secured_table.name)
    none = Missing(Cause.NOT_APPLICABLE, f"{secured_table.name} has no row policy: nobody sees a row of it")
    return tuple(DeclaredPolicy(p, None if is_readable(p) else told) for p in found) or none


FLAGS = tuple(Weakness.__dataclass_fields__)
SCHEMA = pa.schema(
    [("weak", pa.bool_()), ("command", pa.string()), *((flag, pa.bool_()) for flag in FLAGS), ("severity", pa.string()),
     ("confidence", pa.string()), ("sensitive", pa.bool_()), ("ddl", pa.string())]
)  # fmt: skip


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
    """What is weak in a row policy, in one row, with the statement that narrows it: its condition is parsed,
    and never shown.

    Nothing is weak in a policy of administrators alone, in one that only narrows others, or where another
    that narrows it keeps to the tenant. Of a table that this role may not read, and that carries no tenant
    itself, nobody can tell.
    """
    rights, one = server.rights, row_policy.declared
    told = _told(rights, catalogue_relations, one.table)
    trusted = {r.name for r in rights.roles.values() if r.administers or r.bypasses}
    trusted |= set(rights.called(policy.roles.administrator)) if policy.roles is not None else set()
    weakness = Weakness() if one.roles <= trusted or _is_narrowed(rights, one, told) else judged(one, told)
    if not one.permissive:
        weakness = Weakness(user_editable=weakness.user_editable)
    if (unread := dataset.missing(one.table)) is not None:
        untold = not weakness.found and catalogue_relations.scopes.get(one.table) is None
        if untold or (weakness.found and judged(one, _as_if_persons(told, rights)).found != weakness.found):
            return unread  # what tells its tenant stands in another table, or which column a person: only who reads it can find that
    sure = (
        catalogue_relations.boundary is not None
        and catalogue_relations.boundary.origin is Origin.POLICY
        and weakness.found != ("open_branch",)
    )
    row = {
        "weak": bool(weakness.found), "command": one.command,
        **{flag: getattr(weakness, flag) or None for flag in FLAGS},
        "severity": str(weakness.severity) if weakness.severity is not None else None,
        "confidence": str(Confidence.HIGH if sure or weakness.always_true or weakness.user_editable else Confidence.MEDIUM),
        "sensitive": sensitive(policy, Examined(one.table, None)),
        "ddl": floor(catalogue_relations, rights, one.table, tenant_setting),
    }  # fmt: skip
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


def _told(rights: Rights, relations: Relations, table: str) -> Told:
    """Return what of a table tells whose a row is."""
    scope, guarded = relations.scopes.get(table), rights.relations[table]
    references = frozenset(c for r in relations.of(table) for c in r.columns)
    if scope is None or not scope.is_tenant:
        return Told(table, required=guarded.required)
    own = frozenset(
        {scope.column} if scope.column is not None else {c for path in scope.paths for c in path[0].columns}
    )
    key = frozenset({"id"}) & guarded.types.keys()
    shared = scope.null_is_shared or scope.kind is ScopeKind.DERIVED
    return Told(table, own, (references | key) - own, guarded.required, shared)


def _as_if_persons(told: Told, rights: Rights) -> Told:
    """Return what tells whose a row is if any column might refer to a person."""
    return (
        replace(told, persons=frozenset(rights.relations[told.table].types) - told.tenant)
        if told.tenant
        else told
    )


def _is_narrowed(rights: Rights, one: RowPolicy, told: Told) -> bool:
    """Return whether a restrictive policy keeps all that a policy allows to the tenant."""
    who = one.roles - {PUBLIC} if PUBLIC not in one.roles else frozenset({PUBLIC})
    commands = ("SELECT", "INSERT", "UPDATE", "DELETE") if one.command == "ALL" else (one.command,)
    others = [
        p for p in rights.policies_of(one.table) if not p.permissive and p.name != one.name and is_readable(p)
    ]
    sound = [
        p for p in others if told.tenant and not set(judged(p, told).found) - {"no_check", "silent_setting"}
    ]
    return all(any(p.concerns(command, who) for p in sound) for command in commands)


@check(severity=Severity.HIGH, articles=("GDPR 25", "GDPR 32(1)(b)"))
def weak_policy(policy_weakness: ir.Table) -> ir.Table:
    """Return the row policy where its condition is weak, with what is weak in it and the statement that
    narrows it.
    """
    found = policy_weakness
    return found.filter(found.weak).drop("weak")
