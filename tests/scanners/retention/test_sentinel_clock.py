from __future__ import annotations

from datetime import datetime

import auditkit

POLICY = (
    "{version: 1, name: Shop, tables: {orders: {retention: {start: closed_at, max: P3Y, basis: warranty}}}}"
)
REAL = [datetime(2025, 5, 1), datetime(2026, 1, 1, 12), datetime(1985, 3, 3), None]
FALSE = [
    datetime(9999, 12, 31),
    datetime(1970, 1, 1),
    datetime(1970, 1, 21),
    datetime(1, 1, 1),
    datetime(2026, 1, 3),
]


def placeholders(source, moments):
    orders = [{"id": n, "closed_at": moment} for n, moment in enumerate(moments)]
    return auditkit.audit(
        source({"orders": orders}),
        auditkit.Policy.parse(POLICY),
        checks=["retention-sentinel-clock"],
        as_of="2026-01-01",
        strict=True,
    )


def test_real_dates_and_none_at_all_pass(source):
    assert [(o.table, o.of) for o in placeholders(source, REAL).passed] == [("orders", 4)]


def test_placeholders_are_found_until_they_are_null(source):
    (found,) = placeholders(source, REAL + FALSE).findings
    assert (found.rows, found.of, found.columns) == (5, 9, ("closed_at",))
    assert {k: found.detail[k] for k in ("future", "unix_epoch", "ancient")} == {
        "future": 2,
        "unix_epoch": 2,
        "ancient": 1,
    }
    assert placeholders(source, REAL + [None] * 5).findings == ()
