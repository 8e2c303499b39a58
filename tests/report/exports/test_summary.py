"""The summary for the public: what people need to know, no table, no finding, no count about few people."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from auditkit.policy import Policy
from auditkit.report.exports import summary
from tests.report.conftest import POLICY, detected
from tests.signing import statement


class Cells(HTMLParser):
    """Collects the cells of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.inside = False

    def handle_starttag(self, tag, attrs):
        if tag in ("td", "th"):
            self.cells.append("")
            self.inside = True

    def handle_data(self, data):
        if self.inside:
            self.cells[-1] += data

    def handle_endtag(self, tag):
        self.inside = self.inside and tag not in ("td", "th")


def page(run, text: str = POLICY, columns=None):
    policy = Policy.parse(text)
    audit = replace(run.audit, declared=policy.to_dict(), columns=columns or run.audit.columns)
    read = Cells()
    read.feed(summary.render(replace(run, audit=audit)))
    return read


def test_a_page_loads_nothing_and_runs_nothing(hostile):
    text = summary.render(hostile)
    assert "default-src 'none'" in text and not re.search(r"<script|<link|<img|src=|https?://", text)


def test_it_says_what_people_need_and_what_nobody_stated(run):
    cells = page(run).cells
    for words in ("Answer the questions of customers", "contract, Art. 6(1)(b)", "3 years", "22 Nov 2026"):
        assert any(words in cell for cell in cells), words
    recipients = cells[cells.index("Recipients") + 1]
    assert recipients == "not stated"


def test_it_shows_what_a_person_signed_without_the_name(run):
    signed = statement("rights.access", "Write to us.\n\nWe answer within a month.", by="Vera Wohlgemuth")
    cells = page(run, POLICY.replace("attestations:\n", f"attestations:\n  - {signed}\n")).cells
    assert cells[cells.index("Access, and a copy to take away") + 1].startswith("Write to us.")
    assert not any("Wohlgemuth" in cell for cell in cells)


def test_no_security_detail_is_in_it(run):
    text = " ".join(page(run).cells)
    for secret in ("tenancy", "tickets", "last_seen_at", "critical", "Encryption", "helpdesk.sqlite"):
        assert secret not in text, secret


@pytest.mark.parametrize(("key", "few"), [("", "fewer than 5"), ("smallest_count: 20\n", "fewer than 20")])
def test_small_groups_are_not_counted(run, key, few):
    sick = detected("users", "diagnosis", "HEALTH", rows=900, nulls=897)
    columns = (sick, detected("users", "email", "EMAIL_ADDRESS"))
    cells = page(run, POLICY + key, columns).cells
    assert few in cells
    assert "3" not in cells
