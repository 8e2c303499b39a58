"""What Jupyter shows: names are harmless, gaps are visible, and a screen reader can read every table."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import auditkit
from auditkit import charts, demo, html_tables, sortable
from auditkit.dataset.dataset import Dataset
from auditkit.dataset.relation import Relation
from auditkit.detection import Profile, profile_html
from auditkit.outcome import Cause, Missing

HOSTILE = "<script>alert(1)</script>\u202eevil\u200b\x1b[2J\u2028"
UNSEEN = ("Cc", "Cf", "Zl", "Zp", "Cs")
POLICY = """
version: 1
name: Desk
purposes:
  support: {text: Answer, legal_basis: contract}
  care: {legal_basis: consent, article9: explicit_consent}
  later: null
tenancy: {root: tenants, key: tenant_id, shared: [plans]}
tables:
  users:
    subject: {type: customer, key: id}
    purposes: [support]
    columns: {email: user.contact.email, code: {category: none, reason: a code}}
    retention: {start: seen, max: P3Y6M, grace: P30D, hold: "email = 'canary@mail.example'", basis: law}
  notes: {retention: [{name: long, via: user_id}, {start: at, max: P1D, basis: x}], tenant_key: org}
  tenants: {}
  plans: {}
attestations: [{field: necessity, value: null}]
"""


class Page(HTMLParser):
    """What a reader of HTML sees: the tags, whether they nest, and the text."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.words = [], [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("br", "wbr"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def text(self):
        return "".join(self.words)


def check_table(html):
    """Return the page of a fragment, after what holds of each: captions, scopes, no script but our own,
    nothing that loads, no unseen character.
    """
    for script in (sortable.script(), profile_html.script()):
        html = html.replace(f"<script>{script}</script>", "")
    page = Page(html)
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(th.get("scope") in ("col", "row", "rowgroup") for th in page.all("th"))
    assert not {tag for tag, _ in page.tags} & {
        "script",
        "img",
        "iframe",
        "link",
        "object",
        "svg",
        "form",
    }
    assert not any(key.startswith("on") or key in ("src", "style") for _, attrs in page.tags for key in attrs)
    assert all(attrs["href"].startswith("#") for _, attrs in page.tags if "href" in attrs)
    assert not [c for c in html if unicodedata.category(c) in UNSEEN and c != "\n"]
    return page


@given(
    st.lists(st.tuples(st.text(max_size=120), st.text(max_size=500), st.none() | st.integers()), max_size=8),
    st.text(),
)
def test_no_name_breaks_out_of_its_cell(rows, caption):
    page = check_table(
        html_tables.fragment(
            html_tables.table(html_tables.name(caption), ("A", "B", "C"), rows, numeric=("C",))
        )
    )
    assert len(page.all("td")) == 2 * len(rows)
    assert sum(int(th.get("rowspan", 1)) for th in page.all("th") if th["scope"] != "col") == len(rows)


@given(st.text(max_size=60))
def test_a_name_that_can_be_seen_is_shown_as_it_is(text):
    shown = Page(str(html_tables.name(text))).text
    assert [c for c in shown if c != "\ufffd"] == [
        c for c in text if unicodedata.category(c) not in html_tables._INVISIBLE and c != "\ufffd"
    ]


def test_long_tables_say_how_much_they_leave_out():
    rows = [(f"t{n}", n) for n in range(html_tables.MAX_ROWS + 5)]
    page = check_table(
        html_tables.fragment(html_tables.table("many", ("Name", "Rows"), rows, more="dataset.relations"))
    )
    assert len(page.all("td")) == html_tables.MAX_ROWS and "and 5 more: dataset.relations" in page.text


def test_colours_follow_the_theme_and_the_badge_has_contrast():
    style = html_tables._STYLE
    assert not re.search(r"background:(?:#fff|white)|(?<!-)color:(?:#000|black)", style)
    ground = re.search(r"\.strong\{background:#([0-9a-f]{6})", style).group(1)
    channels = [int(ground[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    assert 1.05 / (luminance + 0.05) >= 4.5, "WCAG 2.2, 1.4.3"


# Datasets


@pytest.fixture
def frames():
    people = pd.DataFrame(
        {
            "id": [1, 2],
            "email": ["canary@mail.example", "x@mail.example"],
            HOSTILE: [1, 2],
            "jane.roe@example.org": [1, 2],
        }
    )
    return {"people": people, HOSTILE: pd.DataFrame({"a": [1]}), "none": pd.DataFrame()}


def test_a_dataset_shows_what_there_is_and_no_value(frames):
    with auditkit.open(frames) as data:
        html, short = data._repr_html_(), repr(data)
    page = check_table(html)
    assert "email" in page.text and "its" not in short and len(short) < 100
    assert "canary" not in html and "jane.roe" not in html
    assert "column 4 is itself a value (e-mail address) and not shown" in page.text
    assert "cannot be read" in page.text, "a frame without columns is a relation that says why it is not read"


def test_a_dataset_counts_what_is_quickly_counted_and_outlives_its_source(tmp_path):
    made = demo.write(tmp_path, tickets=1000)
    data = auditkit.open(made.database)
    assert re.search(r'<td class="n">1,000</td>', data._repr_html_())
    data.close()
    page = check_table(data._repr_html_())
    assert "tickets" in page.text and "1,000" not in page.text


def test_a_relation_that_cannot_be_read_says_why():
    missing = Missing(Cause.NO_RIGHT, f"the role may not read {HOSTILE}")
    page = check_table(
        Dataset("db", {"secret": Relation("secret", "view", missing=missing, rows=None)}, ())._repr_html_()
    )
    assert "1 view; 1 cannot be read" in page.text and "the role may not read" in page.text


# Policies


def test_a_policy_shows_what_is_declared_and_what_is_not():
    policy = auditkit.Policy.parse(POLICY)
    page = check_table(policy._repr_html_())
    for words in (
        "privacy.yaml declares 4 tables", "customer by id", "3 years 6 months after seen",
        "30 days to delete", "unless on hold", "long: like the row that user_id refers to; no basis",
        "1 day after at", "each row is a tenant", "shared by all", "org", "explicit consent (9(2)(a))",
        "To be stated by people: necessity, decision", "Undeclared: controller, dpo",
    ):  # fmt: skip
        assert words in page.text, words
    assert "code" not in page.text, "a column that is declared not to be personal is no personal column"
    assert "canary" not in page.text, "a condition may hold a value"
    assert repr(policy) == "Policy(name='Desk', tables=4, purposes=3)" and len(str(policy)) < 60


def test_no_policy_and_a_drafted_one_say_what_they_are(frames):
    assert "nothing is declared" in check_table(auditkit.Policy.empty()._repr_html_()).text
    draft = auditkit.Policy.parse(auditkit.Policy.draft({"people": frames["people"]}))
    page = check_table(draft._repr_html_())
    assert (
        page.text.count("undeclared") >= 3 and "canary" not in page.text and "attestations" not in page.text
    )


@pytest.mark.parametrize("name", ["data", "<b>\u202ex"])
def test_names_in_a_policy_are_harmless(name):
    text = (
        f"version: 1\nname: {name!r}\ntables: {{{name!r}: {{purposes: [{name!r}], columns: {{{name!r}:"
        " user.name}}}"
    )
    assert check_table(auditkit.Policy.parse(text.replace("'", '"'))._repr_html_())


# Profiles and audits


def test_a_profile_shows_what_was_found_and_what_was_not_read(frames):
    profile = auditkit.profile(frames)
    page = check_table(profile._repr_html_())
    assert "e-mail address" in page.text and "user.contact.email" in page.text and "2 of 2" in page.text
    assert "none: not read" in page.text and "canary" not in page.text
    assert len(repr(profile)) < 100


def test_an_empty_profile_claims_no_more_than_it_saw():
    text = check_table(auditkit.profile(pd.DataFrame({"n": [1, 2, 3]}))._repr_html_()).text
    assert "No personal data was found by these detectors" in text
    assert "0 columns" in check_table(Profile()._repr_html_()).text


def test_an_audit_of_hostile_names_is_harmless(frames):
    audit = auditkit.audit(frames, as_of="2026-11-22")
    assert "<script" not in audit._repr_html_() and "canary" not in audit._repr_html_()
    shown = charts.not_assessed(audit)
    page = check_table(shown._repr_html_())
    assert "none" in page.text and repr(shown).endswith("not assessed")
