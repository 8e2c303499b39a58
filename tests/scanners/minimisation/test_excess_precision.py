from __future__ import annotations

import pytest

import auditkit
from auditkit.outcome import Cause
from auditkit.policy import PolicyError
from tests.engines import on_one_engine

CHECK = "minimisation-excess-precision"


def policy(columns: str, subject: str = "") -> auditkit.Policy:
    return auditkit.Policy.parse(
        f"{{version: 1, name: Demo, tables: {{people: {{{subject}columns: {{{columns}}}}}}}}}"
    )


def people(decimals: int, of: int = 600) -> list[dict]:
    """People at places that stand on a grid of so many decimals."""
    step = 10.0**-decimals
    return [
        {
            "id": n,
            "full_name": f"Ana Kovac {n}",
            "email": f"p{n}@example.org",
            "lat": round(48 + (7 * n + 1) * step, decimals),
            "lon": round(16 + (3 * n + 1) * step, decimals),
        }
        for n in range(of)
    ]


def asked(source, rows, declared=None, table="people"):
    return auditkit.audit(source({table: rows}), declared, checks=[CHECK], strict=True)


def test_coordinates_of_a_hundred_metres_pass(source):
    audit = asked(source, people(3))
    assert audit.findings == ()
    assert {o.columns for o in audit.passed} == {("lat",), ("lon",)}


def test_coordinates_of_doors_are_found_until_they_are_rounded(source):
    found = {f.columns[0]: f for f in asked(source, people(5)).findings}
    assert {c: (f.rows, f.of, f.confidence, f.severity) for c, f in found.items()} == {
        "lat": (600 - 6, 600, "medium", "medium"),  # 7n + 1 is a multiple of 100 for six of them
        "lon": (600 - 6, 600, "medium", "medium"),
    }
    assert found["lat"].detail["need"] == "3 decimals"
    assert found["lat"].detail["risk"] == 1
    assert found["lat"].detail["risk_coarse"] < 0.1
    rounded = [{**r, "lat": round(r["lat"], 3), "lon": round(r["lon"], 3)} for r in people(5)]
    assert asked(source, rounded).findings == ()


@on_one_engine
def test_what_the_policy_needs_decides(source):
    column = (
        "lat: {{category: user.location.precise, precision: {0}}}, lon: {{category: user.location.precise,"
        " precision: {0}}}"
    )
    assert asked(source, people(5), policy(column.format("exact"))).findings == ()
    assert asked(source, people(5), policy(column.format("5 decimals"))).findings == ()
    found = asked(source, people(3), policy(column.format("1 decimal"))).findings
    assert {(f.columns, f.confidence, f.severity) for f in found} == {
        (("lat",), "high", "medium"),
        (("lon",), "high", "medium"),
    }
    imprecise = "lat: user.location.imprecise, lon: user.location.imprecise"
    assert {f.detail["need"] for f in asked(source, people(3), policy(imprecise)).findings} == {"2 decimals"}


@on_one_engine
def test_places_that_many_share_are_towns(source):
    towns = [{**r, "lat": 48.20849 + r["id"] % 30 / 7, "lon": 16.37208 + r["id"] % 30 / 7} for r in people(5)]
    assert asked(source, towns).findings == ()


@on_one_engine
def test_places_of_nobody_are_no_personal_data(source):
    shops = [{"id": r["id"], "sign": f"shop {r['id']}", "lat": r["lat"], "lon": r["lon"]} for r in people(5)]
    assert asked(source, shops, table="shops").findings == ()


def test_pairs_in_text(source):
    pairs = [
        {k: v for k, v in r.items() if k not in ("lat", "lon")}
        | {"position": f"{r['lat']:.5f}, {r['lon']:.5f}"}
        for r in people(5)
    ]
    (found,) = asked(source, pairs).findings
    assert (found.columns, found.rows) == (("position",), 600)


def addresses(last: list[str]) -> list[dict]:
    return [{"id": n, "user_id": n % 50, "ip": last[n % len(last)].format(n % 200 + 1)} for n in range(400)]


def test_full_addresses_are_found_until_their_last_part_is_gone(source):
    full = asked(
        source, addresses(["198.51.100.{}", "2001:db8:1:2:3:4:5:{:x}", "127.0.0.1"][:2]), table="visits"
    )
    (found,) = full.findings
    assert (found.rows, found.severity, found.confidence, found.detail["need"]) == (
        400,
        "low",
        "medium",
        "network",
    )
    cut = ["198.51.{}.0", "2001:db8:1:{:x}::", "2001:db8:1:{:x}:0:0:0:0"]
    assert asked(source, addresses(cut), table="visits").findings == ()


@on_one_engine
def test_addresses_of_machines_are_nobodys(source):
    rows = [{"id": n, "hostname": f"web{n}", "ip": f"198.51.100.{n % 200 + 1}"} for n in range(400)]
    assert asked(source, rows, table="servers").findings == ()


BORN = {
    "year": (["1980-04-12", "1971-01-01"], "user.demographic.date_of_birth", 300),
    "month": (["1980-04-12", "1971-05-01"], "user.demographic.date_of_birth", 300),
    "day": (["1980-04-12 08:30:00", "1971-05-01 00:00:00"], "user.demographic.date_of_birth", 300),
    "3 characters": (["1010", "101"], "user.contact.address.postal_code", 300),
    "second": (["2026-01-01 08:30:00.123", "2026-01-01 08:30:00"], "user.telemetry", 300),
}


@pytest.mark.parametrize("need", BORN)
def test_every_unit(source, need):
    cells, category, rows = BORN[need]
    people = [{"id": n, "full_name": f"Ana {n}", "told": cells[n % 2]} for n in range(600)]
    (found,) = asked(source, people, policy(f"told: {{category: {category}, precision: {need}}}")).findings
    assert (found.columns, found.rows, found.of, found.detail["need"]) == (("told",), rows, 600, need)


def test_an_income_in_steps(source):
    rows = [{"id": n, "full_name": f"Ana {n}", "income": 30_000 + 500 * n} for n in range(600)]
    (found,) = asked(
        source, rows, policy("income: {category: user.financial, precision: steps of 1000}")
    ).findings
    assert (found.rows, found.detail["gain"]) == (300, pytest.approx(2, rel=0.4))


@on_one_engine
def test_declared_quasi_identifiers_count_in_the_risk(source):
    rows = [
        {"id": n, "full_name": f"A {n}", "born": f"19{60 + n % 20}-01-{1 + n % 28:02d}", "city": f"c{n % 2}"}
        for n in range(560)
    ]
    column = "born: {category: user.demographic.date_of_birth, precision: year}}, quasi_identifiers: [city"
    declared = auditkit.Policy.parse(
        f"{{version: 1, name: Demo, tables: {{people: {{columns: {{{column}]}}}}}}"
    )
    (found,) = asked(source, rows, declared).findings
    assert (found.detail["risk"], found.detail["risk_coarse"]) == (
        140 / 560,
        pytest.approx(20 / 560, abs=1e-6),
    )


@on_one_engine
def test_what_only_the_purpose_tells_is_not_assessed(source):
    rows = [
        {"id": n, "full_name": f"Ana Kovac {n}", "birth_date": f"19{60 + n % 40}-04-1{n % 9}"}
        for n in range(300)
    ]
    audit = asked(source, rows)
    assert audit.findings == ()
    assert {(o.columns, o.cause) for o in audit.not_assessed} == {(("birth_date",), Cause.UNDECLARED)}


@on_one_engine
def test_a_precision_that_does_not_fit_is_not_assessed(source):
    audit = asked(source, people(5), policy("lat: {category: user.location.precise, precision: network}"))
    assert {(o.columns, o.cause) for o in audit.not_assessed} == {(("lat",), Cause.UNSEEN)}


def test_a_precision_that_is_none_is_refused():
    with pytest.raises(PolicyError, match="3 decimals"):
        policy("lat: {category: user.location.precise, precision: rough}")
