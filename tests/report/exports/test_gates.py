"""JUnit XML and OpenMetrics: what a parser reads is what the audit says."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from prometheus_client import parser as prometheus
from prometheus_client.openmetrics import parser as openmetrics

from auditkit.outcome import BLIND, Cause, NotAssessed
from auditkit.report.exports import junit
from auditkit.report.exports import openmetrics as metrics

ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors", "skipped"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped"},
    "properties": set(),
    "property": {"name", "value"},
    "testcase": {"classname", "name", "time"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"message"},
}
"""What the schema of the JUnit plugin of Jenkins allows, as far as it is used."""
INSIDE = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase"},
    "properties": {"property"},
    "testcase": {"failure", "error", "skipped"},
}


def samples(text):
    return {
        (s.name, *(v for k, v in sorted(s.labels.items()) if k not in ("policy", "source"))): s.value
        for family in openmetrics.text_string_to_metric_families(text)
        for s in family.samples
    }


@pytest.mark.parametrize("which", ["run", "hostile"])
def test_junit_has_only_what_its_schema_allows(which, request):
    root = ElementTree.fromstring(junit.render(request.getfixturevalue(which)))
    for element in root.iter():
        assert set(element.attrib) <= ATTRIBUTES[element.tag], element.tag
        assert {child.tag for child in element} <= INSIDE.get(element.tag, set())


def test_junit_tells_every_outcome_and_calls_nothing_passed_that_was_not_seen(run):
    gone = NotAssessed(check="access-role", cause=Cause.NOT_APPLICABLE, reason="a file has no roles")
    audit = replace(run.audit, outcomes=(*run.audit.outcomes, gone))
    root = ElementTree.fromstring(junit.of(audit))
    cases = list(root.iter("testcase"))
    ended = Counter(case[0].tag if len(case) else "passed" for case in cases)
    blind = [o for o in audit.not_assessed if o.cause in BLIND]
    waived = [f for f in audit.findings if f.waiver]
    hidden = [o for o in audit.not_assessed if o.cause in (Cause.NOT_APPLICABLE, Cause.EXCLUDED)]
    assert blind and waived and hidden, "the example has all of them"
    assert ended["passed"] == len(audit.passed)
    assert ended["failure"] == len(audit.findings) - len(waived)
    assert ended["error"] == len(blind)
    assert len(cases) == len(audit.outcomes) - len(hidden)
    assert {k: int(root.get(k)) for k in ("tests", "failures", "errors", "skipped")} == {
        "tests": len(cases),
        "failures": ended["failure"],
        "errors": ended["error"],
        "skipped": ended["skipped"],
    }
    for suite in root:
        assert int(suite.get("tests")) == len(suite.findall("testcase"))


@pytest.mark.parametrize("which", ["run", "hostile"])
def test_a_parser_of_openmetrics_and_one_of_prometheus_read_the_same(which, request):
    saved = request.getfixturevalue(which)
    text = metrics.render(saved)
    found = samples(text)
    plain = {
        s.name: s.labels["source"]
        for family in prometheus.text_string_to_metric_families(text)
        for s in family.samples
    }
    assert {name for name, *_ in found} == set(plain)
    assert "\n" not in next(iter(plain.values()))
    open_findings = Counter(f.severity.value for f in saved.audit.findings if f.waiver is None)
    for severity in ("critical", "high", "medium", "low"):
        assert found["auditkit_findings", severity] == open_findings[severity]
    assert sum(found["auditkit_outcomes", v] for v in ("passed", "finding", "not_assessed")) == len(
        saved.audit.outcomes
    )
    assert sum(found["auditkit_not_assessed", c.value] for c in Cause) == len(saved.audit.not_assessed)
    assert found["auditkit_run_complete",] == 0


def test_the_age_of_a_run_is_that_of_its_end(run):
    ended = replace(run.audit, run={**run.audit.run, "finished": "2026-11-22T09:31:00+00:00"})
    found = samples(metrics.of(ended))
    assert found["auditkit_run_finished_timestamp_seconds",] == 1795339860
    assert found["auditkit_as_of_timestamp_seconds",] == 1795305600
