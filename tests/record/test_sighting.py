"""First sightings go back through a chain of runs, and what a policy declared comes back from its record."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.outcome import Confidence, Finding, Severity
from auditkit.policy import Policy
from auditkit.record import AuditRecord
from auditkit.record.sighting import Sighting, seen_until

TABLES = "abcde"


def run(number: int, tables: str, day: date | None = None) -> AuditRecord:
    """Return the record of a run that found something in some tables."""
    found = tuple(
        Finding(check="pii-undeclared", table=t, severity=Severity.LOW, confidence=Confidence.HIGH)
        for t in tables
    )
    return AuditRecord(
        outcomes=found, source="s", as_of=day or date(2026, 1, number + 1), run={"id": f"run-{number}"}
    )


def chained(*runs: AuditRecord) -> list[AuditRecord]:
    """Return runs of which each knows the one before it, read back from their JSON."""
    done: list[AuditRecord] = []
    for one in runs:
        linked = replace(one, first_seen=seen_until(done[-1] if done else None, one.as_of))
        done.append(AuditRecord.from_dict(json.loads(linked.to_json())))
    return done


@given(st.lists(st.sets(st.sampled_from(TABLES)), min_size=1, max_size=8))
def test_a_finding_is_dated_by_the_first_run_that_had_it(history):
    runs = chained(*(run(i, "".join(sorted(tables))) for i, tables in enumerate(history)))
    for finding in runs[-1].findings:
        first = next(i for i, tables in enumerate(history) if finding.table in tables)
        assert runs[-1].sighting(finding.fingerprint) == Sighting(f"run-{first}", runs[first].as_of)


def test_an_audit_of_a_day_in_the_past_was_not_preceded_by_later_ones():
    _, back = chained(run(9, "a"), run(3, "a"))
    assert back.sighting(back.findings[0].fingerprint).run == "run-3"


def test_a_first_sighting_of_something_else_is_refused():
    data = run(1, "a").to_dict()
    for wrong in ({"x": {"run": "r", "day": "2026-01-01"}}, {"ab" * 8: {"run": 3, "day": "2026-01-01"}}, [1]):
        with pytest.raises((ValueError, TypeError, AttributeError)):
            AuditRecord.from_dict({**data, "first_seen": wrong})


def test_what_was_declared_comes_back_without_what_may_hold_values():
    declared = Policy.parse(files("auditkit.demo").joinpath("privacy.yaml").read_text(encoding="utf-8"))
    record = replace(run(1, "a"), policy={"name": declared.name}, declared=declared.to_dict())
    again = AuditRecord.from_dict(json.loads(record.to_json())).declared_policy
    everything = {"detection"}
    assert again.model_dump(exclude=everything) == declared.model_dump(exclude=everything)
    assert "detection" not in record.declared


@pytest.mark.parametrize(
    "wrong", [{"version": 1}, {"version": 1, "name": "X", "tabels": {}}, {"name": ["X"]}]
)
def test_a_record_that_declares_no_policy_is_refused(wrong):
    with pytest.raises(ValueError, match="no policy") as refused:
        AuditRecord.from_dict({**run(1, "a").to_dict(), "declared": wrong})
    assert "tabels" not in str(refused.value)
