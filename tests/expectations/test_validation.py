"""Great Expectations runs the suites, with and without auditkit. What cannot be evaluated is an error."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

import auditkit
from auditkit.cli import main
from auditkit.dataset import SourceError
from auditkit.expectations import compile, run, write
from auditkit.expectations.address import address
from tools.markdown import blocks

pytestmark = pytest.mark.slow
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "run-great-expectations-suites.md"
BLOCK = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("auditkit", "ibis", "sqlglot"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Blocked())
"""


def change(path, edit):
    suite = json.loads(path.read_text())
    edit(suite)
    path.write_text(json.dumps(suite))


@pytest.fixture(scope="module")
def compiled(scenario, tmp_path_factory):
    """Return the suites of a database of which each test has a copy."""
    with auditkit.open(scenario.sqlite(tmp_path_factory.mktemp("desk"))) as dataset:
        policy, scanners = scenario.policy(), ["retention", "tenancy"]
        return compile(dataset, policy, as_of=scenario.AS_OF, scanners=scanners)


@pytest.fixture
def desk(scenario, compiled, tmp_path):
    """Return a database, the folder of its suites, and the files of the suites by their names."""
    paths = {path.name: path for path in write(compiled, tmp_path / "out")}
    return scenario.sqlite(tmp_path), tmp_path / "out", paths


def changed(suites, table, edit):
    """Return suites of which the expectations of one table are edited."""
    edited = [
        replace(s, expectations=json.loads(json.dumps(s.expectations))) if s.table == table else s
        for s in suites
    ]
    for suite in edited:
        if suite.table == table:
            edit(suite.expectations)
    return edited


def test_an_expectation_that_is_not_evaluated_is_an_error(desk, compiled):
    suites = changed(compiled, "tickets", lambda all: all[0].update(type="expect_what_nobody_knows"))
    errors = [r for r in run(suites, desk[0]) if r.verdict == "error"]
    assert [(r.check, r.table) for r in errors] == [("retention-overdue", "tickets")]
    assert "not evaluated" in errors[0].error


def test_a_failed_query_is_an_error_without_its_text(scenario, desk, compiled, caplog):
    bad = f"SELECT '{scenario.CANARY}' FROM gone /* {{batch}} */"
    suites = changed(compiled, "tickets", lambda all: all[0]["kwargs"].update(unexpected_rows_query=bad))
    (error,) = [r for r in run(suites, desk[0]) if r.verdict == "error"]
    assert (error.count, error.error) == (None, "the query failed: sqlite3.OperationalError")
    assert scenario.CANARY not in caplog.text


def test_a_table_that_is_gone_is_an_error_and_never_a_success(desk, compiled):
    where, _, _ = desk
    with sqlite3.connect(where) as connection:
        connection.execute("DROP TABLE comments")
    assert {r.verdict for r in run(compiled, where) if r.table == "comments"} == {"error"}


def test_nothing_is_left_beside_a_closed_database_with_a_log(tmp_path):
    from sqlalchemy import create_engine, text

    file = tmp_path / "desk.sqlite"
    with sqlite3.connect(file) as raw:
        raw.execute("PRAGMA journal_mode = wal")
        raw.execute("CREATE TABLE t AS SELECT 1 AS a")
    raw.close()
    at = address(file)
    with create_engine(at.url).connect() as connection:
        assert connection.execute(text("SELECT a FROM t")).scalar() == 1
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    at.closed.check()
    with sqlite3.connect(file) as raw:
        raw.execute("INSERT INTO t SELECT value FROM json_each(json_array(1, 2, 3))")
    raw.close()
    with pytest.raises(SourceError, match="written to while it was read"):
        at.closed.check()


def test_nothing_to_run_is_refused(desk):
    with pytest.raises(ValueError, match="no check could be compiled for sqlite"):
        run([], desk[0])


def test_a_file_that_the_policy_does_not_compile_to_is_named_and_nothing_is_run(desk, compiled, tmp_path):
    """A suite that somebody added, changed or removed would send their SQL, or hide a finding."""
    where, folder, paths = desk
    loot = tmp_path / "loot.sqlite"
    steal = f"VACUUM INTO '{loot}' /* {{batch}} */"
    original = paths["tickets.json"].read_text()
    added = folder / "sqlite" / "zz\x1b[31m.json"
    attacks = {
        r"zz\?\[31m\.json was not compiled": lambda: added.write_text(original),
        r"tickets\.json differs": lambda: change(
            paths["tickets.json"],
            lambda s: s["expectations"][0]["kwargs"].update(unexpected_rows_query=steal),
        ),
        r"tickets\.json is missing": paths["tickets.json"].unlink,
    }
    for message, attack in attacks.items():
        attack()
        with pytest.raises(ValueError, match=message):
            run(compiled, where, folder=folder)
        added.unlink(missing_ok=True)
        paths["tickets.json"].write_text(original)
    assert run(compiled, where, folder=folder)
    assert not loot.exists()


def test_on_postgres_no_function_of_a_suite_can_write(postgres_server, compiled):
    """Settings that a function changes hold for the next transaction, which is read-only all the same."""
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS loot; CREATE TABLE loot (w TEXT)")
        connection.execute(
            "CREATE OR REPLACE FUNCTION steal() RETURNS int LANGUAGE plpgsql AS $$ BEGIN"
            " PERFORM set_config('default_transaction_read_only', 'off', false);"
            " INSERT INTO loot VALUES ('taken'); RETURN 1; END $$"
        )
    queries = [
        "SELECT set_config('default_transaction_read_only', 'off', false)",
        "SELECT set_config('transaction_read_only', 'off', false)",
        "SELECT steal()",
    ]
    suites = [replace(suite, dialect="postgres") for suite in compiled if suite.table == "tickets"]
    made = [
        {**suites[0].expectations[0], "kwargs": {"unexpected_rows_query": f"{q} /* {{batch}} */"}}
        for q in queries
    ]
    results = run([replace(suites[0], expectations=tuple(made))], postgres_server)
    with psycopg.connect(postgres_server) as connection:
        assert connection.execute("SELECT count(*) FROM loot").fetchone() == (0,)
    assert results[-1].verdict == "error"


def test_a_source_that_cannot_be_opened_is_refused_without_its_password(tmp_path, monkeypatch, compiled):
    (tmp_path / "people.csv").write_text("a,b\n")
    for wrong in (
        tmp_path / "people.csv",
        tmp_path / "gone.sqlite",
        "env:NOBODY_SET_THIS",
        "postgresql://u:hush@host:port/y",
    ):
        with pytest.raises(SourceError) as refused:
            address(wrong)
        assert "hush" not in str(refused.value)
    monkeypatch.setenv("DESK", "postgresql://u:hu$h@127.0.0.1:1/y?options=-c%20a%3Db")
    at = address("env:DESK")
    assert at.dialect == "postgres" and "hu" not in repr(at) and "$" not in at.url
    assert "a%3Db+-c+default_transaction_read_only%3Don" in at.url
    with pytest.raises(SourceError) as refused:
        run([replace(suite, dialect="postgres") for suite in compiled], "env:DESK")
    assert "hu" not in str(refused.value)


def test_a_path_may_hold_anything(desk, compiled, tmp_path):
    where, _, _ = desk
    odd = tmp_path / "a $HOME %20?mode=rw#é" / "x.sqlite"
    odd.parent.mkdir()
    odd.write_bytes(where.read_bytes())
    assert {r.verdict for r in run(compiled, odd)} == {"passed", "failed"}
    assert [p.name for p in odd.parent.iterdir()] == ["x.sqlite"]


def test_the_script_of_the_page_runs_where_auditkit_is_not_installed(scenario, desk, compiled, tmp_path):
    where, folder, paths = desk
    script = next(b.text for b in blocks(PAGE.read_text("utf-8")) if b.file == "run_expectations.py")
    assert not re.search("auditkit", script)

    def go():
        environment = {**os.environ, "DATABASE_URL": f"sqlite:///file:{where}?mode=ro&uri=true"}
        command = [sys.executable, "-c", BLOCK + script, str(folder / "sqlite")]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, cwd=tmp_path
        )

    done = go()
    expected = sorted(
        f"{r.severity} {r.check} {r.table} {' '.join(r.columns)} {r.count}"
        for r in run(compiled, where)
        if r.count
    )
    assert (done.returncode, sorted(done.stdout.splitlines())) == (1, expected), done.stderr
    assert scenario.CANARY not in done.stdout + done.stderr
    assert not re.search("Error|WARNING", done.stderr)
    for path in paths.values():
        if path.parent.name == "sqlite" and path.name != "tenants.json":
            path.unlink() if path.name != "tickets.json" else None
    change(
        paths["tickets.json"],
        lambda s: s.update(expectations=[e for e in s["expectations"] if e["meta"]["check"] == "tenancy-x"]),
    )
    assert "not everything was evaluated" in go().stderr


def test_a_waiver_lasts_until_its_day(desk, compiled):
    def until(day):
        return lambda all: [e["meta"].update(waived_until=day) for e in all]

    suites = changed(changed(compiled, "tickets", until("2020-01-01")), "comments", until("2999-01-01"))
    results = run(suites, desk[0])
    assert {r.table for r in results if r.waived} == {"comments"}
    assert {r.verdict for r in results if r.waived} >= {"failed"}


@pytest.mark.parametrize(("year", "more", "code"), [(2019, "", 1), (2026, "", 0), (2026, "  gone: {}\n", 3)])
def test_a_run_has_the_exit_codes_of_an_audit(year, more, code, tmp_path, capsys):
    """A finding is 1, what cannot be seen is 3, and the last line says why."""
    where, policy, out = (str(tmp_path / name) for name in ("app.sqlite", "privacy.yaml", "out"))
    with sqlite3.connect(where) as connection:
        connection.execute("CREATE TABLE tickets (id INTEGER PRIMARY KEY, closed_at TEXT)")
        connection.execute("INSERT INTO tickets VALUES (1, ?)", [f"{year}-05-01"])
    connection.close()
    tables = f"  tickets: {{retention: {{start: closed_at, max: P3Y, basis: contract}}}}\n{more}"
    Path(policy).write_text(f"version: 1\nname: Desk\ntables:\n{tables}")
    given = [where, "-p", policy, "--as-of", "2026-11-22"]
    lines = []
    for command in (["audit", *given], ["expectations", *given, "-o", out, "--run"]):
        assert main(command) == code
        lines.append(capsys.readouterr().err.splitlines()[-1])
    assert all(f"exit code {code}: " in line for line in lines), lines
    assert code != 3 or lines[0].endswith(lines[1])
    suite = json.loads((tmp_path / "out" / "sqlite" / "tickets.json").read_text())
    titles = {e["meta"]["check"]: e["description"] for e in suite["expectations"]}
    assert titles["retention-overdue"] == "Rows kept past their retention period: tickets.closed_at"
