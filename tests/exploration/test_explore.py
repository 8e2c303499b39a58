"""A first look at data without a policy: what it shows, and that it never says more than was seen."""

from __future__ import annotations

import json
import re
from datetime import date

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit
from auditkit import detection
from auditkit.cli import main
from auditkit.exploration import hiding
from auditkit.exploration.exploration import NOTICE

ROWS = 60
AS_OF = "2026-11-22"


def people() -> pd.DataFrame:
    """Return people of which each is alone by birth date and city, and who left from 2015 to 2026."""
    return pd.DataFrame(
        {
            "customer_id": range(1, ROWS + 1),
            "email": [f"ana{n}@example.org" for n in range(ROWS)],
            "birth_date": [f"{1950 + n % 30}-0{1 + n % 9}-1{n % 7}" for n in range(ROWS)],
            "gender": ["f", "m"] * (ROWS // 2),
            "closed_at": [f"{2015 + n % 12}-03-01" for n in range(ROWS)],
            "note": [
                f"write to ana{n}@example.org, please" if n % 4 == 0 else "paid on time" for n in range(ROWS)
            ],
        }
    )


@pytest.fixture(scope="module")
def found() -> auditkit.Exploration:
    return auditkit.explore(people(), as_of=AS_OF, name="customers")


def test_it_shows_who_can_be_found_and_what_coarser_columns_would_gain(found):
    (one,) = found.hiding
    assert (one.table, one.columns, one.rows, one.k) == ("customers", ("birth_date", "gender"), ROWS, 1)
    frame = people()
    sizes = frame.groupby(["birth_date", "gender"]).email.transform("size")
    assert one.alone == int((sizes == 1).sum())
    assert one.below == int((sizes < one.limit).sum())
    by_year = frame.assign(birth_date=frame.birth_date.str[:4]).groupby(["birth_date", "gender"]).size()
    below = int(by_year[by_year < one.limit].sum())
    assert one.steps[0] == hiding.Step("birth_date by year", int((by_year == 1).sum()), below)


def test_it_shows_what_periods_of_one_to_ten_years_would_make_overdue(found):
    (effect,) = found.ages
    assert list(effect.overdue) == [f"P{n}Y" for n in range(1, 11)]
    closed = pd.to_datetime(people().closed_at)
    for period, rows in effect.overdue.items():
        limit = pd.Timestamp(AS_OF) - pd.DateOffset(years=int(period.strip("PY")))
        assert rows == int((closed <= limit).sum())
    assert effect.current is None, "nobody has stated a period"


def test_it_shows_identifiers_in_texts_and_what_to_state_next(found):
    (text,) = found.texts
    assert (text.column, text.inside) == ("note", ROWS // 4)
    assert {s.key for s in found.next} == {"retention", "quasi_identifiers"}


def test_the_lines_to_state_next_fit_into_the_draft(found):
    drafted = yaml.safe_load(found.draft)
    for statement in found.next:
        drafted["tables"]["customers"] |= yaml.safe_load(statement.yaml)["tables"]["customers"]
    policy = auditkit.Policy.parse(yaml.safe_dump(drafted))
    audit = auditkit.audit(people(), policy, as_of=AS_OF)
    (overdue,) = [f for f in audit.findings if f.check == "retention-overdue"]
    assert overdue.rows == found.ages[0].overdue["P3Y"]


def test_it_is_marked_as_a_preview_everywhere(found):
    assert NOTICE in " ".join(found.to_text().split())
    assert "preview of a draft" in found._repr_html_()
    assert found.to_dict()["preview"] is True
    assert "preview of a draft" in found.audit.policy["name"]
    assert "preview of a draft" in found.audit.to_html()
    assert "preview" not in found.draft, "the draft itself is what people complete"


def test_no_view_holds_a_value(found):
    for view in (found.to_text(), found._repr_html_(), found.to_html(), found.to_json(), repr(found)):
        assert "ana1@" not in view and "1951-02" not in view and "paid on time" not in view


def test_a_screen_is_enough(found):
    lines = found.to_text().splitlines()
    assert len(lines) <= 45
    assert max(map(len, lines)) <= 110


@pytest.mark.parametrize("width", [60, 80, 200])
def test_lines_fit_a_terminal_and_lines_of_the_policy_stay_whole(found, width):
    text, _, policy = found.to_text(width).partition("STATE NEXT")
    assert max(map(len, text.splitlines())) <= width
    start = next(line for line in text.splitlines() if line.startswith("  customers.closed_at"))
    assert len(start.split()) in (7, 12), "the share of every period, or of five"
    stated = "\n".join(policy.splitlines()[1:])
    assert yaml.safe_load(stated)["tables"]["customers"]["quasi_identifiers"] == ["birth_date", "gender"]


def test_a_page_has_every_part_and_loads_nothing(found):
    page = found.to_html()
    assert page.count("<svg") == 2 and page.count("<h1>") == 1
    for words in ("preview of a draft", "Who can be found", "would be overdue", "Every column", "State next"):
        assert words in page
    assert "script-src 'sha256-" in page and not re.search(r"(?:src|href)=.?https?:", page)


def test_the_source_is_profiled_once(monkeypatch):
    calls = []
    profile = detection.profile
    monkeypatch.setattr("auditkit.detection.profile", lambda *a, **k: calls.append(1) or profile(*a, **k))
    found = auditkit.explore(people(), as_of=AS_OF)
    assert len(calls) == 1
    assert found.audit.columns == found.profile.columns


def test_a_start_that_nearly_no_row_has_is_not_proposed():
    orders = pd.DataFrame(
        {
            "order_id": range(40),
            "email": [f"ana{n}@example.org" for n in range(40)],
            "cancelled_at": pd.to_datetime(["2020-01-01"] + [None] * 39),
            "created_at": pd.to_datetime([f"20{15 + n % 10}-03-01" for n in range(40)]),
        }
    )
    found = auditkit.explore(orders, as_of=AS_OF, name="orders")
    assert [effect.columns for effect in found.ages] == [("created_at",)]


def test_personal_data_without_a_start_leads_to_a_statement():
    people = pd.DataFrame({"email": [f"ana{n}@example.org" for n in range(9)]})
    found = auditkit.explore(people, as_of=AS_OF, name="people")
    (statement,) = found.next
    assert statement.key == "retention" and "COLUMN" in found.to_text()
    assert auditkit.Policy.parse(f"version: 1\nname: X\n{statement.yaml}\n").table("people")


def test_what_cannot_be_shown_is_not_assessed():
    found = auditkit.explore(pd.DataFrame({"n": range(9)}))
    text = found.to_text()
    assert text.count("not assessed") == 2
    assert "none was found by these detectors" in text
    assert "Nothing to state next" in text


def test_a_table_that_cannot_be_read_is_named_first(tmp_path):
    import sqlite3

    path = tmp_path / "app.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT)")
        connection.execute("CREATE VIEW broken AS SELECT * FROM nowhere")
    found = auditkit.explore(path)
    assert "not seen: broken" in found.to_text().partition("WHO CAN")[0]
    assert main(["explore", str(path)]) == 3


def test_the_command_prints_text_or_json(tmp_path, capsys):
    path = tmp_path / "customers.csv"
    people().to_csv(path, index=False)
    assert main(["explore", str(path), "--as-of", AS_OF]) == 0
    out, err = capsys.readouterr()
    assert "WHO CAN BE FOUND" in out and "STATE NEXT" in out
    assert "customers.csv: 1 table, 60 rows" in err
    page = tmp_path / "look.html"
    assert main(["explore", str(path), "-o", str(page), "--as-of", AS_OF]) == 0
    assert capsys.readouterr().out == f"{page}\n" and "A first look at customers.csv" in page.read_text()
    assert main(["explore", str(path), "-o", str(page), "--format", "json"]) == 2
    assert main(["explore", str(path), "--format", "json", "--as-of", AS_OF]) == 0
    written = json.loads(capsys.readouterr().out)
    assert (written["schema"], written["as_of"]) == ("auditkit/exploration/1", str(date(2026, 11, 22)))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=12))
def test_a_coarser_column_never_leaves_more_rows_alone(cells):
    frame = pd.DataFrame(cells, columns=["a", "b"]).astype(str)
    with auditkit.open({"t": frame}) as dataset:
        left = [step.alone for step in hiding.steps(dataset, dataset.tables["t"], ("a", "b"), 5)]
    alone = int((frame.groupby(["a", "b"]).a.transform("size") == 1).sum())
    assert all(after <= before for before, after in zip([alone, *left], left, strict=False))
