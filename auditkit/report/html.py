"""The report as one self-contained page, and an audit as a fragment for a notebook.

The page names no remote address. Its one script, which searches and sorts long tables, is allowed by its
hash; without it everything is readable. What is too long for a page is cut with its total stated, and is
whole in `report.json`.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from auditkit import sortable
from auditkit.html_page import content_policy
from auditkit.html_tables import seen
from auditkit.outcome import Finding, Severity
from auditkit.record import AuditRecord, next_step
from auditkit.report import body, causes, figures
from auditkit.report.case import Case, words
from auditkit.report.details import details, interval, statement
from auditkit.report.evidence import Grid, Provenance, Scalar
from auditkit.report.figures import numbers, svg
from auditkit.report.foreign import MARK, bare, cut, marking, quoted, spans, split
from auditkit.report.manifest import command
from auditkit.report.model import Fault, ReportModel
from auditkit.report.say import ENGLISH, day_words, number_words, say, speaking
from auditkit.report.text import place_of
from auditkit.report.wording import article_words, entity_words

if TYPE_CHECKING:
    import jinja2

MAX_BYTES = 580_000
MOST, LEAST = 4.0, 0.1
"""The part of each table that the page shows at most, and at least."""
MAX_ROWS = 100
MAX_PLACES = 200
MAX_REASONS = 10
MAX_LONG_ROWS = 400
LONG = ("practice.table", "inventory.columns")
"""The tables that show more rows, by the keys of their captions."""
MAX_FINDINGS = 400
MAX_SQL = 150
NUMERIC = (
    "found.head.rows", "found.head.of", "change.head.now", "change.head.before", "inventory.head.rows",
    "inventory.head.filled", "incident.met_head.rows", "incident.head.rows", "annex.head.rows",
    "annex.head.share", "data.head.rows", "data.head.overdue", "subjects.head.findings",
    "subjects.head.passed", "subjects.head.open", "subjects.head.elsewhere", "quality.head.columns",
    "quality.head.filled", "quality.head.fits",
)  # fmt: skip
"""The keys of the heads of columns of numbers."""
_LINK = re.compile(r'<a href="#([^"]*)">(.*?)</a>', re.DOTALL)
_ID = re.compile(r'\bid="([^"]*)"')
FINDINGS_HEAD = "severity finding where rows share people confidence seen details fingerprint".split()
ANNEXES = (
    ("A", "findings", "findings"), ("B", "remedies", "remedies"), ("C", "unassessed", "unassessed"),
    ("D", "register", "register"), ("E", "map", "map"), ("F", "made", "evidence"),
    ("G", "practices", "practices"),
)  # fmt: skip
"""The annexes: their letters, their names in links, and the keys of their titles."""
_JOINT = re.compile(r"(?<=[_./])(?=\w{2})|(?<=\S{24})(?=\S{8})")
"""Where a name may break: behind its joints, and where it has none for long."""
_FIRST = re.compile(f"(?s)((?:{MARK.pattern.strip(chr(40) + chr(41))})?)(.*)")
_CODE, _AS_CODE = re.compile(r"`([^`]+)`"), r"<code>\1</code>"
_WHOLE, _NOWHERE = (
    re.compile(r"\b(?:\d{4}-\d\d-\d\d|[A-Z]-[0-9a-f]{12})\b"),
    r'<span class="whole">\g<0></span>',
)


def render(model: ReportModel, digests: Mapping[str, str] | None = None) -> str:
    """Return a report as one HTML page of less than 600 kB: the longer it is, the fewer rows each table
    shows.

    `digests` are the SHA-256 of the files that lie beside it, by their names.
    """
    part = MOST
    with speaking(model.language), marking():
        page = _page(model, part, digests or {})
        while (size := len(page.encode())) >= MAX_BYTES and part > LEAST:
            part = max(LEAST, min(part / 1.5, part * MAX_BYTES / size))
            page = _page(model, part, digests or {})
    return spans(_linked(page))


def _linked(page: str) -> str:
    """Return a page in which what leads to nothing that the page shows is text, and no link.

    >>> _linked('<p id="a"><a href="#a">x</a> <a href="#b">y</a></p>')
    '<p id="a"><a href="#a">x</a> y</p>'
    """
    there = set(_ID.findall(page))
    return _LINK.sub(lambda found: found[0] if found[1] in there else found[2], page)


def _page(model: ReportModel, part: float, digests: Mapping[str, str]) -> str:
    findings = [(f, fault.words.title) for fault in model.faults for f in fault.findings]
    shown = max(20, int(part * MAX_FINDINGS))
    heads = Heads()
    script = sortable.script()
    text = _template("report.html.jinja").render(
        model=model,
        part=part,
        heads=heads,
        css="@@css@@",
        csp=content_policy(script),
        script=script,
        numeric=frozenset(map(say, NUMERIC)),
        annexes=[(letter, anchor, say(f"annex.{key}")) for letter, anchor, key in ANNEXES],
        findings=findings[:shown],
        more_findings=len(findings[shown:]),
        findings_head=[say(f"annex.head.{key}") for key in FINDINGS_HEAD],
        remedies=[_remedy(fault, part) for fault in model.faults],
        leaks=model.leaks,
        version=str(model.run.get("versions", {}).get("privacy-auditkit") or ""),
        digests=digests,
        commands=commands(model),
    )
    return text.replace("@@css@@", _asset("report.css") + heads.css() + _running(model), 1)


def _remedy(fault: Fault, part: float) -> tuple[Fault, list[Finding], int]:
    """Return a fault with the findings whose SQL is shown, and how many more there are."""
    sql = [f for f in fault.findings if statement(f)]
    most = max(1, int(part * MAX_SQL))
    return fault, sql[:most], len(sql[most:])


def _asset(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _running(model: ReportModel) -> str:
    """Return the running head and the page numbers of the printed page as CSS."""
    name, day = _css_text(model.name or model.source), _css_text(day_words(model.as_of))
    kind, of = _css_text(say("page.running")), _css_text(say("page.of"))
    small = "font:8pt system-ui,sans-serif;color:#444c5a"
    return (
        f"@page{{@top-left{{content:{name};{small}}}@top-right{{content:{kind}' · '{day};{small}}}"
        f"@bottom-right{{content:counter(page){of}counter(pages);{small}}}}}@page:first{{@top-left{{content:none}}}}"
    )


def _css_text(text: str) -> str:
    r"""Return a text as a string of CSS; letters and digits stay, and every other character is escaped.

    >>> _css_text("A</style>")
    "'A\\00003c\\00002fstyle\\00003e'"
    """
    short = text if len(text) <= 80 else text[:79] + "…"
    return "'" + "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in _plain(short)) + "'"


class Heads:
    """The heads of the tables of a page: on a narrow screen each cell names its column."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], str] = {}

    def __call__(self, head: Sequence[str]) -> str:
        """Return the class of tables with a head."""
        return self._known.setdefault(tuple(head), f"c{len(self._known)}")

    def css(self) -> str:
        """Return the rules of all heads."""
        rules = (
            f".{name} td:nth-child({place})::before{{content:{_css_text(label)}': '}}"
            for head, name in self._known.items()
            for place, label in enumerate(head, 1)
        )
        return f"@media screen and (max-width:62rem){{{''.join(rules)}}}"


def commands(report: ReportModel) -> list[tuple[str, str]]:
    """Return what a reader can do to repeat the run and to check its folder, as pairs of words and a
    command.
    """
    run = str(report.run.get("id") or "RUN")
    repeated = command(report.audit)
    repeated += [] if report.view == body.REPORT else ["--view", report.view]
    repeated += [] if report.language == ENGLISH else ["--language", report.language]
    return [
        (say("made.check"), f"auditkit verify {run}"), (say("made.repeat"), shlex.join(repeated)),
        (say("made.compare"), f"auditkit diff EARLIER {run}"),
    ]  # fmt: skip


def fragment(audit: AuditRecord) -> str:
    """Return an audit for a notebook: errors, findings by cause, what to do about the rest; no value."""
    counts = Counter(f.severity for f in audit.findings if f.waiver is None)
    found = [group for group in audit.by_cause if group.findings]
    blind = [group for group in audit.by_cause if group.not_assessed and not group.is_hidden]
    return _template("fragment.html.jinja").render(
        audit=audit,
        counts=[(s, counts[s]) for s in reversed(Severity) if counts[s]],
        errors=[(group, next_step(group)) for group in blind if group.is_error],
        groups=[(group, words(group.checks[0]), group.findings[:MAX_PLACES]) for group in found[:MAX_ROWS]],
        hidden=max(0, len(found) - MAX_ROWS),
        blind=[(group, next_step(group)) for group in blind if not group.is_error][:MAX_REASONS],
        unseen=sum(len(group.outcomes) for group in blind if not group.is_error),
        more_blind=max(0, sum(not group.is_error for group in blind) - MAX_REASONS),
        not_applicable=sum(len(g.outcomes) for g in audit.by_cause if g.not_assessed and g.is_hidden),
        incomplete=any(group.is_blind for group in blind),
        leaks=len(Case(audit).leaks),
        tools=_tools() if len(found) > sortable.FEW else None,
    )


def _tools() -> Mapping[str, object]:
    """Return what the table of a fragment needs to be sorted, searched and filtered."""
    return {"style": sortable.STYLE, "script": sortable.script(), "page": sortable.PAGE}


def _cut(grid: Grid, part: float) -> tuple[Grid, int, Provenance | None]:
    """Return a table as the page shows it, how many rows were left out, and how all of them are known.

    The last is None where the rows are not known in the same way.
    """
    most = max(
        8,
        int(part * (MAX_LONG_ROWS if grid.caption in map(say, LONG) else MAX_ROWS)),
    )
    ways = {row.evidence for row in grid.rows}
    same = grid.rows[0].provenance if len(ways) == 1 else None
    shown = Grid(grid.caption, grid.head, grid.rows[:most], grid.empty)
    return shown, max(0, len(grid.rows) - most), same


def _shown(value: Scalar, most: int = 200) -> str:
    """Return a value as text: thousands apart, long names cut, nothing as a dash.

    >>> _shown(12345), _shown(None), _shown("x" * 300, most=4)
    ('12,345', '–', 'xxx…')
    """
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return say("answer.yes" if value else "answer.no")
    text = number_words(value) if isinstance(value, int | float) else _plain(str(value))
    return cut(text, most)


def _rate(finding: Finding) -> str:
    """Return the share of the rows that break the policy.

    >>> from auditkit.outcome import Confidence
    >>> sure = {"check": "c", "severity": Severity.LOW, "confidence": Confidence.LOW}
    >>> counts = ((3, 20000), (1, 4), (None, None), (9999, 10000))
    >>> tuple(_rate(Finding(rows=rows, of=of, **sure)) for rows, of in counts)
    ('under 0.1 %', '25 %', '', 'over 99.9 %')
    """
    if not finding.rows or not finding.of:
        return ""
    share = 100 * finding.rows / finding.of
    if share < 0.1:
        return say("share.under", share=number_words(0.1))
    if 99.9 < share < 100:
        return say("share.over", share=number_words(99.9))
    return say("share.exact", share=number_words(round(share, 1)))


def _details(finding: Finding) -> str:
    """Return what else is known of a finding, as one sentence."""
    text = "; ".join(filter(None, [interval(finding), details(finding)]))
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _soft(value: Scalar, most: int = 4000) -> Markup:
    """Return a value as text that may break behind the joints of a name, and nowhere in a date or in the
    label of a tenant.

    >>> _soft("user_id"), _soft("2026-11-22")
    (Markup('<bdi>user_<wbr>id</bdi>'), Markup('<bdi><span class="whole">2026-11-22</span></bdi>'))
    """
    parts = MARK.split(_shown(value, most))
    broken = "".join(part if MARK.fullmatch(part) else _joints(part) for part in parts)
    return Markup(f"<bdi>{_CODE.sub(_AS_CODE, _WHOLE.sub(_NOWHERE, broken))}</bdi>")


def _joints(text: str) -> str:
    """Return a text, escaped, that may break behind the joints of its names."""
    return "<wbr>".join(str(escape(part)) for part in _JOINT.split(text))


def _plain(value: Any) -> Any:
    """Return a text on one line, with a mark for each invisible character that could turn or hide others."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    line = re.sub(r"\s+", " ", value)
    return "".join(part if MARK.fullmatch(part) else seen(part) for part in MARK.split(line))


def _paragraphs(text: str) -> list[Markup]:
    r"""Return the paragraphs of a signed text, each whole and with its lines.

    >>> _paragraphs("First.\n\n- one\n- two & three")
    [Markup('First.'), Markup('- one<br>- two &amp; three')]
    """
    parts = [part.strip() for part in split(text, r"\n\s*\n")]
    return [Markup("<br>").join(map(_plain, part.splitlines())) for part in parts if bare(part)]


def _prose(text: str) -> Markup:
    """Return a sentence with its first letter large and what stands in backticks as code.

    >>> _prose("declare `category: none` & say why")
    Markup('Declare <code>category: none</code> &amp; say why')
    """
    mark, plain = _FIRST.match(_code(text)).groups()  # type: ignore[union-attr]
    return Markup(mark + plain[:1].upper() + plain[1:])


def _code(text: str) -> Markup:
    """Return a text with what stands in backticks as code."""
    marked = _CODE.sub(_AS_CODE, str(escape(_plain(text))))
    return Markup(marked.replace("`", ""))


def _draw(figure: figures.Figure) -> Markup:
    return Markup(svg.draw(figure))


def _own(text: str, model: ReportModel) -> str:
    """Return words of the policy, marked with their language where it is not that of the report."""
    return quoted(text, model.audit.declared_policy.language)


def _first_seen(finding: Finding, model: ReportModel) -> str:
    """Return when a finding was first seen: in this run, or on the day of an earlier one."""
    seen_before = model.audit.first_seen.get(finding.fingerprint)
    return day_words(seen_before.day) if seen_before else say("incident.this_run")


@cache
def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_plain,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "shown": _shown,
        "cut": _cut,
        "rate": _rate,
        "details": _details,
        "statement": statement,
        "draw": _draw,
        "words": svg.words,
        "numbers": lambda figure: (numbers.head(figure), list(numbers.rows(figure))),
        "first_seen": _first_seen,
        "own": _own,
        "soft": _soft,
        "paragraphs": _paragraphs,
        "prose": _prose,
        "code": _code,
        "failed": causes.failed,
        "article": article_words,
        "entity": entity_words,
        "day": day_words,
        "places": causes.places,
        "mixed": causes.mixed,
        "related": causes.related,
        "reasons": causes.reasons,
        "scope": causes.scope,
        "place": place_of,
    }
    environment.globals["say"] = say
    return environment


def _template(name: str) -> jinja2.Template:
    return _environment().get_template(name)
