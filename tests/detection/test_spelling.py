"""Laws about names of columns that are misspelt, in short, or written in the letters of another script."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from auditkit.detection.header import read
from auditkit.detection.header_words import as_listed, tokens
from auditkit.detection.phrases import phrases
from auditkit.detection.spelling import in_latin, is_one_edit
from auditkit.lexicon import other_words

WORDS = sorted(
    "latitude longitude telephone birthday nationality occupation geburtsdatum telefonnummer nachname"
    " apellidos direccion codepostal staatsangehorigkeit beneficiary".split()
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@st.composite
def misspelt(draw):
    word = draw(st.sampled_from(WORDS))
    at, letter = draw(st.integers(1, len(word) - 2)), draw(st.sampled_from(LETTERS))
    edits = (
        word[:at] + letter + word[at:],
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    )
    return word, draw(st.sampled_from(edits))


@given(misspelt())
def test_a_long_word_is_read_with_one_letter_wrong(case):
    word, written = case
    assume(written[-1] == word[-1] and (written,) not in phrases() and written not in other_words())
    assert is_one_edit(written, word) or written == word
    missing = set(read(word).says) - set(read(written).says)
    # another word of the list may be as near
    assert not missing or any(is_one_edit(written, "".join(key)) for key in phrases() if key != (word,))


@pytest.mark.parametrize(
    ("name", "entity"),
    [
        ("lattitude", "GEO_COORDINATES"),
        ("date_of_brith", "DATE_OF_BIRTH"),
        ("frist_name", "PERSON"),
        ("surnmae", "PERSON"),
        ("email_addres", "EMAIL_ADDRESS"),
        ("Telefonnumer", "PHONE_NUMBER"),
        ("nationalty", "NATIONALITY"),
        ("soc_sec_no", "NATIONAL_ID"),
        ("dri_lic", "DRIVER_LICENSE"),
        ("familiya", "PERSON"),
        ("data_rozhdeniya", "DATE_OF_BIRTH"),
        ("adres_prozhivaniya", "STREET_ADDRESS"),
        ("eponymo", "PERSON"),
    ],
)
def test_names_in_other_spellings_are_read(name, entity):
    assert entity in read(name).says


@pytest.mark.parametrize(
    "name",
    ["list_name", "status", "context", "contract", "massage", "patent", "disable", "varname", "getcode"],
)
def test_other_words_are_not_taken_for_misspelt_ones(name):
    assert as_listed(tokens(name)) == tokens(name)


@given(st.text("абвгдежзийклмнопрстуфхцчшщъыьэюяёєіїαβγδεζηθικλμνξοπρστυφχψω ", max_size=12))
def test_cyrillic_and_greek_words_are_ascii_in_latin_letters(text):
    assert all(latin.isascii() and latin.count(" ") == text.count(" ") for latin in in_latin(text))
