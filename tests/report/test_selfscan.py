"""The last look at an artefact: what it finds, what it must not find, and what it says."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from auditkit.report import selfscan
from auditkit.report.selfscan import Allowed, PersonalValueError

PLANTED = {
    "e-mail address": ["jane.roe@mail.example", "JÖRG@Bücher.example", "a+b_c@x.y-z.example"],
    "phone number": ["+44 20 7946 0958", "+14155550123", "+33 (0)1 99 00 12 34"],
    "payment card": ["4111 1111 1111 1111", "4111111111111111", "3782 822463 10005", "5555-5555-5555-4444"],
    "IBAN": ["GB82 WEST 1234 5698 7654 32", "DE89370400440532013000"],
    "social security number": ["078-05-1120"],
    "token": ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"],
    "key": [
        "AKIAIOSFODNN7EXAMPLE",
        "-----BEGIN RSA PRIVATE KEY-----",
        "ghp_" + "a1" * 18,
        "sk_live_" + "4e" * 12,
    ],
    "password in a URL": ["postgresql://app:hunter2@db/x"],
}
EVERY = [(kind, value) for kind, values in PLANTED.items() for value in values]


@pytest.mark.parametrize(("kind", "value"), EVERY)
@pytest.mark.parametrize("frame", ["{}", "before {} after", "name:{}", "<td>{}</td>", "\n{}\n", "'{}'"])
def test_it_finds_each_kind_in_a_text(kind, value, frame):
    assert kind in selfscan.kinds_in(frame.format(value))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T09:30:41+00:00",
        "20261122T093041Z-71378912",
        "j***@***.org",
        "0.4111111111111111",
        "SELECT a + 1234567",
        "1e+10",
        "user.contact.email",
        "at @media print",
        "GDPR 5(1)(e)",
        "ab" * 32,
        "4111 1111 1111 1112",
        "GB82 WEST 1234 5698 7654 33",
        "000-12-3456",
        "1.1.2 3.4.5.6",
        "12 345 678",
        "http://www.w3.org/2000/svg",
        "rgba(59,110,168,0.06)",
    ],
)
def test_it_leaves_what_reports_are_made_of(text):
    assert selfscan.kinds_in(text) == ()


@given(st.text(alphabet="0123456789abcdef", min_size=64, max_size=64).filter(lambda s: not s.isdigit()))
def test_a_digest_is_no_personal_value(digest):
    assert selfscan.kinds_in(f'{{"digest": "{digest}"}}') == ()


@given(st.integers(min_value=10**15, max_value=10**16 - 1).filter(lambda n: str(n)[0] in "23456"))
def test_a_card_is_what_luhn_says(number):
    assert bool(selfscan.kinds_in(f"pan {number}.")) == luhn.is_valid(str(number))


@pytest.mark.parametrize(("kind", "value"), EVERY)
def test_the_error_names_section_and_kind_and_never_the_value(kind, value):
    text = json.dumps({"outcomes": [{"table": "users"}, {"reason": f"x {value}"}]})
    with pytest.raises(PersonalValueError) as error:
        selfscan.check("audit.json", text)
    assert value not in str(error.value) and kind in str(error.value)
    assert "outcomes[1].reason" in str(error.value)


def test_each_artefact_has_its_own_places():
    value = "jane@mail.example"
    notebook = {
        "cells": [{"source": ["x"]}, {"outputs": [{"data": {"text/plain": [value]}}]}],
        "metadata": {},
    }
    page = f'<main><section id="section-5">ok</section><section id="findings"><td>{value}</td></section>'
    for name, text, place in [
        ("run.ipynb", json.dumps(notebook), "cell 2"),
        ("report.html", page, "findings"),
        ("note.txt", value, "the text"),
    ]:
        with pytest.raises(PersonalValueError) as error:
            selfscan.check(name, text)
        assert error.value.found == ((place, "e-mail address"),)


def test_a_key_of_json_may_be_a_value_too():
    with pytest.raises(PersonalValueError) as error:
        selfscan.check(
            "audit.json", json.dumps({"detail": {"jane@mail.example": {"inner": "jane@mail.example"}}})
        )
    assert "jane" not in str(error.value)


def test_escapes_neither_hide_nor_make_a_value():
    with pytest.raises(PersonalValueError):
        selfscan.check("report.html", "<section id='x'>jane&#64;mail.example</section>")
    with pytest.raises(PersonalValueError):
        selfscan.check("audit.json", '{"a": "jane\\u0040mail.example"}')
    selfscan.check(
        "audit.json", json.dumps({"a": "write to\nprivacy@example.org"}), Allowed.of("privacy@example.org")
    )


def test_what_the_policy_names_may_be_shown_in_any_form():
    allowed = Allowed.of("contact: Privacy@Example.org or +44 20 7946 0958")
    selfscan.check("report.html", "privacy@example.org, +442079460958", allowed)
    with pytest.raises(PersonalValueError):
        selfscan.check("report.html", "another@example.org", allowed)


@pytest.mark.parametrize("part", ["a", "Ab1", "-", "a.", "eyJ", "+a", "é%", "DE12"])
def test_a_word_of_any_length_is_scanned(part):
    """A search that takes the square of the length would not come back."""
    word = part * (500_000 // len(part))
    assert selfscan.kinds_in(f"@ {word} to kim.roe@mail.example") == ("e-mail address",)
