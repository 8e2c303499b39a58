"""Laws about days of birth: calendars, eras, what spreadsheets and computers count, and days of business."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import auditkit
from auditkit.detection.birthdays import birth_year, of_business

DAYS = st.dates(date(1927, 1, 1), date(2015, 12, 31))
DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
HAN = ["", *"一二三四五六七八九"]


def of_an_era(day, long=True):
    name, letter, before = next(
        era for era in (("平成", "H", 1988), ("昭和", "S", 1925)) if day.year > era[2]
    )
    year = "元" if long and day.year == before + 1 else str(day.year - before)
    return f"{name}{year}年{day.month}月{day.day}日" if long else f"{letter}{year}.{day.month}.{day.day}"


def in_han(day):
    def number(n):
        tens, ones = divmod(n, 10)
        return ("" if tens < 2 else HAN[tens]) + ("十" if tens else "") + HAN[ones]

    return (
        f"昭和{number(day.year - 1925)}年{number(day.month)}月{number(day.day)}日"
        if day.year < 1989
        else of_an_era(day)
    )


FORMS = {
    "ISO": str,
    "spreadsheet": lambda d: f"{d:%Y-%m-%d} 00:00:00",
    "age behind": lambda d: f"{d:%b} {d.day}, {d.year} (34)",
    "aged": lambda d: f"{d.day} {d:%B} {d.year} (aged 34)",
    "Buddhist": lambda d: f"{d.day:02}/{d.month:02}/{d.year + 543}",
    "Thai": lambda d: f"{d.day} เมษายน พ.ศ. {d.year + 543}",
    "Thai in short": lambda d: f"{d.day} ม.ค. {d.year + 543}",
    "Solar Hijri": lambda d: f"{d.year - 621}/{d.month:02}/{min(d.day, 29):02}",
    "Persian": lambda d: f"{min(d.day, 29)} فروردین {d.year - 621}",
    "Hindi": lambda d: f"{d.day} अप्रैल {d.year}",
    "Vietnamese": lambda d: f"ngày {d.day} tháng {d.month} năm {d.year}",
    "era": of_an_era,
    "era in short": lambda d: of_an_era(d, long=False),
    "era in characters": in_han,
    "Taiwan": lambda d: f"民國{d.year - 1911}年{d.month}月{d.day}日",
}  # fmt: skip


@given(DAYS, st.sampled_from(sorted(FORMS)))
def test_a_day_has_one_year_however_it_is_written(day, form):
    assert birth_year(FORMS[form](day)) == day.year


@given(st.text(max_size=30))
def test_any_text_has_a_year_or_none(text):
    year = birth_year(text)
    assert year is None or 1900 <= year <= 2099


BORN = [date(1950, 3, 5) + timedelta(days=n * 997) for n in range(20)]


def entity(values, name, **beside):
    people = [
        f"{first} {last}" for first in ("Nora", "Hans", "Eva", "Grace") for last in ("Pinto", "Meier", "Kern")
    ]
    frame = pd.DataFrame({name: pd.Series(values), "full_name": pd.Series(people), **beside})
    verdict = auditkit.profile({"t": frame}).columns[0]
    return verdict.entity if verdict.verdict in ("certain", "likely") else None


def seconds(day, times=1):
    return (day - date(1970, 1, 1)).days * 86_400 * times


COUNTED = {
    "days of a spreadsheet": lambda day: (day - date(1899, 12, 30)).days,
    "as fractions": lambda day: float((day - date(1899, 12, 30)).days),
    "seconds": seconds,
    "milliseconds": lambda day: seconds(day, 1000),
    "as text": lambda day: str(seconds(day, 1000)),
    "year of an era": lambda day: of_an_era(day).partition("年")[0] + "年",
}


@pytest.mark.parametrize("form", COUNTED)
def test_days_that_are_counted_are_of_a_birth_where_the_name_says_so(form):
    values = list(map(COUNTED[form], BORN))
    assert entity(values, "date_of_birth") == "DATE_OF_BIRTH"
    assert entity(values, "c1") is None


def test_small_numbers_are_no_days_under_such_a_name():
    assert entity([1, 2, 3, 4, 5, 6, 7], "dob") is None


@pytest.mark.parametrize("step", [997, 1003, 1009])
@pytest.mark.parametrize("first", [0, 5, 30])
def test_days_of_birth_are_not_of_business(first, step):
    days = [date(1950, 1, 2) + timedelta(days=first + n * step) for n in range(20)]
    assert of_business([f"{day:%d.%m.%Y}" for day in days]) < 3


@pytest.mark.parametrize(
    "days",
    [
        [date(1990, 1, 8) + timedelta(days=7 * n + n % 5) for n in range(40)],  # from Monday to Friday
        [
            date(1970 + n, 1 + n % 12, 1) - timedelta(days=n % 2) for n in range(1, 30)
        ],  # at the turn of a month
        [date(1970 + n, 9, 2 + n % 25) for n in range(30)],  # in one month
    ],
)
@pytest.mark.parametrize("form", ["%d.%m.%Y", "%m/%d/%Y", "%Y-%m-%d"])
def test_days_of_business_are_known_in_every_order_of_numbers(days, form):
    assert of_business([f"{day:{form}}" for day in days]) > 3
