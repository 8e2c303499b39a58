from __future__ import annotations

from datetime import datetime, timedelta

import auditkit
from auditkit.outcome import Cause
from tests.engines import on_one_engine

CHECK = "minimisation-stale-collection"
AS_OF = datetime(2026, 11, 22)


def users(last: int, of: int = 1000, share: int = 1, **more) -> list[dict]:
    """Users of whom one came each day; nobody was asked for a number in the last so many days."""
    return [
        {
            "id": n,
            "email": f"p{n}@example.org",
            "phone": "+44 20 7946 0018" if n >= last and n % share == 0 else ("" if n % 2 else None),
            "created_at": AS_OF - timedelta(days=n),
            **{k: v(n) for k, v in more.items()},
        }
        for n in range(of)
    ]


def stale(source, rows):
    return auditkit.audit(source({"users": rows}), checks=[CHECK], as_of="2026-11-22", strict=True)


def test_a_column_that_goes_on_being_filled_passes(source):
    audit = stale(source, users(300))
    assert audit.findings == ()
    assert {o.columns for o in audit.passed} == {("email",), ("phone",)}


def test_a_column_that_nobody_fills_any_more_is_found_until_it_is_dropped(source):
    (found,) = stale(source, users(400)).findings
    assert (found.columns, found.of, found.severity, found.confidence) == (("phone",), 1000, "low", "medium")
    assert {k: found.detail[k] for k in ("value", "filled", "newer_rows")} == {
        "value": 400,
        "filled": 600,
        "newer_rows": 365,
    }
    assert stale(source, [{k: v for k, v in r.items() if k != "phone"} for r in users(400)]).findings == ()


@on_one_engine
def test_a_column_that_few_ever_filled_tells_nothing(source):
    assert stale(source, users(400, share=60)).findings == ()


def test_a_row_that_was_changed_since_may_have_been_filled_then(source):
    changed = users(400, updated_at=lambda n: AS_OF - timedelta(days=n - 300) if n == 450 else None)
    assert stale(source, changed).findings == ()


@on_one_engine
def test_a_table_that_nobody_writes_any_more_is_another_matter(source):
    assert stale(source, users(400)[390:]).findings == ()


def test_a_moment_in_the_future_is_no_newer_row(source):
    assert (
        stale(
            source, [{**r, "created_at": datetime(2999, 1, 1)} if r["id"] < 400 else r for r in users(400)]
        ).findings
        == ()
    )


@on_one_engine
def test_without_a_clock_nothing_can_be_told(source):
    audit = stale(source, [{k: v for k, v in r.items() if k != "created_at"} for r in users(400)])
    assert {o.cause for o in audit.not_assessed} == {Cause.NOT_APPLICABLE}
