"""The SQL statements that keep a tenant's rows to the sessions of that tenant, with row-level security."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from auditkit.dataset.rights import Rights, RowPolicy
from auditkit.dataset.sql import identifier, literal
from auditkit.relations.references import Reference, Relations, ScopeKind

SETTING = "app.tenant_id"
"""The setting with a session's tenant, where neither the policy nor a row policy names one."""
_SETTING = re.compile(
    r"(?<!string_to_array\()current_setting\('([a-z_]\w*(?:\.\w+)+)'(?!(?:::text)?(?:, \w+)?\)+::[\w ]+\[\])",
    re.IGNORECASE,
)
"""A setting that a row policy reads; a list of tenants does not count."""
_NAMES_TENANT = re.compile(r"tenant|org|account|workspace|company|team|customer", re.IGNORECASE)
_TEXT = frozenset({"text", "character varying", "character", "citext", "name"})


def session_setting(declared: str | None, policies: Iterable[RowPolicy]) -> str:
    """Return the setting with a session's tenant: the declared one, else the one that row policies read."""
    texts = [text for policy in policies for text in (policy.using, policy.check) if text]
    counts = Counter(name for text in texts for name in _SETTING.findall(text))
    of_tenant = [name for name, _ in counts.most_common() if _NAMES_TENANT.search(name.partition(".")[2])]
    return declared or next(iter(of_tenant), SETTING)


def tenant_condition(relations: Relations, rights: Rights, table: str, setting: str) -> str | None:
    """Return the condition, as PostgreSQL's SQL, that holds for the rows of a session's tenant.

    None where no column leads to the tenant. A session that has not declared its tenant gets an error, not
    every row and not zero rows.
    """
    scope = relations.scopes.get(table)
    if scope is None or not scope.is_tenant:
        return None
    if scope.kind is ScopeKind.DERIVED:
        return _through(rights, relations, scope.paths[0], setting)
    return _is_own(rights, table, scope.column, setting) if scope.column is not None else None


def _is_own(rights: Rights, table: str, column: str, setting: str, prefix: str = "") -> str:
    """Return the condition that a column holds the tenant of the session."""
    kind = rights.relations[table].types.get(column, "text")
    cast = "" if kind in _TEXT else f"::{kind}"
    return f"{prefix}{identifier(column)} = (SELECT current_setting({literal(setting)}){cast})"


def _through(rights: Rights, relations: Relations, path: tuple[Reference, ...], setting: str) -> str:
    """Return the condition that the row at the end of a path belongs to the tenant of the session."""
    first, *rest = path
    child, parent = rights.relations[first.table].sql, rights.relations[first.parent]
    conditions = [
        f"{parent.sql}.{identifier(key)} = {child}.{identifier(column)}"
        for column, key in zip(first.columns, first.parent_columns, strict=True)
    ]
    tenant = relations.scopes[first.parent].column
    if rest:
        conditions.append(_through(rights, relations, tuple(rest), setting))
    elif tenant is not None:
        conditions.append(_is_own(rights, first.parent, tenant, setting, f"{parent.sql}."))
    return f"EXISTS (SELECT 1 FROM {parent.sql} WHERE {' AND '.join(conditions)})"


def enabling_ddl(relations: Relations, rights: Rights, table: str, setting: str) -> str | None:
    """Return the statements that enable row-level security on a table.

    None where no column leads to the tenant. Row policies that the table already has stay as they are.
    """
    sql = rights.relations[table].sql
    enable = f"ALTER TABLE {sql} ENABLE ROW LEVEL SECURITY; ALTER TABLE {sql} FORCE ROW LEVEL SECURITY"
    if rights.policies_of(table):
        return enable
    clauses = _clauses(relations, rights, table, setting)
    return f"{enable}; CREATE POLICY tenant_isolation ON {sql} {clauses}" if clauses is not None else None


def restricting_ddl(relations: Relations, rights: Rights, table: str, setting: str) -> str | None:
    """Return the statements that limit every row policy of a table to the tenant.

    None where no column leads to the tenant.
    """
    sql = rights.relations[table].sql
    clauses = _clauses(relations, rights, table, setting)
    if clauses is None:
        return None
    return (
        f"DROP POLICY IF EXISTS tenant_floor ON {sql}; CREATE POLICY tenant_floor ON {sql} AS RESTRICTIVE"
        f" {clauses}"
    )


def revoking_ddl(
    rights: Rights, readers: Iterable[str], privileges: frozenset[str], name: str, privilege: str
) -> str | None:
    """Return the statement that takes a privilege from the roles through which the readers have it."""
    grantees = {grant.grantee for role in readers for grant in rights.through(role, privileges, name)}
    sql = rights.relations[name].sql
    return f"REVOKE {privilege} ON {sql} FROM {', '.join(sorted(grantees))}" if grantees else None


def _clauses(relations: Relations, rights: Rights, table: str, setting: str) -> str | None:
    """Return the clauses of a row policy: which rows are visible, and which may be written."""
    condition, scope = tenant_condition(relations, rights, table, setting), relations.scopes.get(table)
    if condition is None or scope is None:
        return None
    visible = condition
    if scope.null_is_shared and scope.column is not None:
        visible = f"{condition} OR {identifier(scope.column)} IS NULL"
    return f"USING ({visible}) WITH CHECK ({condition})"
