"""What cells hold besides: counts are exact, one text is one thing, and a sample is called a sample."""

from __future__ import annotations

from functools import reduce
from operator import add

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditkit.detection import names_model, profile_batch

FILLER = "The delivery came late and the customer wants to know why it did"
PIECES = {
    "EMAIL_ADDRESS": "write to jane{i}@example.org please",
    "PHONE_NUMBER": "or call +41 44 668 18 {i:02d} today",
    "IBAN_CODE": "account DE89 3704 0044 0532 0130 00 as before",
    "CREDIT_CARD": "card 4111 1111 1111 1111 was charged",
    "US_SSN": "number 078-05-1120 was given",
}


def judged(cells):
    batch = pa.RecordBatch.from_pandas(pd.DataFrame({"note": pd.Series(cells, dtype="str")}))
    return profile_batch("t", batch).columns[0]


@settings(max_examples=40)
@given(st.lists(st.sets(st.sampled_from(sorted(PIECES))), min_size=1, max_size=20))
def test_the_counts_of_cells_are_exact(cells):
    texts = [
        f"{FILLER}; {'; '.join(PIECES[e].format(i=i % 90) for e in sorted(held))}; {i}"
        for i, held in enumerate(cells)
    ]
    verdict = judged(texts)
    expected = {e: sum(e in held for held in cells) for e in sorted(PIECES)}
    assert verdict.contains == {e: n for e, n in expected.items() if n}
    assert verdict.inside == sum(bool(held) for held in cells)
    parts = [profile_batch("t", pa.RecordBatch.from_pydict({"note": [text]})) for text in texts]
    assert reduce(add, reversed(parts)).columns[0] == verdict


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("pay to DE89 3704 0044 0532 0130 00 by Friday as we all agreed", {"IBAN_CODE": 1}),
        (
            "pay to DE89 3704 0044 0532 0130 00 or call us at 0044 20 7946 0958",
            {"IBAN_CODE": 1, "PHONE_NUMBER": 1},
        ),
        (
            "call +44 20 7946 0958 before you pay to DE89 3704 0044 0532 0130 00",
            {"IBAN_CODE": 1, "PHONE_NUMBER": 1},
        ),
        ("the card 4111 1111 1111 1111 was charged twice for one order", {"CREDIT_CARD": 1}),
        ("please write to +41446681800@example.org and to nobody else here", {"EMAIL_ADDRESS": 1}),
        ("postgresql://app:hunter2@db.example.org/main is where all of it is kept", {"SECRET": 1}),
    ],
)
def test_a_verified_longer_text_wins(text, held):
    assert judged([text]).contains == held


@pytest.mark.skipif(not names_model.installed(), reason="the names model is not installed")
def test_names_in_a_sample_are_evidence_and_not_counted():
    names = ("Maria Garcia", "John Smith", "Peter Miller", "Anna Schmidt")
    texts = [
        f"{names[i % 4]} called on day {i} because the delivery of the order was late again."
        for i in range(300)
    ]
    many, few = judged(texts), judged(texts[:20])
    assert "PERSON" not in many.contains
    assert "names of people in about 100%" in many.evidence
    assert "64 of 300 read" in many.evidence
    assert (few.contains, few.inside) == ({"PERSON": 20}, 20)
    assert not any(name in many.evidence + few.evidence for name in " ".join(names).split())


@pytest.mark.skipif(not names_model.installed(), reason="the names model is not installed")
@pytest.mark.parametrize(
    "texts",
    [
        [
            f"Write to maria.garcia{i}@example.org or john.smith{i}@example.net about the order."
            for i in range(20)
        ],
        [
            f'{{"first": "Maria Garcia", "last": "John Smith", "order": {i}, "open": true, "late": false}}'
            for i in range(20)
        ],
        [f"Dear Maria, the order {i} that you sent us last week has been delivered." for i in range(20)],
    ],
    ids=["addresses", "documents", "one name"],
)
def test_no_names_of_people(texts):
    assert "PERSON" not in judged(texts).contains


def test_without_the_model_the_profile_says_so(monkeypatch):
    monkeypatch.setattr(names_model, "installed", lambda: False)
    found = profile_batch(
        "t",
        pa.RecordBatch.from_pydict(
            {"note": [f"Maria Garcia called about order {i} and about the rest" for i in range(9)]}
        ),
    )
    assert "not looked for" in found.note
    assert found.columns[0].contains == {}
