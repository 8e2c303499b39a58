"""A session with MySQL or MariaDB that reads only; PyMySQL in the place of MySQLdb, which has no wheel."""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from auditkit.dataset.errors import SourceError, driver_errors
from auditkit.dataset.identity import distinct

SECONDS = 60
"""What one statement may take."""
_OPTIONS = frozenset({"unix_socket", "charset", "ssl_ca", "ssl_cert", "ssl_key", "ssl_mode"})
_SETTINGS = (
    "SESSION TRANSACTION READ ONLY",
    "time_zone = '+00:00'",
    "sql_mode = ''",  # of the server's own modes some change what quotes and || mean
    "NAMES utf8mb4",
    "lock_wait_timeout = 2",
    "net_write_timeout = 28800",  # or the server ends a stream whose reader takes a minute to think
    "group_concat_max_len = 1000000",
    "sql_notes = 0 /*M!100500 , in_predicate_conversion_threshold = 0 */",  # a long IN must not become a join: it numbers rows
)


def arguments(url: str) -> dict[str, Any]:
    """Return what a URL says, as PyMySQL's arguments.

    Raises:
        SourceError: it is no such URL, or has an unknown option; nothing of it is repeated.
    """
    try:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        known = {
            "host": parts.hostname or "127.0.0.1", "port": parts.port or 3306,
            "user": unquote(parts.username or ""), "password": unquote(parts.password or ""),
            "database": unquote(parts.path.removeprefix("/")) or None,
        }  # fmt: skip
    except ValueError:
        options, known = {"": ""}, {}
    if set(options) - _OPTIONS or any(c.isspace() for c in url):
        raise SourceError(
            "this is no URL of a MySQL database: expected mysql://user:password@host:3306/database, special"
            f" characters in the password as %XX; options behind it are {', '.join(sorted(_OPTIONS))}",
            code="unsupported",
        )
    if socket := options.get("unix_socket"):
        return known | {"unix_socket": socket}
    mode = options.get("ssl_mode", "VERIFY_IDENTITY" if "ssl_ca" in options else "PREFERRED").upper()
    return (
        known if mode == "DISABLED" else known | {"ssl": _tls(options, mode), "required": mode != "PREFERRED"}
    )


def connect(known: Mapping[str, Any], **more: Any) -> Any:
    """Return a connection that reads only, in UTC and UTF-8.

    Raises:
        SourceError: PyMySQL is not installed, the server cannot be reached or refuses the user, or has no TLS
            where that is required.
    """
    try:
        import pymysql  # type: ignore[import-untyped]
    except ModuleNotFoundError:
        raise SourceError(
            "MySQL and MariaDB need PyMySQL: pip install 'privacy-auditkit[mysql]'", code="not_installed"
        ) from None
    told = {name: value for name, value in known.items() if name != "required"}
    try:
        raw = pymysql.connect(
            **told, charset="utf8mb4", autocommit=True, connect_timeout=10, program_name="auditkit", **more
        )
    except Exception as error:
        number = error.args[0] if error.args and isinstance(error.args[0], int) else ""
        raise SourceError(
            f"could not connect to MySQL: {type(error).__name__} {number}; check host, port, database, user"
            " and password of the URL",
            code="missing",
        ) from None
    try:
        with driver_errors("prepare the MySQL session"), raw.cursor() as cursor:
            for setting in _SETTINGS:
                cursor.execute(f"SET {setting}")
            if known.get("required") and not cipher(raw):
                raise SourceError("the MySQL server offers no TLS, and the URL requires it", code="missing")
    except BaseException:
        raw.close()
        raise
    return raw


def cipher(raw: Any) -> str:
    """Return the cipher of a connection, empty where there is none."""
    with raw.cursor() as cursor:
        cursor.execute("SHOW SESSION STATUS LIKE 'Ssl_cipher'")
        ((_, value),) = cursor.fetchall()
    return value.decode() if isinstance(value, bytes) else str(value)


def backend(raw: Any) -> Any:
    """Return the Ibis backend of a connection."""
    import pymysql

    pymysql.install_as_MySQLdb()
    import ibis

    with (
        warnings.catch_warnings()
    ):  # Ibis asks for a time zone by name, which many servers do not know; ours is set again below
        warnings.simplefilter("ignore")
        found = distinct(ibis.mysql.from_connection(raw))
    with raw.cursor() as cursor:
        cursor.execute("SET time_zone = '+00:00'")
    return found


def _tls(options: Mapping[str, str], mode: str) -> ssl.SSLContext:
    """Return how TLS is done: verified where a certificate or mode asks for it."""
    try:
        context = ssl.create_default_context(cafile=options.get("ssl_ca"))
        if "ssl_cert" in options:
            context.load_cert_chain(options["ssl_cert"], options.get("ssl_key"))
    except (OSError, ssl.SSLError):
        raise SourceError(
            "a certificate or key that the MySQL URL names cannot be read", code="missing"
        ) from None
    if mode != "VERIFY_IDENTITY":
        context.check_hostname = False
    if mode in ("PREFERRED", "REQUIRED"):
        context.verify_mode = ssl.CERT_NONE
    return context
