"""Diagnoses, blood groups and plates: columns of them, and of the product codes that look alike."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from auditkit.detection import profile_batch
from auditkit.detection.recognizers.health import chapter, coded, diagnosis
from auditkit.detection.recognizers.plates import plate, registered

ICD = (
    "E11.9 I10 J44.1 M54.5 F32.9 K21.0 N18.3 C50.9 Z00.00 G40.909 O80 S52.5 R51 "
    "H25.1 L40.0 A09 B20 D64.9 Q21.1 U07.1 T78.4 E78.5 I25.10 P07.3 J45.909"
).split()
RNG = random.Random(2)
PLATES = {
    "British": lambda: (
        f"{some(2, 'ABCDEFGHKLMNOPRSVWXY')}{RNG.randrange(2, 24):02d} {some(3, 'ABCDEFGHJKLMNOPRSTUVWXYZ')}"
    ),
    "French": lambda: (
        f"{some(2, 'ABCDEFGHJKLMNPQRSTVWXYZ')}-{RNG.randrange(1, 1000):03d}"
        f"-{some(2, 'ABCDEFGHJKLMNPQRSTVWXYZ')}"
    ),
    "Italian": lambda: f"{some(2, 'ABCDEFGH')}{RNG.randrange(1000):03d}{some(2, 'ABCDEFGHJKLM')}",
    "German": lambda: (
        f"{RNG.choice(['B', 'M', 'HH', 'K', 'F', 'S', 'DD', 'LB', 'KA', 'MTK'])}-{some(2, 'ABCDEFGH')}"
        f" {RNG.randrange(1, 9999)}"
    ),
    "Spanish": lambda: f"{RNG.randrange(10000):04d} {some(3, 'BCDFGHJKLMNPRSTVWXYZ')}",
    "Dutch": lambda: f"{RNG.randrange(10, 100)}-{some(3, 'BDFGHJKLNPRSTXZ')}-{RNG.randrange(10)}",
}


def some(n, letters):
    return "".join(RNG.choices(letters, k=n))


def column(name, values, table="t"):
    (verdict,) = profile_batch(table, pa.RecordBatch.from_pydict({name: list(values)})).columns
    return verdict


def test_chapters():
    assert [
        chapter(c) for c in ("A09", "D48.1", "D50.0", "E11.9", "H60", "T14.0", "V01", "Z99.9", "M1A.0")
    ] == [
        "I",
        "II",
        "III",
        "IV",
        "VIII",
        "XIX",
        "XX",
        "XXI",
        "XIII",
    ]
    assert [chapter(c) for c in ("A14", "E17", "D97", "U55", "e11", "E1", "E11.", "E11.12345", "AB12")] == [
        None
    ] * 9


@pytest.mark.parametrize("name", ["icd10", "diagnosis_code", "c1"])
@pytest.mark.parametrize("dots", [True, False])
def test_a_column_of_diagnoses_is_health_data(name, dots):
    verdict = column(name, [code if dots else code.replace(".", "") for code in ICD for _ in range(3)])
    assert verdict.entity == "HEALTH"
    assert verdict.verdict in ("certain", "likely")


def test_codes_of_products_are_no_diagnoses():
    rng = random.Random(1)
    shelves = [f"{rng.choice('ABCDE')}{rng.randrange(100):02d}" for _ in range(80)]
    wide = [f"{rng.choice('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}{rng.randrange(100):02d}" for _ in range(80)]
    dotted = [f"A{rng.randrange(10, 40)}.{rng.randrange(10)}" for _ in range(80)]
    for name in ("c1", "code", "shelf", "product"):
        for values in (shelves, wide, dotted):
            assert column(name, values).verdict == "none"


def test_a_list_of_codes_says_less_than_codes_of_people():
    assert coded(ICD, len(ICD))[0] < coded(ICD, 3 * len(ICD))[0]


def test_blood_groups_are_health_data_and_marks_are_not():
    assert column("c1", ["A+", "O-", "AB+", "B-", "O+"] * 5).entity == "HEALTH"
    assert column("blood_type", ["A+", "O-", "AB+", "B-", "O+"] * 5).entity == "HEALTH"
    assert column("c1", ["A+", "A-", "B+", "B-", "C+", "D"] * 5).entity != "HEALTH"
    assert diagnosis("A Rh+")
    assert not diagnosis("A")


@pytest.mark.parametrize("country", PLATES)
def test_a_column_of_plates(country):
    values = [PLATES[country]() for _ in range(40)]
    assert all(map(plate, values))
    assert registered(values)[0] > 0
    alone, named = column("c1", values), column("license_plate", values)
    assert (alone.entity, alone.verdict) == ("LICENSE_PLATE", "likely")
    assert (named.entity, named.verdict) == ("LICENSE_PLATE", "certain")


def test_american_plates_need_the_name():
    values = [f"{RNG.randrange(1, 10)}{some(3, 'ABCDEFGH')}{RNG.randrange(1000):03d}" for _ in range(40)]
    assert column("c1", values).entity is None
    assert column("license_plate", values).entity == "LICENSE_PLATE"


def test_codes_that_look_like_plates_are_no_plates():
    for values in (
        [f"AB-{n:03d}-CD" for n in range(60)],
        [f"SKU-{n}" for n in range(60)],
        [f"{some(3, 'ABCD')}-{n:04d}" for n in range(60)],
    ):
        assert column("c1", values).entity is None
