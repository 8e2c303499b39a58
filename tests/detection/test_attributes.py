"""What columns are taken for because of what else there is: attributes of people, forms and scales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit
from auditkit.lexicon import vocabulary

SURE = ("certain", "likely")
GIVEN = "anna peter maria thomas laura martin julia stefan nicole daniel".split()
FAMILY = "schneider johnson martinez rossini kowalski andersson dubois fischer bennett novotny".split()
ATTRIBUTES: Mapping[str, Sequence[str]] = {
    "age": [str(19 + 7 * n) for n in range(9)],
    "sex": ["male", "female", "female"] * 3,
    "marital_status": ["single", "married", "divorced"] * 3,
    "religion": ["catholic", "muslim", "hindu"] * 3,
    "ethnicity": ["white", "black", "asian"] * 3,
}


def found(
    columns: Mapping[str, Sequence[str]], table: str = "t"
) -> Mapping[str, auditkit.detection.ColumnVerdict]:
    verdicts = auditkit.profile({table: pd.DataFrame(columns)}).columns
    return {v.column: v for v in verdicts}


@settings(max_examples=8)
@given(st.sets(st.sampled_from(sorted(ATTRIBUTES)), min_size=3))
def test_several_attributes_of_people_make_a_row_one_about_a_person_unless_it_counts_people(chosen):
    columns = {name: ATTRIBUTES[name] for name in sorted(chosen)}
    found_in = found({**columns, "visits": [str(n * n) for n in range(9)]}, "survey")
    assert all(found_in[name].verdict in SURE for name in chosen)
    counted = found({**columns, "freq": [str(n * n) for n in range(9)]}, "survey")
    assert all(counted[name].verdict == "review" for name in chosen & {"age", "sex", "marital_status"})


@pytest.mark.parametrize("name", ["female", "male", "hispanic", "african_american"])
def test_a_column_that_is_named_after_a_value_holds_it_as_yes_and_no(name):
    columns = {"email": [f"{word}@example.org" for word in GIVEN], name: ["0", "1"] * 5}
    assert found(columns)[name].verdict in SURE
    assert found({**columns, name: list("0123456789")})[name].verdict not in SURE


@settings(max_examples=15)
@given(st.sets(st.sampled_from(sorted(vocabulary("COLOUR"))), min_size=3, max_size=9))
def test_colours_are_no_people(colours):
    values = [colour.title() for colour in sorted(colours)]
    assert found({"c1": values})["c1"].verdict not in SURE
    assert found({"name": values}, "paints")["name"].verdict not in SURE


@settings(max_examples=15)
@given(st.sets(st.sampled_from(sorted(vocabulary("SCALE"))), min_size=2, max_size=6))
def test_the_steps_of_a_scale_are_no_words_for_anything(steps):
    columns = {"email": [f"{word}@example.org" for word in GIVEN]}
    values = (sorted(steps) * 10)[:10]
    assert found({**columns, "job_satisfaction": values})["job_satisfaction"].verdict not in SURE


@pytest.mark.parametrize("table", ["ships", "songs", "hurricanes", "storm_tracks"])
def test_the_name_of_a_thing_is_no_name_of_a_person_unless_the_rows_are_people(table):
    names = [word.title() for word in GIVEN]
    assert found({"name": names}, table)["name"].verdict not in SURE
    beside = {
        "email": [f"{word}@example.org" for word in GIVEN],
        "phone": [f"+4930123456{n}0" for n in range(10)],
    }
    assert found({"name": names, **beside}, table)["name"].verdict in SURE


MADE_OF_NAMES = {
    "a.b": lambda first, last: f"{first}.{last}",
    "ab": lambda first, last: f"{first[0]}{last}",
    "b_a7": lambda first, last: f"{last}_{first}7",
    "BA": lambda first, last: f"{last}{first[0]}".upper(),
}


@pytest.mark.parametrize("form", MADE_OF_NAMES)
@pytest.mark.parametrize("name", ["c1", "ERNAM", "xq_by"])
def test_words_that_are_made_of_the_parts_of_a_name_are_user_names(form, name):
    verdict = found({name: list(map(MADE_OF_NAMES[form], GIVEN, FAMILY))})[name]
    assert (verdict.entity, verdict.verdict in SURE) == ("USERNAME", True)


def test_identifiers_of_vehicles_are_known_by_their_form_and_numbers_are_none():
    vins = [f"WVWZZZ3C{letter}E{n:06}" + "1" for n, letter in enumerate("KLMNPRST", 100_020)]
    vins = [vin[:17] for vin in vins]
    assert found({"c1": vins})["c1"].entity == "VIN"
    assert found({"c1": [f"{n * 7919:017}" for n in range(1, 9)]})["c1"].entity != "VIN"


@settings(max_examples=15)
@given(st.lists(st.datetimes(min_value=datetime(1, 1, 1)), min_size=4, max_size=9, unique=True))
def test_moments_of_any_year_are_no_telephone_numbers(moments):
    for separator in ("T", " "):
        verdict = found(
            {"created": [f"{moment.isoformat(separator, 'seconds')}+00:00" for moment in moments]}
        )
        assert verdict["created"].entity != "PHONE_NUMBER" and not verdict["created"].contains
