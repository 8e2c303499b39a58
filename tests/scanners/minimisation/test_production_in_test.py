from __future__ import annotations

import sqlite3

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import auditkit
from auditkit.outcome import Cause
from auditkit.policy import PolicyError
from auditkit.scanners.minimisation.production_in_test import Digests

CHECK = "minimisation-production-in-test"


def people(first: int, of: int = 1000) -> list[dict]:
    return [
        {"id": n, "mail": f"p{first + n}@example.org", "phone": f"+44 20 7946 {first + n:04d}"}
        for n in range(of)
    ]


def copied(source, test, policy=None, name="staging"):
    """Audit a production database on SQLite beside one for tests on any engine."""
    return auditkit.audit({"live": source["live"], name: test}, policy, checks=[CHECK], strict=True)


@pytest.fixture
def live(tmp_path):
    path = tmp_path / "live.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT, phone TEXT)")
    connection.executemany("INSERT INTO users VALUES (:id, :mail, :phone)", people(0))
    connection.commit()
    connection.close()
    return {"live": path}


def of_test(source, rows):
    made = source({"people": rows})
    return pd.DataFrame(rows) if isinstance(made, dict) else made


def test_made_up_people_pass(live, source):
    audit = copied(live, of_test(source, people(5000)))
    assert audit.findings == ()
    assert {o.columns for o in audit.passed} == {("mail",), ("phone",)}


def test_people_of_production_are_found_until_they_are_masked(live, source):
    """Written in another way they are the same people; the engines are not joined."""
    rows = [
        {**r, "mail": r["mail"].upper() + " ", "phone": f"+{5000 + r['id']:011d}0"} for r in people(0)[:40]
    ] + people(5000, 960)
    rows = [{**r, "phone": None} for r in rows]
    (found,) = copied(live, of_test(source, rows)).findings
    assert (found.columns, found.target, found.rows, found.of) == (("mail",), "live", 40, 1000)
    assert found.detail == {"identifiers": 40, "of_identifiers": 1000, "share": 0.04}
    assert (found.severity, found.confidence) == ("medium", "medium"), "by the names alone"
    masked = [{**r, "mail": f"masked{n}@example.org"} for n, r in enumerate(rows)]
    assert copied(live, of_test(source, masked)).findings == ()


def test_what_the_policy_declares_is_sure(live):
    policy = auditkit.Policy.parse(
        "{version: 1, name: Shop, environments: {production: [live], test: [copy]}}"
    )
    found = copied(live, pd.DataFrame(people(900)), policy, "copy").findings
    assert {(f.columns, f.severity, f.confidence) for f in found} == {
        (("mail",), "high", "high"),
        (("phone",), "high", "high"),
    }
    wrong = auditkit.Policy.parse("{version: 1, name: Shop, environments: {test: [copie]}}")
    with pytest.raises(PolicyError, match="Did you mean 'copy'"):
        copied(live, pd.DataFrame(people(900)), wrong, "copy")


def test_two_offices_are_no_test(live):
    audit = copied(live, pd.DataFrame(people(0)), name="vienna")
    assert {o.cause for o in audit.outcomes if o.verdict == "not_assessed"} == {Cause.NOT_APPLICABLE}
    assert audit.findings == ()


def test_a_stage_of_a_warehouse_is_no_test(tmp_path):
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as warehouse:
        users = pd.DataFrame(people(0))
        assert len(users)
        for schema in ("staging", "core"):
            warehouse.execute(f"CREATE SCHEMA {schema}; CREATE TABLE {schema}.users AS SELECT * FROM users")
    assert auditkit.audit(tmp_path / "warehouse.duckdb", checks=[CHECK], strict=True).findings == ()


def test_an_administrator_in_both_is_none(live):
    assert copied(live, pd.DataFrame([*people(0)[:4], *people(5000)])).findings == ()


@given(st.lists(st.text()), st.lists(st.text()))
def test_the_digests_of_parts_add_up(a, b):
    both, parts = Digests.of(b"key", [*a, *b]), Digests.of(b"key", b) + Digests.of(b"key", a)
    assert both.sorted.tolist() == parts.sorted.tolist()


def test_no_identifier_is_shown(live):
    audit = copied(live, pd.DataFrame(people(0)))
    assert len(audit.findings) == 2
    assert "example.org" not in audit.to_json()


@given(st.lists(st.lists(st.sampled_from("abcdef"))))
def test_parts_together_are_those_of_everything(parts):
    together = Digests.together(Digests.of(b"key", part) for part in parts)
    assert list(together.sorted) == list(Digests.of(b"key", [t for part in parts for t in part]).sorted)
