"""The report as a document: read back, it says what `report.json` says, with who stated it and when."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date

import docx
import pytest
from docx.enum.section import WD_ORIENT

from auditkit.errors import UsageError
from auditkit.report import document, exports, folder
from auditkit.report.exports import docx as document_export
from auditkit.report.saved import SavedRun


@pytest.fixture
def saved(run, tmp_path) -> SavedRun:
    return SavedRun.load(folder.save(run.audit, tmp_path / "runs" / "one", policy=run.audit.declared_policy))


@pytest.fixture
def read(saved):
    return docx.Document(io.BytesIO(document_export.render(saved)))


def words(read) -> str:
    cells = (cell.text for table in read.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(p.text for p in read.paragraphs), *cells])


def test_headings_are_the_sections_of_the_report(saved, read):
    report = json.loads((saved.folder / "report.json").read_text())
    heads = [p.text for p in read.paragraphs if p.style.name == "Heading 1"]
    wanted = [f"{s['number']} {s['title']}" for s in report["sections"]]
    assert [h for h in heads if h in wanted] == wanted and heads[0] == "Summary"
    assert read.paragraphs[0].text == "Privacy impact assessment: Helpdesk"


def test_every_statement_and_every_cell_of_the_report_is_there(saved, read):
    report, text = json.loads((saved.folder / "report.json").read_text()), words(read)
    for section in report["sections"]:
        for said in section["statements"]:
            shown = f"{said['value']:,}" if isinstance(said["value"], int) else said["value"]
            assert said["label"] in text and (shown is None or shown.splitlines()[0] in text)
        for table in section["tables"]:
            for row in table["rows"]:
                cells = [document_export.shown(c) for c in row["value"].values() if c is not None]
                assert all(cell in text for cell in cells)
        assert all(sentence in text for sentence in section["missing"])
    for fault in report["findings"]:
        assert fault["title"] in text and all(f["fingerprint"] in text for f in fault["findings"])


def test_a_statement_has_its_name_and_its_day(tmp_path):
    signed = "A. Roe (DPO) on 4 Sep 2026"
    said = document.Sentence("Necessity", "It is needed.\n\nWe asked.", "attested", note=signed)
    report = document.Document(
        "X",
        "s",
        date(2026, 11, 22),
        "draft",
        "r",
        (document.Chapter("1 One", (said,), ("Views: to be stated.",)),),
    )
    read = docx.Document(io.BytesIO(document_export._written(report)))
    texts = [p.text for p in read.paragraphs]
    place = texts.index("Necessity: It is needed.")
    assert texts[place + 1 : place + 3] == ["We asked.", "Attested: A. Roe (DPO) on 4 Sep 2026"]
    assert "Views: to be stated." in texts


def test_pages_have_a_head_a_number_and_turn_for_wide_tables(read):
    first = read.sections[0]
    assert first.header.paragraphs[0].text == "Helpdesk, as of 22 Nov 2026"
    foot = first.footer.paragraphs[0]._p.xml
    assert 'w:instr="PAGE"' in foot and 'w:instr="NUMPAGES"' in foot
    turned = [s.orientation for s in read.sections]
    assert WD_ORIENT.LANDSCAPE in turned and turned[0] == turned[-1] == WD_ORIENT.PORTRAIT
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in read.tables)


@pytest.mark.parametrize(
    "wrong",
    ["[]", "{}", '{"schema": "auditkit/report/1"}', '{"schema": 1}', "[" * 9999],
)
def test_a_report_that_is_none_is_refused(saved, wrong):
    (saved.folder / "report.json").write_text(wrong)
    with pytest.raises(UsageError, match=r"report\.json"):
        exports.made("docx", saved)


def test_a_report_with_values_of_another_type_is_refused(saved):
    report = json.loads((saved.folder / "report.json").read_text())
    for key in ("name", "as_of", "status"):
        (saved.folder / "report.json").write_text(json.dumps({**report, key: ["x"]}))
        with pytest.raises(UsageError):
            exports.made("docx", saved)


def test_names_in_a_report_do_not_act(saved):
    report = json.loads((saved.folder / "report.json").read_text())
    report["sections"][0]["title"] = "x\u0000\u202e</w:t>&"
    report["sections"][0]["missing"] = ["\x1b[2J"]
    (saved.folder / "report.json").write_text(json.dumps(report))
    text = words(docx.Document(io.BytesIO(document_export.render(saved))))
    assert "x\\u0000\\u202e</w:t>&" in text and "\\u001b[2J" in text


def test_an_audit_without_a_report_is_no_document(run, tmp_path):
    with pytest.raises(UsageError, match="holds no report"):
        exports.made("docx", replace(run, folder=tmp_path / "elsewhere"))
