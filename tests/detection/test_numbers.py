"""Personal numbers of many countries: the examples of their standards, near misses, and random characters."""

from __future__ import annotations

import random
import re
from importlib import import_module

import pandas as pd
import pyarrow as pa
import pytest

from auditkit.detection import profile_batch
from auditkit.detection.recognizers import SHAPES
from auditkit.detection.recognizers.numbers import compact, numbers
from auditkit.vocabulary import ENTITIES

LETTERS, DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
BY_THE_CALENDAR = set(
    "AL_NID CR_CPF CU_NI DK_CPR EG_NID ID_NIK LK_NIC MX_RFC MY_NRIC PK_CNIC US_ITIN US_MBI".split()
)  # no check digit
CHECKED = [n for n in numbers() if n.check and 0.002 <= n.chance < 0.9 and n.entity not in BY_THE_CALENDAR]


def made(number, rng):
    draw = {"#": DIGITS, "@": LETTERS, "*": DIGITS + LETTERS}
    return "".join(rng.choice(draw[c]) if c in draw else c for c in rng.choice(number.forms))


def valid(number, rng, n):
    """Numbers that pass: drawn at random, the letters of long forms kept from an example of the
    documentation.
    """
    found = []
    for _ in range(200_000):
        value = made(number, rng)
        if number.holds(value):
            found.append(value)
            if len(found) == n:
                break
    return found


@pytest.mark.parametrize("number", numbers(), ids=lambda n: n.entity)
def test_the_published_chance_is_the_measured_one(number):
    rng = random.Random(number.entity)
    n = 1500
    rate = sum(number.holds(made(number, rng)) for _ in range(n)) / n
    assert number.chance / 2 - 0.004 <= rate <= number.chance * 1.4 + 0.004


@pytest.mark.parametrize("number", [n for n in numbers() if "." in n.check], ids=lambda n: n.entity)
def test_the_examples_of_the_documentation_pass(number):
    doc = import_module(f"stdnum.{number.check}").__doc__
    good = re.findall(r">>> (?:validate|is_valid)\('([^']+)'\)\n\s*(?:'|True)", doc)
    good += re.findall(r">>> validate\('([^']+)'\).*\n\s*'", doc)
    shaped = [example for example in good if number.form.fullmatch(compact(example))]
    assert all(number.holds(example) for example in shaped)
    bad = re.findall(r">>> validate\('([^']+)'\).*\n\s*Traceback.*\n\s*\.\.\.\n\s*InvalidChecksum", doc)
    assert not any(number.holds(example) for example in bad)


@pytest.mark.parametrize("number", CHECKED, ids=lambda n: n.entity)
def test_one_wrong_digit_is_noticed(number):
    rng = random.Random(7)
    wrong = same = 0
    for value in valid(number, rng, 12):
        for at in [i for i, c in enumerate(value) if c.isdigit()]:
            other = value[:at] + str((int(value[at]) + rng.randrange(1, 10)) % 10) + value[at + 1 :]
            wrong, same = wrong + (not number.holds(other)), same + number.holds(other)
    assert wrong > 2 * same


def test_every_number_of_the_vocabulary_is_detected():
    national = {name for name, entity in ENTITIES.items() if entity.kind is not None}
    assert national - {n.entity for n in numbers()} - {s.entity for s in SHAPES} == set()
    assert len(national) >= 60


@pytest.mark.parametrize(
    "entity",
    ["ZA_ID", "KR_RRN", "DE_SOCIAL_SECURITY", "EE_IK", "TH_TNIN", "SG_NRIC", "TW_ID", "RU_SNILS", "HR_OIB"],
)
def test_a_column_of_them_is_found_with_its_name_and_mostly_without(entity):
    number = next(n for n in numbers() if n.entity == entity)
    values = pd.Series(valid(number, random.Random(3), 25), dtype="str")
    frame = pd.DataFrame({"national_id": values, "c1": values.iloc[::-1].to_numpy()})
    named, bare = profile_batch("t", pa.RecordBatch.from_pandas(frame)).columns
    alike = {
        n.entity for n in numbers() if n.forms == number.forms and all(map(n.holds, values))
    }  # Estonia and Lithuania share one
    assert (named.entity in alike, named.verdict) == (True, "certain")
    assert bare.entity in alike
    assert named.matches == 25


def test_random_digits_are_none_of_them():
    rng = random.Random(5)
    columns = {f"c{n}": [str(rng.randrange(10 ** (n - 1), 10**n)) for _ in range(60)] for n in range(6, 19)}
    verdicts = profile_batch("t", pa.RecordBatch.from_pydict(columns)).columns
    assert {v.verdict for v in verdicts} <= {"none", "review"}
