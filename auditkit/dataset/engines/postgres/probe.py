"""A probe of row-level security: what a role sees of a table as one tenant; it only reads."""

from __future__ import annotations

from typing import Any

from auditkit.dataset.rights import Probed
from auditkit.dataset.sql import identifier, literal, quoted
from auditkit.outcome import Cause, Missing

_PATH = """
    SELECT coalesce(
        (SELECT substr(c, length('search_path=') + 1)
         FROM pg_catalog.pg_db_role_setting s, unnest(s.setconfig) c
         WHERE c LIKE 'search\\_path=%%'
           AND s.setrole IN (0, (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = %s))
           AND s.setdatabase IN (0, (
               SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database()))
         ORDER BY s.setrole <> 0 DESC, s.setdatabase <> 0 DESC LIMIT 1),
        (SELECT reset_val FROM pg_catalog.pg_settings WHERE name = 'search_path'))"""
"""Where a session of a role looks names up: the setting of the role, of the database or of the server."""


def probed(raw: Any, tenants: str, role: str, setting: str, milliseconds: int | None) -> Probed | Missing:
    """Return what a role sees of a table as the tenant with the most rows, or why this cannot be seen.

    Where it sees no row of another tenant, it is asked as the tenant with the second most rows too: a row
    policy may name the first one. All of it is one snapshot, in a transaction that may only read and is
    rolled back. The tenants go to the server and nowhere else.

    Args:
        raw: a connection without an open transaction.
        tenants: SQL of the rows of the table, with their tenant as text in its only column.
        role: the role to act as.
        setting: the setting in which a session names its tenant.
        milliseconds: the limit of one statement; None means that of the session.

    Raises:
        psycopg.Error: a statement failed.
    """
    with raw.transaction(force_rollback=True):
        raw.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        if milliseconds is not None:
            raw.execute(f"SET LOCAL statement_timeout = {milliseconds}")
        counts = raw.execute(
            f"SELECT t, count(*) FROM ({tenants}) s (t) GROUP BY t ORDER BY t IS NULL, 2 DESC, t"
        ).fetchall()
        if sum(tenant is not None for tenant, _ in counts) < 2:
            return Missing(
                Cause.UNSEEN, "it holds rows of fewer than two tenants: there is nothing to tell apart"
            )
        raw.execute("SET LOCAL row_security = on")
        if (refused := _act_as(raw, role)) is not None:
            return refused
        first = _compared(raw, tenants, role, setting, counts)
        if isinstance(first, Missing) or first.others_visible:
            return first
        second = _compared(raw, tenants, role, setting, [counts[1], counts[0], *counts[2:]])
        return second if isinstance(second, Probed) and second.others_visible else first


def _act_as(raw: Any, role: str) -> Missing | None:
    """Take on a role; return why that is not possible.

    Names that the server lacks are looked up as in a session of the role, because the functions of row
    policies may need it. What they call then has the rights of the role, and no more.
    """
    from psycopg.errors import InsufficientPrivilege

    ((path,),) = raw.execute(_PATH, [role]).fetchall()
    try:
        with raw.transaction():
            raw.execute(f"SET LOCAL ROLE {quoted(role)}")
            raw.execute("SELECT set_config('search_path', 'pg_catalog, ' || %s, true)", [path])
    except InsufficientPrivilege:
        return Missing(
            Cause.NO_RIGHT,
            f"the audit's role may not act as {role}: GRANT {identifier(role)} to it, with SET",
        )
    return None


def _compared(
    raw: Any, tenants: str, role: str, setting: str, counts: list[tuple[str | None, int]]
) -> Probed | Missing:
    """Return what the role sees as the first tenant of `counts`, which holds the rows of each tenant."""
    from psycopg.errors import InsufficientPrivilege, UndefinedObject
    from psycopg.sql import Literal

    (tenant, own), *others = [(t, n) for t, n in counts if t is not None]
    without_tenant = sum(n for t, n in counts if t is None)
    as_text = Literal(tenant).as_string(raw)
    raw.execute(f"SELECT set_config({literal(setting)}, {as_text}, true)")
    conditions = (f"t = {as_text}", f"t <> {as_text}", "t IS NULL")
    visible = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in conditions)
    try:
        with raw.transaction():
            ((own_seen, others_seen, unknown),) = raw.execute(
                f"SELECT {visible} FROM ({tenants}) s (t)"
            ).fetchall()
    except InsufficientPrivilege:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{role} may not read it, or not the columns that name the tenant of its rows",
        )
    except UndefinedObject:
        return Missing(
            Cause.UNSEEN,
            f"its row policies read a setting that the probe does not set: they do not take {setting} for the"
            " tenant",
        )
    # A row whose parent is hidden shows no tenant here, and yet belongs to one.
    leaked = others_seen + max(0, unknown - without_tenant)
    return Probed(own_seen, own, leaked, sum(n for _, n in others))
