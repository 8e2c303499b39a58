"""Identifiers of countries: the examples of their standards, near misses, and random characters."""

from __future__ import annotations

import random
import re
import zlib
from importlib import import_module

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from auditkit.detection import profile_batch
from auditkit.detection.recognizers import SHAPES
from auditkit.detection.recognizers.countries import countries
from auditkit.detection.recognizers.country import Compact, compact
from auditkit.detection.recognizers.identifiers import DIGITS, IDENTIFIERS
from auditkit.detection.recognizers.numbers import numbers
from auditkit.vocabulary import ENTITIES

ORACLES = {
    ("NL_BSN", 9): "nl.bsn", ("PT_NIF", 9): "pt.nif", ("CA_SIN", 9): "ca.sin", ("AU_TFN", 9): "au.tfn",
    ("UK_NHS", 10): "gb.nhs", ("AT_VNR", 10): "at.vnr", ("BG_EGN", 10): "bg.egn",
    ("DE_TAX_ID", 11): "de.idnr",
    ("BE_NN", 11): "be.nn", ("PL_PESEL", 11): "pl.pesel", ("BR_CPF", 11): "br.cpf",
    ("TR_TCKIMLIK", 11): "tr.tckimlik", ("IN_AADHAAR", 12): "in_.aadhaar", ("RO_CNP", 13): "ro.cnp",
    ("US_SSN", 9): "us.ssn", ("FR_NIR", 15): "fr.nir", ("BANK_ACCOUNT", 20): "es.ccc",
    ("BANK_ACCOUNT", 22): "ar.cbu", ("NO_FODSELSNUMMER", 11): "no.fodselsnummer",
    ("SE_PERSONNUMMER", 10): "se.personnummer", ("DEVICE_ID", 15): "imei",
}  # fmt: skip
STRICTER = {"FR_NIR", "DEVICE_ID"}  # ours also asks for a month of birth, or for a reporting body
CHECKS = {(entity, digits.length): digits for entity, digits in DIGITS}

LETTERS, FIGURES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
WITHOUT_CHECK_DIGIT = set(
    "AL_NID CR_CPF CU_NI DK_CPR EG_NID ID_NIK LK_NIC MX_RFC MY_NRIC PK_CNIC US_ITIN US_MBI".split()
)
CHECKED = [
    (entity, number)
    for entity, number in numbers().items()
    if number.check and 0.002 <= number.chance < 0.9 and entity not in WITHOUT_CHECK_DIGIT
]


def of_entity(row):
    return row if isinstance(row, str) else ""


def matrix(texts: list[str]) -> np.ndarray:
    return np.frombuffer("".join(texts).encode(), np.uint8).reshape(len(texts), -1)


def made(number: Compact, rng: random.Random) -> str:
    draw = {"#": FIGURES, "@": LETTERS, "*": FIGURES + LETTERS}
    return "".join(rng.choice(draw[c]) if c in draw else c for c in rng.choice(number.forms.split()))


def valid(number: Compact, rng: random.Random, n: int) -> list[str]:
    """Numbers that pass, drawn at random."""
    found = []
    for _ in range(200_000):
        value = made(number, rng)
        if number.holds(value):
            found.append(value)
            if len(found) == n:
                break
    return found


def test_the_identifiers_of_one_country_stand_together():
    for country in countries():
        entities = [identifier.entity for identifier in country.identifiers]
        national = [entity for entity in entities if ENTITIES[entity].kind is not None]
        assert len({entity[:2] for entity in national}) <= 1, country.adjective
        assert len(set(national)) == len(national), country.adjective


def test_every_number_of_the_vocabulary_is_detected():
    national = {name for name, entity in ENTITIES.items() if entity.kind is not None}
    assert national - set(numbers()) - {s.entity for s in SHAPES} == set()
    assert len(national) >= 60
    assert {i.entity for i in IDENTIFIERS} <= set(ENTITIES)


@pytest.mark.parametrize(("entity", "length"), ORACLES)
def test_what_python_stdnum_accepts_passes_and_little_else(entity, length):
    oracle = import_module(f"stdnum.{ORACLES[entity, length]}")
    rng = np.random.default_rng(5)
    digits = rng.integers(0, 10, (20_000, length))
    digits[: len(digits) // 2, 2:6] = [5, 0, 1, 7]  # half of them hold what may be a month and a day
    texts = ["".join(map(str, row)) for row in digits]
    passed = CHECKS[entity, length].check(matrix(texts))
    truth = np.array([oracle.is_valid(text) for text in texts])
    assert truth.any()
    if entity not in STRICTER:
        assert (truth & ~passed).sum() <= 0.1 * truth.sum(), "valid numbers are missed"
    assert (passed & ~truth).sum() <= max(0.25 * truth.sum(), 0.003 * len(texts)), "invalid numbers pass"


@pytest.mark.parametrize(("entity", "length"), CHECKS)
def test_the_stated_chance_of_digits_is_the_measured_one(entity, length):
    digits = CHECKS[entity, length]
    rng = np.random.default_rng(zlib.crc32(f"{entity}{length}".encode()))
    rate = digits.check((rng.integers(0, 10, (60_000, length)) + 48).astype(np.uint8)).mean()
    assert digits.chance / 3 - 0.001 <= rate <= digits.chance * 1.4 + 0.001


@pytest.mark.parametrize(("entity", "length"), CHECKS)
def test_luck_is_what_check_digits_leave_where_all_else_fits(entity, length):
    check = CHECKS[entity, length].check
    rng = np.random.default_rng(zlib.crc32(f"{length}{entity}".encode()))
    some = (rng.integers(0, 10, (200_000, length)) + 48).astype(np.uint8)
    days = np.frombuffer(
        "".join(f"{rng.integers(1, 29):02d}{rng.integers(1, 13):02d}" for _ in range(3000)).encode(), np.uint8
    )
    passed = some[check(some)][:300]
    # so many digits at the end are drawn anew: what stands before them fits
    kept = 3 if entity == "US_SSN" else 2
    for value in [*passed, *(np.concatenate([days[:4], some[0, 4:]]) for _ in range(1))]:
        again = np.repeat(value[None, :], 100, axis=0)
        again[:, length - kept :] = np.array([list(f"{i:0{kept}d}".encode()) for i in range(100)], np.uint8)
        assert check(again).mean() <= CHECKS[entity, length].luck + 0.015, (
            "digits that end in all numbers in turn"
        )


def test_the_check_of_mexican_accounts():
    accounts = ["032180000118359719", "002010077777777771", "032180000118359718", "199180000118359711"]
    assert CHECKS["BANK_ACCOUNT", 18].check(matrix(accounts)).tolist() == [True, True, False, False]


@pytest.mark.parametrize(("entity", "number"), numbers().items(), ids=of_entity)
def test_the_stated_chance_of_a_form_is_the_measured_one(entity, number):
    rng = random.Random(entity)
    n = 1500
    rate = sum(number.holds(made(number, rng)) for _ in range(n)) / n
    assert number.chance / 2 - 0.004 <= rate <= number.chance * 1.4 + 0.004


@pytest.mark.parametrize(
    "number", [n for n in numbers().values() if isinstance(n.check, str) and n.check], ids=lambda n: n.check
)
def test_the_examples_of_the_documentation_pass(number):
    doc = import_module(f"stdnum.{number.check}").__doc__
    good = re.findall(r">>> (?:validate|is_valid)\('([^']+)'\)\n\s*(?:'|True)", doc)
    good += re.findall(r">>> validate\('([^']+)'\).*\n\s*'", doc)
    shaped = [example for example in good if number.pattern.fullmatch(compact(example))]
    assert all(number.holds(example) for example in shaped)
    bad = re.findall(r">>> validate\('([^']+)'\).*\n\s*Traceback.*\n\s*\.\.\.\n\s*InvalidChecksum", doc)
    assert not any(number.holds(example) for example in bad)


@pytest.mark.parametrize(("entity", "number"), CHECKED, ids=of_entity)
def test_one_wrong_digit_is_noticed(entity, number):
    rng = random.Random(7)
    wrong = same = 0
    for value in valid(number, rng, 12):
        for at in [i for i, c in enumerate(value) if c.isdigit()]:
            other = value[:at] + str((int(value[at]) + rng.randrange(1, 10)) % 10) + value[at + 1 :]
            wrong, same = wrong + (not number.holds(other)), same + number.holds(other)
    assert wrong > 2 * same


@pytest.mark.parametrize(
    "entity", "ZA_ID KR_RRN DE_SOCIAL_SECURITY EE_IK TH_TNIN SG_NRIC TW_ID RU_SNILS HR_OIB".split()
)
def test_a_column_of_them_is_found_with_its_name_and_mostly_without(entity):
    number = numbers()[entity]
    values = pd.Series(valid(number, random.Random(3), 25), dtype="str")
    frame = pd.DataFrame({"national_id": values, "c1": values.iloc[::-1].to_numpy()})
    named, bare = profile_batch("t", pa.RecordBatch.from_pandas(frame)).columns
    alike = {  # Estonia and Lithuania share one
        other for other, n in numbers().items() if n.forms == number.forms and all(map(n.holds, values))
    }
    assert (named.entity in alike, named.verdict) == (True, "certain")
    assert bare.entity in alike
    assert named.matches == 25


def test_random_digits_are_none_of_them():
    rng = random.Random(5)
    columns = {f"c{n}": [str(rng.randrange(10 ** (n - 1), 10**n)) for _ in range(60)] for n in range(6, 19)}
    verdicts = profile_batch("t", pa.RecordBatch.from_pydict(columns)).columns
    assert {v.verdict for v in verdicts} <= {"none", "review"}
