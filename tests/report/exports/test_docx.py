"""The report as a document: read back, it says what `report.json` says, with who stated it and when."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import date

import docx
import pytest
from docx.enum.section import WD_ORIENT
from hypothesis import given
from hypothesis import strategies as st

from auditkit.errors import UsageError
from auditkit.report import document, exports, folder
from auditkit.report.exports import docx as document_export
from auditkit.report.saved import SavedRun
from auditkit.report.say import speaking


@pytest.fixture
def saved(run, tmp_path) -> SavedRun:
    return SavedRun.load(folder.save(run.audit, tmp_path / "runs" / "one", policy=run.audit.declared_policy))


@pytest.fixture
def read(saved):
    return docx.Document(io.BytesIO(document_export.render(saved)))


def words(read) -> str:
    cells = (cell.text for table in read.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(p.text for p in read.paragraphs), *cells])


def test_headings_are_those_of_the_page(saved, read):
    heads = [p.text for p in read.paragraphs if p.style.name == "Heading 1"]
    page = (saved.folder / "report.html").read_text()
    titles = re.findall(r'<h2 id="[^"]*"><span class="no">(\w+)</span>(.*?)</h2>', page)
    wanted = [f"{number} {title}" for number, title in titles if number not in ("B", "E", "F")]
    assert heads[0] == "Summary" and [h for h in heads[1:] if h in wanted] == wanted
    assert read.paragraphs[0].text == "Privacy impact assessment: Helpdesk"


def test_every_statement_and_every_cell_of_the_report_is_there(saved, read):
    report, text = json.loads((saved.folder / "report.json").read_text()), words(read)
    assert len(report["chapters"]) == 13
    for section in (entry for chapter in report["chapters"] for entry in chapter["entries"]):
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


def test_the_first_page_is_there_whole(saved, read):
    report, text = json.loads((saved.folder / "report.json").read_text()), words(read)
    page = report["first_page"]
    wanted = [report["answer"]["text"], *page["changed"], *page["needs"], report["summary"]["headline"]]
    assert [sentence for sentence in wanted if sentence not in text] == []
    tables = [page[key] for key in ("incidents", "people", "risks", "criteria", "signatures")]
    assert all(table["caption"] in text for table in tables)


def test_a_table_without_rows_says_why(audit, policy, tmp_path):
    saved = SavedRun.load(folder.save(replace(audit, outcomes=()), tmp_path / "runs" / "none", policy=policy))
    text = words(docx.Document(io.BytesIO(document_export.render(saved))))
    assert "Leaks between tenants were not assessed" in text


def test_a_statement_has_its_name_and_its_day(tmp_path):
    signed = "A. Roe (DPO) on 4 Sep 2026"
    said = document.Sentence("Necessity", "It is needed.\n\nWe asked.", "attested", note=signed)
    report = document.Document(
        "X",
        "s",
        date(2026, 11, 22),
        "draft",
        "r",
        (document.Chapter("1 One", (said, document.Points("Missing", ("Views: to be stated.",)))),),
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
    report["chapters"][0]["title"] = "x\u0000\u202e</w:t>&"
    report["chapters"][0]["entries"][0]["missing"] = ["\x1b[2J"]
    (saved.folder / "report.json").write_text(json.dumps(report))
    text = words(docx.Document(io.BytesIO(document_export.render(saved))))
    assert "x\\u0000\\u202e</w:t>&" in text and "\\u001b[2J" in text


@pytest.mark.parametrize("language", ["\u0000", "de' x='", ""])
def test_a_language_that_is_none_is_refused(saved, language):
    report = json.loads((saved.folder / "report.json").read_text())
    (saved.folder / "report.json").write_text(json.dumps({**report, "foreign": {language: ["x"]}}))
    with pytest.raises(UsageError, match="a language in it has no code"):
        exports.made("docx", saved)


def test_words_in_another_language_are_marked_and_no_word_is_lost(audit, policy, tmp_path):
    written = policy.model_copy(update={"language": "en"})
    with speaking("de"):
        saved = SavedRun.load(folder.save(audit, tmp_path / "runs" / "two", policy=written))
    text = docx.Document(io.BytesIO(document_export.render(saved)))
    runs = [run for p in text.paragraphs for run in p.runs]
    english = {run.text for run in runs if run._r.xpath(".//w:lang[@w:val='en']")}
    assert "Tickets cannot be answered without contact data" in english
    assert not any("Notwendigkeit" in words for words in english)


@given(st.lists(st.sampled_from(["Ja, ", "role", "role of a role", "X-", "é"]), max_size=6).map("".join))
def test_pieces_of_a_text_are_the_text(text):
    foreign = (("role of a role", "en"), ("role", "fr"))
    report = document.Document("x", "s", date(2026, 1, 1), "", "", (), "de", foreign)
    pieces = report.pieces(text)
    assert "".join(p.text for p in pieces) == text
    assert {p.language for p in pieces if p.text == "role"} <= {"fr"}


def test_an_audit_without_a_report_is_no_document(run, tmp_path):
    with pytest.raises(UsageError, match="holds no report"):
        exports.made("docx", replace(run, folder=tmp_path / "elsewhere"))
