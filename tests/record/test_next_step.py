"""What was not assessed says what a person does next: the line of the policy, the right to grant."""

from __future__ import annotations

import pytest

from auditkit.outcome import Cause, Confidence, Finding, NotAssessed, Severity
from auditkit.record.groups import groups
from auditkit.record.next_step import next_step

STEPS = {
    "the policy names no quasi-identifiers of t": "`tables: {t: {quasi_identifiers: ...}}`",
    "the policy gives t no retention rule": "`tables: {t: {retention: ...}}`",
    "the policy says nothing about t": "`tables: {t: ...}`",
    "the policy names no table of legal holds (`holds`) with its columns": "`holds: ...`",
    "the policy does not say which tenants have left (`tenancy.ended`)": "`tenancy: {ended: ...}`",
    "the policy states no t of t (`disclosure.t`)": "`tables: {t: {disclosure: {t: ...",
    "no policy says which personal data this source may hold": "`auditkit init SOURCE > privacy.yaml`",
}


def of(cause, reason, *tables, check="retention-overdue"):
    outcomes = [NotAssessed(check=check, table=t, cause=cause, reason=reason) for t in tables]
    (group,) = groups(outcomes)
    return next_step(group)


@pytest.mark.parametrize("reason", STEPS)
def test_what_is_not_declared_names_the_line_of_the_policy(reason):
    assert STEPS[reason] in of(Cause.UNDECLARED, reason, "t")


def test_a_line_for_several_tables_names_none_of_them():
    step = of(Cause.UNDECLARED, "the retention rule names no minimum period (`min`)", "a", "b")
    assert step == "declare in the policy: `tables: {<table>: {retention: {min: ...}}}`"


def test_a_missing_right_names_the_tables_to_grant():
    tables = [f"t{n}" for n in range(7)]
    step = of(Cause.NO_RIGHT, "this role may not read it", *tables)
    assert step == "`GRANT SELECT ON t0, t1, t2, t3, t4 TO <the auditing role>` (and 2 more)"
    assert "right that the reason names" in of(Cause.NO_RIGHT, "not a superuser", None)


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause not in ("excluded", "not_applicable")])
def test_every_cause_that_somebody_can_repair_says_how(cause):
    assert of(cause, "some reason", "t")


def test_a_finding_says_the_remedy_of_its_check():
    one = Finding(
        check="retention-overdue", table="t", severity=Severity.HIGH, confidence=Confidence.HIGH, rows=1, of=2
    )
    (group,) = groups([one])
    assert "Erase or anonymise" in next_step(group)
