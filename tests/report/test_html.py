"""The page: self-contained, safe, small, and readable by everybody."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditkit.audit.audit import Audit
from auditkit.detection import ColumnVerdict
from auditkit.outcome import Cause, Confidence, Finding, NotAssessed, Severity
from auditkit.report import figures, html, model
from auditkit.report.figures import svg
from auditkit.report.foreign import MARK, marking, quoted, spans
from auditkit.report.say import speaking

VOID = {"meta", "br", "link", "img", "input", "hr", "wbr"}


class Page(HTMLParser):
    """What a test wants to know of a page; raises where an element is not closed in its turn."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.ids, self.links, self.open, self.text = [], [], [], [], []
        self.feed(text)
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        self.tags.append((tag, known))
        if "id" in known:
            self.ids.append(known["id"])
        if tag == "a":
            self.links.append(known.get("href"))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in {"style", "script"}:
            self.text.append(data)

    def attributes(self, tag):
        return [known for name, known in self.tags if name == tag]


@pytest.fixture
def page(audit, policy):
    return html.render(model.of(audit, policy=policy, previous=replace(audit, outcomes=audit.outcomes[1:])))


def test_the_page_loads_nothing_and_runs_its_one_script_alone(page):
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    addresses = set(re.findall(r"https?://[^\s\"'<)]+|(?<![:/])//\w[^\s\"'<)]+", page)) - {
        "http://www.w3.org/2000/svg"
    }
    assert addresses == set()
    policies = [
        m["content"]
        for m in Page(page).attributes("meta")
        if m.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policies == [
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{allowed}'; img-src data:"
    ]
    for word in ("fetch", "XMLHttpRequest", "eval", "innerHTML", "import", "localStorage", "cookie"):
        assert word not in script
    assert not re.search(r"\son\w+=|@import|url\(|javascript:", page)


def test_the_page_has_landmarks_a_language_and_headings_in_order(page):
    parsed = Page(page)
    assert parsed.attributes("html") == [{"lang": "en"}]
    for landmark in ("main", "header", "footer"):
        assert len(parsed.attributes(landmark)) == 1
    # One for wide screens, one for narrow ones and print: the style sheet shows one of them.
    assert [nav["class"] for nav in parsed.attributes("nav")] == ["toc", "printed"]
    levels = [int(tag[1]) for tag, _ in parsed.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert parsed.links[0] == "#summary"


def test_every_link_and_label_leads_somewhere(page):
    parsed = Page(page)
    assert len(parsed.ids) == len(set(parsed.ids))
    targets = {link[1:] for link in parsed.links} | {
        k["aria-labelledby"] for _, k in parsed.tags if "aria-labelledby" in k
    }
    assert targets <= set(parsed.ids)


def test_every_table_has_a_caption_and_scopes(page):
    parsed = Page(page)
    assert len(parsed.attributes("table")) == len(parsed.attributes("caption")) > 5
    assert all(th.get("scope") in {"col", "row"} for th in parsed.attributes("th"))


def test_every_figure_is_named_and_says_its_numbers_in_words(page):
    drawn = Page(page).attributes("svg")
    assert len(drawn) == 4 and all(s["role"] == "img" and s["aria-label"] for s in drawn)
    assert (
        "users: 310 rows (100 up to 1.1 times the period, 150 up to 1.5 times, 50 up to 3 times, 10 over 3"
        " times)" in page
    )
    assert "kept since before 23 Oct 2023" in page


def test_the_first_page_says_what_was_found_and_what_was_not_seen(page):
    start, end = page.index('<section id="summary"'), page.index('<section id="chapter-1"')
    summary = " ".join(" ".join(Page(page[start:end]).text).split())
    for words in (
        "Not ready for decision: 1 possible incident",
        "1 critical, 1 high, 1 medium findings",
        "Foreign key crosses tenants",
        "1 check could not see its data: no right to read (1)",
        "Sign-off",
        "Is an assessment required?",
        "Tables read: 63 of 71",
    ):
        assert words in summary


def test_a_waived_finding_is_shown_as_waived(page):
    assert "low, waived" in page and "Waived by J. Roe until 31 Dec 2026: kept for the next release" in page


def test_the_page_never_says_the_word(page):
    assert "compliant" not in page.lower()
    assert "no violation found by these checks" in page


def test_names_are_text_and_never_markup(with_outcomes, policy):
    name = "<script>alert(1)</script>\"'&amp;{{ 7*7 }}"
    finding = Finding(
        check="pii-undeclared",
        table=name,
        columns=(name,),
        target=name,
        entity=name,
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        rows=1,
        of=2,
        detail={name: name},
    )
    missing = NotAssessed(check="pii-undeclared", table=name, cause=Cause.ERROR, reason=name)
    seen = ColumnVerdict(name, name, "EMAIL_ADDRESS", None, "certain", 0.99, 1, 0, 1, 1)
    audit = with_outcomes(
        finding,
        missing,
        source=name,
        columns=(seen,),
        policy={"name": name},
        run={"id": name, "versions": {name: name}},
    )
    for text in (html.render(model.of(audit)), html.fragment(audit)):
        parsed = Page(text)
        assert (
            len(parsed.attributes("script")) <= 1
            and "alert(1)" in "".join(parsed.text)
            and "{{ 7*7 }}" in "".join(parsed.text)
            and "49" not in re.findall(r">[^<]*\b49\b", text)
        )


@settings(max_examples=25)
@given(
    names=st.lists(st.text(min_size=1, max_size=40).filter(lambda s: s.isprintable()), min_size=1, max_size=4)
)
def test_any_name_keeps_the_page_whole(names):
    columns = tuple(ColumnVerdict(n, n, "PERSON", None, "certain", 0.99, 3, 1, 2, 2) for n in names)
    outcomes = tuple(
        Finding(
            check="pii-undeclared", table=n, severity=Severity.LOW, confidence=Confidence.HIGH, rows=1, of=3
        )
        for n in set(names)
    )
    audit = Audit(outcomes=outcomes, source=names[0], as_of=date(2026, 1, 1), columns=columns)
    Page(html.render(model.of(audit)))
    Page(html.fragment(audit))


def test_the_page_stays_small_and_says_what_it_left_out(with_outcomes):
    checks = [
        "pii-undeclared",
        "pii-free-text",
        "retention-overdue",
        "minimisation-empty-column",
        "tenancy-missing-key",
    ]
    long = "a_rather_long_name_of_a_table_" * 4
    many = [
        Finding(
            check=c,
            table=f"{long}{i}",
            columns=(f"{long}{i}",) * 3,
            severity=Severity.HIGH,
            confidence=Confidence.HIGH,
            rows=i,
            of=9999,
        )
        for c in checks
        for i in range(400)
    ]
    blind = [
        NotAssessed(check=c, table=f"{long}{i}", cause=Cause.UNDECLARED, reason=f"reason {i}")
        for c in checks
        for i in range(300)
    ]
    seen = [
        ColumnVerdict(f"{long}{i}", long, "PERSON", None, "certain", 0.99, 9, 0, 9, 9) for i in range(3000)
    ]
    report = model.of(with_outcomes(*many, *blind, columns=tuple(seen)))
    text = html.render(report)
    assert 100_000 < len(text.encode()) < 600_000
    alike = "reason 0 (and 299 reasons like it)"
    for total in ("2,000 in all", "3,000 in all", alike, "more are in <code>report.json</code>"):
        assert total in text
    assert len(report.to_dict()["sections"][3]["tables"][0]["rows"]) == 3000
    parsed = Page(text)
    assert {link[1:] for link in parsed.links} <= set(parsed.ids), "what is cut is no link"


def _luminance(colour):
    colour = colour if len(colour) == 7 else "#" + "".join(2 * c for c in colour[1:])
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """Return the contrast ratio of two colours (WCAG 2.2, 1.4.3)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "print"])
def test_text_stands_out_from_its_ground(scheme):
    css = (Path(html.__file__).parent / "report.css").read_text(encoding="utf-8")
    roots = [
        dict(re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})\b", block))
        for block in re.findall(r":root\{([^}]*)\}", css)
    ]
    shades = {**roots[0], **roots[scheme]}
    pairs = [(ink, ground) for ink in ("ink", "muted", "link") for ground in ("bg", "panel")]
    pairs += [(kind, f"{kind}-bg") for kind in ("measured", "attested", "derived", "none")]
    assert {
        p: round(contrast(shades[p[0]], shades[p[1]]), 2)
        for p in pairs
        if contrast(shades[p[0]], shades[p[1]]) < 4.5
    } == {}


def test_white_on_each_severity_stands_out():
    for sheet in ("report.css", "fragment.html.jinja"):
        text = (Path(html.__file__).parent / sheet).read_text(encoding="utf-8")
        shades = re.findall(r"(?:\.pill|b)\.(?:critical|high|medium|low)\{background:(#\w{6})\}", text)
        assert len(shades) == 4 and all(contrast("#ffffff", shade) >= 4.5 for shade in shades)


def test_a_fragment_has_what_an_analyst_needs(audit):
    text = " ".join(" ".join(Page(html.fragment(audit)).text).split())
    for words in (
        "1 critical",
        "Foreign key crosses tenants",
        "tickets",
        "3 of 20,000",
        "low, waived",
        "2 not assessed",
        "incomplete",
    ):
        assert words in text
    assert "SELECT 1" not in text, "the SQL of a finding stays in audit.json"


def test_a_fragment_of_nothing_claims_nothing(with_outcomes):
    assert "No violation found by these checks." in html.fragment(with_outcomes())


def test_figures_count_what_the_audit_holds(audit):
    inventory = figures.personal_data(audit)
    assert [s.label for s in inventory.series] == ["special categories", "contact data"]
    assert {b.label: b.values for b in inventory.bars} == {"users": (1, 1), "patients": (1, 0)}
    assert [b.values for b in figures.overdue(audit).bars] == [(100, 150, 50, 10)]
    assert {b.label: b.values for b in figures.severities(audit).bars}["low"] == (0, 1)
    (sizes,) = figures.class_sizes(audit)
    assert [b.values for b in sizes.bars] == [(3, 0), (4, 0), (5, 0), (0, 6), (0, 5), (0, 0)]
    assert "k = 5" in sizes.title


def test_a_band_that_k_divides_is_shown_as_partly_below_it(audit):
    finding = replace(audit.findings[2], detail={"k": 4, "classes_3_4": 7})
    (sizes,) = figures.class_sizes(replace(audit, outcomes=(finding,)))
    assert [s.label for s in sizes.series] == ["smaller than k", "partly smaller than k", "k or more"]
    assert sizes.bars[2].values == (0, 7, 0)


def test_figures_without_their_numbers_are_not_drawn(audit):
    bare = [replace(f, detail={}) for f in audit.findings]
    empty = replace(audit, outcomes=tuple(bare), columns=())
    assert (figures.overdue(empty), figures.class_sizes(empty), figures.personal_data(empty)) == (
        None,
        (),
        None,
    )
    assert figures.severities(replace(audit, outcomes=())) is None
    html.render(model.of(empty))


def test_a_long_figure_says_how_much_it_leaves_out(audit):
    many = tuple(ColumnVerdict(f"t{i}", "c", "PERSON", None, "certain", 0.99, 9, 0, 9, 9) for i in range(40))
    assert "and 16 more, in report.json" in svg.draw(figures.personal_data(replace(audit, columns=many)))


@pytest.mark.parametrize(
    ("code", "kind", "remedies"),
    [
        ("de", "Datenschutz-Folgenabschätzung", "Gründe, die sie nennen, sind auf Englisch."),
        (
            "fr",
            "Analyse d'impact relative à la protection des données",
            "raisons qu'ils donnent, sont en anglais.",
        ),
    ],
)
def test_a_page_in_another_language_says_so_and_marks_what_stays_english(audit, policy, code, kind, remedies):
    with speaking(code):
        report = model.of(audit, policy=policy)
    page = Page(html.render(report))  # the page speaks the language of its report, wherever it is made
    assert page.attributes("html") == [{"lang": code}]
    text = " ".join(page.text)
    assert kind in text and remedies in text
    assert all(known.get("lang") == "en" for tag, known in page.tags if "lang" in known and tag != "html")
    assert any(known.get("lang") == "en" for _, known in page.tags)
    assert '"language": "' + code + '"' in report.to_json()


@given(st.text(max_size=80), st.sampled_from(["de", "fr-CA"]))
def test_words_marked_with_their_language_break_and_lose_nothing(text, language):
    with marking():
        marked = f"name_of_a_thing_without_end {quoted(text, language)}. {quoted('ok', language)}"
        page = spans(str(html._soft(marked)))
    plain = re.sub(r"<wbr>|</?(?:bdi|code|span)[^>]*>", "", page)
    assert not MARK.search(page) and "\ufdd0" not in plain
    assert plain.endswith("ok") and page.count("<span lang=") == page.count("</span>") - page.count('"whole"')
    assert page.count("<span lang=") in (1, 2)
