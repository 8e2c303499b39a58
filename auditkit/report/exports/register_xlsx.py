"""The register of processing (Art. 30(1)), XLSX.

The same lines as `register`, for people: the article of each group of columns stands above them, the heads
stay in view, and each column can be filtered.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from auditkit.extras import require
from auditkit.report.csv import passage
from auditkit.report.office import Stamp, stamped
from auditkit.report.register import Entry, entries, head
from auditkit.report.saved import SavedRun
from auditkit.report.say import say

FILE = "register.xlsx"
_WIDE, _NARROW = 44, 22
_HEAD_ROWS = 2


def render(run: SavedRun) -> bytes:
    """Return the register of one run."""
    return workbook(entries([run.case]), Stamp(run.audit.as_of, say("register.title_of", name=run.name)))


def workbook(register: Sequence[Entry], stamp: Stamp) -> bytes:
    """Return a workbook with one sheet; the same entries give the same bytes."""
    require("office", "a register as XLSX needs")
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet: Any = book.active
    sheet.title = say("register.sheet")
    place = 1
    for article, names in head().items():
        sheet.cell(1, place, article).font = Font(bold=True)
        if len(names) > 1:
            sheet.merge_cells(start_row=1, end_row=1, start_column=place, end_column=place + len(names) - 1)
        for offset, name in enumerate(names):
            titled = sheet.cell(_HEAD_ROWS, place + offset, name)
            titled.font, titled.fill = Font(bold=True), PatternFill("solid", fgColor="E6ECF2")
            titled.border = Border(bottom=Side(style="thin"))
        place += len(names)
    for row, entry in enumerate(register, _HEAD_ROWS + 1):
        for column, words in enumerate(entry.cells, 1):
            written = sheet.cell(row, column)
            written.value, written.data_type = passage(words), "s"  # text, whatever it begins with
    width = place - 1
    for row in sheet.iter_rows(min_row=_HEAD_ROWS, max_col=width):
        for one in row:
            one.alignment = Alignment(wrap_text=True, vertical="top")
    for column in range(1, width + 1):
        longest = max((len(entry.cells[column - 1]) for entry in register), default=0)
        sheet.column_dimensions[get_column_letter(column)].width = _WIDE if longest > _NARROW else _NARROW
    sheet.freeze_panes = sheet.cell(_HEAD_ROWS + 1, 2)
    sheet.auto_filter.ref = f"A{_HEAD_ROWS}:{get_column_letter(width)}{sheet.max_row}"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"1:{_HEAD_ROWS}"
    out = io.BytesIO()
    book.save(out)
    return stamped(out.getvalue(), stamp)
