"""HTML tables for Jupyter.

They hold no script and load nothing, they are legible on a light and on a dark theme, and no name of a source
can break out of its cell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

MAX_ROWS = 200
"""How many rows of a table are shown; a line below says how many are left out."""

_JOINTS = re.compile(r"(?<=[_.])(?=\w)")
_INVISIBLE = frozenset("Cc Cf Cs Co Cn Zl Zp".split())
"""Categories of characters that a reader cannot see but that change the text, such as its direction."""

# The colours are shades of the text's own colour, so they follow the theme. A badge has a word, so that
# nobody depends on its colour.
_STYLE = """
.auditkit{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Liberation Sans',sans-serif;\
font-size:13px;line-height:1.45;max-width:90em}
.auditkit table{border-collapse:collapse;margin:.2em 0 .6em;border:0;table-layout:auto!important}
.auditkit caption{caption-side:top;text-align:left;font-weight:600;font-size:14px;padding:.3em 0;\
color:inherit}
.auditkit table tr,.auditkit table tr:nth-child(n){background:transparent}
.auditkit table th,.auditkit table td{text-align:left!important;vertical-align:top!important;\
padding:.32em 1.1em .32em 0;border:0;\
border-bottom:1px solid rgba(128,128,128,.28);background:transparent;color:inherit;max-width:36em;\
white-space:normal}
.auditkit table th{font-weight:600}.auditkit table thead th{font-weight:500;opacity:.75;\
border-bottom:1px solid rgba(128,128,128,.6)}
.auditkit table .n{text-align:right!important;font-variant-numeric:tabular-nums;white-space:nowrap}
.auditkit summary{cursor:pointer}
.auditkit .quiet{opacity:.75;font-weight:400}.auditkit p{margin:.3em 0}
.auditkit .badge{display:inline-block;padding:0 .55em;border-radius:3px;border:1px solid currentColor;\
font-size:12px;white-space:nowrap}
.auditkit .strong{background:#2f5f96;border-color:#2f5f96;color:#fff}\
.auditkit .dashed{border-style:dashed;opacity:.85}
.auditkit .whole{white-space:nowrap}
.auditkit .gap{border-bottom:2px dotted currentColor}
""".strip()


@dataclass(frozen=True, repr=False)
class Fragment:
    """Something to show in a notebook: as HTML, and as text where there is no HTML."""

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def name(text: str, most: int = 80) -> Markup:
    """Return a name of the source as harmless text.

    A long name is cut. Invisible characters are replaced by a mark. A line may break after an underscore or a
    dot.

    >>> name("<b>user_id" + chr(0x202E))
    Markup('<bdi>&lt;b&gt;user_<wbr>id\ufffd</bdi>')
    """
    shown = seen(text)
    cut = shown if len(shown) <= most else shown[: most - 1] + "…"
    return Markup("<bdi>{}</bdi>").format(Markup("<wbr>").join(_JOINTS.split(cut)))


def names(texts: Sequence[str], most: int = 12) -> Markup:
    """Return the first names, and how many are left out.

    >>> names(["a", "b", "c"], most=2)
    Markup('<bdi>a</bdi>, <bdi>b</bdi> and 1 more')
    """
    more = f" and {len(texts) - most:,} more" if len(texts) > most else ""
    return Markup(", ").join(name(text) for text in texts[:most]) + more


def quiet(text: object) -> Markup:
    """Return a text that is less prominent."""
    return Markup('<span class="quiet">{}</span>').format(safe(text))


def whole(text: object) -> Markup:
    """Return a text that is never broken into lines, such as a date or a label."""
    return Markup('<span class="whole">{}</span>').format(safe(text))


def gap(text: str = "undeclared") -> Markup:
    """Return words for something that is missing, marked so that a reader sees them."""
    return Markup('<span class="quiet gap">{}</span>').format(safe(text))


def badge(word: str, kind: str = "") -> Markup:
    """Return a word in a frame; `kind` is `strong`, `dashed` or nothing."""
    return Markup('<span class="badge {}">{}</span>').format(kind, word)


def lines(parts: Sequence[object]) -> Markup:
    """Return parts, each on a line of its own."""
    return Markup("<br>").join(map(safe, parts))


def paragraph(*parts: object) -> Markup:
    """Return a paragraph."""
    return Markup("<p>{}</p>").format(Markup("").join(map(safe, parts)))


def folded(summary: object, content: Markup) -> Markup:
    """Return content that opens when a reader clicks on its summary."""
    return Markup("<details><summary>{}</summary>{}</details>").format(safe(summary), content)


def count(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> count(1, "table"), count(1200, "table")
    ('1 table', '1,200 tables')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def share(part: int, whole: int) -> str:
    """Return a share in percent that never calls a part nothing or everything.

    >>> share(0, 9), share(1, 1000), share(1, 3), share(999, 1000), share(9, 9)
    ('0%', '<1%', '33%', '>99%', '100%')
    """
    rounded = round(100 * part / whole)
    if rounded == 0 and part:
        return "<1%"
    return ">99%" if rounded == 100 and part < whole else f"{rounded}%"


def table(
    caption: object,
    head: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    numeric: Collection[str] = (),
    more: str = "",
) -> Markup:
    """Return a table with a caption.

    The first cell is the head of its row. Rows that follow each other with the same first cell share one
    head.

    Args:
        caption: the title of the table.
        head: the title of each column.
        rows: the cells. Plain text is escaped, numbers get thousands separators, None is a dash.
        numeric: the titles of the columns with numbers.
        more: where a reader can see the rows that are left out.
    """
    classes = [Markup(' class="n"') if title in numeric else Markup("") for title in head]
    heads = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(c, title) for c, title in zip(classes, head, strict=True)
    )
    body = Markup("").join(_body(rows[:MAX_ROWS], classes))
    left_out = paragraph(quiet(f"and {len(rows) - MAX_ROWS:,} more: {more}")) if len(rows) > MAX_ROWS else ""
    shape = Markup("<table><caption>{}</caption><thead><tr>{}</tr></thead>{}</table>{}")
    return shape.format(safe(caption), heads, body, left_out)


def fragment(*parts: Markup, kind: str = "") -> str:
    """Return parts as one piece of HTML with its own style sheet; `kind` is a further class of it."""
    shape = Markup('<div class="{}"><style>{}</style>{}</div>')
    return str(shape.format(f"auditkit {kind}".strip(), Markup(_STYLE), Markup("").join(parts)))


def seen(text: str, mark: str = "\ufffd") -> str:
    """Return a text with a mark in place of each character that a reader cannot see.

    >>> seen("no" + chr(0x202E) + "tes")
    'no\ufffdtes'
    """
    return "".join(mark if unicodedata.category(c) in _INVISIBLE else c for c in text)


def preformatted(texts: Sequence[str]) -> Markup:
    """Return lines of text as they are, such as the lines of a file."""
    return Markup("<pre>{}</pre>").format("\n".join(map(seen, texts)))


def safe(part: object) -> Markup:
    """Return anything as harmless text; what is HTML already stays.

    >>> safe("a<b"), safe(Markup("<br>"))
    (Markup('a&lt;b'), Markup('<br>'))
    """
    return part if isinstance(part, Markup) else escape(seen(str(part)))


def as_cell(cell: object) -> Markup:
    """Return the content of a cell: text is escaped, numbers get thousands separators, nothing is a dash.

    >>> as_cell(1200), as_cell(None), as_cell("a<b")
    (Markup('1,200'), Markup('–'), Markup('<bdi>a&lt;b</bdi>'))
    """
    match cell:
        case Markup():
            return cell
        case None | "":
            return Markup("–")
        case int() | float():
            return escape(f"{cell:,}")
        case _:
            return name(str(cell), 400)


def elided(text: str, most: int = 60) -> str:
    """Return a text for a line of a terminal; where it is long, its middle is left out.

    >>> elided("tickets"), elided("a_very_long_name", most=11)
    ('tickets', 'a_ve...name')
    """
    half = (most - 3) // 2
    return text if len(text) <= most else f"{text[:half]}...{text[-half:]}"


def _body(rows: Sequence[Sequence[object]], classes: Sequence[Markup]) -> Iterator[Markup]:
    """Yield the rows of a table; rows with the same first cell share one head."""
    row_head = Markup('<th scope="{}"{}{}>{}</th>')
    for first, group in groupby(rows, key=lambda row: row[0]):
        members = list(group)
        scope = "rowgroup" if len(members) > 1 else "row"
        span = Markup(' rowspan="{}"').format(len(members)) if len(members) > 1 else ""
        head = row_head.format(scope, span, classes[0], as_cell(first))
        for number, row in enumerate(members):
            cells = (
                Markup("<td{}>{}</td>").format(c, as_cell(cell))
                for c, cell in zip(classes[1:], row[1:], strict=True)
            )
            yield Markup("<tr>{}{}</tr>").format("" if number else head, Markup("").join(cells))
