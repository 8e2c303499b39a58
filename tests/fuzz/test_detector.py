"""Any name and any text is judged, and the evidence holds no value."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit
from auditkit.detection.header import read
from tests.fuzz.mutations import mutated

pytestmark = pytest.mark.fuzz

NAMES = [
    "customer_email",
    "Geburtsdatum",
    "IBAN-Nr.",
    "user.address.street",
    "姓名",
    "पता",
    "c1",
    "GBDAT",
    "isActive2",
]
TEXTS = [
    "Call Zoë Quandt-Meyer on +41 44 668 18 00 before Friday, or write to zoe.quandt@example.org.",
    "IBAN DE89 3704 0044 0532 0130 00, card 4111 1111 1111 1111, SSN 536-90-4399, from 10.7.31.9",
    '{"user": {"mail": "zoe.quandt@example.org", "born": "1966-03-12"}, "n": [1, 2]}',
    "https://example.org/reset?token=9f8e7d6c5b4a&mail=zoe.quandt%40example.org",
    "geb. 12.03.1966; password: tr0ub4dor&3; passport no. C01X00T47",
]
SECRETS = (
    "zoe.quandt@example.org",
    "Quandt-Meyer",
    "DE89 3704",
    "4111 1111",
    "536-90-4399",
    "C01X00T47",
    "tr0ub4dor&3",
)


@given(mutated(NAMES, tokens=["_", "-", ".", " ", "ID", "name", "mail"]))
def test_a_name_is_read(name):
    assert all(isinstance(weight, float | int) for weight in read(name).says.values())


@settings(max_examples=max(settings.default.max_examples // 2, 5))
@given(st.lists(mutated(TEXTS), min_size=1, max_size=6), st.sampled_from(NAMES))
def test_a_text_is_judged_without_being_quoted(texts, name):
    cells = [text.encode("utf-8", "replace").decode() for text in texts]
    found = auditkit.profile(pd.DataFrame({name: cells}))
    shown = str([column.to_dict() for column in found.columns]) + str(found) + found._repr_html_()
    assert not [secret for secret in SECRETS if secret in shown]
