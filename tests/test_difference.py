"""What changed between two audits; what nobody looked for is not mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.audit.audit import Audit
from auditkit.outcome import Cause, Confidence, Finding, NotAssessed, Passed, Severity, Waiver

WAIVER = Waiver("12345678", "accepted", "J. Roe", date(2026, 12, 31))


def finding(table: str = "t", column: str = "c", **told: object) -> Finding:
    base = {
        "check": "pii-undeclared",
        "severity": Severity.MEDIUM,
        "confidence": Confidence.MEDIUM,
        "rows": 5,
    }
    return Finding(table=table, columns=(column,), **{**base, **told})


def blind(table: str = "t", cause: Cause = Cause.NO_RIGHT, columns: tuple[str, ...] = ()) -> NotAssessed:
    return NotAssessed(check="pii-undeclared", table=table, columns=columns, cause=cause, reason="r")


def audit(*outcomes: object) -> Audit:
    return Audit(outcomes=outcomes, source="s", as_of=date(2026, 11, 22))


@pytest.mark.parametrize(
    ("before", "now", "grown"),
    [
        ({}, {"rows": 6}, True),
        ({}, {"rows": 4}, False),
        ({}, {"severity": Severity.HIGH}, True),
        ({}, {"severity": Severity.LOW}, False),
        ({}, {"confidence": Confidence.HIGH}, True),
        ({"waiver": WAIVER}, {}, True),
        ({}, {"waiver": WAIVER}, False),
        ({"rows": 9}, {"severity": Severity.HIGH}, True),
    ],
)
def test_a_finding_grows_by_rows_severity_certainty_and_the_end_of_its_waiver(before, now, grown):
    change = audit(finding(**now)).diff(audit(finding(**before)))
    assert len(change.updated) == 1 and not (change.new or change.absent or change.unchanged)
    assert bool(change.grown) is grown


def test_a_waiver_that_ends_counts_for_the_exit_code_again():
    now = finding(severity=Severity.HIGH, confidence=Confidence.HIGH)
    assert audit(now).exit_code(against=audit(replace(now, waiver=WAIVER))) == 1
    assert audit(now).exit_code(against=audit(now)) == 0


@pytest.mark.parametrize(
    ("now", "unseen"),
    [
        ((Passed(check="pii-undeclared", table="t"),), False),
        ((finding(column="other"),), False),
        ((blind(),), True),
        ((blind(columns=("c",)),), True),
        ((blind(columns=("other",)), Passed(check="pii-undeclared", table="t", columns=("c",))), False),
        ((blind(cause=Cause.NOT_APPLICABLE),), False),
        ((blind(cause=Cause.UNDECLARED),), True),
        ((blind(cause=Cause.EXCLUDED),), True),
        ((), True),
        ((Passed(check="retention-overdue", table="t"),), True),
        ((Passed(check="pii-undeclared", table="u"),), False),
        ((blind("u"),), True),
    ],
    ids=["passed", "another column", "no right", "that column", "only another column", "nothing to find",
    "undeclared", "excluded",
         "did not run",
         "another check", "the table is gone", "nothing was seen"],
)  # fmt: skip
def test_what_nobody_looked_for_is_not_mended(now, unseen):
    change = audit(*now).diff(audit(finding()))
    assert [f.columns for f in change.absent] == [("c",)]
    assert bool(change.unseen) is unseen and bool(change.resolved) is not unseen


@pytest.mark.parametrize(
    ("before", "unknown"), [(blind(), True), (Passed(check="pii-undeclared", table="t"), False)]
)
def test_what_was_not_looked_for_before_is_new_and_said_to_be_unknown(before, unknown):
    change = audit(finding()).diff(audit(before))
    assert len(change.new) == 1 and bool(change.unknown_before) is unknown
    assert (
        audit(finding(severity=Severity.HIGH, confidence=Confidence.HIGH)).exit_code(against=audit(before))
        == 1
    )


def test_what_is_not_assessed_any_more_and_what_is_again():
    before, now = (
        audit(Passed(check="pii-undeclared", table="t"), blind("u")),
        audit(blind("t"), finding("u")),
    )
    change = now.diff(before)
    assert [o.table for o in change.unassessed] == ["t"] and [o.table for o in change.assessed] == ["u"]


outcomes = st.lists(
    st.one_of(
        st.builds(
            finding,
            st.sampled_from("tuv"),
            st.sampled_from("cd"),
            rows=st.integers(1, 3),
            waiver=st.sampled_from([None, WAIVER]),
        ),
        st.builds(blind, st.sampled_from("tuv"), st.sampled_from(list(Cause))),
    ),
    unique_by=lambda o: o.fingerprint,
    max_size=6,
)


@given(outcomes, outcomes)
def test_every_finding_is_in_exactly_one_place(one, two):
    before, now = audit(*one), audit(*two)
    change = now.diff(before)
    assert sorted(
        f.fingerprint for f in (*change.new, *change.unchanged, *(n for _, n in change.updated))
    ) == sorted(f.fingerprint for f in now.findings)
    assert sorted(
        f.fingerprint
        for f in (*change.resolved, *change.unseen, *change.unchanged, *(o for o, _ in change.updated))
    ) == sorted(f.fingerprint for f in before.findings)
    assert {f.fingerprint for f in change.grown} <= {n.fingerprint for _, n in change.updated}


@given(outcomes)
def test_nothing_differs_from_itself(one):
    same = audit(*one)
    change = replace(same).diff(same)
    assert not (change.new or change.updated or change.absent or change.unassessed or change.assessed)
