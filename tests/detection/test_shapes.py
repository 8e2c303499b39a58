from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from faker import Faker
from hypothesis import given
from hypothesis import strategies as st
from schwifty.registry import get_iban_spec

from auditkit.detection.checksums import IBAN_LENGTHS, card, luhn, mod97, verhoeff, vin
from auditkit.detection.found import Inside, found
from auditkit.detection.recognizers import FAMILIES, SHAPES
from auditkit.detection.shapes import Clean


def matrix(texts: list[str]) -> np.ndarray:
    return np.frombuffer("".join(texts).encode(), np.uint8).reshape(len(texts), -1)


def test_the_lengths_of_ibans_are_those_of_the_registry():
    for country, length in IBAN_LENGTHS.items():
        assert get_iban_spec(country).iban_length == length, country


@given(st.lists(st.from_regex(r"[0-9]{16}", fullmatch=True), min_size=1, max_size=40))
def test_luhn_and_verhoeff_agree_with_python_stdnum(texts):
    from stdnum import luhn as luhn_oracle
    from stdnum import verhoeff as verhoeff_oracle

    assert luhn(matrix(texts)).tolist() == [luhn_oracle.is_valid(t) for t in texts]
    assert verhoeff(matrix(texts)).tolist() == [verhoeff_oracle.is_valid(t) for t in texts]


def test_ibans_of_many_countries_pass_and_changed_ones_do_not():
    for locale in ("en_GB", "de_DE", "fr_FR", "it_IT", "es_ES", "nl_NL", "pl_PL", "pt_PT", "no_NO", "fi_FI"):
        fake = Faker(locale)
        fake.seed_instance(3)
        for iban in (fake.iban() for _ in range(20)):
            assert mod97(matrix([iban])).all()
            assert (
                not mod97(matrix([iban[:-1] + str((int(iban[-1]) + 1) % 10)])).any() or not iban[-1].isdigit()
            )


def test_cards_of_the_schemes_pass():
    fake = Faker()
    fake.seed_instance(3)
    for scheme in ("visa16", "mastercard", "amex", "discover", "jcb16", "diners"):
        numbers = [fake.credit_card_number(scheme) for _ in range(30)]
        assert card(matrix(numbers)).all(), scheme
    assert not card(matrix(["0000000000000000", "1234567890123456"])).any()


def test_vin():
    assert vin(matrix(["1M8GDM9AXKP042788", "11111111111111111"])).tolist() == [True, False]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: f"{s.entity}-{len(s.pattern)}")
def test_patterns_mean_the_same_in_both_engines(shape):
    fake = Faker(["en_US", "de_DE", "fr_FR"])
    fake.seed_instance(11)
    texts = (
        [fake.ssn() for _ in range(50)]
        + [fake.iban() for _ in range(50)]
        + [fake.ipv6() for _ in range(30)]
        + [fake.phone_number() for _ in range(100)]
    )
    texts += (
        [f"call {t}, or {t}." for t in texts]
        + [fake.email() for _ in range(30)]
        + [fake.url() for _ in range(30)]
        + [fake.mac_address() for _ in range(9)]
    )
    array = pa.array(texts, pa.large_string())
    assert pc.match_substring_regex(array, shape.pattern).to_pylist() == [
        bool(shape.python.search(t)) for t in texts
    ]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.shapes[0].entity)
def test_a_gate_opens_for_all_that_its_shapes_find(family):
    fake = Faker(["en_US", "de_DE", "fr_FR", "pl_PL", "it_IT", "es_ES"])
    fake.seed_instance(13)
    texts = [
        getattr(fake, kind)()
        for kind in (
            "ssn",
            "iban",
            "ipv4",
            "ipv6",
            "phone_number",
            "email",
            "uri",
            "mac_address",
            "credit_card_number",
        )
        for _ in range(60)
    ]
    for shape in family.shapes:
        assert all(re.search(family.gate, t) for t in texts if shape.python.search(t))


def inside(*cells: str) -> Inside:
    return found(pa.array(cells, pa.large_string()), np.ones(len(cells), np.int64), FAMILIES)


def hits(*cells: str) -> dict[str, int]:
    return {e: f.cells for e, f in inside(*cells).entities.items() if f.cells}


@pytest.mark.parametrize(
    ("cell", "entity"),
    [
        ("write to jane.doe@example.org today", "EMAIL_ADDRESS"),
        ("müller@bücher.example", "EMAIL_ADDRESS"),
        ("order 1234567890123456, card 4111-1111-1111-1111.", "CREDIT_CARD"),
        ("DE89 3704 0044 0532 0130 00", "IBAN_CODE"),
        ("078-05-1121", "US_SSN"),
        ("+41 44 668 18 00", "PHONE_NUMBER"),
        ("call (415) 555-2671 now", "PHONE_NUMBER"),
        ("030 12345678", "PHONE_NUMBER"),
        ("8.8.4.4", "IP_ADDRESS"),
        ("2001:db8::ff00:42:8329", "IP_ADDRESS"),
        ("00:1B:44:11:3A:B7", "MAC_ADDRESS"),
        ("52.3740, 4.8897", "GEO_COORDINATES"),
        ("(52.3740, 4.8897)", "GEO_COORDINATES"),
        ("[4.8897, 52.3740]", "GEO_COORDINATES"),
        ("756.9217.0769.85", "CH_AHV"),
        ("RSSMRA85T10A562S", "IT_FISCAL_CODE"),
        ("12345678Z", "ES_NIF"),
        ("AB 12 34 56 C", "UK_NINO"),
        ("131052-308T", "FI_HETU"),
        ("https://example.org/u/7", "URL"),
        ("-----BEGIN RSA PRIVATE KEY-----", "SECRET"),
        ("postgresql://app:hunter2@db/x", "SECRET"),
        ("ghp_" + "a1B2" * 9, "SECRET"),
        ("$2b$12$" + "abcdefghij" * 5 + "abc", "PASSWORD"),
        ("0x" + "ab12" * 10, "CRYPTO"),
        ("490154203237518", "DEVICE_ID"),
    ],
)
def test_finds(cell, entity):
    assert hits(cell).get(entity) == 1


@pytest.mark.parametrize(
    "cell",
    [
        "2024-05-01 10:00:00",
        "01-02-2020",
        "3.14159265358979",
        "12:30:45",
        "1.2.3",
        "version 10",
        "0.123456789",
        "000-00-0000",
        "AC/DC",
        "(12.3740, 34.8897]",  # an interval
        "[12.3740, 34.8897)",
    ],
)
def test_finds_nothing_in(cell):
    assert hits(cell) == {}


def test_one_text_is_one_thing():
    assert hits("012-34-5678") == {"US_SSN": 1}


def test_clean_keeps_letters_and_digits():
    array = pa.array(["x", "de-12 ab", "", "é1"], pa.large_string()).slice(1)
    clean = Clean.of(array)
    assert clean.data.tobytes() == b"DE12AB1"
    assert clean.offsets.tolist() == [0, 6, 6, 7]
