"""A probe of row-level security: what a role sees of a table when it says that it is one tenant; it reads,
and rolls back.
"""

from __future__ import annotations

from typing import Any

from auditkit.dataset.rights import Probed
from auditkit.dataset.sql import identifier, literal, quoted
from auditkit.outcome import Cause, Missing


def probed(raw: Any, tenants: str, role: str, setting: str, milliseconds: int | None) -> Probed | Missing:
    """Return what a role sees of a table as the tenant with the most rows in it, or why that cannot be told.

    All of it is one snapshot, in a transaction that may only read and is rolled back. The tenant goes to the
    server and nowhere else.

    Args:
        raw: a connection without an open transaction.
        tenants: SQL of the rows of the table with their tenant as text in its only column.
        role: the role to act as.
        setting: the setting by which a session says its tenant.
        milliseconds: what one statement may take; None is the session's own limit.

    Raises:
        psycopg.Error: a statement failed.
    """
    with raw.transaction(force_rollback=True):
        raw.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        if milliseconds is not None:
            raw.execute(f"SET LOCAL statement_timeout = {milliseconds}")
        return _seen(raw, tenants, role, setting)


def _seen(raw: Any, tenants: str, role: str, setting: str) -> Probed | Missing:
    from psycopg.errors import InsufficientPrivilege, UndefinedObject
    from psycopg.sql import Literal

    counts = raw.execute(
        f"SELECT t, count(*) FROM ({tenants}) s (t) GROUP BY t ORDER BY t IS NULL, 2 DESC, t"
    ).fetchall()
    own, nobodys = (
        [(tenant, n) for tenant, n in counts if tenant is not None],
        sum(n for tenant, n in counts if tenant is None),
    )
    if len(own) < 2:
        return Missing(
            Cause.UNSEEN, "it holds rows of fewer than two tenants: there is nothing to tell apart"
        )
    raw.execute("SET LOCAL row_security = on")
    try:
        with raw.transaction():
            raw.execute(f"SET LOCAL ROLE {quoted(role)}")
    except InsufficientPrivilege:
        return Missing(
            Cause.NO_RIGHT,
            f"the audit's role may not act as {role}: GRANT {identifier(role)} to it, with SET",
        )
    tenant, mine = own[0]
    as_text = Literal(tenant).as_string(raw)
    raw.execute(f"SELECT set_config({literal(setting)}, {as_text}, true)")
    conditions = (f"t = {as_text}", f"t <> {as_text}", "t IS NULL")
    each = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in conditions)
    try:
        with raw.transaction():
            ((own_seen, others_seen, untold),) = raw.execute(
                f"SELECT {each} FROM ({tenants}) s (t)"
            ).fetchall()
    except InsufficientPrivilege:
        return Missing(
            Cause.NOT_APPLICABLE, f"{role} may not read it, or not what tells the tenant of its rows"
        )
    except UndefinedObject:
        return Missing(
            Cause.UNSEEN,
            f"its row policies read a setting that the probe does not set: they do not take {setting} for the"
            " tenant",
        )
    leaked = others_seen + max(
        0, untold - nobodys
    )  # a row whose parent is hidden tells no tenant, and is somebody's
    return Probed(own_seen, mine, leaked, sum(n for _, n in own[1:]))
