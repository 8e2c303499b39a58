"""The runs of a folder over time: `index.html` lists them with their trend, and `latest` leads to the last.

Both are made anew after each run, from the manifests alone, and belong to no run: `verify` passes over them.
A manifest is untrusted: what is not a number is not shown.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from auditkit import html_page
from auditkit.escaping import visible
from auditkit.report import manifest
from auditkit.report.figures import Bar, Figure, Series, svg
from auditkit.report.manifest import Sealed
from auditkit.report.risk.scale import level_words
from auditkit.report.saved import language
from auditkit.report.say import day_words, number_words, say, speaking, spoken

PAGE, LATEST = "index.html", "latest"
LEVELS = ("very_high", "high", "medium", "low", "not_assessed")
HEADS = ("run", "day", "sealed", "findings", "waived", "incidents", "risks", "actions", "judged")
"""The columns, by the keys of their heads."""
SEVERITIES = ("critical", "high", "medium", "low")
MOST_RUNS = 60
"""How many runs the trend shows."""
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:75em;margin:2em auto;padding:0 1em;color:#1a1a1a;"
    "background:#fff}table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;"
    "padding:.3em 1em .3em 0;border-bottom:1px solid #767676}.n{text-align:right}.scroll{overflow-x:auto}"
    "svg{max-width:100%;height:auto}a{color:#0b4f8a}@media(prefers-color-scheme:dark){"
    "body{color:#eee;background:#161616}a{color:#8cc4ff}}"
)


@dataclass(frozen=True)
class Point:
    """A run in the index; numbers that its manifest does not hold are None."""

    run: str
    chain: str
    as_of: str
    sealed: str
    findings: Mapping[str, int | None]
    waived: int | None
    incidents: int | None
    risks: Mapping[str, int | None]
    actions: int | None
    late: int | None
    judged: int | None
    planned: int | None

    @classmethod
    def of(cls, sealed: Sealed) -> Point:
        """Return what the manifest of a run says of it."""
        contents: Mapping[str, Any] = sealed.contents
        counts, coverage = _mapping(contents.get("tally")), _mapping(contents.get("coverage"))
        found, actions = _mapping(counts.get("findings")), _mapping(counts.get("actions"))
        passed, findings = _number(coverage.get("passed")), _number(coverage.get("findings"))
        return cls(
            run=sealed.folder.name, chain=sealed.chain, as_of=str(contents.get("as_of")),
            sealed=str(contents["sealed"])[:16].replace("T", " "),
            findings={s: _number(found.get(s)) for s in SEVERITIES},
            waived=_number(counts.get("waived")), incidents=_number(counts.get("incidents")),
            risks={level: _number(_mapping(counts.get("risks")).get(level)) for level in LEVELS},
            actions=_number(actions.get("open")), late=_number(actions.get("late")),
            judged=None if passed is None or findings is None else passed + findings,
            planned=_number(coverage.get("planned")),
        )  # fmt: skip


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def update(runs: Path) -> None:
    """Write the index of a folder of runs, and let `latest` lead to the run that was sealed last.

    The index is in the language of that run's report. Nothing is written where there is no run.
    """
    found = sorted(manifest.sealed_in(runs), key=lambda s: (str(s.contents["sealed"]), s.run))
    if not found:
        return
    handle, draft = tempfile.mkstemp(dir=runs, prefix=f".{PAGE}.")  # mkstemp makes it 0600
    with os.fdopen(handle, "w", encoding="utf-8") as out, speaking(language(found[-1].folder)):
        out.write(page([Point.of(sealed) for sealed in found]))
    Path(draft).replace(runs / PAGE)
    point_to(runs, found[-1].folder.name)


def point_to(runs: Path, run: str) -> None:
    """Let `latest` lead to a run: a link where the system has links, else a file with the name of the run."""
    latest, draft = runs / LATEST, runs / f".{LATEST}.{secrets.token_hex(4)}"
    if latest.is_dir() and not latest.is_symlink():
        return  # somebody's own folder
    try:
        draft.symlink_to(run, target_is_directory=True)
    except (OSError, NotImplementedError):
        draft.write_text(run + "\n", encoding="utf-8")
        draft.chmod(0o600)
    draft.replace(latest)


def page(points: Sequence[Point]) -> str:
    """Return the index of runs as a page that needs no other file."""
    chains = groupby(sorted(points, key=lambda p: p.chain), key=lambda p: p.chain)
    parts = Markup("\n").join(_chain(name, list(found)) for name, found in chains)
    body = Markup("<main>\n<h1>{}</h1>\n{}\n</main>").format(say("runs.heading"), parts)
    return html_page.page(say("runs.title"), _STYLE, body, language=spoken())


def _chain(name: str, points: list[Point]) -> Markup:
    """Return the runs of one processing: their trend, and the table with the last run first."""
    shown = escape(visible(name))
    rows = Markup("\n").join(_row(point) for point in reversed(points))
    heads = (say(f"runs.head.{key}") for key in HEADS)
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(text) for text in heads)
    return Markup(
        "<section>\n<h2>{}</h2>\n{}\n"
        '<div class="scroll" tabindex="0" role="region" aria-label="{}">'
        "<table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}\n</tbody>\n</table></div>\n</section>"
    ).format(shown, trend(points), say("runs.of", name=visible(name)), head, rows)


def _row(point: Point) -> Markup:
    planned, actions = _shown(point.planned), _shown(point.actions)
    judged = "" if point.judged is None else say("runs.judged", judged=point.judged, planned=planned)
    if point.late:
        actions = say("runs.late", open=actions, late=point.late)
    cells = (
        day_words(point.as_of), point.sealed, _several(point.findings, _severity) or say("runs.none"),
        _shown(point.waived), _shown(point.incidents), _several(point.risks, _level), actions, judged,
    )  # fmt: skip
    link = Markup('<a href="{}/report.html">{}</a>').format(quote(point.run), visible(point.run))
    body = Markup("").join(Markup("<td>{}</td>").format(visible(cell)) for cell in cells)
    return Markup('<tr><th scope="row">{}</th>{}</tr>').format(link, body)


def _shown(number: int | None) -> str:
    return "" if number is None else number_words(number)


def _severity(name: str) -> str:
    return say(f"severity.{name}")


def _level(name: str) -> str:
    return level_words("" if name == "not_assessed" else name)


def _several(counts: Mapping[str, int | None], words: Any) -> str:
    return ", ".join(f"{number_words(n)} {words(name)}" for name, n in counts.items() if n)


def trend(points: Sequence[Point]) -> Markup:
    """Return the findings over time as a figure, with the same in words; nothing for a single run."""
    figure = trend_of(points)
    if figure is None:
        return Markup("")
    every, grave = (bar.values for bar in figure.bars)
    ends = {"first": every[0], "last": every[-1], "first_grave": grave[0], "last_grave": grave[-1]}
    drawn = Markup(svg.draw(figure))
    return Markup("<figure><figcaption>{}</figcaption>{}</figure>").format(say("runs.trend", **ends), drawn)


def trend_of(points: Sequence[Point]) -> Figure | None:
    """Return the findings of the last runs over time, as numbers; None for a single run."""
    if len(points) < 2:
        return None
    shown = points[-MOST_RUNS:]
    every = tuple(sum(filter(None, p.findings.values())) for p in shown)
    grave = tuple(sum(filter(None, (p.findings["critical"], p.findings["high"]))) for p in shown)
    title = say("figure.trend", runs=len(shown), of=len(points))
    bars = (Bar(say("figure.all"), every), Bar(say("figure.grave"), grave))
    days = tuple(Series(day, "ink") for day in _days(shown))
    return Figure("trend", title, say("figure.unit.findings"), days, bars, "lines", reads="figure.at")


def _days(points: Sequence[Point]) -> Iterator[str]:
    """Yield the day of each run; a further run of a day has its number."""
    seen = Counter[str]()
    for point in points:
        seen[point.as_of] += 1
        yield point.as_of if seen[point.as_of] == 1 else f"{point.as_of} ({seen[point.as_of]})"
