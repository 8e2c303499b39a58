"""The page in a real browser: accessible, without dead ends for the keyboard, and whole on paper.

Needs Chromium, and axe-core from `npm ci --prefix tests/browser`; without them these tests are skipped.
"""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from auditkit.report import body, html, model
from auditkit.report.say import LANGUAGES, say, speaking
from tests import chromium
from tests.report.test_languages import example

pytestmark = chromium.needed

PROBE = """
  const root = document.documentElement;
  found.width = root.scrollWidth - root.clientWidth;
  const shown = (e) => e.getClientRects().length > 0;
  const stops = [...document.querySelectorAll("[tabindex]")];
  found.stops = stops.filter((e) => e.getAttribute("role") !== "button" || !shown(e)).length;
  const scrolls = (e) => shown(e) && e.scrollWidth > e.clientWidth + 1
    && /auto|scroll/.test(getComputedStyle(e).overflowX);
  found.scrollers = [...document.querySelectorAll("main *")].filter(scrolls).length;
  const thin = (e) => shown(e) && e.textContent.trim().length > 4 && e.clientWidth < 30;
  found.thin = [...document.querySelectorAll("main td, main th")].filter(thin).length;
  const table = document.querySelector("table.findings"), rows = [...table.tBodies[0].rows];
  const field = table.previousElementSibling.querySelector("input");
  field.value = rows[0].textContent.trim().slice(-16);
  field.dispatchEvent(new Event("input"));
  found.left = table.tBodies[0].rows.length;
  field.value = "";
  field.dispatchEvent(new Event("input"));
  const sort = (i) => { table.tHead.rows[0].cells[i].querySelector("[role=button]").click();
    return [...table.tBodies[0].rows].map((row) => row.cells[i].textContent.trim()); };
  found.sorted = sort(0);
"""

FRAME = """
<iframe src="page.html" width="320" height="900" style="border:0"></iframe><script>
addEventListener("load", () => {
  const root = document.querySelector("iframe").contentDocument.documentElement;
  const out = document.createElement("pre");
  out.id = "probe";
  out.textContent = root.scrollWidth + " " + root.clientWidth;
  document.body.append(out);
});
</script>
"""


@pytest.fixture
def report(audit, policy):
    long = "name_of_a_table_without_any_end" * 8  # 248 characters
    first, *rest = audit.outcomes
    return model.of(replace(audit, outcomes=(first, replace(rest[0], table=long), *rest)), policy=policy)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--window-size=1400,1000",),
        ("--window-size=1280,1000",),
        ("--window-size=1024,1000",),
        ("--window-size=800,1000",),
        ("--window-size=400,900",),
        ("--window-size=1400,1000", chromium.DARK),
    ],
    ids=["wide", "laptop", "tablet", "upright", "narrow", "dark"],
)
def test_the_page_is_accessible_and_nothing_on_it_is_a_dead_end(report, tmp_path, arguments):
    found = chromium.probed(html.render(report), tmp_path, PROBE, *arguments)
    assert found["width"] <= 0, "the page scrolls sideways"
    assert (found["stops"], found["scrollers"]) == (0, 0)
    assert found["thin"] == 0, "words are broken into letters"
    assert found["left"] == 1, "the search leaves the one finding"
    ranks = [["low", "medium", "high", "critical"].index(text.split(",")[0]) for text in found["sorted"]]
    assert ranks == sorted(ranks)
    chromium.check_accessible(found)


def test_the_page_fits_320_pixels(report, tmp_path):
    """A window of a browser is at least 500 pixels wide, so the page is in a frame of 320."""
    (tmp_path / "page.html").write_text(chromium.without_policy(html.render(report)))
    (tmp_path / "frame.html").write_text(FRAME)
    dom = chromium.run("--allow-file-access-from-files", "--dump-dom", (tmp_path / "frame.html").as_uri())
    whole, seen = map(int, re.search(r'<pre id="probe">(\d+) (\d+)</pre>', dom).groups())
    assert whole <= seen == 320


PRINTED = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="there is no pdftotext here")


def printed(page: str, folder: Path) -> list[str]:
    """Return the text of each page of a printed report."""
    (folder / "page.html").write_text(page, encoding="utf-8")
    pdf = folder / "page.pdf"
    chromium.run("--no-pdf-header-footer", f"--print-to-pdf={pdf}", (folder / "page.html").as_uri())
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True)
    return done.stdout.split("\f")[:-1]


@PRINTED
@pytest.mark.parametrize("code", LANGUAGES)
def test_the_example_has_its_sign_off_on_page_one_and_a_body_under_15_pages(tmp_path, code):
    audit, policy = example()
    with speaking(code):
        report = model.of(audit, policy=policy)
        annex = f"A\\s+{say('annex.findings')}"
    pages = printed(html.render(report), tmp_path)
    last = str(report.front.signatures.rows[-1].cells[0])
    assert last in pages[0] and report.headline[:40] in pages[0]
    body_pages = next(i for i, page in enumerate(pages) if re.search(rf"^\s*{annex}\s*$", page, re.MULTILINE))
    assert body_pages < 15


@PRINTED
@pytest.mark.parametrize("view", [None, *body.VIEWS])
def test_the_printed_page_has_its_sections_in_order_and_the_body_is_short(audit, policy, tmp_path, view):
    report = model.of(audit, policy=policy, view=view)
    pages = printed(html.render(report), tmp_path)
    text = re.sub(r"\s+", " ", "\f".join(pages).split("Contents", 1)[1])
    titles = [f"{c.number} {c.title}" for c in report.chapters]
    at = [text.rfind(title) for title in titles]
    assert at == sorted(at) and min(at) > 0
    first_annex = next(
        i for i, page in enumerate(pages) if re.search(r"^\s*A\s+Findings\s*$", page, re.MULTILINE)
    )
    assert first_annex <= 15
    assert all(f"{n} of {len(pages)}" in page for n, page in enumerate(pages, 1))
    assert all("Confidential" in page for page in pages)
    for page in pages:  # no heading stands alone at the end of a page
        last = [line.strip() for line in page.splitlines() if line.strip()][-2]
        assert not any(last == title for title in titles)
