from __future__ import annotations

import auditkit
from tests.engines import on_one_engine


def people(filled: int, of: int = 600) -> list[dict]:
    return [
        {
            "id": i,
            "email": f"p{i}@example.org",
            "mobile_phone": "+44 20 7946 0018" if i < filled else ("" if i % 2 else None),
        }
        for i in range(of)
    ]


def empty(source, rows):
    return auditkit.audit(source({"people": rows}), checks=["minimisation-empty-column"], strict=True)


def test_a_column_that_most_people_fill_passes(source):
    audit = empty(source, people(500))
    assert audit.findings == ()
    assert {o.columns for o in audit.passed} == {("email",), ("mobile_phone",)}


def test_a_column_that_hardly_anybody_fills_is_found_until_it_is_dropped(source):
    (found,) = empty(source, people(30)).findings
    assert (found.columns, found.detail["empty"], found.of, found.detail["value"]) == (
        ("mobile_phone",),
        570,
        600,
        0.95,
    )
    assert (
        empty(source, [{k: v for k, v in r.items() if k != "mobile_phone"} for r in people(30)]).findings
        == ()
    )


@on_one_engine
def test_few_rows_tell_nothing(source):
    assert empty(source, people(1, of=400)).findings == ()
