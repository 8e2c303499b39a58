"""The card of a column: what is known of it, without a value; the same in a notebook and on a page."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import auditkit
from auditkit.cli import main
from auditkit.detection import Profile
from auditkit.detection.cards import cards
from auditkit.detection.skeletons import FEW, skeleton
from auditkit.html_page import content_policy
from auditkit.outcome import Confidence, Finding, Passed, Severity
from tests import chromium
from tests.test_html_tables import HOSTILE, Page

ROWS = 40
LEAK = Finding(
    check="pii-free-text", table="people", columns=("note",), severity=Severity.HIGH,
    confidence=Confidence.HIGH, rows=10, of=ROWS,
)  # fmt: skip


@pytest.fixture(scope="module")
def profile() -> Profile:
    people = {
        "id": range(ROWS),
        "email": [f"canary{n}@mail.example" if n % 4 else None for n in range(ROWS)],
        "note": [
            "paid on time, thanks a lot" if n % 4 else f"ask canary{n}@mail.example" for n in range(ROWS)
        ],
    }
    return auditkit.profile({"people": pd.DataFrame(people), HOSTILE: pd.DataFrame({HOSTILE: range(9)})})


@given(st.text(max_size=60))
def test_a_shape_does_not_depend_on_which_letters_and_digits_there_are(text):
    other = "".join("7" if c.isdigit() else "Q" if c.isalpha() else c for c in text)
    assert skeleton(text) == skeleton(other)
    assert not {c for c in skeleton(text) if c.isalnum()} - set("a9x")


def test_a_card_counts_what_its_column_holds(profile):
    shown = cards(profile, [LEAK, Passed(check="pii-secret", table="people")])["people", "email"]
    assert (shown.verdict.nulls, shown.filled, shown.shares) == (ROWS // 4, 30, [("EMAIL_ADDRESS", 30)])
    assert shown.shapes.named == (("x@a.a", 30),)
    assert shown.judgements[0].entity == "EMAIL_ADDRESS"
    assert [o.check for o in shown.of_table] == ["pii-secret"]
    note = cards(profile, [LEAK])["people", "note"]
    assert note.outcomes == [LEAK]
    assert ("EMAIL_ADDRESS", ROWS // 4) in note.shares


def test_a_shape_of_few_values_is_not_named():
    found = auditkit.profile(pd.DataFrame({"code": [*(f"A-{n}" for n in range(9)), *["#9#"] * (FEW - 1)]}))
    shapes = cards(found)["data", "code"].shapes
    assert (shapes.of, shapes.named, shapes.others) == (10, (("a-9", 9),), 1)


def test_a_notebook_and_the_page_show_the_same_and_no_value(profile):
    fragment, page = profile._repr_html_(), profile.to_html("people.csv", [LEAK])
    cut = [re.sub(r"<(script|style)>.*?</\1>", "", text, flags=re.DOTALL) for text in (fragment, page)]
    parsed = [Page(re.sub(r"<(?:meta|!doctype)[^>]*>", "", text)) for text in cut]
    for one in parsed:
        assert len(one.all("details")) >= len(profile)
        assert "canary" not in one.text and "paid on" not in one.text
        assert all(
            f"#{attrs['id']}" in {a["href"] for a in one.all("a")}
            for attrs in one.all("div")
            if "id" in attrs
        )
    assert "No check has run on this column" in parsed[0].text
    assert "10 of 40 rows" in parsed[1].text
    for text in (fragment, page):
        assert "alert(1)</script>" not in text and "\u202e" not in text


def test_the_page_loads_nothing_and_allows_its_own_scripts_alone(profile):
    page = profile.to_html()
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert f'content="{content_policy(*scripts)}"' in page
    assert not re.search(r"https?://|@import|url\(|javascript:|\son\w+=", page)
    for word in ("fetch", "XMLHttpRequest", "eval", "innerHTML", "import", "localStorage", "cookie"):
        assert not any(word in script for script in scripts)


def test_the_command_writes_the_page_once(tmp_path, capsys):
    source, page = tmp_path / "people.csv", tmp_path / "profile.html"
    pd.DataFrame({"email": [f"canary{n}@mail.example" for n in range(9)]}).to_csv(source, index=False)
    policy = tmp_path / "privacy.yaml"
    policy.write_text("{version: 1, name: Demo, tables: {people: {purposes: null}}}")
    assert main(["profile", str(source), "-p", str(policy), "-o", str(page)]) == 0
    assert capsys.readouterr().out.strip() == str(page)
    text = page.read_text(encoding="utf-8")
    assert "Personal data in people.csv" in text and "pii-undeclared" in text and "canary" not in text
    assert page.stat().st_mode & 0o777 == 0o600
    assert main(["profile", str(source), "-o", str(page)]) == 2
    assert main(["profile", str(source), "--format", "json", "-o", str(tmp_path / "other.html")]) == 2


class TestInABrowser:
    """A click on a column shows its card and no other."""

    pytestmark = chromium.needed
    PROBE = """
      const root = document.querySelector(".profile");
      const cards = [...root.querySelectorAll("details.card")];
      const open = () => cards.filter((card) => card.getClientRects().length)
        .map((card) => card.querySelector("summary").textContent.trim().split(" ")[0]);
      found.first = open();
      [...root.querySelectorAll("th a")].find((link) => link.textContent === "note").click();
      found.note = open();
      found.current = root.querySelector("[aria-current]").textContent;
      found.sideways = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    """

    @pytest.mark.parametrize(
        "arguments",
        [("--window-size=1500,1000",), ("--window-size=500,900", chromium.DARK)],
        ids=["wide", "narrow, dark"],
    )
    def test_it_opens_and_is_accessible(self, profile, tmp_path, arguments):
        found = chromium.probed(profile.to_html("people.csv", [LEAK]), tmp_path, self.PROBE, *arguments)
        assert (found["first"], found["note"], found["current"]) == (
            ["people.email"],
            ["people.note"],
            "note",
        )
        assert found["sideways"] <= 0
        chromium.check_accessible(found)
