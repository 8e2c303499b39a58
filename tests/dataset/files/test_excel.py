import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import auditkit.dataset as dataset
from auditkit.dataset import SourceError
from auditkit.dataset.files import unpacked
from auditkit.outcome import Cause

pytest.importorskip("python_calamine")
HERE = Path(__file__).parent
PEOPLE = [
    ["id", "name", "joined", "zip", "vip"],
    [1, "Ana Field", "2024-01-05", "01234", True],
    [2, "Bo Meadow", "2023-02-06", "00451", False],
]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


BESIDE = {
    "xl/comments1.xml": "<comments><text><r><t>MARK is ill</t></r></text></comments>",
    "xl/threadedComments/threadedComment1.xml": "<c><text>ask MARK</text></c>",
    "xl/persons/person.xml": '<personList><person displayName="MARK"/></personList>',
    "xl/worksheets/_rels/sheet1.xml.rels": '<r><r Target="mailto:MARK" TargetMode="External"/></r>',
    "xl/drawings/drawing1.xml": "<a:p><a:t>box of MARK</a:t></a:p>",
    "xl/pivotCache/pivotCacheDefinition1.xml": '<sharedItems><s v="MARK"/></sharedItems>',
    "xl/externalLinks/externalLink1.xml": "<cell><v>MARK</v></cell>",
    "docProps/core.xml": "<c><creator>openpyxl</creator><cp:lastModifiedBy>MARK</cp:lastModifiedBy></c>",
    "docProps/custom.xml": "<p><vt:lpwstr>MARK</vt:lpwstr></p>",
}


def letters(column):
    return chr(64 + column) if column < 27 else letters((column - 1) // 26) + letters((column - 1) % 26 + 1)


def cell(row, column, value):
    place = f'r="{letters(column)}{row}"'
    match value:
        case None:
            return f'<c {place} s="0"/>'
        case bool():
            return f'<c {place} t="b"><v>{int(value)}</v></c>'
        case int() | float():
            return f"<c {place}><v>{value}</v></c>"
        case ("date", number):
            return f'<c {place} s="1"><v>{number}</v></c>'
        case _:
            return f'<c {place} t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def workbook(path, sheets, hidden=()):
    """Write the smallest Office Open XML workbook that holds some sheets of rows, or of cells by (row,
    column).
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        )
        listed = "".join(
            f'<sheet name="{escape(name)}" sheetId="{i}"'
            f' r:id="r{i}"{" state=" + chr(34) + "hidden" + chr(34) if name in hidden else ""}/>'
            for i, name in enumerate(sheets, 1)
        )
        out.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{listed}</sheets></workbook>',
        )
        links = "".join(
            f'<Relationship Id="r{i}" Type="{LINKS}/worksheet" Target="worksheets/sheet{i}.xml"/>'
            for i in range(1, len(sheets) + 1)
        )
        package = "http://schemas.openxmlformats.org/package/2006/relationships"
        root = f'<Relationship Id="r1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/>'
        out.writestr("_rels/.rels", f'<Relationships xmlns="{package}">{root}</Relationships>')
        out.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}">{links}</Relationships>'
        )
        out.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf'
            ' numFmtId="14"/></cellXfs></styleSheet>',
        )
        for i, rows in enumerate(sheets.values(), 1):
            cells = (
                rows
                if isinstance(rows, dict)
                else {(r, c): v for r, row in enumerate(rows, 1) for c, v in enumerate(row, 1)}
            )
            lines = {}
            for (r, c), value in cells.items():
                lines.setdefault(r, []).append(cell(r, c, value))
            data = "".join(f'<row r="{r}">{"".join(found)}</row>' for r, found in lines.items())
            out.writestr(
                f"xl/worksheets/sheet{i}.xml",
                f'<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>',
            )
    return path


def read(opened, name):
    got = {}
    for batch in opened.batches(name):
        for column, cells in batch.to_pydict().items():
            got.setdefault(column, []).extend(cells)
    return got


def test_what_an_old_workbook_holds_beside_its_cells_is_named_as_unread():
    with dataset.open(HERE / "people.xls") as opened:
        missing = opened.relations["people (beside the cells)"].missing
        assert missing.cause is Cause.UNSEEN and "save it as .xlsx" in missing.reason


def test_an_archive_that_holds_more_than_it_says_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacked, "ALWAYS", 1_000)
    path, size = workbook(tmp_path / "people.xlsx", {"people": PEOPLE}), 5_000_001
    dataset.open(path).close()
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", b" " * size)
    honest = path.read_bytes()
    for content in (honest, honest.replace(struct.pack("<I", size), struct.pack("<I", 100))):
        path.write_bytes(content)
        with pytest.raises(SourceError, match="unpacks to more than 100 times its size"):
            dataset.open(path)


@pytest.mark.parametrize("codec", ["zstd", "none"])
def test_a_parquet_file_that_unpacks_to_more_than_data_does_is_refused(tmp_path, monkeypatch, codec):
    monkeypatch.setattr(unpacked, "ALWAYS", 1_000)
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"a": ["x" * 50] * 300_000}), path, compression=codec)
    with pytest.raises(SourceError, match="unpacks to more than 100 times its size"):
        dataset.open(path)
    pq.write_table(pa.table({"a": [f"{i:05}" for i in range(3_000)]}), path, compression=codec)
    dataset.open(path).close()


def test_the_three_formats_hold_the_same(tmp_path):
    dated = [
        PEOPLE[0],
        *[[*row[:2], ("date", day), *row[3:]] for row, day in zip(PEOPLE[1:], (45296, 44963), strict=True)],
    ]
    workbook(tmp_path / "people.xlsx", {"people": dated})
    for path in (tmp_path / "people.xlsx", HERE / "people.xls", HERE / "people.ods"):
        with dataset.open(path) as opened:
            assert opened.name == path.name
            assert read(opened, "people") == {
                "id": ["1", "2"], "name": ["Ana Field", "Bo Meadow"], "joined": ["2024-01-05", "2023-02-06"],
                "zip": ["01234", "00451"], "vip": ["true", "false"],
            }  # fmt: skip
            types = opened.tables["people"].schema()
            assert (str(types["id"]), str(types["joined"]), str(types["zip"]), str(types["vip"])) == (
                "int64",
                "date",
                "string",
                "boolean",
            )
            assert opened.relations["people"].rows == 2


def test_every_sheet_is_a_table_and_the_hidden_ones_too(tmp_path):
    sheets = {"people": PEOPLE, "old staff": PEOPLE, "Sheet3": []}
    path = workbook(tmp_path / "crm.xlsx", sheets, hidden=("old staff",))
    with dataset.open(path) as opened:
        assert list(opened.tables) == ["people", "old staff"]
        assert opened.relations["Sheet3"].missing.cause == Cause.NOT_APPLICABLE
    (tmp_path / "users.csv").write_text("id,email\n1,a@example.org\n")
    with dataset.open(tmp_path) as opened:
        assert set(opened.tables) == {"crm.people", "crm.old staff", "users"}
    with dataset.open(f"x={path}") as opened:
        assert set(opened.tables) == {"x.people", "x.old staff"}


def test_what_stands_above_a_table_and_sheets_without_a_header(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx",
        {
            "list": [["Customers of Ana Field"], [None], *PEOPLE],
            "bare": PEOPLE[1:],
            "jane.roe@example.org": [["NA", 1.5], ["null", 12345678901]],
        },
    )
    with dataset.open(path) as opened:
        assert read(opened, "list")["name"] == ["Ana Field", "Bo Meadow"]
        assert read(opened, "list (above the table)") == {"column 1": ["Customers of Ana Field"]}
        assert read(opened, "bare")["column 2"] == ["Ana Field", "Bo Meadow"]
        (hidden,) = [relation for relation in opened.relations.values() if relation.value_name]
        assert hidden.value_name == "EMAIL_ADDRESS"
        assert list(read(opened, hidden.name).values()) == [["NA", "null"], ["1.5", "12345678901"]]


def test_mixed_cells_are_text_and_nothing_of_them_is_lost(tmp_path):
    rows = [["id", "when", "much"], [1, ("date", 45296), 4111111111111111], [2, "soon", 0.1], [3, 7, None]]
    with dataset.open(workbook(tmp_path / "a.xlsx", {"s": rows})) as opened:
        assert read(opened, "s") == {
            "id": ["1", "2", "3"], "when": ["2024-01-05", "soon", "7"],
            "much": ["4111111111111111", "0.1", None],
        }  # fmt: skip


def test_a_workbook_that_would_end_the_process_is_refused(tmp_path):
    far = workbook(tmp_path / "far.xlsx", {"s": {(1, 1): "x", (1_048_576, 16_384): "y"}})
    with pytest.raises(SourceError, match=r"far\.xlsx has cells so far apart"):
        dataset.open(far)
    styled = workbook(
        tmp_path / "styled.xlsx",
        {"s": {(1, 1): "id", (1, 2): "b", (2, 1): 1, (2, 2): 2, (1_048_576, 16_384): None}},
    )
    with dataset.open(styled) as opened:
        assert read(opened, "s") == {"id": ["1"], "b": ["2"]}
    repeated = tmp_path / "repeated.ods"
    with (
        zipfile.ZipFile(HERE / "people.ods") as source,
        zipfile.ZipFile(repeated, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for name in source.namelist():
            held = source.read(name)
            if name == "content.xml":
                row = (
                    b'<table:table-row table:number-rows-repeated="1000000"><table:table-cell'
                    b' table:number-columns-repeated="100"'
                )
                held = held.replace(
                    b"</table:table>",
                    row + b"><text:p>x</text:p></table:table-cell></table:table-row></table:table>",
                )
            out.writestr(name, held)
    with pytest.raises(SourceError, match="so far apart"):
        dataset.open(repeated)


def test_broken_workbooks_say_so_without_what_they_hold(tmp_path):
    good = workbook(tmp_path / "good.xlsx", {"people": PEOPLE}).read_bytes()
    for name, content, message in (
        ("cut.xlsx", good[: len(good) // 2], "broken ZIP archive"),
        ("text.xlsx", b"jane.roe@example.org", "another kind of file than its name says"),
        (
            "old.xls",
            COMPOUND + bytes(500) + "Workbook".encode("utf-16-le") + b"jane.roe@example.org",
            "it is broken, or not a workbook",
        ),
        ("locked.xlsx", COMPOUND + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SourceError, match=message) as caught:
            dataset.open(tmp_path / name)
        assert "jane" not in str(caught.value)
    with pytest.raises(SourceError, match="is empty"):
        dataset.open(workbook(tmp_path / "nothing.xlsx", {"a": [], "b": []}))


def test_what_to_install_is_said(tmp_path):
    shutil.copy(HERE / "people.ods", tmp_path)
    script = (
        "import sys; sys.modules['python_calamine'] = None\nimport auditkit.dataset as d\n"
        "try: d.open(sys.argv[1])\nexcept d.SourceError as error: print(error.code, error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "people.ods")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(
        "not_installed workbooks need python-calamine: pip install 'privacy-auditkit[excel]'"
    )


@pytest.mark.parametrize("part", [*BESIDE, "sheet", "pictures"])
def test_what_stands_beside_the_cells_is_read_or_named(tmp_path, part):
    path = tmp_path / "book.xlsx"
    workbook(path, {"people": PEOPLE})
    with dataset.open(path) as opened:
        assert set(opened.relations) == {"people"}
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    mark, sheet = "jane.roe@example.org", "xl/worksheets/sheet1.xml"
    if part == "sheet":
        behind = "<headerFooter><oddHeader>&amp;CMARK</oddHeader></headerFooter></worksheet>"
        parts[sheet] = parts[sheet].replace("</worksheet>", behind)
    else:
        parts |= {"xl/media/image1.png": "PNG"} if part == "pictures" else {part: BESIDE[part]}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text.replace("MARK", mark))
    with dataset.open(path) as opened:
        assert len(opened.relations) == 2
        if part == "pictures":
            assert opened.relations["book (pictures)"].missing.cause is Cause.UNSEEN
            return
        (batch,) = opened.batches("book (beside the cells)")
        assert [mark in row["text"] for row in batch.to_pylist()] == [True]
