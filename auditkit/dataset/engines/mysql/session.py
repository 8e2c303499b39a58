"""A session with MySQL or MariaDB that only reads; PyMySQL takes the place of MySQLdb, which has no wheel."""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from auditkit.dataset.engines.mysql.errors import NO_TLS, mysql_errors, number_of, why_not_connected
from auditkit.dataset.errors import SourceError
from auditkit.dataset.identity import distinct

BEGIN = "START TRANSACTION READ ONLY"
SECONDS = 60
"""How long one statement may take, where nobody sets a limit."""
_OPTIONS = frozenset({"unix_socket", "charset", "ssl_ca", "ssl_cert", "ssl_key", "ssl_mode"})
_SETTINGS = (
    "time_zone = '+00:00'",
    "sql_mode = ''",  # some modes of a server change what quotes and || mean
    "NAMES utf8mb4",
    "lock_wait_timeout = 2",
    "net_write_timeout = 28800",  # else the server ends a stream whose reader is slow
    "group_concat_max_len = 1000000",
    "sql_select_limit = 18446744073709551615",  # else a server may end every answer after a few rows
    # A long IN must not become a join: the query of a sample numbers rows in the order of reading.
    "sql_notes = 0 /*M!100500 , in_predicate_conversion_threshold = 0 */",
)


def arguments(url: str) -> dict[str, Any]:
    """Return the parts of a URL as arguments of PyMySQL.

    Raises:
        SourceError: it is not such a URL, or has an unknown option; the message repeats nothing of it.
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
            "this is not the URL of a MySQL database: expected mysql://user:password@host:3306/database, with"
            f" special characters of the password as %XX; known options are {', '.join(sorted(_OPTIONS))}",
            code="unsupported",
        )
    if socket := options.get("unix_socket"):
        # PyMySQL would read the certificates of the system for each connection, also where it needs none.
        return known | {"unix_socket": socket, "ssl_disabled": True}
    mode = options.get("ssl_mode", "VERIFY_IDENTITY" if "ssl_ca" in options else "PREFERRED").upper()
    return (
        known if mode == "DISABLED" else known | {"ssl": _tls(options, mode), "required": mode != "PREFERRED"}
    )


def connect(known: Mapping[str, Any], **more: Any) -> Any:
    """Return a connection that only reads, in UTC and UTF-8.

    Args:
        known: from `arguments`.
        **more: further arguments of PyMySQL.

    Without TLS on the server the connection is plain, unless the URL requires TLS (`ssl_mode`, `ssl_ca`).

    Raises:
        SourceError: PyMySQL is not installed, the server cannot be reached or refuses the user, or it has no
            TLS and the URL requires it.
    """
    try:
        import pymysql  # type: ignore[import-untyped]
    except ModuleNotFoundError:
        raise SourceError(
            "MySQL and MariaDB need PyMySQL: pip install 'privacy-auditkit[mysql]'", code="not_installed"
        ) from None
    own = {"charset": "utf8mb4", "autocommit": True, "connect_timeout": 10, "program_name": "auditkit"}
    given = {name: value for name, value in known.items() if name != "required"}
    try:
        try:
            raw = pymysql.connect(**given, **own, **more)
        except pymysql.err.OperationalError as error:
            if known.get("required", True) or number_of(error) != NO_TLS:
                raise
            # PyMySQL requires TLS where it gets settings for it; this URL only prefers it.
            raw = pymysql.connect(**{**given, "ssl": None}, ssl_disabled=True, **own, **more)
    except Exception as error:  # its text may hold the password
        number, remedy = number_of(error), why_not_connected(error)
        name = f"{type(error).__name__} {number}" if number else type(error).__name__
        raise SourceError(f"could not connect to MySQL: {name}; {remedy}", code="missing") from None
    try:
        with mysql_errors("prepare the MySQL session"), raw.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
            cursor.execute(settings())
            if known.get("required") and not cipher(raw):
                raise SourceError("the MySQL server offers no TLS, and the URL requires it", code="missing")
    except BaseException:
        raw.close()
        raise
    return raw


def settings(*more: str) -> str:
    """Return the statement that sets what every other one relies on."""
    return f"SET {', '.join([*more, *_SETTINGS])}"


@contextmanager
def reading(raw: Any, *more: str) -> Iterator[Any]:
    """Yield a cursor for statements that only read, whatever a function in one of them sets.

    A view may call a function that changes the settings of the session.
    """
    with raw.cursor() as cursor:
        cursor.execute(settings(*more))
        cursor.execute(BEGIN)
        try:
            yield cursor
        except BaseException:
            with suppress(Exception):  # the connection may be gone
                cursor.execute("ROLLBACK")
            raise
        cursor.execute("ROLLBACK")


def cipher(raw: Any) -> str:
    """Return the cipher of a connection, empty where it is not encrypted."""
    with raw.cursor() as cursor:
        cursor.execute("SHOW SESSION STATUS LIKE 'Ssl_cipher'")
        ((_, value),) = cursor.fetchall()
    return value.decode() if isinstance(value, bytes) else str(value)


def backend(raw: Any) -> Any:
    """Return the Ibis backend of a connection."""
    import pymysql

    pymysql.install_as_MySQLdb()
    import ibis

    # Ibis asks for a time zone by its name, which many servers do not know; ours is set again below.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = distinct(ibis.mysql.from_connection(raw))
    with raw.cursor() as cursor:
        cursor.execute("SET time_zone = '+00:00'")
    return found


def _tls(options: Mapping[str, str], mode: str) -> ssl.SSLContext:
    """Return the settings of TLS; the server is verified where a certificate or the mode asks for it."""
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
