"""Figures for notebooks: the report's own numbers, offline."""

import json
from dataclasses import replace
from datetime import date

import plotly.io as pio
import pytest

from auditkit import charts
from auditkit.outcome import Audit, Confidence, Finding, Severity

AUDIT = Audit(
    outcomes=(
        Finding(
            check="retention-overdue",
            table="users",
            severity=Severity.HIGH,
            confidence=Confidence.HIGH,
            rows=7,
            of=9,
            detail={"cut_off": "2023-10-23", "overdue_to_1_1x": 3, "overdue_over_3x": 4},
        ),
        Finding(
            check="reidentification-low-k",
            table="users",
            severity=Severity.LOW,
            confidence=Confidence.HIGH,
            detail={"k": 5, "classes_1": 2},
        ),
    ),
    source="s",
    as_of=date(2026, 1, 1),
    detections=({"table": "users", "column": "email", "entity": "EMAIL_ADDRESS", "verdict": "certain"},),
)
EVERY = [charts.personal_data, charts.overdue, charts.class_sizes, charts.findings]


@pytest.fixture
def offline():
    before = pio.renderers.default
    charts.use_offline_renderer()
    yield pio.renderers[charts.RENDERER]
    pio.renderers.default = before


def test_the_numbers_are_those_of_the_audit():
    assert [sum(trace.x) for trace in charts.overdue(AUDIT).data] == [3, 0, 0, 4]
    assert "kept since before 2023-10-23" in charts.overdue(AUDIT).data[0].y[0]
    assert [sum(trace.x) for trace in charts.findings(AUDIT).data] == [2, 0]
    assert charts.personal_data(AUDIT).data[0].z == ([1],) or charts.personal_data(AUDIT).data[0].z == [[1]]
    assert sum(sum(trace.x) for trace in charts.class_sizes(AUDIT).data) == 2


@pytest.mark.parametrize("chart", EVERY)
def test_a_saved_notebook_shows_the_drawing_and_loads_nothing(chart, offline):
    bundle = offline.to_mimebundle(chart(AUDIT).to_dict())
    text = json.dumps(bundle).replace("http://www.w3.org/2000/svg", "")
    assert bundle["text/html"].count("<svg") == 1 and "<script" not in text and "http" not in text and len(text) < 30_000


@pytest.mark.parametrize("chart", EVERY)
def test_where_there_is_nothing_the_figure_says_so(chart, offline):
    figure = chart(replace(AUDIT, outcomes=(), detections=()))
    assert "found by these" in figure.layout.title.text
    assert "<svg" in offline.to_mimebundle(figure.to_dict())["text/html"]


def test_a_figure_of_somebody_else_is_left_as_it_is(offline):
    assert set(offline.to_mimebundle({"data": [], "layout": {}})) == {"application/vnd.plotly.v1+json"}
