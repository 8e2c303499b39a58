"""The report as a document of a word processor (DOCX), for those who must edit it.

It says what `report.json` says: headings for the contents, each statement with who stated it and until when,
tables whose heads repeat on each page, the processing and the day at the top of the page, page numbers at its
foot. Wide tables stand on pages in landscape. What people change in it is theirs; the run stays as it is.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from auditkit.escaping import escaped, visible
from auditkit.extras import require
from auditkit.report import document
from auditkit.report.document import Chapter, Document, Listing, Sentence
from auditkit.report.office import Stamp, stamped
from auditkit.report.saved import SavedRun

FILE = "report.docx"
WIDE = 7
"""A table with so many columns stands on a page in landscape."""
MOST_ROWS = 400
"""So many rows of a table are in the document; a line below says how many more the run folder holds."""


def render(run: SavedRun) -> bytes:
    """Return the report of a run as a document."""
    report = document.load(run.folder)
    return stamped(_written(report), Stamp(report.as_of, _title(report)))


def _title(report: Document) -> str:
    return f"Privacy impact assessment: {report.name or report.source}"


def _written(report: Document) -> bytes:
    require("office", "a report as DOCX needs")
    import docx
    from docx.shared import Pt

    made: Any = docx.Document()
    plain = made.styles["Normal"]
    plain.font.name, plain.font.size, plain.paragraph_format.space_after = "Liberation Sans", Pt(10), Pt(3)
    _frame(made.sections[0], report)
    made.add_heading(visible(_title(report)), 0)
    facts = (
        ("Status", report.status),
        ("Source", report.source),
        ("As of", report.as_of),
        ("Run", report.run),
    )
    for label, value in facts:
        _labelled(made, label, value)
    for chapter in report.chapters:
        _chapter(made, chapter)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _frame(section: Any, report: Document) -> None:
    """Set the size of the pages to A4, and write the head and the foot of every page."""
    from docx.shared import Cm

    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.header.paragraphs[0].text = visible(f"{report.name or report.source}, as of {report.as_of}")
    foot = section.footer.paragraphs[0]
    foot.add_run("Page ")
    _field(foot, "PAGE")
    foot.add_run(" of ")
    _field(foot, "NUMPAGES")
    foot.add_run(visible(f"; run {report.run}") if report.run else "")


def _field(paragraph: Any, code: str) -> None:
    """Add a number that the word processor computes."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _labelled(made: Any, label: str, value: object) -> None:
    paragraph = made.add_paragraph()
    paragraph.add_run(f"{visible(label)}: ").bold = True
    paragraph.add_run(visible(str(value)))


def _chapter(made: Any, chapter: Chapter) -> None:
    made.add_heading(visible(chapter.title), 1)
    for block in chapter.blocks:
        if isinstance(block, Sentence):
            _sentence(made, block)
        elif block.rows:
            _listing(made, block)
    if chapter.missing:
        made.add_heading("To be stated by a person", 2)
        for sentence in chapter.missing:
            made.add_paragraph(visible(sentence), style="List Bullet")


def _sentence(made: Any, sentence: Sentence) -> None:
    """Write a statement: its label, its paragraphs, and who answers for it."""
    from docx.shared import Pt

    first, *rest = _paragraphs(sentence.value)
    paragraph = made.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(f"{visible(sentence.label)}: ").bold = True
    paragraph.add_run(first)
    for text in rest:
        made.add_paragraph(text)
    if sentence.former:
        made.add_paragraph(f"Until then: {escaped(sentence.former)}")
    known = made.add_paragraph().add_run(visible(sentence.source))
    known.italic, known.font.size = True, Pt(8)


def _paragraphs(value: object) -> Sequence[str]:
    text = "not stated" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
    return [escaped(part) for part in text.replace("\r\n", "\n").split("\n") if part.strip()] or [""]


def _listing(made: Any, listing: Listing) -> None:
    """Write a table; where it is wide, on pages in landscape."""
    wide = len(listing.head) >= WIDE
    if wide:
        _turned(made)
    made.add_heading(visible(listing.caption), 2)
    table = made.add_table(rows=1, cols=len(listing.head), style="Light Grid Accent 1")
    _cells(table.rows[0], listing.head)
    _repeated(table.rows[0])
    for row in listing.rows[:MOST_ROWS]:
        _cells(table.add_row(), row)
    if len(listing.rows) > MOST_ROWS:
        made.add_paragraph(f"{len(listing.rows) - MOST_ROWS:,} more rows are in the files of the run.")
    if wide:
        _turned(made)


def _turned(made: Any) -> None:
    """Begin a page that is turned by a quarter."""
    from docx.enum.section import WD_ORIENT, WD_SECTION

    before, section = made.sections[-1], made.add_section(WD_SECTION.NEW_PAGE)
    upright = before.orientation != WD_ORIENT.LANDSCAPE
    section.orientation = WD_ORIENT.LANDSCAPE if upright else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = before.page_height, before.page_width


def _cells(row: Any, values: Sequence[object]) -> None:
    from docx.shared import Pt

    for cell, value in zip(row.cells, values, strict=True):
        run = cell.paragraphs[0].add_run("" if value is None else visible(str(value)))
        run.font.size = Pt(8)


def _repeated(row: Any) -> None:
    """Mark a row as the head of its table, which each page repeats."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(head)
