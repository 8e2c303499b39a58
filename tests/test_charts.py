"""Figures for notebooks: the report's own numbers, offline."""

import json
from dataclasses import replace
from datetime import date

import pandas as pd
import plotly.io as pio
import pytest

import auditkit
from auditkit import charts, demo
from auditkit.audit.audit import Audit
from auditkit.detection import ColumnVerdict
from auditkit.exploration.hiding import Hiding, Step
from auditkit.incident import Incident, Pair
from auditkit.outcome import Cause, Confidence, Finding, Missing, NotAssessed, Passed, Severity
from auditkit.relations import Origin, Reference
from auditkit.relations.tenant_map import TablePlace, TenantMap
from auditkit.report.figures import network, svg, timeline
from auditkit.report.figures.strokes import TONES
from auditkit.report.risk.register import REGISTER
from auditkit.scanners import retention, tenancy
from auditkit.scanners.retention.other_periods import Effect

LEAK = Finding(
    check="tenancy-cross-reference",
    table="tickets",
    columns=("project_id",),
    target="projects",
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    rows=3,
    of=90,
)
INCIDENT = Incident(
    fingerprint=LEAK.fingerprint,
    check=LEAK.check,
    table="tickets",
    rows=3,
    as_of="2026-01-01",
    clock="created_at",
    first="2025-03-04",
    last="2025-12-30",
    recent=1,
    undated=0,
    key="5fc8aa14",
    pairs=(Pair("T-35b1f7d6ee1c", "T-f89d4ea16034", 3),),
)
LEAKING = Audit(outcomes=(LEAK,), source="s", as_of=date(2026, 1, 1), incidents=(INCIDENT,))
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
    columns=(ColumnVerdict("users", "email", "EMAIL_ADDRESS", None, "certain", 0.99, 9, 0, 9, 9),),
)
EVERY = [charts.personal_data, charts.overdue, charts.class_sizes, charts.findings, charts.incident_days]


@pytest.fixture
def offline():
    before = pio.renderers.default
    charts.use_offline_renderer()
    yield pio.renderers[charts.RENDERER]
    pio.renderers.default = before


def test_the_numbers_are_those_of_the_audit():
    assert [sum(trace.x) for trace in charts.overdue(AUDIT).data] == [3, 0, 0, 4]
    assert "kept since before 23 Oct 2023" in charts.overdue(AUDIT).data[0].y[0]
    assert [sum(trace.x) for trace in charts.findings(AUDIT).data] == [2, 0]
    assert charts.personal_data(AUDIT).data[0].z == ([1],) or charts.personal_data(AUDIT).data[0].z == [[1]]
    assert sum(sum(trace.x) for trace in charts.class_sizes(AUDIT).data) == 2


@pytest.mark.parametrize("chart", EVERY)
def test_a_saved_notebook_shows_the_drawing_and_loads_nothing(chart, offline):
    bundle = offline.to_mimebundle(chart(AUDIT).to_dict())
    text = json.dumps(bundle).replace("http://www.w3.org/2000/svg", "")
    assert (
        bundle["text/html"].count("<svg") == 1
        and "<script" not in text
        and "http" not in text
        and len(text) < 30_000
    )


@pytest.mark.parametrize("chart", EVERY)
def test_where_there_is_nothing_the_figure_says_so(chart, offline):
    figure = chart(replace(AUDIT, outcomes=(), columns=()))
    words = (
        "No personal data was found" if chart is charts.personal_data else "Not assessed: these checks were"
    )
    assert words in figure.layout.title.text
    assert "<svg" in offline.to_mimebundle(figure.to_dict())["text/html"]


def test_a_figure_of_somebody_else_is_left_as_it_is(offline):
    assert set(offline.to_mimebundle({"data": [], "layout": {}})) == {"application/vnd.plotly.v1+json"}


# Incidents


def test_an_incident_is_drawn_from_its_first_day_to_its_last(offline):
    figure = charts.incident_days(LEAKING)
    (bar,) = [trace for trace in figure.data if trace.y]
    assert bar.base == ("2025-03-04",) and bar.x == (
        (date(2025, 12, 30) - date(2025, 3, 4)).days * 86_400_000 + 86_400_000,
    )
    assert bar.customdata == ("2025-12-30",) and "30 days" in bar.name
    words = offline.to_mimebundle(figure.to_dict())["text/html"]
    assert (
        "tickets.project_id, 3 rows: Foreign key crosses tenants, from 4 Mar 2025 to 30 Dec 2025, with rows"
        " of the 30 days before the audit." in words
    )


def test_an_incident_whose_days_are_unknown_is_in_the_figure(offline):
    unknown = replace(LEAKING, incidents=(replace(INCIDENT, first=None, last=None, recent=None),))
    figure = charts.incident_days(unknown)
    assert [list(trace.y or ()) for trace in figure.data] == [
        [],
        [],
    ] and "tickets.project_id" in figure.layout.yaxis.categoryarray[0]
    assert "unknown: no clock tells" in offline.to_mimebundle(figure.to_dict())["text/html"]


def test_the_table_of_incidents_says_what_is_asked():
    shown = charts.incidents(LEAKING)._repr_html_().replace("<wbr>", "")
    for words in (
        "4 Mar 2025 to 30 Dec 2025, by created_at",
        "yes, 1 row",
        "not declared",
        "T-35b1f7d6ee1c with T-f89d4ea16034: 3",
        "72 hours",
    ):
        assert words in shown, words
    seen = replace(AUDIT, outcomes=(Passed(check=LEAK.check, table="tickets"),))
    assert "No leak between tenants was found by these checks" in charts.incidents(seen)._repr_html_()
    assert "not assessed: these checks were not run" in charts.incidents(AUDIT)._repr_html_()


# The tenant map

MAP = TenantMap(
    "tenants",
    "tenant_id",
    True,
    (
        TablePlace("tenants", "root", "its rows are the tenants"),
        TablePlace("tickets", "direct", "tenant_id carries the tenant", "tenant_id"),
        TablePlace(
            "notes", "derived", "through tickets", paths=("notes.ticket_id -> tickets.id (declared)",)
        ),
        TablePlace("plans", "global", "shared"),
        TablePlace("stray", "unknown", "no column leads to a tenant", unknown=("old_id",)),
        TablePlace("secret", "not seen", "the role may not read it"),
    ),
    (
        Reference("tickets", ("tenant_id",), "tenants", ("id",), Origin.DECLARED),
        Reference("notes", ("ticket_id",), "tickets", ("id",), Origin.INFERRED),
        Reference("tickets", ("parent_id",), "tickets", ("id",), Origin.DECLARED),
    ),
)


def test_every_table_is_a_node_and_every_reference_a_link(offline):
    figure = charts.tenant_map(MAP)
    nodes = {name for trace in figure.data if trace.text for name in trace.text}
    assert nodes == {p.table for p in MAP.tables}
    drawn = network.tenant_map(MAP)
    named = {(drawn.bars[a].label, drawn.bars[b].label, way) for a, b, way in drawn.links}
    assert named == {
        ("tickets", "tenants", "declared"),
        ("notes", "tickets", "inferred"),
        ("tickets", "tickets", "declared"),
    }
    html = offline.to_mimebundle(figure.to_dict())["text/html"]
    assert (
        "unknown: stray" in html
        and "not seen: secret" in html
        and "notes refers to tickets (inferred)" in html
    )
    assert {trace.name for trace in figure.data} >= {
        "tenants",
        "carries the tenant",
        "through a reference",
        "shared by all",
        "unknown",
    }


def test_no_two_tables_stand_at_one_place():
    many = TenantMap(
        "t", "k", True, tuple(TablePlace(f"a{n}", "unknown" if n % 3 else "direct", "e") for n in range(60))
    )
    places = network.places(network.tenant_map(many))
    assert len(set(places.values())) == len(places) == 60


def test_the_tenant_map_as_a_table_drops_nothing():
    shown = charts.tenants(MAP)
    html = shown._repr_html_()
    assert all(p.table in html for p in MAP.tables) and "6 tables, 2 of them unknown or not seen" in html
    assert "old_<wbr>id looks like" in html or "old_id looks like" in html


# Other periods

EFFECTS = (
    Effect("tickets", ("closed_at",), None, 90, "P3Y", {"P1Y": 40, "P3Y": 5}),
    Effect("notes", ("ticket_id",), "long", 20, "P1Y", {"P1Y": 10, "P3Y": 0}),
    Effect("plans", missing=Missing(Cause.UNDECLARED, "the policy gives plans no retention rule")),
)


def test_other_periods_are_lines_with_a_ring_at_the_declared_one(offline):
    figure = charts.what_if(EFFECTS)
    assert {trace.name: tuple(trace.y) for trace in figure.data} == {
        "tickets": (40, 5),
        "notes (long)": (10, 0),
    }
    assert [list(trace.marker.symbol) for trace in figure.data] == [
        ["circle", "circle-open"],
        ["circle-open", "circle"],
    ]
    html = offline.to_mimebundle(figure.to_dict())["text/html"]
    assert "tickets: 45 rows" not in html, "rows of different periods are never added up"
    assert "tickets: 40 after 1 year, 5 after 3 years, the declared period" in html


def test_other_periods_as_a_table_say_what_is_not_counted():
    html = charts.effects(EFFECTS)._repr_html_()
    assert "1 not counted" in html and "no retention rule" in html and html.count('class="badge strong"') == 2


def test_nothing_to_draw_says_so():
    assert "were found by these checks" in charts.what_if(EFFECTS[2:]).layout.title.text
    assert (
        "were found by these checks" in charts.tenant_map(TenantMap(None, None, False, ())).layout.title.text
    )


def test_the_example_has_a_map_and_a_curve(tmp_path, offline):
    example = demo.write(tmp_path, tickets=1000)
    found = tenancy.tenant_map(example.database, example.policy)
    assert len(network.tenant_map(found).bars) == len(found.tables) >= 13
    effects = retention.what_if(example.database, example.policy, as_of="2026-11-22")
    rows = next(e.overdue for e in effects if e.table == "tickets")
    assert list(rows) == ["P6M", "P1Y", "P2Y", "P3Y", "P5Y", "P10Y"] and sorted(
        rows.values(), reverse=True
    ) == list(rows.values())
    with auditkit.open(example.database) as opened:
        assert tenancy.tenant_map(opened) is not None and opened.tables["tickets"].columns, (
            "what was open stays open"
        )


# Every outcome as a table


def test_every_outcome_is_a_row_with_what_leads_on():
    shown = charts.outcomes(
        replace(AUDIT, outcomes=(*AUDIT.outcomes, *(gap(reason=f"r{n}") for n in range(9))))
    )
    html = shown._repr_html_()
    assert repr(shown) == "11 outcomes" and html.count("<tr>") == 12
    assert "no period" not in html and "r8" in html and AUDIT.outcomes[0].fingerprint[:8] in html


# Any name, any theme

HOSTILE = ("<a href='javascript:alert(1)'>x</a>", "no\u202etes\u200b", "x" * 400, "x" * 399 + "y")


def test_names_in_figures_are_text_stay_apart_and_fit(offline):
    leaks = [replace(LEAK, table=name) for name in HOSTILE]
    incidents = tuple(replace(INCIDENT, fingerprint=f.fingerprint, table=f.table) for f in leaks)
    figures = [
        charts.incident_days(replace(LEAKING, outcomes=tuple(leaks), incidents=incidents)),
        charts.rows(replace(AUDIT, outcomes=tuple(leaks))),
        charts.tenant_map(
            TenantMap(HOSTILE[0], None, False, tuple(TablePlace(name, "unknown", name) for name in HOSTILE))
        ),
        charts.what_if(
            [Effect(name, ("at",), None, 9, None, {"P1Y": n, "P2Y": 0}) for n, name in enumerate(HOSTILE)]
        ),
    ]
    for figure in figures:
        bundle = offline.to_mimebundle(figure.to_dict())
        plotted = [
            str(text)
            for trace in figure.data
            for text in [trace.name, *(trace.y if trace.type == "bar" else ()), *(trace.text or ())]
        ]
        assert not [text for text in plotted if "<a" in text or "\u202e" in text or len(text) > 200]
        assert (
            "<a " not in bundle["text/html"]
            and "\u202e" not in bundle["text/html"]
            and "\u200b" not in bundle["text/html"]
        )
    axis = figures[0].layout.yaxis.categoryarray
    assert len(set(axis)) == len(HOSTILE), "two long names are two bars"


@pytest.mark.parametrize("ground", ["#ffffff", "#111111"])
def test_every_shade_is_seen_on_a_light_and_on_a_dark_ground(ground):
    def luminance(colour):
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    for name, colour in TONES.items():
        light, dark = sorted((luminance(colour), luminance(ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3, f"{name}: WCAG 2.2, 1.4.11"


def test_the_figure_of_risks_counts_every_risk_that_has_a_position():
    shown = charts.risks(replace(LEAKING, columns=AUDIT.columns))
    figure = shown.layout.meta["auditkit"]
    placed = sum(sum(bar["values"]) for bar in figure["bars"])
    assert placed and f"{placed} of {len(REGISTER)}" in figure["title"] and "?" in figure["title"]
    nothing = Audit(outcomes=(), source="s", as_of=date(2026, 1, 1))
    assert "ot assessed" in charts.risks(nothing).layout.title.text


def test_a_drawing_lies_within_its_frame():
    import re

    drawn = [timeline.leaks(LEAKING), network.tenant_map(MAP), charts.what_if_figure(EFFECTS)]
    for text in map(svg.draw, drawn):
        width, height = map(int, re.search(r'viewBox="0 0 (\d+) (\d+)"', text).groups())
        xs = [float(x) for x in re.findall(r' x[12]?="(-?[\d.]+)"', text)]
        ys = [float(y) for y in re.findall(r' y[12]?="(-?[\d.]+)"', text)]
        assert min(xs) >= 0 and max(xs) <= width and min(ys) >= 0 and max(ys) <= height


# What a figure says that has nothing to draw


SEEN = Passed(check="retention-overdue", table="b")


def gap(cause: Cause = Cause.UNDECLARED, reason: str = "no period is declared") -> NotAssessed:
    return NotAssessed(check="retention-overdue", table="a", cause=cause, reason=reason)


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        ((), "Not assessed: these checks were not run"),
        ((gap(),), "Not assessed: no period is declared"),
        ((gap(), gap(reason="no start")), "Not assessed: no period is declared (and 1 other reason)"),
        (
            (Passed(check="retention-overdue", table="b"),),
            "No rows past their period were found by these checks",
        ),
        (
            (Passed(check="retention-overdue", table="b"), gap(Cause.NO_RIGHT, "closed")),
            "No rows past their period were found by these checks; 1 more were not assessed",
        ),
        ((Passed(check="pii-secret", table="b"),), "Not assessed: these checks were not run"),
    ],
)
def test_an_empty_figure_never_says_clean_of_what_was_not_assessed(outcomes, words):
    title = charts.overdue(replace(AUDIT, outcomes=outcomes)).layout.title.text
    assert title.casefold() == words.casefold()


def test_no_cell_of_the_matrix_is_as_light_as_an_empty_one():
    figure = charts.personal_data(auditkit.profile(pd.DataFrame({"email": ["ana@example.org"] * 9})))
    (cells,) = figure.data
    counts = [n for row in cells.z for n in row]
    assert (cells.zmin, cells.zmax) == (0, max(counts)), "Plotly ignores a lone zmin"


def test_the_lines_speak_of_a_declared_period_only_where_there_is_one():
    with_ring, without = (
        charts.what_if(tuple(replace(e, current=c) for e in EFFECTS[:1])) for c in ("P1Y", None)
    )
    assert "declared" in with_ring.layout.xaxis.title.text
    assert without.layout.xaxis.title.text is None
    assert without.layout.title.text.startswith("How many of 90 rows would be overdue")


def test_the_steps_of_coarser_columns_name_their_denominator():
    hiding = Hiding(
        "people",
        ("born",),
        40,
        1,
        5,
        40,
        40,
        steps=(Step("born by year", 12, 20), Step("city left out", 0, 0)),
    )
    figure = charts.coarser([hiding])
    assert figure.layout.title.text == "How many of 40 rows of people stay alone as columns get coarser?"
    assert [list(trace.x) for trace in figure.data] == [[40, 12, 0], [0, 8, 0], [0, 20, 40]]
    assert "no rows are alone" in charts.coarser([]).layout.title.text.casefold()
