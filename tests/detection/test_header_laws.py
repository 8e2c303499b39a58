"""Laws of what the names of columns say, over the whole list of phrases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.detection.header import read
from auditkit.detection.phrases import phrases
from auditkit.detection.questions import question
from auditkit.lexicon import words

LISTED = sorted(key for key in phrases() if all(word.isascii() and word.isalpha() for word in key))
IN_ONE_WORD = [word for word, *more in LISTED if not more and len(word) > 5]
LONG = [key for key in LISTED if len(key) > 1]


@given(st.sampled_from(LISTED), st.sampled_from(LISTED))
def test_a_dot_between_words_hides_nothing_of_what_they_say(before, behind):
    apart = read(f"{'_'.join(before)}.{'_'.join(behind)}").says
    joined = read("_".join((*before, *behind))).says
    assert all(apart.get(entity, 0.0) >= score for entity, score in joined.items())


@pytest.mark.parametrize("role", ["user", "customer", "patient", "author", "employee"])
def test_a_name_behind_a_dot_is_the_name_of_what_stands_before_it(role):
    assert read(f"{role}.name").says["PERSON"] >= read("name").says["PERSON"]
    assert read(f"order.{role}.email").says.keys() >= {"EMAIL_ADDRESS"}


@given(st.sampled_from(IN_ONE_WORD), st.integers(0, 2**16))
def test_a_listed_word_says_the_same_in_any_case_of_its_letters(word, upper):
    written = "".join(c.upper() if upper >> (at % 16) & 1 else c for at, c in enumerate(word))
    assert read(written).says.keys() >= read(word).says.keys()


@given(st.sampled_from(sorted(words("role") & words("people"))), st.sampled_from(LONG))
def test_words_of_a_phrase_are_no_property_of_the_person_before_it(role, phrase):
    alone = read("_".join(phrase))
    if not (alone.flag or phrase[0] in words("tail")):
        assert not read(f"{role}_{'_'.join(phrase)}").flag


@pytest.mark.parametrize(
    "name", ["phone_type", "race_known", "dob_estimated", "email_verified", "address_missing"]
)
def test_a_property_of_something_is_not_that_itself(name):
    assert read(name).flag and not read(name).says


@pytest.mark.parametrize("verb", ["is", "has", "was", "had"])
@pytest.mark.parametrize(
    ("state", "entity"),
    [
        ("pregnant", "HEALTH"),
        ("diabetes", "HEALTH"),
        ("impairment", "DISABILITY"),
        ("married", "MARITAL_STATUS"),
    ],
)
def test_a_flag_of_a_state_says_as_much_as_the_state(verb, state, entity):
    """Whether somebody is pregnant is as telling as the word; whether something is switched on is not."""
    header = read(f"{verb}_{state}")
    assert header.says == {entity: pytest.approx(read(state).says[entity], abs=1)} and not header.flag
    assert read(f"show_{state}").flag and read(f"{verb}_disabled").flag


ASKED_FOR = [
    ("What is your {}?", "Please enter your {}", "3. What's your {}? (optional) *", "Q7 - What is your {}"),
    ("Wie lautet Ihre {}?", "Bitte geben Sie Ihre {} an", "Was ist Ihre {}?"),
    ("Quelle est votre {} ?", "Veuillez indiquer votre {}"),
    ("¿Cuál es su {}?", "Qual è la tua {}?", "Qual é a sua {}?", "Wat is uw {}?"),
]
OF_THEIR_OWN = [key for key in LISTED if question(f"What is {' '.join(key)}?")[0] == " ".join(key)]
"""All phrases but `comment`, `born`, and a few more that are themselves words of questions."""


def test_most_phrases_can_be_asked_for():
    assert len(OF_THEIR_OWN) > 0.99 * len(LISTED)


@given(st.sampled_from([way for ways in ASKED_FOR for way in ways]), st.sampled_from(OF_THEIR_OWN))
def test_a_question_says_what_the_name_says_that_it_asks_for(way, phrase):
    name = " ".join(phrase)
    assert question(way.format(name)).about == name
    assert read(way.format(name)) == read(name)


@given(
    st.sampled_from(
        [
            "How satisfied are you with {}?",
            "Did you receive our {}?",
            "Wie zufrieden sind Sie mit {}?",
            "Que pensez-vous de notre {} ?",
            "¿Le gusta nuestra {}?",
        ]
    ),
    st.sampled_from(sorted(phrase for phrase in LISTED if not phrase[0].startswith("how"))),
)
def test_a_question_about_those_who_ask_says_nothing_of_a_person(way, phrase):
    says = read(way.format(" ".join(phrase))).says
    assert not says.keys() & {"PERSON", "STREET_ADDRESS", "PHONE_NUMBER", "EMAIL_ADDRESS", "LOCATION"}


@pytest.mark.parametrize(
    ("name", "entity"),
    [
        ("How old are you?", "AGE"),
        ("Wie heißen Sie?", "PERSON"),
        ("Quel âge avez-vous ?", "AGE"),
        ("¿Cómo se llama?", "PERSON"),
        ("Dove abiti?", "LOCATION"),
        ("Wanneer bent u geboren?", "DATE_OF_BIRTH"),
        ("In which city do you live", "LOCATION"),
        ("Do you have any health conditions? (optional)", "HEALTH"),
        ("Your contact details, please? [E-mail]", "EMAIL_ADDRESS"),
        ("What is your annual household income before taxes?", "INCOME"),
        ("Please tell us your phone number so we can call you", "PHONE_NUMBER"),
    ],
)
def test_a_question_is_read(name, entity):
    assert entity in read(name).says


@pytest.mark.parametrize(
    "name",
    [
        "How satisfied are you with the address of our shop?",
        "How many employees work in your company?",
        "Would you recommend us by phone?",
        "May we contact you by e-mail?",
        "How old is your building?",
        "Wie heißt Ihr Hund?",
        "How satisfied are you with the following? [Address]",
    ],
)
def test_a_question_about_something_else_says_nothing(name):
    assert not read(name).says


@pytest.mark.parametrize(
    "name", ["age [years]", "is_active?", "what_is", "state", "Comment", "What is your name? " * 50]
)
def test_a_name_is_not_a_question(name):
    assert question(name) is None
