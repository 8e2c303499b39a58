"""The keys of a finding's rows are shown on a terminal only, and never by the SQL of the run folder."""

from __future__ import annotations

import json
import os
import pty
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import auditkit
from auditkit import finding_rows
from auditkit.audit.audit import Audit
from auditkit.cli import main
from auditkit.finding_rows import LookupRefused
from auditkit.outcome import Finding

POLICY = """
version: 1
name: Shop
tables:
  orders: {retention: {start: closed_at, max: P1Y, basis: law}, columns: {email: user.contact.email}}
  lines: {retention: {start: closed_at, max: P1Y, basis: law}}
  parts: {retention: {start: closed_at, max: P1Y, basis: law}}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Return a folder with a database, its policy, and a run of 120 overdue orders."""
    connection = sqlite3.connect(tmp_path / "shop.sqlite")
    connection.executescript(
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, email TEXT, phone TEXT, closed_at TEXT);"
        "CREATE TABLE lines (id INTEGER, closed_at TEXT);"
        "CREATE TABLE parts (shop TEXT, number INTEGER, closed_at TEXT, PRIMARY KEY (shop, number));"
    )
    old = [
        (i, f"c{i}@canary.example", f"+44 20 7946 0{i:03}", "2010-01-01" if i % 2 else "2026-11-01")
        for i in range(240)
    ]
    connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", old)
    connection.execute("INSERT INTO lines VALUES (7, '2010-01-01')")
    connection.executemany(
        "INSERT INTO parts VALUES (?, ?, '2010-01-01')", [("north", 2), ("no\x1b[2Jrth", 1)]
    )
    connection.commit()
    connection.close()
    (tmp_path / "privacy.yaml").write_text(POLICY)
    auditkit.audit(tmp_path / "shop.sqlite", tmp_path / "privacy.yaml", as_of="2026-11-22").save(
        tmp_path / "run"
    )
    return tmp_path


def overdue(shop: Path, table: str = "orders") -> Finding:
    return next(
        f for f in Audit.load(shop / "run").findings if (f.check, f.table) == ("retention-overdue", table)
    )


def on_a_terminal(shop: Path, *argv: str) -> tuple[int, str]:
    """Run `auditkit rows` on a terminal; return its exit code, and its output with its messages."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "auditkit", "rows", *argv]
    process = subprocess.Popen(
        command, cwd=shop, stdout=theirs, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    os.close(theirs)
    _, err = process.communicate(timeout=120)
    shown = b""
    try:
        while part := os.read(ours, 65_536):
            shown += part
    except OSError:  # the command has closed its end
        pass
    os.close(ours)
    return process.returncode, (shown + err).decode()


def test_a_terminal_shows_some_keys_and_how_many_there_are(shop):
    before = sorted(shop.rglob("*"))
    code, shown = on_a_terminal(
        shop, "run", overdue(shop).fingerprint[:8], "shop.sqlite", "-p", "privacy.yaml"
    )
    lines = shown.split()
    assert code == 0
    assert lines[0] == "id"
    assert lines[1:51] == [str(i) for i in range(1, 100, 2)]
    assert "50 of 120 rows of orders" in shown
    assert "canary" not in shown and "7946" not in shown, "only keys are shown"
    assert sorted(shop.rglob("*")) == before, "nothing is written"


def test_a_key_of_two_columns_cannot_act_on_the_terminal(shop):
    fingerprint = overdue(shop, "parts").fingerprint
    code, shown = on_a_terminal(
        shop, "run", fingerprint, "shop.sqlite", "-p", "privacy.yaml", "--limit", "9", "--log", "log"
    )
    assert code == 0
    assert "shop" in shown and "number" in shown
    assert "no?[2Jrth" in shown and "\x1b" not in shown
    (line,) = [json.loads(text) for text in (shop / "log").read_text().splitlines()]
    assert (line["program"], line["finding"], line["rows_shown"]) == ("auditkit rows", fingerprint, 2)
    assert "north" not in (shop / "log").read_text()


def test_a_pipe_or_a_file_gets_nothing(shop, capsys):
    command = ["rows", str(shop / "run"), overdue(shop).fingerprint, str(shop / "shop.sqlite")]
    assert main([*command, "-p", str(shop / "privacy.yaml")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "on a terminal only" in err


def test_sql_of_the_run_folder_is_never_run(shop):
    """Somebody who can write a run folder must not be able to run a query as the person who reads it."""
    run = json.loads((shop / "run" / "audit.json").read_text())
    for outcome in run["outcomes"]:
        if outcome["sql"]:
            outcome["sql"] = "SELECT email AS id FROM orders"
    (shop / "run" / "audit.json").write_text(json.dumps(run))
    keys = looked_up(shop, overdue(shop))
    assert (keys.total, keys.columns) == (120, ("id",))
    assert all(isinstance(row["id"], int) for row in keys.rows)


def looked_up(shop: Path, wanted: Finding, policy: str = POLICY, limit: int = 50) -> finding_rows.Keys:
    return finding_rows.keys(
        shop / "shop.sqlite", auditkit.Policy.parse(policy), Audit.load(shop / "run"), wanted, limit
    )


def test_the_day_is_that_of_the_run(shop):
    later = auditkit.audit(shop / "shop.sqlite", shop / "privacy.yaml", as_of="2040-01-01")
    later.save(shop / "later")
    wanted = next(f for f in later.findings if (f.check, f.table) == ("retention-overdue", "orders"))
    policy, run = auditkit.Policy.parse(POLICY), Audit.load(shop / "later")
    assert finding_rows.keys(shop / "shop.sqlite", policy, run, wanted).total == 240


@pytest.mark.parametrize(
    ("check", "table", "policy", "words"),
    [
        ("pii-undeclared", "orders", POLICY, "there are no rows to show"),
        ("retention-overdue", "lines", POLICY, "lines has no primary key"),
        ("retention-overdue", "orders", "{version: 1, name: Shop}", "does not find this any more"),
        (
            "retention-overdue",
            "orders",
            "{version: 1, name: Shop, exclude: [{tables: orders, reason: r}]}",
            "does not find this any more",
        ),
        (
            "retention-overdue",
            "orders",
            POLICY.replace("{start: closed_at", "{name: other, start: closed_at", 1),
            "does not find this any more",
        ),
    ],
)
def test_a_finding_without_rows_to_show_is_refused_with_the_reason(shop, check, table, policy, words):
    wanted = next(f for f in Audit.load(shop / "run").findings if (f.check, f.table) == (check, table))
    with pytest.raises(LookupRefused, match=words):
        looked_up(shop, wanted, policy)


def test_a_file_has_no_key(shop, tmp_path):
    (tmp_path / "orders.csv").write_text("id,closed_at\n1,2010-01-01\n2,2010-01-01\n")
    policy = auditkit.Policy.parse(
        "{version: 1, name: S, tables: {orders: {retention: {start: closed_at, max: P1Y, basis: law}}}}"
    )
    run = auditkit.audit(tmp_path / "orders.csv", policy, checks=["retention-overdue"])
    with pytest.raises(LookupRefused, match="no primary key"):
        finding_rows.keys(tmp_path / "orders.csv", policy, run, run.findings[0])


@pytest.mark.parametrize(("digits", "words"), [("1234567", "8 or more"), ("0000000000", "no findings")])
def test_a_fingerprint_names_one_finding(shop, digits, words):
    with pytest.raises(LookupRefused, match=words):
        finding_rows.finding(Audit.load(shop / "run"), digits)
    assert finding_rows.finding(Audit.load(shop / "run"), overdue(shop).fingerprint.upper()) == overdue(shop)


def test_the_policy_of_the_run_is_needed_and_a_change_of_it_is_reported(shop):
    code, shown = on_a_terminal(shop, "run", overdue(shop).fingerprint, "shop.sqlite")
    assert code == 2
    assert "-p privacy.yaml" in shown
    (shop / "privacy.yaml").write_text(
        POLICY.replace(
            "orders: {retention: {start: closed_at, max: P1Y",
            "orders: {retention: {start: closed_at, max: P30Y",
        )
    )
    code, shown = on_a_terminal(shop, "run", overdue(shop).fingerprint, "shop.sqlite", "-p", "privacy.yaml")
    assert code == 0
    assert "the policy has changed" in shown
    assert "0 of 0 rows of orders; 120 in the run" in shown


def test_the_repr_of_keys_shows_no_value(shop):
    assert repr(looked_up(shop, overdue(shop), limit=3)) == "Keys(orders: 3 of 120)"


def test_a_refusal_is_explained_on_the_command_line(tmp_path, capsys, monkeypatch):
    people = tmp_path / "people.csv"
    people.write_text("id,email\n1,ana@example.org\n", encoding="utf-8")
    auditkit.audit(people, as_of="2026-11-22").save(tmp_path / "run")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert main(["rows", str(tmp_path / "run"), "aaaaaaaa", str(people)]) == 2
    message = capsys.readouterr().err
    assert "no findings of this run have that fingerprint" in message and "fault of auditkit" not in message
