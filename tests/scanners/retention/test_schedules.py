"""Retention schedules as organisations write them: each counts what its SQL counts, on every engine."""

from __future__ import annotations

import auditkit
from tests import schedules
from tests.schedules import AS_OF, KEYS, SCHEDULES


def counts(dataset, name):
    schedule = SCHEDULES[name]
    policy = auditkit.Policy.parse(schedule.policy)
    audit = auditkit.audit(dataset, policy, checks=[schedule.check], as_of=AS_OF.date(), strict=True)
    (outcome,) = [o for o in audit.outcomes if o.table == schedule.table]
    return {"passed": 0, "finding": getattr(outcome, "rows", None)}.get(outcome.verdict, outcome)


def test_every_schedule_counts_what_its_sql_counts(source):
    with auditkit.open(source(schedules.tables(), KEYS)) as dataset:
        found = {name: counts(dataset, name) for name in SCHEDULES}
    assert found == schedules.truths(list(SCHEDULES))


def test_nearly_every_schedule_finds_some_rows_and_leaves_others():
    truths = schedules.truths(list(SCHEDULES))
    assert {name for name, rows in truths.items() if rows == 0} == {"a placeholder that means open"}
