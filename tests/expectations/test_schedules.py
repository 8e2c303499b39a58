"""The suite of every retention schedule counts what its SQL counts, on the day of the audit."""

from __future__ import annotations

import pytest

import auditkit
from auditkit.expectations import compile
from tests import schedules
from tests.engines import load_postgres, load_sqlite
from tests.schedules import AS_OF, KEYS, SCHEDULES


@pytest.fixture(params=["sqlite", "postgres"])
def where(request, tmp_path):
    tables = schedules.tables()
    if request.param == "postgres":
        return load_postgres(request.getfixturevalue("postgres_server"), tables, KEYS)
    return load_sqlite(tmp_path, tables, KEYS)


def test_every_schedule_is_compiled_and_counts_what_its_sql_counts(scenario, where):
    found = {}
    with auditkit.open(where) as dataset:
        for name, schedule in SCHEDULES.items():
            policy = auditkit.Policy.parse(schedule.policy)
            suites = compile(dataset, policy, checks=[schedule.check])
            (suite,) = [s for s in suites if s.table == schedule.table]
            refused = [entry["reason"] for entry in suite.not_compiled]
            counts = scenario.counted(where, [suite], AS_OF.date())
            found[name] = next(iter(counts.values()), refused)
    assert found == schedules.truths(list(SCHEDULES))
