"""What the values and the neighbours of columns prove about people, where no column has a name."""

from __future__ import annotations

import pandas as pd
import pytest

from auditkit.detection import ColumnVerdict, profile_batch
from auditkit.detection.fit import close, consecutive
from auditkit.lexicon import family_names, given_names, resemblance

pa = pytest.importorskip("pyarrow")
SURE = ("certain", "likely")
WORDS = ["Xovalqe", "Qurembas", "Zilkornen", "Wembolta"]  # letters of no language: in no list, and no word
ADDRESSES = [f"{word.lower()}{n}@example.org" for n, word in enumerate(WORDS)]
FIRST, LAST = ["Anna", "Peter", "Maria", "Thomas"], ["Lindqvist", "Hoffmann", "Moretti", "Nowak"]
DIGITS = ["8112345678", "7123956781", "9134867190", "6045678921"]


def judged(*columns: list[str | None]) -> list[ColumnVerdict]:
    frame = pd.DataFrame({f"c{i}": values for i, values in enumerate(columns)})
    return list(profile_batch("t", pa.RecordBatch.from_pandas(frame, preserve_index=False)).columns)


def sure(verdict: ColumnVerdict) -> str | None:
    return verdict.entity if verdict.verdict in SURE else None


def test_names_in_no_list_are_known_by_the_e_mail_addresses_they_stand_in() -> None:
    names, _ = judged(WORDS, ADDRESSES)
    assert sure(names) == "PERSON"
    assert "occur in the e-mail addresses" in names.evidence
    assert sure(judged(WORDS, [f"someone{n}@example.org" for n in range(4)])[0]) is None
    assert sure(judged(WORDS, DIGITS)[0]) is None


def test_a_first_name_beside_a_last_name_needs_no_more() -> None:
    assert [sure(v) for v in judged(FIRST, LAST)] == ["PERSON", "PERSON"]


def test_small_letters_are_one_observation_not_one_for_each_value() -> None:
    assert [sure(v) for v in judged([n.lower() for n in FIRST], [n.lower() for n in LAST])] == [
        "PERSON",
        "PERSON",
    ]


@pytest.mark.parametrize(
    "values",
    [
        ["Rosa canina", "Turdus merula", "Parus major", "Salmo trutta"],
        ["Marketing", "Cardiology", "Photography", "Logistics"],
        ["Stuttgart", "Hamburg", "Valencia", "Toulouse"],
        ["Alpine Systems Ltd", "Bergmann GmbH", "Rossi S.p.A.", "Novak Group Inc"],
    ],
)
def test_what_is_no_name(values: list[str]) -> None:
    assert sure(judged(values, DIGITS)[0]) != "PERSON"


@pytest.mark.parametrize(
    "values",
    [
        ["Иванов И. И.", "Петрова Г.А.", "Сидоренко В.М."],
        ["Dr. S Vermaak", "Dr. H Visser", "Dr. T van As"],
        ["张三", "李四", "王五", "赵六"],
    ],
)
def test_written_names(values: list[str]) -> None:
    assert sure(judged(values, values[::-1])[0]) == "PERSON"


def test_digits_are_telephone_numbers_beside_people_alone() -> None:
    assert sure(judged(FIRST, LAST, ADDRESSES, DIGITS)[3]) == "PHONE_NUMBER"
    assert sure(judged(["red", "blue", "green", "white"], ["12.5", "8.0", "3.9", "4.4"], DIGITS)[2]) is None


@pytest.mark.parametrize(
    "digits",
    [
        ["1484024585", "1484025789", "1484131194", "1486224240"],  # seconds
        ["9020000001", "9020000002", "9020000003", "9020000004"],  # handed out in turn
        ["2000000000", "7100000000", "3350000000", "6190000000"],  # rounded
    ],
)
def test_digits_that_are_no_telephone_numbers_even_beside_people(digits: list[str]) -> None:
    assert sure(judged(FIRST, LAST, ADDRESSES, digits)[3]) is None


def test_ages_are_known_beside_the_gender_of_people_alone() -> None:
    ages = ["35", "61", "19", "44"]
    assert sure(judged(FIRST, LAST, ["male", "female", "female", "male"], ages)[3]) == "AGE"
    assert sure(judged(["red", "blue", "green", "white"], ages)[1]) is None


def test_a_day_of_birth_is_old_and_stands_beside_people() -> None:
    born, hired = (
        ["1961-04-12", "1984-09-30", "1975-01-22", "1992-06-03"],
        ["2021-04-12", "2022-09-30", "2021-01-22", "2023-06-03"],
    )
    assert sure(judged(FIRST, LAST, born)[2]) == "DATE_OF_BIRTH"
    assert sure(judged(FIRST, LAST, hired)[2]) is None
    assert sure(judged(["red", "blue", "green", "white"], born)[1]) is None


def test_one_half_of_a_pair_of_coordinates_may_be_wide() -> None:
    latitude, longitude = (
        ["49.05008", "46.53768", "48.10051", "47.99924"],
        ["3.39703", "4.35525", "-1.67420", "2.73071"],
    )
    assert [sure(v) for v in judged(latitude, longitude)] == ["GEO_COORDINATES", "GEO_COORDINATES"]
    assert [sure(v) for v in judged(latitude, longitude, latitude)] == [None, None, None]
    assert [sure(v) for v in judged(longitude, longitude)] == [None, None]


def test_a_postal_code_stands_three_columns_from_its_street() -> None:
    street = ["3 Nevada Parkway", "34267 Glendale Parkway", "96 Pawling Road", "81 Westerfield Circle"]
    verdicts = judged(
        street,
        ["Syracuse", "Huntington", "San Francisco", "Waco"],
        ["NY", "WV", "CA", "TX"],
        ["12345", "18745", "94102", "78521"],
    )
    assert (sure(verdicts[0]), sure(verdicts[3])) == ("STREET_ADDRESS", "POSTAL_CODE")


def test_korean_streets() -> None:
    (verdict,) = judged(
        ["경상남도 고성군 남해안대로 2205", "경상남도 고성군 조선특구로 2128-33", "서울시 강남구 학동로 21"]
    )
    assert sure(verdict) == "STREET_ADDRESS"


def test_letters_tell_names_from_words() -> None:
    names, words = (
        sorted(given_names() | family_names())[::97],
        "photography accounting electrical subscription exported".split(),
    )
    latin = [n for n in names if n.isascii()]
    assert sum(map(resemblance, latin)) / len(latin) > 1 > -4 > max(map(resemblance, words))


def test_numbers_near_each_other_and_in_turn() -> None:
    assert (close([]), close([0.1, -0.1]), close([49.0, 50.0])) == (False, False, True)
    assert (
        consecutive([]),
        consecutive([5]),
        consecutive([1, 2, 3, 4]),
        consecutive([1000, 52000, 97000]),
    ) == (False, False, True, False)


FOUNDERS = "Lindqvist Hoffmann Moretti Nowak Novotny Marek Lemonnier Aparecida Schulze Berger".split()


@pytest.mark.parametrize("form", ["{} v.o.s.", "{} S.A.S.", "{} SNC", "{} Ο.Ε.", "{} & Partner KG", "{} Inc"])
def test_firms_that_bear_the_names_of_their_founders_are_no_people(form: str) -> None:
    firms = [form.format(name) if n % 3 == 0 else name for n, name in enumerate(FOUNDERS)]
    assert sure(judged(firms)[0]) != "PERSON"


@pytest.mark.parametrize("form", ["{} v.o.s.", "{} Inc"])
def test_customers_who_are_firms_hide_no_people(form: str) -> None:
    people = (
        "Nora Quist; Imran Sheikh; Beatriz Pinto; Oskar Lindahl; Grace Park; Hans Meier; Eva Kern;"
        " Anna Fischer; Peter Hofmann; Maria Rossi; Thomas Nowak; Julia Weber"
    ).split("; ")
    assert sure(judged([*people, *map(form.format, FOUNDERS[:4])])[0]) == "PERSON"
