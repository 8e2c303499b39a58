from __future__ import annotations

import hmac
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import auditkit
from auditkit.facts.retention.erasure_ledger import Erased, recurrence
from auditkit.policy.logs import ErasureLedger
from tests.engines import on_one_engine

KEY = "a key that tests use"
POLICY = """
version: 1
name: Shop
tables:
  users: {columns: {email: user.contact.email}}
erasure_ledger: {table: erasures, subject_hmac: h, identifier: users.email}
"""
USERS = [{"id": n, "email": f"{name}@example.org"} for n, name in enumerate(("ana", "ben", "eva", "kim"))]
LEADS = [{"id": n, "contact": f"{name}@example.com"} for n, name in enumerate(("lea", "mia", "noa", "zoe"))]


@pytest.fixture(autouse=True)
def project_key(monkeypatch):
    monkeypatch.setenv("AUDITKIT_KEY", KEY)


def hashed(identifier: str, key: str = KEY) -> str:
    return hmac.digest(key.encode(), identifier.encode(), "sha256").hex()


def ledger(*identifiers: str, key: str = KEY) -> list[dict]:
    return [
        {"id": n, "h": hashed(i, key).upper() if n % 2 else hashed(i, key)} for n, i in enumerate(identifiers)
    ]


def back(source, erasures, *, users=USERS, leads=LEADS, policy=POLICY):
    tables = {"users": users, "leads": leads, "erasures": erasures}
    return auditkit.audit(
        source(tables),
        auditkit.Policy.parse(policy),
        checks=["retention-resurrected"],
        as_of="2026-01-01",
        strict=True,
    )


def test_who_was_erased_and_stays_so_is_right(source):
    audit = back(source, ledger("leo@example.org", "max@example.org"))
    assert audit.findings == ()
    assert {o.table for o in audit.passed} == {"users", "leads"}
    assert {(o.table, o.cause.value) for o in audit.not_assessed} == {("erasures", "undeclared")}, (
        "nothing shows that the key is right"
    )


def test_who_is_back_in_any_table_is_found_until_erased_again(source):
    erasures = ledger("ana@example.org", "leo@example.org", "zoe@example.com")
    again = [*USERS, {"id": 9, "email": "  ANA@Example.org "}, {"id": 10, "email": None}]
    audit = back(source, erasures, users=again)
    assert [(f.table, f.columns, f.rows, f.of, f.subjects) for f in audit.findings] == [
        ("leads", ("contact",), 1, 4, 1),
        ("users", ("email",), 2, 5, 1),
    ]
    assert {f.severity for f in audit.findings} == {"critical"}
    assert not any(word in audit.to_json().lower() for word in ("ana@", "zoe@", hashed("ana@example.org")))
    assert back(source, erasures, users=USERS[1:], leads=LEADS[:-1]).findings == ()


@on_one_engine
def test_without_a_named_column_every_identifier_is_compared(source):
    policy = POLICY.replace(", identifier: users.email", "")
    assert [f.table for f in back(source, ledger("zoe@example.com"), policy=policy).findings] == ["leads"]


@on_one_engine
def test_without_the_key_it_is_not_assessed_and_no_key_is_made(source, monkeypatch, tmp_path):
    from auditkit import project_key

    monkeypatch.delenv("AUDITKIT_KEY")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "none"))
    outcomes = back(source, ledger("ana@example.org")).not_assessed
    assert {o.cause.value for o in outcomes} == {"unseen"}
    assert all("AUDITKIT_KEY" in o.reason for o in outcomes)
    assert not project_key.place().exists()


@on_one_engine
def test_a_key_that_is_too_short_is_no_key(source, monkeypatch):
    monkeypatch.setenv("AUDITKIT_KEY", "short")
    assert {o.cause.value for o in back(source, ledger("ana@example.org")).not_assessed} == {"unseen"}


@on_one_engine
def test_a_ledger_of_something_else_is_not_taken_for_clean(source):
    plain = [{"id": 1, "h": "9a0364b9e99bb480dd25e1f0284c8555"}]
    assert {o.cause.value for o in back(source, plain).not_assessed} == {"unseen"}
    assert {o.cause.value for o in back(source, [{"id": 1, "h": None}]).not_assessed} == {"not_applicable"}


@on_one_engine
def test_another_key_is_noticed_where_the_policy_has_its_control(source, monkeypatch):
    policy = POLICY.replace("users.email}", f"users.email, control: {hashed('auditkit').upper()}}}")
    audit = back(source, ledger("leo@example.org"), policy=policy)
    assert {o.table for o in audit.passed} == {"users", "leads"}
    assert {(o.table, o.cause.value) for o in audit.not_assessed} == {("erasures", "not_applicable")}
    monkeypatch.setenv("AUDITKIT_KEY", "another key of the tests")
    audit = back(source, ledger("leo@example.org"), policy=policy)
    assert not audit.passed
    assert {o.cause.value for o in audit.not_assessed} == {"unseen"}
    assert back(source, ledger("leo@example.org")).passed, "without its control nothing tells it"


def test_what_came_to_be_after_the_erasure_is_back_and_what_is_older_never_went(source):
    at = [datetime(2025, 1, 1), datetime(2025, 3, 1), datetime(2025, 3, 1, 0, 0, 1), None]
    users = [{"id": n, "email": "ana@example.org", "created_at": moment} for n, moment in enumerate(at)]
    erasures = [
        {**e, "erased_at": moment}
        for moment in (datetime(2024, 1, 1), datetime(2025, 3, 1))
        for e in ledger("ana@example.org")
    ]
    (found,) = back(
        source, erasures, users=users, policy=POLICY.replace("h, id", "h, at: erased_at, id")
    ).findings
    assert (found.rows, found.subjects, found.detail) == (4, 1, {"back": 1, "residue": 2, "undated": 1})
    (found,) = back(
        source, erasures, users=users[:1], policy=POLICY.replace("h, id", "h, at: erased_at, id")
    ).findings
    assert found.detail == {"back": 0, "residue": 1, "undated": 0}
    (found,) = back(source, erasures, users=users).findings
    assert found.detail == {}


def test_who_is_named_inside_a_text_is_found_until_the_text_is_cleared(source):
    texts = [
        "write to <ANA@example.org>, or call",
        "from:ana@example.org. Again ana@example.org",
        "diana@example.org",
        "ana at example.org",
        None,
    ]
    leads = [{"id": n, "contact": f"x{n}@example.com", "notes": text} for n, text in enumerate(texts)]
    (found,) = back(
        source, ledger("ana@example.org", "noa@example.org"), users=USERS[1:], leads=leads
    ).findings
    assert (found.table, found.columns, found.rows, found.of, found.subjects) == (
        "leads",
        ("notes",),
        2,
        4,
        1,
    )
    assert back(source, ledger("ana@example.org"), users=USERS[1:], leads=leads[2:]).findings == ()


@on_one_engine
def test_a_ledger_of_numbers_is_not_looked_for_in_texts(source):
    policy = POLICY.replace("user.contact.email", "user.unique_id").replace(
        "identifier: users.email", "identifier: users.id"
    )
    policy = policy.replace("{email:", "{id:")
    audit = back(source, ledger("7"), leads=[{"id": 1, "notes": "7, see ana@example.org"}], policy=policy)
    assert {(o.table, o.verdict) for o in audit.outcomes} == {
        ("users", "passed"),
        ("leads", "not_assessed"),
        ("erasures", "not_assessed"),
    }


@on_one_engine
def test_a_column_that_is_not_there_is_an_error_of_the_policy(source):
    with pytest.raises(auditkit.PolicyError, match="users\\.email"):
        back(
            source,
            ledger("ana@example.org"),
            policy=POLICY.replace("identifier: users.email", "identifier: users.mail"),
        )


ERASED = Erased(
    ErasureLedger(table="erasures"), {hashed(f"{n}@example.org"): n or None for n in range(5)}, KEY.encode()
)
cells = st.lists(
    st.tuples(
        st.none()
        | st.sampled_from(
            [
                "",
                " ",
                *(f"{n}@example.org" for n in range(12)),
                "3@EXAMPLE.ORG ",
                "1@example.org, 2@example.org",
            ]
        ),
        st.none() | st.integers(0, 6),
    )
)


@given(cells, cells, st.booleans())
def test_the_law_of_the_fold(a, b, inside):
    def counted(rows):
        return recurrence(ERASED, [cell for cell, _ in rows], [at for _, at in rows], inside=inside)

    assert counted(a) + counted(b) == counted(a + b) == counted(b + a)
