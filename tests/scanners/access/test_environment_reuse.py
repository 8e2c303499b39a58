from __future__ import annotations

import hashlib
import sqlite3

import pandas as pd
import pytest

import auditkit

KEYS = [f"live_{n}_9f2c77aab01d42e6" for n in range(6)]
SALTED = [f"$2b$12$N9qo8uLOickgx2ZMRZoMyeN9qo8uLOickgx2ZMRZoMyeIjZAgcf{n}" for n in range(4)]


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def both(source, tmp_path):
    """Return a function that audits two environments, the first on each engine, the other a SQLite file;
    frames are a folder of files.
    """

    def audit(
        first,
        second,
        names=("prod", "staging"),
        policy="{version: 1, name: Desk}",
        table="api_keys",
        column="secret",
    ):
        one = source({table: [{"id": n, column: value} for n, value in enumerate(first)]})
        if isinstance(one, dict):
            folder = tmp_path / "files"
            folder.mkdir(exist_ok=True)
            for name, frame in one.items():
                frame.to_csv(folder / f"{name}.csv", index=False)
            one = folder
        other = tmp_path / "other.sqlite"
        other.unlink(missing_ok=True)
        with sqlite3.connect(other) as connection:
            pd.DataFrame({"id": range(len(second)), column: second}).to_sql(table, connection, index=False)
        sources = dict(zip(names, (one, other), strict=True))
        return auditkit.audit(
            sources,
            auditkit.Policy.parse(policy),
            checks=["access-environment-reuse"],
            as_of="2026-11-22",
            strict=True,
        )

    return audit


def test_a_credential_of_two_environments_is_counted_until_each_has_its_own(both):
    (clean,) = both(KEYS[:3], KEYS[3:]).outcomes
    assert (clean.verdict, clean.table, clean.target) == ("passed", None, "prod | staging")
    audit = both([*KEYS[:3], KEYS[0], None, ""], [KEYS[0], KEYS[1], KEYS[5], "", "***"])
    (found,) = audit.findings
    assert (found.table, found.columns, found.target) == (
        "prod.api_keys",
        ("secret",),
        "staging.api_keys.secret",
    )
    assert (found.rows, found.of, found.detail["credentials"], found.severity, found.confidence) == (
        3,
        4,
        2,
        "high",
        "high",
    )
    assert not any(key in audit.to_json() for key in KEYS)


def test_the_digest_of_a_credential_is_the_credential(both):
    (found,) = both([sha256(k).upper() for k in KEYS[:3]], [KEYS[0], KEYS[4]]).findings
    assert found.rows == 1
    (found,) = both(KEYS[:3], [sha256(KEYS[1]), sha256(KEYS[4])]).findings
    assert found.rows == 1
    (found,) = both(SALTED, [SALTED[2]], column="password_hash", table="users").findings
    assert (found.table, found.rows) == ("prod.users", 1)


def test_what_two_may_choose_and_what_is_public_is_none(both):
    assert (
        both(["hunter2hun", *KEYS[:2]], ["hunter2hun", KEYS[4]], column="password", table="users").findings
        == ()
    )
    common = [hashlib.md5(str(n).encode()).hexdigest() for n in range(40)]
    assert both(common[:20], common[19:], column="password", table="users").findings == ()
    (found,) = both(common[:20], common[5:25], column="password", table="users").findings
    assert found.rows == 15
    public = ["sk_test_9f2c77aab01d42e6", "pk_9f2c77aab01d42e6", "[redacted]", "vault:kv/shop/key"]
    assert both([*public, *KEYS[:2]], [*public, KEYS[4]]).findings == ()


def test_a_backup_is_meant_to_hold_the_same_and_other_databases_are_less_sure(both):
    (outcome,) = both(KEYS, KEYS, names=("shop", "backup")).outcomes
    assert (outcome.verdict, outcome.cause) == ("not_assessed", "not_applicable")
    stated = "{version: 1, name: Desk, environments: {production: [shop], test: [backup]}}"
    (found,) = both(KEYS, KEYS, names=("shop", "backup"), policy=stated).findings
    assert (found.rows, found.confidence) == (6, "high")


def test_production_comes_first(both):
    (found,) = both(KEYS[:2], KEYS[:1], names=("dev", "live")).findings
    assert (found.table, found.target) == ("live.api_keys", "dev.api_keys.secret")


def test_systems_of_other_names_are_less_sure(both, request):
    audit = both(KEYS, KEYS, names=("crm", "shop"))
    (outcome,) = audit.outcomes
    assert (outcome.verdict, outcome.confidence, outcome.severity) == ("finding", "medium", "medium")


def test_one_source_has_nothing_to_compare_with(source):
    audit = auditkit.audit(
        source({"api_keys": [{"id": 1, "secret": KEYS[0]}]}), checks=["access-environment-reuse"], strict=True
    )
    assert [(o.verdict, o.cause) for o in audit.outcomes] == [("not_assessed", "not_applicable")]


def test_a_table_that_cannot_be_read_is_no_clean(both, tmp_path):
    folder = tmp_path / "prod"
    folder.mkdir()
    (folder / "api_keys.csv").write_text("id,secret\n1,live_1_9f2c77aab01d42e6\n")
    (folder / "tokens.csv").write_bytes(b"\xff\xfe\x00broken")
    (folder / "more.xlsx").write_bytes(b"no workbook")
    other = tmp_path / "staging.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE api_keys (id INTEGER, secret TEXT)")
        connection.execute("INSERT INTO api_keys VALUES (1, 'live_2_9f2c77aab01d42e6')")
    audit = auditkit.audit(
        {"prod": folder, "staging": other}, checks=["access-environment-reuse"], strict=True
    )
    assert [(o.verdict, o.cause) for o in audit.outcomes] == [("not_assessed", "unseen")]
