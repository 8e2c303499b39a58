"""The identifiers of a request: how they are given, refused and compared."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit
from auditkit.errors import UsageError
from auditkit.locate.identifiers import Identifier
from auditkit.locate.matching import holds_any
from tests.locate.shop import NOTHING_DECLARED, locate, shop


@pytest.mark.parametrize(
    "subject", ["ana@mail.example", "env:ana@mail.example", "env:NOT_SET_ANYWHERE", "env:", ""]
)
def test_a_value_as_a_parameter_is_refused_and_not_repeated(subject):
    with pytest.raises(UsageError) as error:
        auditkit.locate({}, subject=subject)
    value = subject.removeprefix("env:")
    assert not value or value not in str(error.value)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "1 to 50"),
        (["x@y.example"] + [f"n{n}@y.example" for n in range(60)], "1 to 50"),
        (["Ana Roe"], "a name alone"),
    ],
)
def test_identifiers_that_do_not_identify_one_person_are_refused(lines, words):
    with pytest.raises(UsageError, match=words):
        locate({"t": pd.DataFrame({"id": [1]})}, lines)


def test_a_bare_number_that_two_tables_of_people_hold_is_refused():
    tables = {name: pd.DataFrame(rows) for name, rows in shop().items()}
    with pytest.raises(UsageError, match=r"agents\.id, customers\.id|customers\.id, agents\.id"):
        locate(tables, ["7"])


def test_notes_say_which_identifiers_are_too_short_for_texts():
    customers = pd.DataFrame({"id": [4711], "code": ["C-17"], "body": ["nothing about anybody here"]})
    alone = locate({"customers": customers}, ["customers.id=4711"], NOTHING_DECLARED)
    assert any("too short" in note and "no text was searched" in note for note in alone.notes), alone.notes
    both = locate({"customers": customers}, ["customers.id=4711", "ana@example.org"], NOTHING_DECLARED)
    assert any(note.startswith("1 of the 2 identifiers given is too short") for note in both.notes), (
        both.notes
    )
    assert alone.summary.startswith("1 row in 1 table (")
    assert "1 of 1 table searched, 1 row" in alone.summary


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_any_text_is_an_identifier_and_its_repr_shows_no_value(text):
    identifier = Identifier.of(text)
    if text.upper().lower() == text.lower():
        assert repr(identifier).count("'") == 2, "only the kind is shown"
        assert identifier == Identifier.of(f" {text.upper()} ")


@settings(max_examples=30)
@given(st.text("ab@.+*?()[]{}^$|\\'\"%-é/ ", min_size=6, max_size=14).filter(lambda t: t.strip() == t))
def test_an_identifier_of_any_characters_is_found_between_blanks(text):
    identifier = Identifier.of(text)
    cells = ibis.memtable({"c": [f"so {text.upper()} so", "so so", None]})
    held = holds_any(cells.c, [identifier]).name("h").execute().tolist()
    assert held == [bool(identifier.text_forms), False, False]
