from __future__ import annotations

from datetime import date

import pytest

import auditkit
from tests.engines import on_one_engine

CHECK = "minimisation-derivable"
FIRST, LAST = (
    ["Ana", "Ivan", "Marija", "Josip", "Petra", "Luka"],
    ["Kovac", "Horvat", "Novak", "Babic", "Maric"],
)


def people(wrong: int, of: int = 600) -> list[dict]:
    """People with an age that follows from the date of birth, but for so many."""
    return [
        {
            "id": n,
            "email": f"p{n}@example.org",
            "birth_date": date(1950 + n % 50, 1 + n % 12, 1 + n % 28),
            "age": 2024 - (1950 + n % 50) + (5 + n if n < wrong else 0) % 20,
        }
        for n in range(of)
    ]


def follow(source, rows):
    return auditkit.audit(source({"people": rows}), checks=[CHECK], as_of="2026-11-22", strict=True)


def test_ages_of_different_years_pass(source):
    audit = follow(source, people(60))
    assert audit.findings == ()
    assert [o.table for o in audit.passed] == ["people"]


def test_an_age_beside_a_date_of_birth_is_found_until_it_is_dropped(source):
    """It was right two years ago."""
    (found,) = follow(source, people(6)).findings
    assert (found.columns, found.rows, found.of, found.severity, found.confidence) == (
        ("age",),
        594,
        600,
        "low",
        "high",
    )
    assert found.detail == {"source": "birth_date", "error": 0.01}
    assert follow(source, [{k: v for k, v in r.items() if k != "age"} for r in people(0)]).findings == ()


def person(n: int) -> dict:
    title = ["Herr", "Frau", "Mr", "Mrs"][n % 4]
    first, last, age = FIRST[n % 6], LAST[n % 5], 20 + n % 50
    return {
        "gender": (
            {"id": n, "email": f"p{n}@example.org", "salutation": title, "gender": "mf"[n % 2]},
            "salutation",
        ),
        "full_name": (
            {"id": n, "first_name": first, "last_name": last, "full_name": f"{last}, {first}"},
            "first_name + last_name",
        ),
        "age_group": (
            {"id": n, "email": f"p{n}@example.org", "age": age, "age_group": f"{age // 10}0-{age // 10}9"},
            "age",
        ),
        "email_domain": (
            {"id": n, "email": f"p{n}@mail{n % 3}.example.org", "email_domain": f"mail{n % 3}.example.org"},
            "email",
        ),
        "birth_year": (
            {
                "id": n,
                "full_name": f"{first} {last}",
                "birth_date": f"{1950 + n % 50}-03-04",
                "birth_year": 1950 + n % 50,
            },
            "birth_date",
        ),
    }


@pytest.mark.parametrize("column", ["gender", "full_name", "age_group", "email_domain", "birth_year"])
def test_what_follows_from_what(source, column):
    rows = [person(n)[column] for n in range(400)]
    (found,) = follow(source, [row for row, _ in rows]).findings
    assert (found.columns, found.detail["source"], found.rows) == ((column,), rows[0][1], 400)


@on_one_engine
def test_what_is_the_same_for_everybody_follows_from_nothing(source):
    rows = [{**person(n)["gender"][0], "gender": "m"} for n in range(400)]
    assert follow(source, rows).findings == ()


@on_one_engine
def test_few_rows_tell_nothing(source):
    assert follow(source, people(0, of=90)).findings == ()


@on_one_engine
def test_a_city_that_follows_from_its_postal_code_is_an_address(source):
    rows = [
        {
            "id": n,
            "email": f"p{n}@example.org",
            "postal_code": f"10{n % 9}0",
            "city": ["Wien", "Graz", "Linz"][n % 3],
        }
        for n in range(400)
    ]
    assert follow(source, rows).findings == ()
