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
from auditkit.report.say import day_words, number_words, say, speaking

FILE = "report.docx"
WIDE = 7
"""A table with so many columns stands on a page in landscape."""
MOST_ROWS = 400
"""So many rows of a table are in the document; a line below says how many more the run folder holds."""


def render(run: SavedRun) -> bytes:
    """Return the report of a run as a document."""
    report = document.load(run.folder)
    with speaking(report.language):
        return stamped(_written(report), Stamp(report.as_of, _title(report)))


def _title(report: Document) -> str:
    return say("document.title", name=report.name or report.source)


def _written(report: Document) -> bytes:
    require("office", "a report as DOCX needs")
    import docx
    from docx.shared import Pt

    made: Any = docx.Document()
    plain = made.styles["Normal"]
    plain.element.get_or_add_rPr().append(_language(report.language))
    plain.font.name, plain.font.size, plain.paragraph_format.space_after = "Liberation Sans", Pt(10), Pt(3)
    _frame(made.sections[0], report)
    made.add_heading(visible(_title(report)), 0)
    facts = (
        (say("document.status"), report.status),
        (say("document.source"), report.source),
        (say("document.as_of"), day_words(report.as_of)),
        (say("document.run"), report.run),
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
    section.header.paragraphs[0].text = visible(
        say("document.top", name=report.name or report.source, day=report.as_of)
    )
    foot = section.footer.paragraphs[0]
    foot.add_run(f"{say('document.page')} ")
    _field(foot, "PAGE")
    foot.add_run(f" {say('document.of')} ")
    _field(foot, "NUMPAGES")
    foot.add_run(visible(f"; {say('document.run_line', run=report.run)}") if report.run else "")


def _language(code: str) -> Any:
    """Return the mark of a style which says in which language its text is."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:lang")
    mark.set(qn("w:val"), code)
    return mark


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
        made.add_heading(say("document.missing"), 2)
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
        made.add_paragraph(say("document.former", text=escaped(sentence.former)))
    known = made.add_paragraph().add_run(visible(sentence.source))
    known.italic, known.font.size = True, Pt(8)


def _paragraphs(value: object) -> Sequence[str]:
    text = say("document.not_stated") if value is None else shown(value)
    return [escaped(part) for part in text.replace("\r\n", "\n").split("\n") if part.strip()] or [""]


def shown(value: object) -> str:
    """Return a value as the document writes it.

    >>> shown(1234), shown(True), shown("1234")
    ('1,234', 'yes', '1234')
    """
    if isinstance(value, bool):
        return say("answer.yes" if value else "answer.no")
    return number_words(value) if isinstance(value, int) else str(value)


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
        made.add_paragraph(say("document.more_rows", n=len(listing.rows) - MOST_ROWS))
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
        run = cell.paragraphs[0].add_run("" if value is None else visible(shown(value)))
        run.font.size = Pt(8)


def _repeated(row: Any) -> None:
    """Mark a row as the head of its table, which each page repeats."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(head)
