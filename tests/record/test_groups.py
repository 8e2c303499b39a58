"""One cause is one group: nothing is lost, errors come first, and more tables make no more groups."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditkit.outcome import Cause, Confidence, Finding, NotAssessed, Passed, Severity, Waiver
from auditkit.record.groups import groups

TABLES = st.sampled_from(["users", "teams", "crm.notes", "the", "order"])
CHECKS = st.sampled_from(["pii-undeclared", "tenancy-missing-key", "retention-overdue"])
COLUMNS = st.sampled_from([(), ("email",), ("name", "team_id")])
WAIVER = Waiver("12345678", "kept for the next release", "J. Roe", date(2026, 12, 31))
REASONS = st.sampled_from(
    ["the policy says nothing about {}", "{} has 3 rows, too few", "this role may not read {}.email", "late"]
)

FINDINGS = st.builds(
    Finding,
    check=CHECKS,
    table=TABLES | st.none(),
    columns=COLUMNS,
    severity=st.sampled_from(list(Severity)),
    confidence=st.sampled_from(list(Confidence)),
    detail=st.sampled_from([{}, {"boundary": "does not hold"}]),
    waiver=st.sampled_from([None, WAIVER]),
)
UNASSESSED = st.builds(
    lambda check, table, cause, reason: NotAssessed(
        check=check, table=table, cause=cause, reason=reason.format(table)
    ),
    CHECKS,
    TABLES,
    st.sampled_from(list(Cause)),
    REASONS,
)
OUTCOMES = st.lists(FINDINGS | UNASSESSED | st.builds(Passed, check=CHECKS, table=TABLES), max_size=12)


@given(OUTCOMES)
def test_each_outcome_is_in_exactly_one_group(outcomes):
    members = [member for group in groups(outcomes) for member in group.outcomes]
    assert Counter(map(repr, members)) == Counter(map(repr, outcomes))
    assert all(len({o.verdict for o in group.outcomes}) == 1 for group in groups(outcomes))


@given(OUTCOMES, st.randoms(use_true_random=False))
def test_the_groups_do_not_depend_on_the_order_of_the_outcomes(outcomes, random):
    mixed = random.sample(outcomes, len(outcomes))
    assert [g.to_dict() for g in groups(mixed)] == [g.to_dict() for g in groups(outcomes)]


@given(OUTCOMES)
def test_errors_come_first_and_then_the_worst_findings(outcomes):
    found = groups(outcomes)
    errors = sum(group.is_error for group in found)
    assert all(group.is_error for group in found[:errors])
    findings = [group for group in found if group.findings]
    assert list(found[errors : errors + len(findings)]) == findings
    order = [(not group.waived, group.severity.rank) for group in findings if group.severity is not None]
    assert order == sorted(order, reverse=True)


@settings(max_examples=25)
@given(st.lists(UNASSESSED | FINDINGS, min_size=1, max_size=4), st.integers(2, 30))
def test_more_tables_make_no_more_groups(outcomes, copies):
    """A schema of many tables with the same faults has the causes of a schema with one of each."""
    few = [_placed(outcome, 1) for outcome in outcomes]
    many = [_placed(outcome, number) for outcome in outcomes for number in range(copies)]
    assert len(groups(many)) == len(groups(few))


def _placed(outcome, number):
    """Return an outcome of another table."""
    changes = {"table": f"t_{number}"}
    if isinstance(outcome, NotAssessed):
        changes["reason"] = outcome.reason.replace(outcome.table, f"t_{number}")
    return type(outcome)(
        **{f: getattr(outcome, f) for f in outcome.__dataclass_fields__ if f != "verdict"} | changes
    )


def test_two_hundred_foreign_keys_are_one_cause_with_their_list():
    bare = [
        Finding(
            check="tenancy-bare-foreign-key",
            table=f"t{number % 128}",
            columns=(f"c{number}",),
            severity=Severity.HIGH if number % 7 else Severity.MEDIUM,
            confidence=Confidence.HIGH,
            detail={"ddl": f"ALTER TABLE t{number}"},
        )
        for number in range(202)
    ]
    (group,) = groups(bare)
    assert (len(group.findings), len(group.tables), group.severity) == (202, 128, Severity.HIGH)
    assert {f.detail["ddl"] for f in group.findings} == {f.detail["ddl"] for f in bare}
    assert group.findings[-1].severity is Severity.MEDIUM, "the worst place comes first"


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("no rule of {}", "no rule of {}", True),
        ("{} has 3 rows, too few", "{} has 8 rows, too few", True),
        ("no rule of {}", "no period of {}", False),
    ],
)
def test_reasons_are_alike_when_only_names_and_numbers_differ(first, second, same):
    outcomes = [
        NotAssessed(
            check="retention-overdue", table=table, cause=Cause.UNDECLARED, reason=reason.format(table)
        )
        for table, reason in (("users", first), ("teams", second))
    ]
    assert (len(groups(outcomes)) == 1) is same


def test_reasons_that_differ_are_all_kept():
    outcomes = [
        NotAssessed(
            check="retention-overdue",
            table=t,
            cause=Cause.UNSEEN,
            reason=f"the policy declares {t}, which the source does not have. Did you mean {m}?",
        )
        for t, m in (("userz", "users"), ("teamz", "teams"))
    ]
    seen = [Passed(check="retention-overdue", table=name) for name in ("users", "teams")]
    absent, passed = groups([*outcomes, *seen])
    assert absent.is_absent and passed.verdict == "passed"
    assert [reason.partition("mean ")[2] for reason in absent.reasons] == ["teams?", "users?"]
