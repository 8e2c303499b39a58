"""What changed between two audits. A finding that nobody looked for again is not resolved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.audit.audit import Audit
from auditkit.outcome import Cause, Confidence, Finding, NotAssessed, Passed, Severity, Waiver

WAIVER = Waiver("12345678", "accepted", "J. Roe", date(2026, 12, 31))


BASE = {"check": "pii-undeclared", "severity": Severity.MEDIUM, "confidence": Confidence.MEDIUM, "rows": 5}


def finding(table: str = "t", column: str = "c", **fields: object) -> Finding:
    return Finding(table=table, columns=(column,), **{**BASE, **fields})


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


PASSED = Passed(check="pii-undeclared", table="t")
AFTERWARDS = {
    "passed": ((PASSED,), False),
    "another column": ((finding(column="other"),), False),
    "no right": ((blind(),), True),
    "no right to that column": ((blind(columns=("c",)),), True),
    "no right to another column": ((blind(columns=("other",)), replace(PASSED, columns=("c",))), False),
    "nothing to find": ((blind(cause=Cause.NOT_APPLICABLE),), False),
    "undeclared": ((blind(cause=Cause.UNDECLARED),), True),
    "excluded": ((blind(cause=Cause.EXCLUDED),), True),
    "the check did not run": ((), True),
    "another check": ((Passed(check="retention-overdue", table="t"),), True),
    "the table is gone": ((replace(PASSED, table="u"),), False),
    "nothing was seen": ((blind("u"),), True),
}
"""The outcomes of the second audit, and whether nobody looked for what the first one found."""


@pytest.mark.parametrize(("now", "unseen"), AFTERWARDS.values(), ids=AFTERWARDS)
def test_a_finding_that_nobody_looked_for_again_is_not_resolved(now, unseen):
    change = audit(*now).diff(audit(finding()))
    assert [f.columns for f in change.absent] == [("c",)]
    assert bool(change.unseen) is unseen and bool(change.resolved) is not unseen


@pytest.mark.parametrize(("before", "unknown"), [(blind(), True), (PASSED, False)])
def test_a_finding_where_nobody_looked_before_is_new_and_marked_as_unknown_before(before, unknown):
    change = audit(finding()).diff(audit(before))
    assert len(change.new) == 1 and bool(change.unknown_before) is unknown
    high = audit(finding(severity=Severity.HIGH, confidence=Confidence.HIGH))
    assert high.exit_code(against=audit(before)) == 1


def test_what_is_not_assessed_any_more_and_what_is_assessed_again():
    before, now = audit(PASSED, blind("u")), audit(blind("t"), finding("u"))
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


def fingerprints(findings):
    return sorted(finding.fingerprint for finding in findings)


@given(outcomes, outcomes)
def test_every_finding_is_in_exactly_one_place(earlier, later):
    before, now = audit(*earlier), audit(*later)
    change = now.diff(before)
    old, new = [old for old, _ in change.updated], [new for _, new in change.updated]
    assert fingerprints([*change.new, *change.unchanged, *new]) == fingerprints(now.findings)
    gone = [*change.resolved, *change.unseen]
    assert fingerprints([*gone, *change.unchanged, *old]) == fingerprints(before.findings)
    assert set(fingerprints(change.grown)) <= set(fingerprints(new))


@given(outcomes)
def test_nothing_differs_from_itself(drawn):
    same = audit(*drawn)
    change = replace(same).diff(same)
    assert not (change.new or change.updated or change.absent or change.unassessed or change.assessed)
