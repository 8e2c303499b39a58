"""Tables that a person works with: sorted, searched and filtered where scripts may run, whole where not.

The script is part of the page and loads nothing. The first rows of a table are HTML, and the others a block
of JSON with their texts. The script shows them in pages, so that 10,000 rows do not slow a notebook down.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

from markupsafe import Markup

from auditkit import html_tables

FEW = 8
"""A table with at most so many rows needs no tools."""
PAGE = 50
"""How many rows the script shows at once."""
MOST_HTML = 400
"""How many rows are HTML, which a reader sees also without the script."""
MOST = 10_000
"""How many rows of a table a page holds; a line below says how many are left out."""

STYLE = """
.auditkit .search{display:flex;flex-wrap:wrap;gap:.4em .8em;align-items:center;margin:.5em 0 0}
.auditkit .search :is(input,select,button){font:inherit;padding:.15em .5em;min-height:26px;\
border:1px solid rgba(128,128,128,.9);border-radius:3px;background:var(--jp-layout-color1,Field);\
color:var(--jp-ui-font-color1,FieldText)}
.auditkit .search input{width:18em;max-width:100%}.auditkit .search select{max-width:16em}
.auditkit .search button{min-width:2em;cursor:pointer}
.auditkit .search button:disabled{opacity:.5;cursor:default}
.auditkit .pager{display:inline-flex;gap:.3em}
.auditkit table.tools thead th{opacity:1}
.auditkit th [role=button]{cursor:pointer;text-decoration:underline dotted;text-underline-offset:3px}
.auditkit [aria-sort=ascending] [role=button]::after{content:" ↑"}
.auditkit [aria-sort=descending] [role=button]::after{content:" ↓"}
""".strip().replace(".auditkit ", ":is(.auditkit,.auditkit-audit) ")
"""The style of the tools; the colours are those of JupyterLab's theme, or of the page."""


@cache
def script() -> str:
    """Return the script of all tables of a page."""
    return Path(__file__).with_suffix(".js").read_text(encoding="utf-8").strip()


def table(
    caption: object,
    head: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    numeric: Collection[str] = (),
    choose: Collection[str] = (),
    more: str = "",
) -> Markup:
    """Return a table that the script makes sortable and searchable; a short one is a static table.

    Args:
        caption: the title of the table.
        head: the title of each column.
        rows: the cells, as for `html_tables.table`.
        numeric: the titles of the columns with numbers.
        choose: the titles of the columns with few different cells, by which a reader filters.
        more: where a reader can see the rows that are left out.

    >>> rows = [(f"t{n}", n) for n in range(300)]
    >>> shown = table("Tables", ("Table", "Rows"), rows, numeric=("Rows",), more="dataset.relations")
    >>> shown.count("<tr>"), '<th scope="row"><bdi>t7</bdi></th>' in shown, "more: dataset.relations" in shown
    (301, True, False)
    """
    if len(rows) <= FEW:
        return html_tables.table(caption, head, rows, numeric=numeric, more=more)
    classes = [Markup(' class="n"') if title in numeric else Markup("") for title in head]
    choices = [Markup(' data-choose="all"') if title in choose else Markup("") for title in head]
    heads = Markup("").join(
        Markup('<th scope="col"{}{}>{}</th>').format(c, choice, title)
        for c, choice, title in zip(classes, choices, head, strict=True)
    )
    body = Markup("").join(_row(row, classes) for row in rows[:MOST_HTML])
    shape = Markup(
        '<table class="tools" data-search="Search" data-page="{}"><caption>{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table>{}"
    )
    return shape.format(PAGE, html_tables.safe(caption), heads, body, _rest(rows, more))


def fragment(*parts: Markup) -> str:
    """Return parts as one piece of HTML with its own style sheet and the script of its tables.

    Without tools in any part there is no script.
    """
    inner = Markup("").join(parts)
    if 'class="tools"' not in inner:
        return html_tables.fragment(inner)
    style, tools = Markup("<style>{}</style>").format(Markup(STYLE)), Markup("<script>{}</script>")
    return html_tables.fragment(style, inner, tools.format(Markup(script())))


def _row(row: Sequence[object], classes: Sequence[Markup]) -> Markup:
    cells = list(map(html_tables.as_cell, row))
    first = Markup('<th scope="row"{}>{}</th>').format(classes[0], cells[0])
    others = (Markup("<td{}>{}</td>").format(c, cell) for c, cell in zip(classes[1:], cells[1:], strict=True))
    return Markup("<tr>{}{}</tr>").format(first, Markup("").join(others))


def _rest(rows: Sequence[Sequence[object]], more: str) -> Markup:
    """Return the texts of the rows behind the first ones, and how many rows a reader does not see.

    The first line says it of a page whose script does not run, and the script removes it.
    """
    if len(rows) <= MOST_HTML:
        return Markup("")
    texts = [list(map(_text, row)) for row in rows[MOST_HTML:MOST]]
    listed = json.dumps(texts, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    block = Markup('<script type="application/json" class="rest">{}</script><p class="static">{}</p>{}')
    left_out = html_tables.quiet(f"and {len(rows) - MOST_HTML:,} more: {more}")
    beyond = html_tables.paragraph(html_tables.quiet(f"and {len(rows) - MOST:,} more: {more}"))
    return block.format(Markup(listed), left_out, beyond if len(rows) > MOST else "")


def _text(cell: object) -> str:
    """Return the text that a reader sees in a cell.

    >>> _text(html_tables.name("user_id")), _text(1200), _text(html_tables.lines(["a", "b"]))
    ('user_id', '1,200', 'a b')
    """
    if isinstance(cell, int | float):
        return f"{cell:,}"
    if isinstance(cell, Markup):
        return cell.replace(Markup("<br>"), Markup(" ")).striptags()
    return html_tables.seen("–" if cell in (None, "") else str(cell))
