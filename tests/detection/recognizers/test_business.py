"""Numbers of companies, goods and publications are never called personal data."""

from __future__ import annotations

import random
from functools import cache

import pyarrow as pa
import pytest
from stdnum import ean, isbn, issn, luhn

from auditkit.detection import profile_batch
from auditkit.detection.recognizers.business import business, kinds

DRAW = {"#": "0123456789", "@": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "*": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
MADE = [n for n in kinds() if n.name not in {"USCC", "FIGI", "GSTIN"}]  # too rare among random characters
BARE = [n for n in MADE if n.compact.chance <= 0.15 and not n.only_named]


def made(number, rng):
    return "".join(rng.choice(DRAW[c]) if c in DRAW else c for c in rng.choice(number.compact.forms.split()))


@cache
def valid(number):
    rng = random.Random(number.name)
    found = []
    while len(found) < 40:
        value = made(number, rng)
        if number.compact.holds(value):
            found.append(value)
    return tuple(found)


def column(name, values):
    (verdict,) = profile_batch("items", pa.RecordBatch.from_pydict({name: list(values)})).columns
    return verdict


@pytest.mark.parametrize("number", kinds(), ids=lambda n: n.name)
def test_the_stated_chance_is_the_measured_one(number):
    rng = random.Random(number.name)
    rate = sum(number.compact.holds(made(number, rng)) for _ in range(3000)) / 3000
    assert number.compact.chance / 2 - 0.004 <= rate <= number.compact.chance * 1.4 + 0.004


@pytest.mark.parametrize("number", MADE, ids=lambda n: n.name)
def test_a_column_with_its_name_is_not_personal(number):
    verdict = column(number.name.lower(), valid(number))
    assert verdict.verdict == "none" or verdict.entity == "ORGANIZATION"
    assert dict(verdict.contains) == {}


@pytest.mark.parametrize("number", BARE, ids=lambda n: n.name)
def test_a_column_without_a_name_is_not_personal(number):
    verdict = column("c1", valid(number))
    assert (verdict.verdict, dict(verdict.contains)) == ("none", {})


def books():
    rng = random.Random(6)
    return [
        isbn.to_isbn13(body + isbn._calc_isbn10_check_digit(body))
        for body in (f"0{rng.randrange(10**8):08d}" for _ in range(50))
    ]


@pytest.mark.parametrize(
    "values",
    [
        [isbn.format(b) for b in books()],
        books(),
        [f"{b}.0" for b in books()],
        [isbn.to_isbn10(b) for b in books()],
        [
            issn.format(s + issn.calc_check_digit(s))
            for s in (f"{n:07d}" for n in range(123456, 9000000, 200003))
        ],
        [c + ean.calc_check_digit(c) for c in (f"{n:011d}" for n in range(10**9, 7 * 10**10, 10**9 + 7))],
        [c + ean.calc_check_digit(c) for c in (f"{n:013d}" for n in range(10**12, 9 * 10**12, 10**11 + 7))],
    ],
    ids=["ISBN-13, hyphens", "ISBN-13", "as floating point", "ISBN-10", "ISSN", "UPC", "GTIN-14"],
)
@pytest.mark.parametrize("name", ["c1", "number"])
def test_as_they_are_written(values, name):
    verdict = column(name, values)
    assert (verdict.verdict, dict(verdict.contains)) == ("none", {})


def test_what_stands_in_a_column_of_them_besides_is_still_found():
    verdict = column("isbn", [*books(), "ask jane@example.org"])
    assert dict(verdict.contains) == {"EMAIL_ADDRESS": 1}


def test_bank_codes_are_not_accounts_and_not_names():
    for name in ("bic", "swift_code", "c1"):
        verdict = column(
            name,
            [
                "DEUTDEFF",
                "BNPAFRPP",
                "UBSWCHZH80A",
                "COBADEFFXXX",
                "INGBNL2A",
                "CHASUS33",
                "BARCGB22",
                "NDEASESS",
            ],
        )
        assert verdict.verdict in ("none", "review")
        assert verdict.entity not in {"PERSON", "BANK_ACCOUNT", "NATIONAL_ID"}


def test_the_numbers_of_people_that_pass_the_same_check_stay_personal():
    ahv = ["7569217076985", "7561234567897", "7567694111019", "7569999999991", "7563047500009"]
    nhs = [
        "9434765919",
        "4010232137",
        "1234567881",
        "2983396363",
        "4505577104",
        "5990128088",
        "4857773457",
        "9876543210",
    ]
    swiss = [a[:-1] + ean.calc_check_digit(a[:-1]) for a in ahv]
    assert column("c1", swiss).entity == "CH_AHV"
    assert business(("c1",), swiss) is None
    assert business(("c1",), [n for n in nhs if isbn.is_valid(n)]) is None


def test_a_named_identity_number_is_not_explained_away():
    verdict = column(
        "national_id", [b + luhn.calc_check_digit(b) for b in (f"{d}500908" for d in range(800101, 800115))]
    )
    assert verdict.entity == "ZA_ID"
