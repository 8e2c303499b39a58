"""A session with PostgreSQL that only reads, and what its role could change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from auditkit.dataset.engines.postgres.errors import postgres_errors
from auditkit.dataset.errors import SourceError
from auditkit.dataset.relation import Session
from auditkit.dataset.rights import is_loopback
from auditkit.dataset.sql import Run

SETTINGS = {
    "default_transaction_read_only": "on",
    "row_security": "off",  # a policy that would hide rows raises an error: rows are never lost in silence
    "synchronize_seqscans": "off",  # the same order of rows every time
    "statement_timeout": "'60s'",
    "lock_timeout": "'2s'",
    "client_encoding": "'UTF8'",
    "TimeZone": "'UTC'",
    "datestyle": "'ISO, YMD'",
    "intervalstyle": "'iso_8601'",
    # What follows has other values where the owner of the database or of the role has set them.
    "search_path": "pg_catalog",  # a function of somebody else's never answers in the place of the server's
    "standard_conforming_strings": "on",  # else a backslash in a text ends it early
    "transform_null_equals": "off",
    "bytea_output": "'hex'",
    "extra_float_digits": "1",
    "quote_all_identifiers": "off",
}
_OF_SESSION = frozenset({"default_transaction_read_only", "statement_timeout", "client_encoding"})
_ADMINISTERS = """
    SELECT bool_or(r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication)
           OR has_database_privilege(current_database(), 'CREATE')
    FROM pg_catalog.pg_roles r WHERE pg_has_role(current_user, r.oid, 'MEMBER')"""
_CHANGES = "'INSERT, UPDATE, DELETE, TRUNCATE'"
_WRITABLE = rf"""
    WITH others AS (
        SELECT r.oid FROM pg_catalog.pg_roles r JOIN pg_catalog.pg_roles me ON me.rolname = current_user
        WHERE r.oid <> me.oid AND NOT me.rolsuper AND pg_has_role(me.oid, r.oid, 'MEMBER')
    ),
    asked AS (
        SELECT c.oid, n.nspname, c.relname, n.oid AS schema,
               has_schema_privilege(n.oid, 'USAGE')
               AND (has_table_privilege(c.oid, {_CHANGES})
                    OR has_any_column_privilege(c.oid, 'INSERT, UPDATE')) AS itself
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE (c.relkind IN ('r', 'p', 'f')
               OR (c.relkind = 'v' AND pg_catalog.pg_relation_is_updatable(c.oid, true) <> 0))
          AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_t%'
    )
    SELECT a.nspname, a.relname, a.itself FROM asked a
    WHERE a.itself OR EXISTS (
        SELECT 1 FROM others o WHERE has_schema_privilege(o.oid, a.schema, 'USAGE')
        AND (has_table_privilege(o.oid, a.oid, {_CHANGES})
             OR has_any_column_privilege(o.oid, a.oid, 'INSERT, UPDATE')))"""
_CREATES = r"""
    SELECT count(*) FROM pg_catalog.pg_namespace n WHERE has_schema_privilege(n.oid, 'CREATE')
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_t%'"""


def connect(url: str, *, any_text: bool = False) -> Any:
    """Return a connection that only reads, and that sees every row of a table or none.

    Args:
        url: of the database.
        any_text: take the text of a database without an encoding as it is; else the server refuses to send
            text that is not UTF-8.

    Raises:
        SourceError: psycopg is not installed, the server cannot be reached, or it refuses the role.
    """
    try:
        import psycopg
    except ModuleNotFoundError:
        raise SourceError(
            "PostgreSQL needs psycopg: pip install 'privacy-auditkit[postgres]'", code="not_installed"
        ) from None
    try:
        raw = psycopg.connect(url, autocommit=True, application_name="auditkit", connect_timeout=10)
    except Exception as error:  # its text may hold the password
        name = " ".join(filter(None, [type(error).__name__, getattr(error, "sqlstate", None)]))
        raise SourceError(
            f"could not connect to PostgreSQL: {name}; check host, port, database, role and password of the"
            " URL",
            code="missing",
        ) from None
    try:
        with postgres_errors("prepare the PostgreSQL session"):
            raw.execute("; ".join(f"SET {setting} = {value}" for setting, value in SETTINGS.items()))
            if any_text and raw.info.parameter_status("server_encoding") == "SQL_ASCII":
                raw.execute("SET client_encoding = 'SQL_ASCII'")
        raw.read_only = True  # every transaction is BEGIN READ ONLY, whatever the session is set to meanwhile
    except BaseException:
        raw.close()
        raise
    return raw


def for_statement(milliseconds: int | None) -> str:
    """Return SQL that sets what the next statement of a transaction relies on.

    A view may call a function that changes the settings of the session.

    Args:
        milliseconds: the limit of the statement; None means that of the session.
    """
    limit = SETTINGS["statement_timeout"] if milliseconds is None else milliseconds
    settings = {name: value for name, value in SETTINGS.items() if name not in _OF_SESSION}
    known = {**settings, "statement_timeout": limit}
    return "; ".join(f"SET LOCAL {name} = {value}" for name, value in known.items())


def session_of(run: Run, link: Any, shown: Callable[[str, str], str | None]) -> Session:
    """Return how the audit is connected, and what its role could change.

    Args:
        run: reads the catalogue.
        link: the connection as libpq knows it. A proxy before the server may end the encryption.
        shown: the shown name of a relation, by its schema and name.
    """
    writable: list[str] = []
    acting: list[str] = []
    for schema, table, as_itself in run(_WRITABLE):
        if (name := shown(schema, table)) is not None:
            (writable if as_itself else acting).append(name)
    ((administers,),), ((creates,),) = run(_ADMINISTERS), run(_CREATES)
    on_socket = link.host.startswith((b"/", b"@"))
    return Session(
        server="PostgreSQL",
        encrypted=None if on_socket else bool(link.ssl_in_use),
        administers=bool(administers),
        writable=tuple(sorted(writable)),
        acting=tuple(sorted(acting)),
        creates=int(creates),
        loopback=is_loopback(link.host.decode(errors="replace")),
    )
