"""A suite of a fixed day counts what the audit of that day counts, in SQL and in Great Expectations."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

import auditkit
from auditkit.expectations import compile, run, write
from auditkit.expectations.suite import Suite
from auditkit.expectations.validation import VARIABLE
from tests.engines import load_postgres, load_sqlite

pytestmark = pytest.mark.slow
QUICK = ("retention", "tenancy", "reidentification")
"""Scanners that need no search of the cells."""
PLANTED = set(
    "retention-overdue retention-undated tenancy-cross-reference tenancy-missing-key tenancy-orphan-tenant"
    " tenancy-self-reference reidentification-low-k minimisation-empty-column"
    " minimisation-constant-column".split()
)


@dataclass(frozen=True)
class Desk:
    """A database with or without faults, its audit by all checks, and the suites of the same day."""

    where: Any
    has_faults: bool
    audit: auditkit.Audit
    suites: Sequence[Suite]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def load(request, tmp_path_factory):
    """Return a function that puts tables into an engine."""
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_server")
        return lambda tables, keys: load_postgres(url, tables, keys)
    folder = tmp_path_factory.mktemp("desk")
    return lambda tables, keys: load_sqlite(folder, tables, keys)


@pytest.fixture(scope="module", params=[True, False], ids=["faults", "clean"])
def desk(request, load, scenario):
    where = load(scenario.tables(request.param), scenario.KEYS)
    with auditkit.open(where) as dataset:
        suites = compile(dataset, scenario.policy(), as_of=scenario.AS_OF)
    audit = auditkit.audit(where, scenario.policy(), as_of=scenario.AS_OF, strict=True)
    return Desk(where, request.param, audit, suites)


def test_a_plain_client_counts_what_the_audit_counts(scenario, desk):
    expected, found = scenario.counts(desk.audit), scenario.counted(desk.where, desk.suites)
    assert found == {key: expected[key] for key in found}
    kinds = {o.check for o in desk.audit.findings if o.fingerprint in found}
    assert kinds >= PLANTED if desk.has_faults else not kinds
    assert {s.to_dict()["meta"]["as_of"] for s in desk.suites} == {scenario.AS_OF}


def test_great_expectations_counts_what_the_audit_counts(scenario, desk, tmp_path, capsys, caplog):
    write(desk.suites, tmp_path)
    with caplog.at_level(logging.DEBUG):
        results = run(desk.suites, desk.where, folder=tmp_path)
    expected = scenario.counts(desk.audit)
    assert {r.error for r in results} == {None}
    counts = {r.fingerprint: r.count for r in results}
    assert counts == {fingerprint: expected[fingerprint] for fingerprint in counts}
    assert sum(r.verdict == "failed" for r in results) >= (9 if desk.has_faults else 0)
    printed = capsys.readouterr()
    assert printed.out + printed.err == ""
    assert scenario.CANARY not in repr(results) + caplog.text
    assert "postgresql" not in repr(results) + caplog.text
    assert VARIABLE not in os.environ


def test_every_check_of_every_table_is_compiled_or_listed(desk):
    in_suites = {(e["meta"]["check"], e["meta"]["table"]) for s in desk.suites for e in s.expectations}
    not_compiled = {(n["check"], s.table) for s in desk.suites for n in s.not_compiled}
    assert {(o.check, o.table) for o in desk.audit.outcomes} == in_suites | not_compiled
    assert all(n["reason"] for s in desk.suites for n in s.not_compiled)


def test_columns_that_a_query_does_not_read_are_not_in_it(scenario, desk):
    expectations = [(s.table, e) for s in desk.suites for e in s.expectations]
    queries = {(e["meta"]["check"], table): scenario.sent(e) for table, e in expectations}
    queries = {key: query for key, query in queries.items() if key[0].startswith(QUICK)}
    assert "status" not in queries["tenancy-missing-key", "tickets"]
    assert "status" not in queries["retention-overdue", "comments"].partition("FROM")[0]
    assert "email" not in "".join(query for (_, table), query in queries.items() if table == "users")
    assert "body" not in "".join(queries.values())
