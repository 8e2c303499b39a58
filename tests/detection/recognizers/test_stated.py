"""Passwords and dates of birth that words announce, in many languages."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.detection import analyzer
from auditkit.detection.found import found
from auditkit.detection.recognizers import FAMILIES, stated

PASSWORDS = [
    "my password is {}", "pwd: {}", "Password = {}", "PASSWORD: {}", "Mein Passwort für das Portal lautet {}",
    "Kennwort: {}", "Le mot de passe est {}", "contraseña: {}", "La clave es {}", "La parola d'ordine è {}",
    "a senha é {}", "Het wachtwoord is {}", "hasło to {}", "Lösenord: {}", "heslo je {}", "şifre: {}",
    "пароль: {}", "密码是{}", "パスワードは{}", "비밀번호는 {}", "the password for your new account is {}",
]  # fmt: skip
BIRTHS = [
    "DOB is {}", "DOB {}", "date of birth: {}", "born on {}", "geb. {}", "geboren am {}", "née le {}",
    "fecha de nacimiento: {}", "nacido el {}", "nata il {}", "data de nascimento: {}", "geboortedatum {}",
    "ur. {}", "född {}", "narozen {}", "doğum tarihi: {}", "дата рождения {}", "生年月日 {}", "(* {})",
]  # fmt: skip
DATES = ["12.03.1966", "1966-03-12", "03/14/1962", "12. März 1966", "March 12, 1966", "4 de mayo de 1984"]
letters = st.text(alphabet="abcdefghjkmnpqrstuvwxyz", min_size=4, max_size=12)
passwords = st.builds("{}{}{}".format, letters, st.sampled_from(["7", "42", "!9", "#1", "_2024"]), letters)


@pytest.fixture(scope="module")
def engine():
    return analyzer()


def values(text, entity):
    shapes = [shape for family in stated.FAMILIES for shape in family.shapes if shape.entity == entity]
    return {text[a:b] for shape in shapes for a, b in shape.find(text) if shape.decides(text[a:b])}


@given(st.sampled_from(PASSWORDS), passwords)
def test_an_announced_password_is_found(sentence, password):
    assert password in values(f"Hello. {sentence.format(password)} and bye", "PASSWORD")


@given(st.sampled_from(BIRTHS), st.sampled_from(DATES))
def test_an_announced_date_of_birth_is_found(sentence, date):
    assert values(f"Jane Doe, {sentence.format(date)}, Rome", "DATE_OF_BIRTH") == {date}


@given(st.sampled_from(PASSWORDS), st.sampled_from(["required", "invalid", "expired", "********", "null"]))
def test_a_word_about_a_password_is_not_one(sentence, word):
    assert values(sentence.format(word), "PASSWORD") == set()


@pytest.mark.parametrize(
    "text",
    [
        "Your password was changed on 12.05.2023",
        "Password reset link: https://example.org/reset?x=1",
        "The password is in the vault",
        "password policy is strict",
        "born in 1966 with ten toes",
        "The meeting was on 12.03.1966",
        "Our unborn plans of 12.03.2020",
    ],
)
def test_nothing_is_announced(text):
    assert values(text, "PASSWORD") | values(text, "DATE_OF_BIRTH") == set()


def test_texts_and_cells_agree(engine):
    texts = [p.format("hunter2-blue") for p in PASSWORDS] + [b.format(DATES[0]) for b in BIRTHS]
    column = found(pa.array(texts, pa.large_string()), np.ones(len(texts), np.int64), FAMILIES).entities
    in_texts = [{r.entity_type for r in engine.analyze(text, language="en")} for text in texts]
    for entity in ("PASSWORD", "DATE_OF_BIRTH"):
        assert column[entity].cells == sum(entity in found_here for found_here in in_texts)
