from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.vocabulary import (
    ARTICLE_9_CONDITIONS,
    DATA_CATEGORIES,
    ENTITIES,
    LEGAL_BASES,
    Sensitivity,
    did_you_mean,
    entity,
    is_ancestor,
    sensitivity,
)
from auditkit.vocabulary.entities import GENERAL
from auditkit.vocabulary.national import NATIONAL

CONTRACT = """
PERSON EMAIL_ADDRESS PHONE_NUMBER STREET_ADDRESS POSTAL_CODE LOCATION GEO_COORDINATES DATE_OF_BIRTH AGE
GENDER NATIONALITY ETHNICITY RELIGION POLITICAL_OPINION TRADE_UNION SEXUAL_ORIENTATION HEALTH DISABILITY
GENETIC BIOMETRIC CRIMINAL_RECORD MARITAL_STATUS LANGUAGE OCCUPATION EDUCATION ORGANIZATION INCOME
CREDIT_CARD IBAN_CODE BANK_ACCOUNT CRYPTO PASSPORT DRIVER_LICENSE TAX_ID NATIONAL_ID LICENSE_PLATE VIN
IP_ADDRESS MAC_ADDRESS DEVICE_ID COOKIE_ID USERNAME URL PASSWORD SECRET PSEUDONYM FREE_TEXT
"""
categories = st.sampled_from(sorted(DATA_CATEGORIES))


def test_every_entity_of_the_contract_is_there_and_the_others_are_kinds_of_an_identity_or_tax_number():
    assert {name for name, e in ENTITIES.items() if e.kind is None} == set(CONTRACT.split())
    assert {e.kind for e in ENTITIES.values()} == {None, "NATIONAL_ID", "TAX_ID"}


def test_no_name_stands_twice():
    names = [row[0] for row in (*GENERAL, *NATIONAL)]
    assert len(names) == len(set(names)) == len(ENTITIES)


@pytest.mark.parametrize("name", sorted(ENTITIES))
def test_an_entity_has_a_known_category_a_term_and_articles(name):
    found = entity(name)
    assert found.name == name
    assert found.label
    assert found.category in DATA_CATEGORIES
    assert found.dpv.startswith(("pd:", "dpv:"))
    assert found.articles[0] == "GDPR 4(1)"
    assert (found.sensitivity is Sensitivity.SPECIAL_CATEGORY) == ("GDPR 9(1)" in found.articles)


@pytest.mark.parametrize("name", sorted(ENTITIES))
def test_an_entity_is_as_sensitive_as_its_category(name):
    apart = {"LOCATION": Sensitivity.LOCATION, "URL": Sensitivity.ONLINE_IDENTIFIER}
    assert entity(name).sensitivity is apart.get(name, sensitivity(entity(name).category))


def test_a_kind_takes_over_all_but_name_and_label():
    ssn, parent = entity("US_SSN"), entity("NATIONAL_ID")
    assert (ssn.category, ssn.dpv, ssn.sensitivity, ssn.articles) == (
        parent.category,
        parent.dpv,
        parent.sensitivity,
        parent.articles,
    )


def test_an_unknown_entity_is_refused_with_the_nearest_name():
    with pytest.raises(ValueError, match="Did you mean 'EMAIL_ADDRESS'"):
        entity("EMAIL_ADRESS")


@given(categories, categories, categories)
def test_ancestry_is_a_partial_order(a, b, c):
    assert is_ancestor(a, a)
    assert not (is_ancestor(a, b) and is_ancestor(b, a)) or a == b
    assert is_ancestor(a, c) or not (is_ancestor(a, b) and is_ancestor(b, c))


def test_a_category_with_a_similar_name_is_no_ancestor():
    assert not is_ancestor("user.device.cookie", "user.device.cookie_id")


@given(categories)
def test_what_lies_below_a_special_category_is_one(category):
    below = [c for c in DATA_CATEGORIES if is_ancestor(category, c)]
    if sensitivity(category) is Sensitivity.SPECIAL_CATEGORY:
        assert {sensitivity(c) for c in below} == {Sensitivity.SPECIAL_CATEGORY}


def test_legal_bases_are_those_of_the_regulation():
    assert list(LEGAL_BASES.values()) == [f"6(1)({letter})" for letter in "abcdef"]
    assert list(ARTICLE_9_CONDITIONS.values()) == [f"9(2)({letter})" for letter in "abcdefghij"]


def test_the_nearest_word_is_found_whatever_its_capitals():
    assert did_you_mean("EMAIL", ["email", "phone"]) == " Did you mean 'email'?"
    assert did_you_mean("zzz", ["email", "phone"]) == ""


def test_it_imports_nothing_heavy():
    code = (
        "import sys, auditkit.vocabulary; print(*{'pandas', 'ibis', 'pydantic', 'presidio_analyzer', 'spacy',"
        " 'duckdb'} & set(sys.modules))"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == ""
    )
