"""The report as a document of a word processor (DOCX), for those who must edit it.

It says what `report.json` says: headings for the contents, each statement with who stated it and until when,
tables whose heads repeat on each page, the processing and the day at the top of the page, page numbers at its
foot. Wide tables stand on pages in landscape. What people change in it is theirs; the run stays as it is.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from auditkit.escaping import visible
from auditkit.extras import require
from auditkit.report import document
from auditkit.report.document import Chapter, Document, Heading, Listing, Points, Sentence
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
    writer = _Writer(made, report)
    facts = (
        (say("document.status"), report.status),
        (say("document.source"), report.source),
        (say("document.as_of"), day_words(report.as_of)),
        (say("document.run"), report.run),
    )
    for label, value in facts:
        writer.labelled(made.add_paragraph(), label, value)
    for chapter in report.chapters:
        writer.chapter(chapter)
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


@dataclass(frozen=True)
class _Writer:
    """Writes the chapters of a report into a document."""

    made: Any
    report: Document

    def chapter(self, chapter: Chapter) -> None:
        """Write a chapter under its heading."""
        self.made.add_heading(visible(chapter.title), 1)
        for block in chapter.blocks:
            match block:
                case Heading(title):
                    self.made.add_heading(visible(title), 2)
                case Sentence():
                    self._sentence(block)
                case Listing(rows=(_, *_)):
                    self._listing(block)
                case Listing(caption, empty=empty) if empty:
                    self.made.add_heading(visible(caption), 3)
                    self._text(self.made.add_paragraph(), empty)
                case Points(title, points) if points:
                    self.made.add_heading(visible(title), 3)
                    for text in points:
                        self._text(self.made.add_paragraph(style="List Bullet"), text)

    def labelled(self, paragraph: Any, label: str, text: str) -> None:
        """Write a text behind its label."""
        for run in self._text(paragraph, label):
            run.bold = True
        paragraph.add_run(": ").bold = True
        self._text(paragraph, text)

    def _text(self, paragraph: Any, text: str) -> list[Any]:
        """Write a text, each piece of it marked with its language; return the runs."""
        runs = []
        for piece in self.report.pieces(text):
            run = paragraph.add_run(visible(piece.text))
            if piece.language:
                run._r.get_or_add_rPr().append(_language(piece.language))
            runs.append(run)
        return runs

    def _sentence(self, sentence: Sentence) -> None:
        """Write a statement: its label, its paragraphs, and who answers for it."""
        from docx.shared import Pt

        first, *rest = _paragraphs(sentence.value)
        paragraph = self.made.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        self.labelled(paragraph, sentence.label, first)
        for text in rest:
            self._text(self.made.add_paragraph(), text)
        if sentence.former:
            until = say("document.former", text=" ".join(_paragraphs(sentence.former)))
            self._text(self.made.add_paragraph(), until)
        for run in self._text(self.made.add_paragraph(), sentence.source):
            run.italic, run.font.size = True, Pt(8)

    def _listing(self, listing: Listing) -> None:
        """Write a table; where it is wide, on pages in landscape."""
        wide = len(listing.head) >= WIDE
        if wide:
            _turned(self.made)
        self.made.add_heading(visible(listing.caption), 3)
        table = self.made.add_table(rows=1, cols=len(listing.head), style="Light Grid Accent 1")
        self._cells(table.rows[0], listing.head)
        _repeated(table.rows[0])
        for row in listing.rows[:MOST_ROWS]:
            self._cells(table.add_row(), row)
        if len(listing.rows) > MOST_ROWS:
            self.made.add_paragraph(say("document.more_rows", n=len(listing.rows) - MOST_ROWS))
        if wide:
            _turned(self.made)

    def _cells(self, row: Any, values: Sequence[object]) -> None:
        from docx.shared import Pt

        for cell, value in zip(row.cells, values, strict=True):
            for place, text in enumerate([] if value is None else _paragraphs(value)):
                paragraph = cell.add_paragraph() if place else cell.paragraphs[0]
                for run in self._text(paragraph, text):
                    run.font.size = Pt(8)


def _paragraphs(value: object) -> Sequence[str]:
    text = say("document.not_stated") if value is None else shown(value)
    return [part.strip() for part in text.splitlines() if part.strip()] or [""]


def shown(value: object) -> str:
    """Return a value as the document writes it.

    >>> shown(1234), shown(True), shown("1234")
    ('1,234', 'yes', '1234')
    """
    if isinstance(value, bool):
        return say("answer.yes" if value else "answer.no")
    return number_words(value) if isinstance(value, int) else str(value)


def _turned(made: Any) -> None:
    """Begin a page that is turned by a quarter."""
    from docx.enum.section import WD_ORIENT, WD_SECTION

    before, section = made.sections[-1], made.add_section(WD_SECTION.NEW_PAGE)
    upright = before.orientation != WD_ORIENT.LANDSCAPE
    section.orientation = WD_ORIENT.LANDSCAPE if upright else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = before.page_height, before.page_width


def _repeated(row: Any) -> None:
    """Mark a row as the head of its table, which each page repeats."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(head)
