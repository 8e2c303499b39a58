"""The report as one self-contained page, and an audit as a fragment for a notebook.

The page holds no script and names no remote address; what is too long for a page is cut with its total
stated, and whole in `report.json`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from auditkit.html_tables import seen
from auditkit.outcome import Finding, Severity
from auditkit.record import AuditRecord, next_step
from auditkit.report import causes, figures, svg
from auditkit.report.case import Case, words
from auditkit.report.details import details, interval, statement
from auditkit.report.evidence import Grid, Scalar
from auditkit.report.manifest import command
from auditkit.report.model import ReportModel, policy_words
from auditkit.report.text import place_of
from auditkit.vocabulary import ENTITIES

if TYPE_CHECKING:
    import jinja2

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""The Content-Security-Policy of the page: it can load and send nothing."""

MAX_BYTES = 500_000
SIZES = ((1, 2000), (1, 400), (0.5, 200), (0.25, 50), (0.1, 0))
"""What is tried until the page is small enough: the part of each table, and how many more places of a finding
are listed below its table.
"""
MAX_ROWS = 60
MAX_PLACES = 200
MAX_REASONS = 10
MAX_LONG_ROWS = 200
LONG = frozenset({"Columns with personal data", "Best practices and how each is known"})
MAX_FINDINGS = 240
MAX_FINDINGS_OF_A_CHECK = 60
NUMERIC = frozenset({"Rows", "Of", "Rows now", "Rows before"})
_CODE, _AS_CODE = re.compile(r"`([^`]+)`"), r"<code>\1</code>"
_WHOLE, _NOWHERE = (
    re.compile(r"\b(?:\d{4}-\d\d-\d\d|[A-Z]-[0-9a-f]{12})\b"),
    r'<span class="whole">\g<0></span>',
)


def render(model: ReportModel, digests: Mapping[str, str] | None = None) -> str:
    """Return a report as one HTML page of less than 500 kB: the longer it is, the fewer rows each table
    shows.

    `digests` are the SHA-256 of the files that lie beside it, by their names.
    """
    pages = (_page(model, part, listed, digests or {}) for part, listed in SIZES)
    for page in pages:
        if len(page.encode()) < MAX_BYTES:
            break
    return page


def _page(model: ReportModel, part: float, listed: int, digests: Mapping[str, str]) -> str:
    shown = _shares([len(fault.findings) for fault in model.faults], part)
    return _template("report.html.jinja").render(
        model=model,
        part=part,
        css=(Path(__file__).parent / "report.css").read_text(encoding="utf-8"),
        csp=POLICY,
        numeric=NUMERIC,
        first=[(fault, fault.findings[0]) for fault in model.top],
        policy=policy_words(model),
        faults=[
            (fault, fault.findings[:n], fault.findings[n : n + listed], len(fault.findings[n + listed :]))
            for fault, n in zip(model.faults, shown, strict=True)
        ],
        leaks=model.leaks,
        version=str(model.run.get("versions", {}).get("privacy-auditkit") or ""),
        digests=digests,
        commands=commands(model.audit),
    )


def commands(audit: AuditRecord) -> list[tuple[str, str]]:
    """Return what a reader can do to repeat the run and to check its folder, as pairs of words and a
    command.
    """
    run = str(audit.run.get("id") or "RUN")
    return [
        ("Check that no byte was changed", f"auditkit verify {run}"), ("Repeat it", command(audit)),
        ("Compare with an earlier run", f"auditkit diff EARLIER {run}"),
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
    )


def _shares(sizes: list[int], part: float = 1) -> list[int]:
    """Return how many findings of each check the page shows: some of each, and all together a bounded number.

    >>> _shares([3, 500, 70]), sum(_shares([100] * 40)), _shares([500], 0.1)
    ([3, 60, 60], 240, [6])
    """
    each = max(2, int(part * min(MAX_FINDINGS_OF_A_CHECK, MAX_FINDINGS // max(1, len(sizes)))))
    return [min(size, each) for size in sizes]


def _cut(grid: Grid, part: float) -> tuple[Grid, int]:
    """Return a table as the page shows it, and how many rows were left out."""
    most = max(5, int(part * (MAX_LONG_ROWS if grid.caption in LONG else MAX_ROWS)))
    return Grid(grid.caption, grid.head, grid.rows[:most], grid.empty), max(0, len(grid.rows) - most)


def _shown(value: Scalar, most: int = 200) -> str:
    """Return a value as text: thousands apart, long names cut, nothing as a dash.

    >>> _shown(12345), _shown(None), _shown("x" * 300, most=4)
    ('12,345', '–', 'xxx…')
    """
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = f"{value:,}" if isinstance(value, int | float) else _plain(str(value))
    return text if len(text) <= most else text[: most - 1] + "…"


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
        return "under 0.1 %"
    if 99.9 < share < 100:
        return "over 99.9 %"
    return f"{share:.1f} %".replace(".0 %", " %")


def _details(finding: Finding) -> str:
    """Return what else is known of a finding, as one sentence."""
    text = "; ".join(filter(None, [interval(finding), details(finding)]))
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _soft(value: Scalar, most: int = 200) -> Markup:
    """Return a value as text that may break behind the joints of a name, and nowhere in a date or in the
    label of a tenant.

    >>> _soft("user_id"), _soft("2026-11-22")
    (Markup('<bdi>user_<wbr>id</bdi>'), Markup('<bdi><span class="whole">2026-11-22</span></bdi>'))
    """
    broken = re.sub(r"(?<=[_.])(?=\w)", "<wbr>", str(escape(_shown(value, most))))
    return Markup(f"<bdi>{_CODE.sub(_AS_CODE, _WHOLE.sub(_NOWHERE, broken))}</bdi>")


def _plain(value: Any) -> Any:
    """Return a text on one line, with a mark for each invisible character that could turn or hide others."""
    return (
        seen(re.sub(r"\s+", " ", value))
        if isinstance(value, str) and not isinstance(value, Markup)
        else value
    )


def _paragraphs(text: str) -> list[Markup]:
    r"""Return the paragraphs of a signed text, each whole and with its lines.

    >>> _paragraphs("First.\n\n- one\n- two & three")
    [Markup('First.'), Markup('- one<br>- two &amp; three')]
    """
    parts = [part.strip() for part in re.split(r"\n\s*\n", text)]
    return [Markup("<br>").join(map(_plain, part.splitlines())) for part in parts if part]


def _prose(text: str) -> Markup:
    """Return a sentence with its first letter large and what stands in backticks as code.

    >>> _prose("declare `category: none` & say why")
    Markup('Declare <code>category: none</code> &amp; say why')
    """
    plain = _code(text)
    return plain[:1].upper() + plain[1:]


def _code(text: str) -> Markup:
    """Return a text with what stands in backticks as code."""
    marked = _CODE.sub(_AS_CODE, str(escape(_plain(text))))
    return Markup(marked.replace("`", ""))


def _entity(name: str) -> str:
    known = ENTITIES.get(name)
    return known.label if known else name


def _draw(figure: figures.Figure) -> Markup:
    return Markup(svg.draw(figure))


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
        "soft": _soft,
        "paragraphs": _paragraphs,
        "prose": _prose,
        "code": _code,
        "failed": causes.failed,
        "entity": _entity,
        "places": causes.places,
        "mixed": causes.mixed,
        "related": causes.related,
        "reasons": causes.reasons,
        "scope": causes.scope,
        "place": place_of,
    }
    return environment


def _template(name: str) -> jinja2.Template:
    return _environment().get_template(name)
