"""Values behind labels: a label says in text what it says as the name of a column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.detection.recognizers.labelled import labelled
from auditkit.lexicon import listed

PERSON = (
    "First name, Last name, Patient name, Vorname, Nachname, Apellidos, Prénom, Cognome, Voornaam, Sobrenome,"
    " Nazwisko, Soyadı, Фамилия, Efternavn, Příjmení, last_name, customerLastName"
).split(", ")
PLACE = "City, Ciudad, Ville, Wohnort, Città, Cidade, Woonplaats, Miasto, Şehir, Город, billing_city".split(
    ", "
)
ADDRESS = (
    "Address, Street, Anschrift, Domicilio, Adresse, Indirizzo, Morada, Adres, Адрес, shipping_address".split(
        ", "
    )
)
NAMES = ["Lindqvist", "Anna Lindqvist", "María del Carmen Ruiz", "O'Brien", "Jean-Luc Moreau", "J. Whitfield"]
STREETS = ["12 Baker Street", "Calle Mayor 4", "Hauptstraße 17a", "ul. Długa 5", "45 rue de la Paix"]
SEPARATORS = [": ", ":", " : ", " = ", "=", "：", ":\t"]
BEHIND = ["", "\n", "\nNotes: none", "; plan=gold", " | open", "\t7"]


def found(text: str) -> list[tuple[str, str]]:
    return [(one.entity_type, text[one.start : one.end]) for one in labelled(text)]


@given(st.sampled_from(PERSON), st.sampled_from(SEPARATORS), st.sampled_from(NAMES), st.sampled_from(BEHIND))
def test_a_name_behind_its_label_is_found(label, separator, name, behind):
    assert found(f"{label}{separator}{name}{behind}") == [("PERSON", name)]


@given(st.sampled_from(PLACE), st.sampled_from(SEPARATORS), st.sampled_from(["Graz", "São Paulo"]))
def test_a_place_behind_its_label_is_found(label, separator, place):
    assert found(f"{label}{separator}{place}") == [("LOCATION", place)]


@given(
    st.sampled_from(ADDRESS), st.sampled_from(SEPARATORS), st.sampled_from(STREETS), st.sampled_from(BEHIND)
)
def test_an_address_behind_its_label_is_found(label, separator, street, behind):
    assert found(f"{label}{separator}{street}{behind}") == [("STREET_ADDRESS", street)]


@given(
    st.sampled_from([*PERSON, *PLACE, *ADDRESS, "name", "user", "owner"]),
    st.sampled_from(SEPARATORS),
    st.sampled_from(sorted(listed("NO_VALUE"))) | st.integers(0, 99).map(str),
)
def test_what_forms_and_programs_write_instead_of_a_value_is_none(label, separator, value):
    assert found(f"{label}{separator}{value}") == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('{"first_name": "Ines", "city": "Graz", "seats": 4}', [("PERSON", "Ines"), ("LOCATION", "Graz")]),
        ("GET /x?user=anna.meyer&city=Graz HTTP", [("USERNAME", "anna.meyer"), ("LOCATION", "Graz")]),
        ("https://example.org/users/anna.meyer/edit", [("USERNAME", "anna.meyer")]),
        ("opened /home/maria/notes.txt", [("USERNAME", "maria")]),
        ("PLZ/Ort: 53113 Bonn", [("POSTAL_CODE", "53113"), ("LOCATION", "Bonn")]),
        ("Edad: 70 años Sexo: H", [("AGE", "70")]),
        ("Apellidos: García Ruiz. Edad: 70", [("PERSON", "García Ruiz"), ("AGE", "70")]),
        ("MRN: 00412345    DOB: 12.03.1966", [("PSEUDONYM", "00412345"), ("DATE_OF_BIRTH", "12.03.1966")]),
        ("रोगी का नाम: मीनाक्षी शुक्ला", [("PERSON", "मीनाक्षी शुक्ला")]),
    ],
)
def test_forms_programs_and_addresses_of_pages(text, values):
    assert found(text) == values


@pytest.mark.parametrize(
    "text",
    [
        "name: nginx\nimage: nginx:1.25\nrestart: always",
        "Name: Standard Plan\nState: draft\nOwner: root\nAddress: 0x7fff",
        "def read(path: str, name: str = 'default') -> Table: return Table(path, name=name, city=None)",
        "/usr/lib/python3/dist-packages /home/runner/builds /users/search /u/settings",
        "Q: Who can apply? A: Anyone. Q: When? A: Friday, March 5",
        "Address of the register: 0x7fff. Sender: daemon. Author: unknown.",
    ],
)
def test_programs_and_manuals_hold_nothing(text):
    assert found(text) == []
