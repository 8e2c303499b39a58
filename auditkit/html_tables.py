"""Tables of HTML for Jupyter: no script, nothing that loads, legible on light and on dark, and no name can
break out of its cell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

MAX_ROWS = 200
"""So many rows of a table are shown; how many are left out is said."""

_JOINTS = re.compile(r"(?<=[_.])(?=\w)")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Characters that are not seen but change what is: control characters, and marks that turn the direction of a
text.
"""

# Colours are those of the text itself, thinned, so that they follow the theme; what a badge says is said by
# its word, too.
_STYLE = """
.auditkit{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Liberation Sans',sans-serif;font-size:13px;line-height:1.45;max-width:90em}
.auditkit table{border-collapse:collapse;margin:.2em 0 .6em;border:0;table-layout:auto!important}
.auditkit caption{caption-side:top;text-align:left;font-weight:600;font-size:14px;padding:.3em 0;color:inherit}
.auditkit table tr,.auditkit table tr:nth-child(n){background:transparent}
.auditkit table th,.auditkit table td{text-align:left!important;vertical-align:top!important;padding:.32em 1.1em .32em 0;border:0;\
border-bottom:1px solid rgba(128,128,128,.28);background:transparent;color:inherit;max-width:36em;white-space:normal}
.auditkit table th{font-weight:600}.auditkit table thead th{font-weight:500;opacity:.75;border-bottom:1px solid rgba(128,128,128,.6)}
.auditkit table .n{text-align:right!important;font-variant-numeric:tabular-nums;white-space:nowrap}
.auditkit summary{cursor:pointer}
.auditkit .quiet{opacity:.75;font-weight:400}.auditkit p{margin:.3em 0}
.auditkit .badge{display:inline-block;padding:0 .55em;border-radius:3px;border:1px solid currentColor;font-size:12px;white-space:nowrap}
.auditkit .strong{background:#2f5f96;border-color:#2f5f96;color:#fff}.auditkit .dashed{border-style:dashed;opacity:.85}
.auditkit .whole{white-space:nowrap}
.auditkit .gap{border-bottom:2px dotted currentColor}
""".strip()


@dataclass(frozen=True, repr=False)
class Fragment:
    """Something to be shown in a notebook, and what stands for it where there is only text."""

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def name(text: str, most: int = 80) -> Markup:
    """Return a name of the source as text that cannot act: long ones are cut, unseen characters shown, and it
    may break at its joints.

    >>> name("<b>user_id" + chr(0x202E))
    Markup('<bdi>&lt;b&gt;user_<wbr>id\ufffd</bdi>')
    """
    shown = seen(text)
    cut = shown if len(shown) <= most else shown[: most - 1] + "…"
    return Markup("<bdi>{}</bdi>").format(Markup("<wbr>").join(_JOINTS.split(cut)))


def names(several: Sequence[str], most: int = 12) -> Markup:
    """Return names in a row, with how many are left out.

    >>> names(["a", "b", "c"], most=2)
    Markup('<bdi>a</bdi>, <bdi>b</bdi> and 1 more')
    """
    more = f" and {len(several) - most:,} more" if len(several) > most else ""
    return Markup(", ").join(name(one) for one in several[:most]) + more


def quiet(text: object) -> Markup:
    """Return a text in a lower voice."""
    return Markup('<span class="quiet">{}</span>').format(_safe(text))


def whole(text: object) -> Markup:
    """Return a text that is not broken into lines, as a date or a label."""
    return Markup('<span class="whole">{}</span>').format(_safe(text))


def gap(text: str = "undeclared") -> Markup:
    """Return the words for something that is missing, so that it is seen."""
    return Markup('<span class="quiet gap">{}</span>').format(_safe(text))


def badge(word: str, kind: str = "") -> Markup:
    """Return a word in a frame; `kind` is `strong`, `dashed` or nothing."""
    return Markup('<span class="badge {}">{}</span>').format(kind, word)


def lines(parts: Sequence[object]) -> Markup:
    """Return parts below each other."""
    return Markup("<br>").join(map(_safe, parts))


def paragraph(*parts: object) -> Markup:
    """Return a paragraph."""
    return Markup("<p>{}</p>").format(Markup("").join(map(_safe, parts)))


def folded(summary: object, content: Markup) -> Markup:
    """Return content that is folded away under a summary."""
    return Markup("<details><summary>{}</summary>{}</details>").format(_safe(summary), content)


def count(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> count(1, "table"), count(1200, "table")
    ('1 table', '1,200 tables')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def table(
    caption: object,
    head: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    numeric: Collection[str] = (),
    more: str = "",
) -> Markup:
    """Return a table with a caption; the first cell heads its row, or all the rows that follow each other
    with the same one.

    Args:
        caption: what the table is.
        head: what stands above each column.
        rows: the cells; plain text is escaped, numbers get thousands apart, None is a dash.
        numeric: the heads of the columns of numbers.
        more: where the rest can be seen, when not all rows are shown.
    """
    classes = [Markup(' class="n"') if title in numeric else Markup("") for title in head]
    heads = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(c, title) for c, title in zip(classes, head, strict=True)
    )
    body = Markup("").join(_body(rows[:MAX_ROWS], classes))
    left_out = paragraph(quiet(f"and {len(rows) - MAX_ROWS:,} more: {more}")) if len(rows) > MAX_ROWS else ""
    shape = Markup("<table><caption>{}</caption><thead><tr>{}</tr></thead>{}</table>{}")
    return shape.format(_safe(caption), heads, body, left_out)


def fragment(*parts: Markup) -> str:
    """Return parts as one piece of HTML that brings its own style."""
    return str(
        Markup('<div class="auditkit"><style>{}</style>{}</div>').format(
            Markup(_STYLE), Markup("").join(parts)
        )
    )


def seen(text: str, mark: str = "\ufffd") -> str:
    """Return a text with a mark in place of each character that is not seen but changes what is, or that
    cannot be written at all.

    >>> seen("no" + chr(0x202E) + "tes")
    'no\ufffdtes'
    """
    return "".join(mark if unicodedata.category(c) in _UNSEEN else c for c in text)


def elided(text: str, most: int = 60) -> str:
    """Return a text with its middle left out where it is long, for a line of a terminal.

    >>> elided("tickets"), elided("a_very_long_name", most=11)
    ('tickets', 'a_ve...name')
    """
    half = (most - 3) // 2
    return text if len(text) <= most else f"{text[:half]}...{text[-half:]}"


def _safe(part: object) -> Markup:
    return part if isinstance(part, Markup) else escape(seen(str(part)))


def _body(rows: Sequence[Sequence[object]], classes: Sequence[Markup]) -> Iterator[Markup]:
    for first, group in groupby(rows, key=lambda row: row[0]):
        members = list(group)
        scope = Markup('<th scope="{}" rowspan="{}"{}>{}</th>').format(
            "rowgroup" if len(members) > 1 else "row", len(members), classes[0], _shown(first)
        )
        for number, row in enumerate(members):
            cells = (
                Markup("<td{}>{}</td>").format(c, _shown(cell))
                for c, cell in zip(classes[1:], row[1:], strict=True)
            )
            yield Markup("<tr>{}{}</tr>").format("" if number else scope, Markup("").join(cells))


def _shown(cell: object) -> Markup:
    match cell:
        case Markup():
            return cell
        case None | "":
            return Markup("–")
        case int() | float():
            return escape(f"{cell:,}")
        case _:
            return name(str(cell), 400)
