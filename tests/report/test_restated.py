"""What people stated otherwise since the last run: edited, withdrawn, expired, stated anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from auditkit.policy import Policy
from auditkit.report import changes, restated
from auditkit.report.case import Case
from auditkit.report.risk.assessment import assessed
from auditkit.report.risk.moves import moved
from tests.report.conftest import POLICY
from tests.signing import statement

THEN, NOW = date(2026, 11, 21), date(2026, 11, 22)


def policy(*statements: str, more: str = "") -> Policy:
    listed = "".join(f"\n  - {s}" for s in statements)
    return Policy.parse(f"version: 1\nname: X\nattestations:{listed or ' []'}\n{more}")


def changed(before: Policy, now: Policy) -> list[tuple[str, str]]:
    return [(c.what, c.subject) for c in restated.changes(before, now, THEN, NOW)]


OLD = statement("necessity", "It is needed.")


@pytest.mark.parametrize(
    ("now", "what"),
    [
        (OLD, []),
        (statement("necessity", "It is not."), ["edited_signed"]),
        (OLD.replace("It is needed.", "It is needed!"), ["edited"]),
        (statement("necessity", "It is needed.", until="2026-11-21"), ["expired"]),
    ],
)
def test_an_edit_shows_also_where_name_and_day_stay(now, what):
    assert [w for w, _ in changed(policy(OLD), policy(now))] == what


def test_a_statement_that_is_gone_or_new_shows():
    assert changed(policy(OLD), policy()) == [("withdrawn", "necessity")]
    assert changed(policy(), policy(OLD)) == [("anew", "necessity")]


def test_a_measure_and_a_decision_show():
    measure = "measures: [{id: M1, title: Keys rotate, status: %s}]"
    assert changed(policy(more=measure % "planned"), policy(more=measure % "implemented")) == [
        ("changed", "measure M1")
    ]
    decided = "decision: {outcome: approved}"
    assert changed(policy(), policy(more=decided)) == [("added", "decision")]


def test_of_a_run_that_kept_nothing_only_days_tell():
    anew = statement("necessity", "It is needed.", at="2026-11-22")
    assert changed(Policy.empty(), policy(anew)) == [("anew", "necessity")]
    assert changed(Policy.empty(), policy(OLD)) == []


def test_the_section_shows_it_with_name_and_days(audit):
    before = Policy.parse(POLICY)
    now = Policy.parse(POLICY.replace("Tickets cannot be answered", "Tickets can not be answered"))
    earlier = replace(audit, as_of=THEN, declared=before.to_dict())
    section = changes.section(Case(replace(audit, declared=now.to_dict()), now, earlier))
    (grid,) = (g for g in section.grids if g.caption == "Statements of people")
    (row,) = grid.rows
    assert row.cells[:2] == ("edited, and not signed", "necessity") and row.cells[2]


def test_a_risk_moves_when_only_the_policy_changes(audit):
    """The earlier run is judged under the policy that it kept."""
    text = statement("risk.access", "It is small.", residual={"severity": 1, "likelihood": 1})
    before = Policy.parse(POLICY)
    now = Policy.parse(POLICY.replace("attestations:", f"attestations:\n  - {text}"))
    earlier, later = replace(audit, declared=before.to_dict()), replace(audit, declared=now.to_dict())
    same, case = Case(earlier, before, earlier), Case(later, now, earlier)
    assert list(moved(same, assessed(same))) == []
    (move,) = moved(case, assessed(case))
    assert move.now == "low" and move.before != "low"
