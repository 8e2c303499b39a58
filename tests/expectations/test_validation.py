"""Great Expectations runs the suites, with and without auditkit. What cannot be evaluated is an error."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import auditkit
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


def test_an_expectation_that_is_not_evaluated_is_an_error(desk):
    where, folder, paths = desk
    change(paths["tickets.json"], lambda s: s["expectations"][0].update(type="expect_what_nobody_knows"))
    errors = [r for r in run(folder, where) if r.verdict == "error"]
    assert [(r.check, r.table) for r in errors] == [("retention-overdue", "tickets")]
    assert "not evaluated" in errors[0].error


def test_a_suite_without_expectations_is_an_error(desk):
    where, folder, paths = desk
    change(paths["tickets.json"], lambda s: s.update(expectations=[]))
    assert [(r.table, r.verdict) for r in run(folder, where) if r.verdict == "error"] == [
        ("tickets", "error")
    ]


def test_a_failed_query_is_an_error_without_its_text(scenario, desk, caplog):
    where, folder, paths = desk
    bad = f"SELECT '{scenario.CANARY}' FROM gone"
    change(
        paths["tickets.json"],
        lambda s: s["expectations"][0]["kwargs"].update(unexpected_rows_query=bad + " /* {batch} */"),
    )
    (error,) = [r for r in run(folder, where) if r.verdict == "error"]
    assert (error.count, error.error) == (None, "the query failed: sqlite3.OperationalError")
    assert scenario.CANARY not in caplog.text


def test_a_table_that_is_gone_is_an_error_and_never_a_success(desk):
    where, folder, _ = desk
    with sqlite3.connect(where) as connection:
        connection.execute("DROP TABLE comments")
    assert {r.verdict for r in run(folder, where) if r.table == "comments"} == {"error"}


def test_nothing_to_run_is_refused(desk, tmp_path):
    where, folder, paths = desk
    with pytest.raises(ValueError, match="no expectations in sqlite"):
        run(tmp_path / "nothing", where)
    paths["tickets.json"].write_text("[1]")
    with pytest.raises(ValueError, match=r"tickets\.json is not a suite"):
        run(folder, where)


def test_a_source_that_cannot_be_opened_is_refused_without_its_password(tmp_path, monkeypatch, desk):
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
    dialect, url = address("env:DESK")
    assert (dialect, "a%3Db+-c+default_transaction_read_only%3Don" in url, "$" in url) == (
        "postgres",
        True,
        False,
    )
    _, folder, _ = desk
    (folder / "sqlite").rename(folder / "postgres")
    with pytest.raises(SourceError) as refused:
        run(folder, "env:DESK")
    assert "hu" not in str(refused.value)


def test_a_path_may_hold_anything(desk, tmp_path):
    where, folder, _ = desk
    odd = tmp_path / "a $HOME %20?mode=rw#é" / "x.sqlite"
    odd.parent.mkdir()
    odd.write_bytes(where.read_bytes())
    assert {r.verdict for r in run(folder, odd)} == {"passed", "failed"}
    assert [p.name for p in odd.parent.iterdir()] == ["x.sqlite"]


def test_the_script_of_the_page_runs_where_auditkit_is_not_installed(scenario, desk, tmp_path):
    where, folder, paths = desk
    script = next(b.text for b in blocks(PAGE.read_text("utf-8")) if b.file == "run_expectations.py")
    assert not re.search("auditkit", script)

    def go():
        environment = {**os.environ, "DATABASE_URL": f"sqlite:///file:{where}?mode=ro&uri=true"}
        command = [sys.executable, "-I", "-c", BLOCK + script, str(folder / "sqlite")]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, cwd=tmp_path
        )

    done = go()
    expected = sorted(
        f"{r.severity} {r.check} {r.table} {' '.join(r.columns)} {r.count}"
        for r in run(folder, where)
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


def test_a_waiver_lasts_until_its_day(desk, tmp_path):
    where, folder, paths = desk
    change(
        paths["tickets.json"],
        lambda s: [e["meta"].update(waived_until="2020-01-01") for e in s["expectations"]],
    )
    change(
        paths["comments.json"],
        lambda s: [e["meta"].update(waived_until="2999-01-01") for e in s["expectations"]],
    )
    results = run(folder, where)
    assert {r.table for r in results if r.waived} == {"comments"}
    assert {r.verdict for r in results if r.waived} >= {"failed"}
