from __future__ import annotations

from datetime import date

import pytest

import auditkit
from tests.engines import on_one_engine

AS_OF = "2026-11-22"
ADULTS = [date(1950 + n, 1 + n % 12, 1 + n % 28) for n in range(50)]


def children(source, values, column: str = "birth_date", table: str = ""):
    policy = auditkit.Policy.parse(f"{{version: 1, name: Club, tables: {{members: {{{table}}}}}}}")
    rows = [{"id": n, "email": f"member{n}@example.org", column: value} for n, value in enumerate(values)]
    return auditkit.audit(source({"members": rows}), policy, checks=["pii-child"], as_of=AS_OF, strict=True)


def counted(audit):
    return [(f.columns, f.rows) for f in audit.findings]


def test_adults_pass_up_to_the_day_of_the_birthday(source):
    assert counted(children(source, [*ADULTS, date(2010, 11, 22)])) == []
    assert counted(children(source, [*ADULTS, date(2010, 11, 23)])) == [(("birth_date",), 1)]


def test_children_are_counted_until_they_are_erased_or_expected(source):
    young = [date(2011, 5, 1), date(2015, 8, 30), date(2026, 11, 22)]
    (found,) = children(source, [*ADULTS, *young, None]).findings
    assert (found.table, found.columns, found.rows, found.of) == ("members", ("birth_date",), 3, 54)
    assert (found.severity, found.confidence, found.detail["under"]) == ("high", "high", 16)
    assert counted(children(source, ADULTS)) == []
    assert counted(children(source, [*ADULTS, *young], table="subject: {type: pupil, children: true}")) == []
    assert counted(children(source, [*ADULTS, *young], table="columns: {birth_date: user.childrens}")) == []
    assert counted(children(source, [*ADULTS, *young], table="subject: {type: customer, of_age: 13}")) == [
        (("birth_date",), 2)
    ]


def test_placeholders_are_no_children(source):
    values = [*ADULTS, date(1900, 1, 1), date(2099, 1, 1), *[date(2020, 1, 1)] * 30]
    assert counted(children(source, values)) == []
    (found,) = children(source, [*values, date(2020, 1, 2)]).findings
    assert (found.rows, found.detail["implausible"]) == (1, 32)


@pytest.mark.parametrize(
    "written", ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d", "%Y-%m-%d 00:00:00"]
)
def test_however_the_date_is_written(source, written):
    values = [
        day.strftime(written) for day in [*ADULTS, date(2010, 11, 22), date(2010, 11, 23), date(2014, 2, 28)]
    ]
    assert counted(
        children(source, values, table="columns: {birth_date: user.demographic.date_of_birth}")
    ) == [(("birth_date",), 2)]


def test_of_a_year_alone_only_those_count_who_cannot_be_of_age(source):
    years = [*(d.year for d in ADULTS), 2010, 2011]
    assert counted(
        children(source, years, "birth_year", "columns: {birth_year: user.demographic.date_of_birth}")
    ) == [(("birth_year",), 1)]


def test_ages_and_age_bands(source):
    stated = "columns: {age: user.demographic.age_range}"
    assert counted(children(source, [*range(16, 70), 15, 3, 0, -1, 999], "age", stated)) == [(("age",), 2)]
    assert counted(
        children(
            source, ["18-29", "30-44", "45-59"] * 5 + ["0-15", "under 16", "10 - 14", "16-17"], "age", stated
        )
    ) == [(("age",), 3)]


@on_one_engine
def test_what_cannot_be_read_is_not_assessed(source):
    audit = children(
        source,
        ["spring", "summer", "1980-01-01"] * 5,
        table="columns: {birth_date: user.demographic.date_of_birth}",
    )
    assert [(o.cause, o.columns) for o in audit.not_assessed] == [("unseen", ("birth_date",))]


@on_one_engine
def test_days_that_are_no_birthdays_do_not_matter(source):
    assert [
        o.cause
        for o in children(source, [date(2020, 1, 1 + n % 28) for n in range(40)], "created_at").not_assessed
    ] == ["not_applicable"]
