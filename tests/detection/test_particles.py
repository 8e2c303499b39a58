"""Small words inside names of people: one list, which every reader of names accepts."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from presidio_analyzer import RecognizerResult

from auditkit.detection.people import people
from auditkit.detection.recognizers.cued import cued
from auditkit.detection.recognizers.labelled import labelled
from auditkit.detection.scripts import CAPITAL, CAPITALISED, SMALL
from auditkit.lexicon import joining_particles, listed, particles, particles_of_people, small_particles
from auditkit.naming.people import is_person

AS_WRITTEN = sorted({*small_particles(), *map(str.title, particles() - joining_particles())})
SYLLABLES = st.sampled_from("vel dor qui zan mer lot fen hus bra kli tor wex nup sel gri".split())
WORDS = st.builds("{}{}{}".format, SYLLABLES, SYLLABLES, SYLLABLES).map(str.title)


def _found(reader, text: str) -> list[str]:
    return [text[name.start : name.end] for name in reader(text) if name.entity_type == "PERSON"]


@given(st.sampled_from(sorted(particles())), st.booleans())
def test_a_particle_is_part_of_the_name_of_a_thing(particle, is_capital):
    assert is_person(f"Zofia {particle.title() if is_capital else particle} Nowak")


@given(st.sampled_from(["Mr", "Frau", "Sra."]), WORDS, st.sampled_from(AS_WRITTEN), WORDS)
def test_a_particle_stands_within_a_name_behind_a_title(title, first, particle, last):
    name = f"{first} {particle} {last}"
    assert name in _found(cued, f"Then {title} {name} called.")


@given(WORDS, WORDS, st.sampled_from(sorted(particles_of_people() | joining_particles())), WORDS)
def test_a_particle_leads_on_to_a_third_name_that_no_list_has(first, second, particle, last):
    name = f"{first} {second} {particle} {last}"
    assert name in _found(cued, f"Then Mr {name} called.")


@given(st.sampled_from(["Name", "Contact", "Nachname", "Patient"]), st.sampled_from(sorted(particles())))
def test_a_particle_stands_within_a_name_behind_a_label(label, particle):
    name = f"Zofia {particle} Nowak"
    assert _found(labelled, f"{label}: {name}; plan=gold") == [name]


@given(st.sampled_from(AS_WRITTEN))
def test_a_particle_stands_between_a_given_name_of_the_model_and_the_family_name(particle):
    text = f"We met Zofia {particle} Nowak there."
    whole = people(text, [RecognizerResult("PERSON", 7, 12, 0.85)], [])
    assert [text[name.start : name.end] for name in whole] == [f"Zofia {particle} Nowak"]


@pytest.mark.parametrize("cue", ["Mr", "nurse", "my uncle", "Onkel", "my name is", "I am", "First name:"])
@pytest.mark.parametrize("name", ["Al", "Bin"])
def test_a_particle_alone_with_a_capital_is_a_name_behind_a_cue(cue, name):
    text = f"{cue} {name}, as ever"
    assert name in _found(cued, text) + _found(labelled, text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mr Smith I think so", "Smith"),
        ("Mr Mac Carter Velquiz", "Mac Carter"),
        ("my brother Mac Velquiz", "Mac Velquiz"),
        ("Mr Smith Do you know", "Smith"),
        ("Herr Weber und Besuch", "Weber"),
        ("Signora Rossi e azienda", "Rossi"),
    ],
)
def test_where_a_name_with_a_particle_ends(text, name):
    assert _found(cued, text) == [name]


@pytest.mark.parametrize("text", ["Lena zum Arzt bringen", "Lena den Brief geben"])
def test_what_leads_to_an_ordinary_word_is_no_particle(text):
    whole = people(text, [RecognizerResult("PERSON", 0, 4, 0.85)], [])
    assert [text[name.start : name.end] for name in whole] == ["Lena"]


def test_what_a_form_says_of_its_fields_is_no_name():
    assert _found(labelled, "Name: Bezeichnung des Feldes.") == []


def test_each_particle_is_of_one_kind():
    kinds = [listed(f"PARTICLE {kind}") for kind in ("people", "places", "joining", "capital")]
    assert sum(map(len, kinds)) == len(particles())


@given(st.characters(categories=["Lu", "Ll", "Lo"], max_codepoint=0xFFFF))
def test_a_capital_is_a_letter_that_is_not_small(letter):
    is_small = unicodedata.category(letter) == "Ll"
    assert bool(re.fullmatch(CAPITAL, letter)) == (not is_small)
    assert bool(re.fullmatch(f"[{SMALL}]", letter)) == is_small
    assert re.fullmatch(CAPITALISED, f"al-{letter}") is None or not is_small
