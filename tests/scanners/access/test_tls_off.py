from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import subprocess
import threading
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

import auditkit

SSL_REQUEST = struct.pack("!ii", 8, 80877103)


def tls(url):
    return auditkit.audit(url, checks=["access-tls-off"], strict=True)


def pump(source, target):
    with contextlib.suppress(OSError):
        while chunk := source.recv(65_536):
            target.sendall(chunk)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def serve(listener, unix, context):
    """Pass connections on to a server's Unix socket; where a client asks for TLS, speak it (PostgreSQL
    protocol 3, section 54.2.11).
    """
    with contextlib.suppress(OSError):
        while True:
            client, _ = listener.accept()
            server = socket.socket(socket.AF_UNIX)
            server.connect(unix)
            if client.recv(8, socket.MSG_PEEK) == SSL_REQUEST:
                client.recv(8)
                client.sendall(b"S")
                client = context.wrap_socket(client, server_side=True)
            for ends in ((client, server), (server, client)):
                threading.Thread(target=pump, args=ends, daemon=True).start()


@pytest.fixture
def over_the_network(postgres_server, tmp_path: Path):
    """Return the URL of the test server behind a gate on loopback that speaks TLS to those who ask for it;
    its build speaks none.
    """
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-days",
        "2",
        "-nodes",
        "-subj",
        "/CN=localhost",
    ]
    subprocess.run(
        [*made, "-out", tmp_path / "c.pem", "-keyout", tmp_path / "k.pem"], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "c.pem", tmp_path / "k.pem")
    folder = parse_qs(urlsplit(postgres_server).query)["host"][0]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(
            target=serve, args=(listener, f"{folder}/.s.PGSQL.5432", context), daemon=True
        ).start()
        yield f"postgresql://postgres@127.0.0.1:{listener.getsockname()[1]}/postgres"


def test_clear_text_over_a_network_is_found_until_tls_is_on(over_the_network):
    with psycopg.connect(over_the_network, sslmode="disable", autocommit=True) as owner:
        owner.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE t(n int)")
    elsewhere = over_the_network.replace(
        "127.0.0.1", "0.0.0.0"
    )  # not called this machine's own; Linux takes it for that
    (found,) = tls(f"{elsewhere}?sslmode=disable").findings
    assert (found.table, found.target, found.severity, dict(found.detail)) == (None, "PostgreSQL", "high", {})
    assert [o.check for o in tls(f"{over_the_network}?sslmode=require").passed] == ["access-tls-off"]


def test_clear_text_to_the_machines_own_address_matters_little(over_the_network):
    with psycopg.connect(over_the_network, sslmode="disable", autocommit=True) as owner:
        owner.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE t(n int)")
    (found,) = tls(f"{over_the_network}?sslmode=disable").findings
    assert (found.severity, dict(found.detail)) == ("low", {"loopback": True})


def test_of_a_users_own_connection_to_a_server_nothing_is_known(postgres_server):
    import ibis

    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE t(n int)")
        audit = auditkit.audit(
            ibis.postgres.from_connection(owner),
            checks=["access-tls-off", "access-public-grant"],
            strict=True,
        )
    assert [o.cause.value for o in audit.outcomes] == ["unseen", "unseen"]
    assert "give the server's URL" in audit.not_assessed[0].reason


def test_a_unix_socket_leaves_no_machine(postgres_server):
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE t(n int)")
    assert [o.check for o in tls(postgres_server).passed] == ["access-tls-off"]
