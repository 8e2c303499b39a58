from __future__ import annotations

import re
import zlib
from importlib import import_module

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
from auditkit.detection.recognizers import FAMILIES, SHAPES, national
from auditkit.detection.shapes import Clean

ORACLES = {
    "nl_bsn": ("nl.bsn", 9), "pt_nif": ("pt.nif", 9), "ca_sin": ("ca.sin", 9), "au_tfn": ("au.tfn", 9),
    "uk_nhs": ("gb.nhs", 10), "at_vnr": ("at.vnr", 10), "bg_egn": ("bg.egn", 10),
    "de_tax_id": ("de.idnr", 11), "be_nn": ("be.nn", 11), "pl_pesel": ("pl.pesel", 11),
    "br_cpf": ("br.cpf", 11), "tr_tckimlik": ("tr.tckimlik", 11), "in_aadhaar": ("in_.aadhaar", 12),
    "ro_cnp": ("ro.cnp", 13), "us_ssn": ("us.ssn", 9), "fr_nir": ("fr.nir", 15), "es_ccc": ("es.ccc", 20),
    "ar_cbu": ("ar.cbu", 22), "no_fodselsnummer": ("no.fodselsnummer", 11),
    "se_personnummer": ("se.personnummer", 10), "imei": ("imei", 15),
}  # fmt: skip

STRICTER = {"fr_nir", "imei"}  # a sex and a month of birth, and a reporting body, besides


def matrix(texts: list[str]) -> np.ndarray:
    return np.frombuffer("".join(texts).encode(), np.uint8).reshape(len(texts), -1)


@pytest.mark.parametrize("name", ORACLES)
def test_what_python_stdnum_accepts_passes_and_little_else(name):
    module, length = ORACLES[name]
    oracle = import_module(f"stdnum.{module}")
    rng = np.random.default_rng(5)
    digits = rng.integers(0, 10, (20_000, length))
    digits[: len(digits) // 2, 2:6] = [5, 0, 1, 7]  # half of them hold what may be a month and a day
    texts = ["".join(map(str, row)) for row in digits]
    passed = getattr(national, name)(matrix(texts))
    truth = np.array([oracle.is_valid(text) for text in texts])
    assert truth.any()
    if name not in STRICTER:
        assert (truth & ~passed).sum() <= 0.1 * truth.sum(), "valid numbers are missed"
    assert (passed & ~truth).sum() <= max(0.25 * truth.sum(), 0.003 * len(texts)), "invalid numbers pass"


@pytest.mark.parametrize("row", national.CHECKS, ids=lambda row: f"{row[0]}-{row[1]}")
def test_the_published_chance_is_the_measured_one(row):
    entity, length, check, chance, _ = row
    rng = np.random.default_rng(zlib.crc32(f"{entity}{length}".encode()))
    rate = check((rng.integers(0, 10, (60_000, length)) + 48).astype(np.uint8)).mean()
    assert chance / 3 - 0.001 <= rate <= chance * 1.4 + 0.001


@pytest.mark.parametrize("row", national.CHECKS, ids=lambda row: f"{row[0]}-{row[1]}")
def test_luck_is_what_check_digits_leave_where_all_else_fits(row):
    entity, length, check, _, luck = row
    rng = np.random.default_rng(zlib.crc32(f"{length}{entity}".encode()))
    some = (rng.integers(0, 10, (200_000, length)) + 48).astype(np.uint8)
    days = np.frombuffer(
        "".join(f"{rng.integers(1, 29):02d}{rng.integers(1, 13):02d}" for _ in range(3000)).encode(), np.uint8
    )
    passed = some[check(some)][:300]
    kept = (
        3 if entity == "US_SSN" else 2
    )  # how many digits at the end are drawn anew: what stands before them fits
    for value in [*passed, *(np.concatenate([days[:4], some[0, 4:]]) for _ in range(1))]:
        again = np.repeat(value[None, :], 100, axis=0)
        again[:, length - kept :] = np.array([list(f"{i:0{kept}d}".encode()) for i in range(100)], np.uint8)
        assert check(again).mean() <= luck + 0.015, "digits that end in all numbers, one after the other"


def test_the_check_of_mexican_accounts():
    assert national.mx_clabe(matrix(["032180000118359719", "002010077777777771", "032180000118359718", "199180000118359711"])).tolist() == [
        True, True, False, False,
    ]  # fmt: skip


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
        ("write to jane.doe@example.org today", "EMAIL_ADDRESS"), ("müller@bücher.example", "EMAIL_ADDRESS"),
        ("order 1234567890123456, card 4111-1111-1111-1111.", "CREDIT_CARD"), ("DE89 3704 0044 0532 0130 00", "IBAN_CODE"),
        ("078-05-1121", "US_SSN"), ("+41 44 668 18 00", "PHONE_NUMBER"), ("call (415) 555-2671 now", "PHONE_NUMBER"),
        ("030 12345678", "PHONE_NUMBER"),
        ("8.8.4.4", "IP_ADDRESS"), ("2001:db8::ff00:42:8329", "IP_ADDRESS"), ("00:1B:44:11:3A:B7", "MAC_ADDRESS"),
        ("52.3740, 4.8897", "GEO_COORDINATES"), ("756.9217.0769.85", "CH_AHV"), ("RSSMRA85T10A562S", "IT_FISCAL_CODE"),
        ("12345678Z", "ES_NIF"), ("AB 12 34 56 C", "UK_NINO"), ("131052-308T", "FI_HETU"), ("https://example.org/u/7", "URL"),
        ("-----BEGIN RSA PRIVATE KEY-----", "SECRET"), ("postgresql://app:hunter2@db/x", "SECRET"), ("ghp_" + "a1B2" * 9, "SECRET"),
        ("$2b$12$" + "abcdefghij" * 5 + "abc", "PASSWORD"), ("0x" + "ab12" * 10, "CRYPTO"), ("490154203237518", "DEVICE_ID"),
    ],
)  # fmt: skip
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
