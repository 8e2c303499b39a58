"""Dates that may be birthdays, in the ways in which people and machines write them, in many calendars."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from auditkit.detection.scripts import MARKS

_WRITTEN_YEAR = r"(?:1[2-9]|2[0-6])\d{2}"
"""A year of four digits in the calendars of today; `common_year` knows which of them are years."""

_DAY, _MONTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_LETTER = rf"[^\W\d_][{MARKS}]*"
_MONTH_WORD = rf"(?:{_LETTER}){{1,12}}\.? ?(?:(?:{_LETTER}){{1,3}}\.)?"
_BEFORE_YEAR = r"(?:พ\.ศ\. ?|n[aă]m )?"
_NUMERAL = r"(?:元|\d{1,3}|[一二三四五六七八九十]{1,3})"
_IN_FULL = rf"{_NUMERAL}[月월] ?{_NUMERAL}[日일]"

_DATE = re.compile(
    # year, month, day
    rf"(?P<ymd>{_WRITTEN_YEAR})[-/.]{_MONTH}[-/.]{_DAY}(?:[T ].*)?"
    # day and month, in numbers or words, and year
    rf"|(?:ng[aà]y )?{_DAY}(?:[-/. ]|\. |(?:st|nd|rd|th) | de | th[aá]ng )(?:{_DAY}|{_MONTH_WORD})"
    rf"(?:[-/. ,]{{1,2}}| de ){_BEFORE_YEAR}(?P<dmy>{_WRITTEN_YEAR}|\d{{2}}(?![T ]\D))(?:[T ].*)?"
    # month in words, day, year
    rf"|[^\W\d_]{{3,12}}\.? {_DAY}(?:st|nd|rd|th)?,? (?P<mdy>{_WRITTEN_YEAR})"
    # East Asian
    rf"|(?P<cjk>(?:18|19|20)\d{{2}})[年년] ?{_IN_FULL}"
    # a year of a reign or of a republic
    rf"|(?P<era>明治|大正|昭和|平成|令和|民[國国]|[MTSHR])(?P<of>{_NUMERAL})"
    rf"(?:年 ?{_IN_FULL}|[-/.]{_MONTH}[-/.]{_DAY})(?:生)?"
    # eight digits
    r"|(?P<day>(?:19|20)\d{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
)
_ERA_YEAR = re.compile(rf"(?P<era>明治|大正|昭和|平成|令和|民[國国])(?P<of>{_NUMERAL})年?(?:生まれ|生)?")
_ERAS = {
    "明治": (1867, 45), "大正": (1911, 15), "昭和": (1925, 64), "平成": (1988, 31), "令和": (2018, 81),
    "M": (1867, 45), "T": (1911, 15), "S": (1925, 64), "H": (1988, 31), "R": (2018, 81),
    "民國": (1911, 188), "民国": (1911, 188),
}  # fmt: skip
"""The year before the first of each era, and its last one."""

_HAN_DIGITS = "〇一二三四五六七八九"

_AGE_BEHIND = re.compile(r" ?[(\[（](?:aged? )?\d{1,3}(?: ?(?:years?|yrs?|y|歳|岁|歲|세))?[)\]）]")
"""What stands behind `Apr 1, 1982 (34)`."""

_FIRST_YEAR, _LAST_YEAR = 1900, 2099
"""A fixed span: the verdict reads no clock."""

_LAST_OF_THIS_CENTURY = 25
"""Years of two digits above this are of the last century."""

_BUDDHIST, _SOLAR_HIJRI, _LAST_OF_SOLAR_HIJRI = 543, 621, 1405
_LUNAR_YEAR, _LUNAR_HIJRI = 0.970224, 621.5774
"""How long a lunar year is, in years, and when the first one began."""

_LONGEST = 60

_NUMBERS = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)(?:[T ].*)?|(\d\d?)([/.-])(\d\d?)\5(\d{4}|\d\d)"
)


def birth_year(text: str) -> int | None:
    """Return the year of a date from 1900 to 2099, or None where a text is no such date.

    >>> birth_year("1984-04-21"), birth_year("21.04.84"), birth_year("1799-01-01"), birth_year("12:30")
    (1984, 1984, None, None)
    >>> birth_year("Apr 21, 1984 (34)"), birth_year("21. März 1984"), birth_year("4 de mayo de 1984")
    (1984, 1984, 1984)
    >>> birth_year("1984年4月21日"), birth_year("昭和59年4月21日"), birth_year("H1.4.21")
    (1984, 1984, 1989)
    >>> birth_year("21 เม.ย. 2527"), birth_year("1363/02/01")
    (1984, 1984)
    """
    if len(text) > _LONGEST:
        return None
    match = _DATE.fullmatch(_AGE_BEHIND.sub("", text) if text[-1:] in ")]）" else text)
    if not match:
        return None
    if match["era"]:
        return _year_of_era(match["era"], match["of"])
    year = int(match["ymd"] or match["dmy"] or match["day"] or match["mdy"] or match["cjk"])
    if year < 100:
        year += 1900 if year > _LAST_OF_THIS_CENTURY else 2000
    return common_year(year)


def birthday(text: str) -> bool:
    """Return whether a text is a date that may be a birthday.

    >>> birthday("1984-04-21"), birthday("12:30")
    (True, False)
    """
    return birth_year(text) is not None


def year_of_a_reign(text: str) -> bool:
    """Return whether a text is a year of a Japanese era or of the Republic of China.

    >>> year_of_a_reign("昭和五十九年"), year_of_a_reign("平成40年"), year_of_a_reign("1984")
    (True, False, False)
    """
    match = _ERA_YEAR.fullmatch(text)
    return match is not None and _year_of_era(match["era"], match["of"]) is not None


def common_year(year: int) -> int | None:
    """Return a year of the Buddhist or of a Muslim calendar as one from 1900 to 2099, else None.

    Years of the Solar and of the lunar Hijri look alike: up to 1405 they are taken for those of Iran.

    >>> common_year(1984), common_year(2527), common_year(1363), common_year(1440), common_year(1700)
    (1984, 1984, 1984, 2018, None)
    """
    if year > _LAST_YEAR:
        year -= _BUDDHIST
    elif _LAST_OF_SOLAR_HIJRI < year < _LAST_OF_SOLAR_HIJRI + 100:
        year = int(year * _LUNAR_YEAR + _LUNAR_HIJRI)
    elif year <= _LAST_OF_SOLAR_HIJRI:
        year += _SOLAR_HIJRI
    return year if _FIRST_YEAR <= year <= _LAST_YEAR else None


def _year_of_era(era: str, of: str) -> int | None:
    before, last = _ERAS[era]
    number = _number(of)
    year = before + number
    return year if 1 <= number <= last and _FIRST_YEAR <= year <= _LAST_YEAR else None


def _number(text: str) -> int:
    """Return a number up to 99 in digits or in Chinese characters; the first year has a sign of its own.

    >>> _number("59"), _number("五十九"), _number("十二"), _number("元")
    (59, 59, 12, 1)
    """
    if text == "元":
        return 1
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (10 * _digit(tens or "一") if ten else 0) + (_digit(ones) if ones else 0)


def _digit(text: str) -> int:
    return _HAN_DIGITS.find(text)


class _Rate(NamedTuple):
    """How often days of business and other days are of a kind."""

    of_business: float
    of_others: float

    def odds(self, hits: int, of: int) -> float:
        """Return the log-odds that so many of these days are of business."""
        business, others = self
        return hits * math.log(business / others) + (of - hits) * math.log((1 - business) / (1 - others))


_WEEKENDS, _TURNS, _ONE_MONTH = _Rate(0.06, 2 / 7), _Rate(0.2, 22 / 365), _Rate(0.4, 1 / 12)


def of_business(texts: Sequence[str]) -> float:
    """Return the log-odds that days are of business.

    Hardly any is at a weekend, many are at the turn of a month, or many are in one month. People are born on
    any day. The first of January stands for an unknown day, and is left out.

    >>> of_business(["2020-03-02", "2021-06-30", "2020-09-01", "2019-12-31"] * 5) > 5
    True
    """
    days = [day for day in _days(texts) if (day.month, day.day) != (1, 1)]
    weekends = sum(day.weekday() >= 5 for day in days)
    turns = sum(day.day == 1 or (day + timedelta(1)).day == 1 for day in days)
    fullest = max(Counter(day.month for day in days).values(), default=0)
    return max(
        _WEEKENDS.odds(weekends, len(days)),
        _TURNS.odds(turns, len(days)),
        _ONE_MONTH.odds(fullest, len(days)) - math.log(12),
    )


def _days(texts: Sequence[str]) -> Iterator[date]:
    """Yield the days that are written in numbers, where the column shows what is the month."""
    found = [match for match in map(_NUMBERS.fullmatch, texts) if match]
    written = [(int(match[4]), int(match[6]), int(match[7])) for match in found if match[4]]
    day_first = any(first > 12 for first, _, _ in written)
    if day_first != any(second > 12 for _, second, _ in written):
        for first, second, year in written:
            month, day = (second, first) if day_first else (first, second)
            yield from _day(
                year + (1900 if _LAST_OF_THIS_CENTURY < year < 100 else 2000 * (year < 100)), month, day
            )
    for match in found:
        if match["y"]:
            yield from _day(int(match["y"]), int(match["m"]), int(match["d"]))


def _day(year: int, month: int, day: int) -> Iterator[date]:
    """Yield the day, if there is one from 1900 to 2099."""
    if _FIRST_YEAR <= year <= _LAST_YEAR:
        try:
            yield date(year, month, day)
        except ValueError:
            return
