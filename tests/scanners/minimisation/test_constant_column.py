from __future__ import annotations

import psycopg

import auditkit


def people(others: int, of: int = 2000) -> list[dict]:
    return [
        {"id": i, "email": f"p{i}@example.org", "nationality": "Austrian" if i >= others else f"Other{i}"}
        for i in range(of)
    ]


def constant(source, rows):
    return auditkit.audit(source({"people": rows}), checks=["minimisation-constant-column"], strict=True)


def test_a_column_that_tells_people_apart_passes(source):
    audit = constant(source, people(300))
    assert audit.findings == ()
    assert {o.columns: o.of for o in audit.passed} == {("email",): 2000, ("nationality",): 2000}


def test_a_column_that_says_the_same_of_everybody_is_found_until_it_is_dropped(source):
    (found,) = constant(source, people(2)).findings
    assert (found.columns, found.detail["value"], found.of, found.severity) == (
        ("nationality",),
        0.999,
        2000,
        "low",
    )
    assert (
        constant(source, [{k: v for k, v in r.items() if k != "nationality"} for r in people(2)]).findings
        == ()
    )


def test_empty_cells_are_no_value_and_few_cells_tell_nothing(source):
    assert constant(source, people(0, of=400)).findings == ()
    sparse = [{**r, "nationality": r["nationality"] if r["id"] % 5 == 0 else ""} for r in people(0)]
    assert constant(source, sparse).findings == ()


def test_json_is_compared_as_text(postgres_server):
    """PostgreSQL knows no equality of JSON."""
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute(
            "DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE people (id int, contact json)"
        )
        owner.execute(
            """INSERT INTO people SELECT n, '{"email": "ana@example.org"}' FROM generate_series(1, 600) n"""
        )
    policy = auditkit.Policy.parse(
        "{version: 1, name: X, tables: {people: {columns: {contact: user.contact}}}}"
    )
    audit = auditkit.audit(postgres_server, policy, checks=["minimisation-constant-column"], strict=True)
    assert [(f.columns, f.of) for f in audit.findings] == [(("contact",), 600)]
