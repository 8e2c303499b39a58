"""Tables that a person works with: whole without a script, quick with it, and harmless whatever the names."""

from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from auditkit import html_page, html_tables, sortable
from tests import chromium
from tests.test_html_tables import Page

ROWS = 10_000


def big() -> Markup:
    """Return a table of as many rows as a page holds, of three severities."""
    levels = ("high", "low", "critical")
    rows = [(f"table_{n}", html_tables.badge(levels[n % 3]), n * 7 % ROWS) for n in range(ROWS)]
    head = ("Table", "Severity", "Rows")
    return sortable.table(
        "Outcomes", head, rows, numeric=("Rows",), choose=("Severity",), more="audit.outcomes"
    )


@given(st.lists(st.tuples(st.text(max_size=40), st.integers()), min_size=sortable.FEW + 1, max_size=12))
def test_no_name_breaks_out_of_its_cell_or_of_the_block_of_rows(rows):
    many = rows + [("filler", 0)] * sortable.MOST_HTML + rows
    shown = sortable.fragment(sortable.table("many", ("Name", "Rows"), many, more="all of them"))
    page = Page(shown)
    assert len(page.all("td")) == sortable.MOST_HTML
    assert [attrs for attrs in page.all("script") if attrs] == [{"type": "application/json", "class": "rest"}]
    (listed,) = re.findall(r'class="rest">(.*?)</script>', shown, re.DOTALL)
    last = [[html_tables.seen(text) or "–", f"{n:,}"] for text, n in rows]
    assert json.loads(listed)[-len(rows) :] == last
    assert not [c for c in listed if c in "<\u202e\u2028"]
    assert f"and {len(many) - sortable.MOST_HTML:,} more: all of them" in page.text


def test_a_short_table_needs_no_script():
    shown = sortable.fragment(sortable.table("few", ("Name",), [("a",)] * sortable.FEW))
    assert "<script" not in shown


def test_rows_beyond_the_most_are_counted():
    shown = sortable.table("all", ("N",), [(n,) for n in range(sortable.MOST + 5)], more="audit.outcomes")
    assert "and 5 more: audit.outcomes" in shown


class TestInABrowser:
    """Ten thousand rows: the page holds fifty of them at a time."""

    pytestmark = chromium.needed
    PROBE = """
      const table = document.querySelector("table.tools"), body = table.tBodies[0];
      const bar = table.previousElementSibling, field = bar.querySelector("input");
      const first = () => body.rows[0].cells[0].textContent;
      const find = (words) => { field.value = words; field.dispatchEvent(new Event("input")); };
      found.shown = body.rows.length;
      found.note = document.querySelectorAll("p.static").length;
      bar.querySelectorAll("button")[1].click();
      found.second = first();
      found.position = bar.querySelector("output").textContent;
      find("TABLE_9999 high");
      found.last = [body.rows.length, first()];
      find("");
      const choice = bar.querySelector("select");
      choice.value = "=low";
      choice.dispatchEvent(new Event("change"));
      found.low = [bar.querySelector("output").textContent, first()];
      choice.value = "";
      choice.dispatchEvent(new Event("change"));
      const heads = [...table.tHead.rows[0].cells].map((head) => head.querySelector("[role=button]"));
      heads[2].click(); found.least = first();
      heads[2].click(); found.most = first();
      heads[1].click(); heads[1].click(); found.worst = body.rows[0].cells[1].textContent;
    """

    def test_it_is_searched_filtered_sorted_and_accessible(self, tmp_path):
        body = Markup("<main><h1>Outcomes</h1>{}</main>").format(Markup(sortable.fragment(big())))
        found = chromium.probed(html_page.page("Outcomes", "", body), tmp_path, self.PROBE)
        assert (found["shown"], found["note"]) == (sortable.PAGE, 0)
        assert (found["second"], found["position"]) == ("table_50", "51–100 / 10,000")
        assert found["last"] == [1, "table_9999"]
        assert found["low"] == ["1–50 / 3,333 / 10,000", "table_1"]
        assert (found["least"], found["worst"]) == ("table_0", "critical")
        assert found["most"] == f"table_{next(n for n in range(ROWS) if n * 7 % ROWS == ROWS - 1)}"
        chromium.check_accessible(found)
