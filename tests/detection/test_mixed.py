"""What was counted is never called clean."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit
from auditkit.vocabulary import PRESENT

PERSONAL = {
    "EMAIL_ADDRESS": "person{i}@example.org",
    "IBAN_CODE": "DE89 3704 0044 0532 0130 00",
    "CREDIT_CARD": "4111 1111 1111 1111",
    "US_SSN": "078-05-1120",
    "PHONE_NUMBER": "+41 44 668 18 {i:02d}",
}
OTHER = (
    "ref {i}",
    "{i}",
    "open",
    "A-{i}",
    "2024-01-{d:02d}",
    "the order {i} came late and nobody knows why it did",
)
NAMES = ("c1", "note", "email", "status", "x")
EMPTY = "{version: 1, name: P}"


@st.composite
def columns(draw):
    """Return a column of which some cells hold personal data, and its name."""
    held = draw(st.lists(st.sampled_from(sorted(PERSONAL)), min_size=1, max_size=12))
    other = draw(st.sampled_from(OTHER))
    rest = draw(st.integers(0, 60))
    cells = [PERSONAL[e].format(i=i) for i, e in enumerate(held)]
    cells += [other.format(i=i, d=i % 28 + 1) for i in range(rest)]
    return draw(st.sampled_from(NAMES)), draw(st.permutations(cells))


@settings(max_examples=40)
@given(columns())
def test_no_verdict_passes_over_what_was_counted(column):
    name, cells = column
    (verdict,) = auditkit.profile({"t": pd.DataFrame({name: cells})}).columns
    assert not verdict.contains or verdict.verdict in PRESENT
    if verdict.verdict == "mixed":
        assert verdict.entity in verdict.contains
        assert verdict.matches == max(verdict.contains.values()) <= verdict.inside <= verdict.rows
        assert verdict.category
        assert verdict.evidence


@settings(max_examples=10)
@given(columns())
def test_no_outcome_passes_over_a_column_with_contents_that_nobody_declared(column):
    name, cells = column
    audit = auditkit.audit(
        {"t": pd.DataFrame({name: cells})},
        auditkit.Policy.parse(EMPTY),
        checks=["pii-undeclared", "pii-free-text"],
        strict=True,
    )
    contains = audit.columns[0].contains
    passed = {o.check for o in audit.passed}
    assert not contains or "pii-free-text" not in passed
    assert audit.columns[0].verdict != "mixed" or "pii-undeclared" not in passed


@pytest.mark.parametrize("share", [1, 100, 250, 500])
def test_half_of_the_cells_are_no_clean_column(share):
    cells = [f"person{i}@example.org" for i in range(share)] + [f"see {i}" for i in range(1000 - share)]
    frame = pd.DataFrame({"remark": cells})
    (verdict,) = auditkit.profile({"t": frame}).columns
    assert (verdict.verdict, verdict.entity, verdict.matches) == ("mixed", "EMAIL_ADDRESS", share)
    assert f"{share} cell" in verdict.evidence
    audit = auditkit.audit({"t": frame}, auditkit.Policy.parse(EMPTY), checks=["pii-undeclared"], strict=True)
    assert [(f.columns, f.rows, f.of) for f in audit.findings] == [(("remark",), share, 1000)]
    assert "remark: user.contact.email" in auditkit.Policy.draft({"t": frame})
    declared = auditkit.Policy.parse(
        "{version: 1, name: P, tables: {t: {columns: {remark: user.contact.email}}}}"
    )
    audit = auditkit.audit(
        {"t": frame}, declared, checks=["pii-undeclared", "pii-free-text", "pii-misnamed"], strict=True
    )
    assert not audit.findings
