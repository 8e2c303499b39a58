from __future__ import annotations

import psycopg

import auditkit

POLICY = "{version: 1, name: Study, tables: {people: {quasi_identifiers: [postal_code, gender], k: 3}}}"
CROWD = [{"postal_code": c, "gender": g} for c in ("1010", "1020") for g in ("f", "m") for _ in range(3)]


def low(source, rows):
    return auditkit.audit(
        source({"people": rows}),
        auditkit.Policy.parse(POLICY),
        checks=["reidentification-low-k"],
        strict=True,
    )


def test_people_who_share_their_quasi_identifiers_with_enough_others_pass(source):
    assert [(o.table, o.of) for o in low(source, CROWD).passed] == [("people", 12)]


def test_people_in_small_classes_are_found_until_generalised(source):
    lonely = [
        {"postal_code": "9999", "gender": "f"},
        {"postal_code": "9999", "gender": "m"},
        {"postal_code": "9999", "gender": "m"},
    ]
    (found,) = low(source, CROWD + lonely).findings
    assert (found.rows, found.of, found.detail["smallest_class"], found.detail["classes"]) == (3, 15, 1, 6)
    assert {k: v for k, v in found.detail.items() if k.startswith("classes_") and v} == {
        "classes_1": 1,
        "classes_2": 1,
        "classes_3_4": 4,
    }
    assert low(source, CROWD + [{"postal_code": "9999", "gender": "*"}] * 3).findings == ()


def test_an_empty_cell_is_a_value_like_another(source):
    (found,) = low(source, [*CROWD, {"postal_code": None, "gender": "f"}]).findings
    assert (found.rows, found.detail["smallest_class"]) == (1, 1)


def test_cells_that_a_database_cannot_compare_are_compared_as_text(postgres_server):
    """PostgreSQL knows no equality of JSON, nor of points."""
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute(
            "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
            " CREATE TABLE people (id int, home point, answers json)"
        )
        owner.execute(
            """INSERT INTO people SELECT n, point(46, 7 + n % 2), '{"a": 1}' FROM generate_series(1, 9) n"""
        )
        owner.execute(
            """INSERT INTO people VALUES (10, point(47, 9), '{"a": 2}'), (10, point(46, 8), '{"a": 1}')"""
        )
    table = (
        "{subject: {key: id}, quasi_identifiers: [home, answers], sensitive: [answers], k: 4,"
        " disclosure: {t: 0.1}}"
    )
    policy = auditkit.Policy.parse(f"{{version: 1, name: Study, tables: {{people: {table}}}}}")
    checks = (
        "low-k",
        "risk",
        "homogeneous",
        "t-closeness",
        "unique-combination",
        "rare-value",
        "low-person-k",
    )
    audit = auditkit.audit(
        postgres_server, policy, checks=[f"reidentification-{c}" for c in checks], strict=True
    )
    found = {f.check.removeprefix("reidentification-"): f.rows for f in audit.findings if f.target is None}
    assert (found["low-k"], found["homogeneous"], found["unique-combination"]) == (1, 11, 1)
    assert {o.check for o in audit.not_assessed if o.cause == "error"} == set()
