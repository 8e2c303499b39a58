from __future__ import annotations

import time

import psycopg
import pytest

import auditkit
from auditkit.outcome import Cause
from auditkit.scanners.minimisation.unused_table import usage_of

CHECK = "minimisation-unused-table"
SCRIPT = """
    DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS crm CASCADE; CREATE SCHEMA crm;
    CREATE TABLE leads (id int PRIMARY KEY, email text);
    CREATE TABLE crm.visitors (id int PRIMARY KEY, phone_number text);
    CREATE TABLE gauges (id int PRIMARY KEY, reading int);
    CREATE TABLE nobody (id int PRIMARY KEY, email text);
    INSERT INTO leads SELECT n, 'p' || n || '@example.org' FROM generate_series(1, 50) n;
    INSERT INTO crm.visitors SELECT n, '+44 20 7946 0018' FROM generate_series(1, 30) n;
    INSERT INTO gauges SELECT n, n FROM generate_series(1, 50) n;
"""


@pytest.fixture
def url(postgres_server):
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute(SCRIPT)
        flushed(owner)
        yield postgres_server
        owner.execute("DROP SCHEMA IF EXISTS crm CASCADE")


def flushed(connection):
    """Let the server write its statistics down, as it does by itself when a session ends."""
    connection.execute("SELECT pg_stat_force_next_flush()")
    connection.execute("SELECT 1")


def until(connection, state):
    """Wait for the server to have read its settings again."""
    while connection.execute("SHOW track_counts").fetchone() != (state,):
        connection.execute("SELECT pg_sleep(0.02)")


def used(url, year):
    """Audit as if in some year: the statistics are of today."""
    return auditkit.audit(url, checks=[CHECK], as_of=f"{year}-11-22", strict=True)


def soon() -> int:
    return time.gmtime().tm_year + 2


def test_a_table_that_nothing_reads_is_found_until_it_is_dropped(url):
    found = {f.table: f for f in used(url, soon()).findings}
    assert {t: (f.of, f.detail["written"], f.severity, f.confidence) for t, f in found.items()} == {
        "leads": (50, 50, "low", "medium"),
        "crm.visitors": (30, 30, "low", "medium"),
    }
    assert found["leads"].detail["days"] >= 365
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("DROP TABLE leads")
    assert {f.table for f in used(url, soon()).findings} == {"crm.visitors"}


def test_a_server_that_does_not_count_sees_nothing(url):
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("ALTER SYSTEM SET track_counts = off")
        owner.execute("SELECT pg_reload_conf()")
        try:
            until(owner, "off")
            audit = used(url, soon())
        finally:
            owner.execute("ALTER SYSTEM RESET track_counts")
            owner.execute("SELECT pg_reload_conf()")
            until(owner, "on")
    assert audit.findings == ()
    assert {o.cause for o in audit.not_assessed if o.table == "leads"} == {Cause.UNSEEN}


COUNTED = {"rows": 50, "seq": 0, "seq_at": None, "idx": 0, "idx_at": None, "written": 50}
NOW = 1_000 * 86_400


@pytest.mark.parametrize(
    ("reads", "idle"),
    [
        ({}, None),
        ({"seq": 3, "seq_at": 0}, 1000),
        ({"seq": 3, "seq_at": 0, "idx": 2, "idx_at": 86_400 * 950}, 50),
    ],
    ids=["never", "long ago", "lately, by key"],
)
def test_the_last_read_counts(reads, idle):
    usage = usage_of("leads", {**COUNTED, **reads}, NOW, 1200)
    assert (usage.idle, usage.days, usage.rows) == (idle, 1200, 50)


@pytest.mark.parametrize(
    "reads",
    [{"seq": 3, "seq_at": 86_400 * 999}, {"seq": 3}, {"rows": 0}],
    ids=["a backup", "before 16", "empty"],
)
def test_a_read_of_the_whole_table_tells_nothing(reads):
    counted = {k: v for k, v in {**COUNTED, **reads}.items() if k != "seq_at" or "seq_at" in reads}
    assert usage_of("leads", counted, NOW, 1200).cause is Cause.NOT_APPLICABLE


def test_young_statistics_tell_nothing(url):
    day = time.strftime("%Y-%m-%d", time.gmtime())
    audit = auditkit.audit(url, checks=[CHECK], as_of=day, strict=True)
    assert audit.findings == ()
    outcomes = {o.table: o for o in audit.not_assessed}
    assert "too early" in outcomes["leads"].reason
    assert {o.cause for o in outcomes.values()} == {Cause.NOT_APPLICABLE}
