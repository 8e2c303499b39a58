from __future__ import annotations

from datetime import datetime

import auditkit

POLICY = """
version: 1
name: Shop
tables:
  orders:
    retention: {start: closed_at, max: P3Y, open: "status <> 'closed'", basis: warranty}
"""
DATED = [
    {"id": 1, "status": "closed", "closed_at": datetime(2025, 5, 1)},
    {"id": 2, "status": "open", "closed_at": None},
]
UNDATED = [{"id": 3, "status": "closed", "closed_at": None}, {"id": 4, "status": "closed", "closed_at": None}]


def undated(source, orders):
    return auditkit.audit(
        source({"orders": orders}),
        auditkit.Policy.parse(POLICY),
        checks=["retention-undated"],
        as_of="2026-01-01",
        strict=True,
    )


def test_closed_rows_with_a_date_and_open_rows_without_one_are_right(source):
    audit = undated(source, DATED)
    assert audit.findings == ()
    assert [(o.table, o.of) for o in audit.passed] == [("orders", 2)]


def test_closed_rows_without_a_date_are_found_until_they_have_one(source):
    (found,) = undated(source, DATED + UNDATED).findings
    assert (found.rows, found.of, found.severity) == (2, 4, "medium")
    assert undated(source, DATED + [{**r, "closed_at": datetime(2025, 1, 1)} for r in UNDATED]).findings == ()
