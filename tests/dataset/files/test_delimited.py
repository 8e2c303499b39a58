import csv
import gzip
import io
import stat

import pyarrow as pa
import pytest
from faker import Faker
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit.dataset as dataset
from auditkit.dataset import SourceError
from auditkit.dataset.files.header import has_header


@pytest.fixture
def write(tmp_path):
    def written(content, name="t.csv", encoding="utf-8"):
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return file

    return written


def read(source, name="t", **options):
    with dataset.open(source) as opened:
        return pa.Table.from_batches(
            list(opened.batches(name, **options)) or [pa.RecordBatch.from_pylist([])]
        ).to_pydict()


def test_types_are_proposed_only_where_every_cell_casts_and_nothing_is_lost(write):
    file = write(
        "id,zip,phone,price,mixed,day,at,zoned,yes,huge,empty,version\n"
        "1,01234,+4412,1.50,1,2024-01-31,2024-01-31"
        " 10:00:00,2024-01-31T10:00:00+02:00,true,123456789012345678901,,1.10.2\n"
        "2,8001,0123,-3,x,9999-12-31,2024-02-01T11:00,2024-02-01T11:00:00Z,False,1,,2\n"
        ",,,,,,,,,,,\n"
    )
    with dataset.open(file) as opened:
        table = opened.tables["t"]
        kinds = {name: str(kind) for name, kind in table.schema().items()}
        assert kinds == {
            "id": "int64", "zip": "string", "phone": "string", "price": "float64", "mixed": "string",
            "day": "date", "at": "timestamp(6)", "zoned": "timestamp('UTC', 6)", "yes": "boolean",
            "huge": "string", "empty": "string", "version": "string",
        }  # fmt: skip
        assert opened.fetch(
            table.aggregate(n=table.count(), ids=table.id.sum(), day=table.day.max(), at=table.zoned.min())
        ) == [{"n": 3, "ids": 3, "day": "9999-12-31", "at": "2024-01-31 08:00:00+00"}]
    assert read(file)["zoned"] == ["2024-01-31T10:00:00+02:00", "2024-02-01T11:00:00Z", None]
    assert read(file)["price"] == ["1.50", "-3", None]


@pytest.mark.parametrize(
    ("cells", "kind", "latest"),
    [
        (("31.01.2024", "1.2.2025"), "date", "2025-02-01"),
        (("31.01.2024 9:05", "01.02.2025 10:15"), "timestamp(6)", "2025-02-01 10:15:00"),
        (("5/14/2024", "1/2/2025"), "date", "2025-01-02"),
        (("14/5/2024", "1/2/2025"), "date", "2025-02-01"),
        (("5/14/2024 9:05:11", "1/2/2025 23:00:00"), "timestamp(6)", "2025-01-02 23:00:00"),
        (("5/14/2024 9:05:11 PM", "1/2/2025 11:00:00 am"), "timestamp(6)", "2025-01-02 11:00:00"),
        (("14-05-2024", "01-02-2025"), "date", "2025-02-01"),
        (("5/4/2024", "1/2/2025"), "string", "5/4/2024"),  # two orders are possible
        (("31.01.2024", "31.02.2025"), "string", "31.02.2025"),  # no such day
        (("1.2.2024", "1.2.3"), "string", "1.2.3"),
    ],
)
def test_days_as_spreadsheets_write_them_have_a_type_where_there_is_one_reading(write, cells, kind, latest):
    file = write("id,day\n" + "".join(f"{n},{cell}\n" for n, cell in enumerate(cells)))
    with dataset.open(file) as opened:
        day = opened.tables["t"].day
        assert str(day.type()) == kind
        assert opened.fetch(day.as_table().aggregate(latest=day.max())) == [{"latest": latest}]
    assert read(file)["day"] == list(cells), "what is searched is the text"


def test_a_late_change_of_type_is_no_error(write):
    file = write("n,m\n" + "".join(f"{i},{i}\n" for i in range(30_000)) + "x,1\n")
    with dataset.open(file) as opened:
        assert opened.tables["t"].schema()["n"].is_string()
        assert opened.tables["t"].schema()["m"].is_integer()
        assert opened.relations["t"].rows == 30_001
    assert read(file)["n"][-1] == "x"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators(write, separator):
    assert read(write(separator.join(["id", "name"]) + "\n" + separator.join(["1", '"a;b,c|d"']) + "\n")) == {
        "id": ["1"],
        "name": ["a;b,c|d"],
    }


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]
)
def test_encodings(write, encoding):
    assert read(
        write(
            "Größe,name\n1,Zoë €\n2,b\n".replace("€", "€" if encoding != "latin-1" else "¤"),
            encoding=encoding,
        )
    )["Größe"] == [
        "1",
        "2",
    ]
    assert read(write("a,b\n1,Zoë\n", encoding=encoding))["b"] == ["Zoë"]


def test_copies_are_private_and_removed(write):
    with dataset.open(write("a,b\n1,Zoë\n", encoding="cp1252")) as opened:
        (copy,) = opened._engines[0].copies
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    assert not copy.exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "id,name\n1,a\n2\n3,c,d\n",
            {"id": ["1", "2", "3"], "name": ["a", None, "c"], "column 3": [None, None, "d"]},
        ),
        ("id,name\n1,\"a\n2,b\n3,c\n", {"id": ["1", "2", "3"], "name": ['"a', "b", "c"]}),
        ("id,name\n1,\"a\"x\n2,b\n", {"id": ["1", "2"], "name": ['"a"x', "b"]}),
        ('id,name\n1,"say ""hi"""\n2,a "b" c\n', {"id": ["1", "2"], "name": ['say "hi"', 'a "b" c']}),
        ('id,name\n1,"two\nlines"\n2\n', {"id": ["1", "2"], "name": ["two\nlines", None]}),
        ("id,name\r\n1,a\n2,b\r3,c\n", {"id": ["1", "2", "3"], "name": ["a", "b", "c"]}),
        ("id,name\n#1,a\n2,#b\n", {"id": ["#1", "2"], "name": ["a", "#b"]}),
        ("id,name\n1,a\0b\n", {"id": ["1"], "name": ["a\0b"]}),
        ("\n\nid,name\n\n1,a\n", {"id": ["1"], "name": ["a"]}),
        ("note\nhello, world\n\"x, y\"\n", {"note": ["hello, world", "x, y"]}),
        ("id,name\n1,NA\n2,null\n3, x \n", {"id": ["1", "2", "3"], "name": ["NA", "null", " x "]}),
        ("id,name", {}),
    ],
)  # fmt: skip
def test_no_row_is_ever_dropped(write, text, expected):
    assert read(write(text)) == expected


def test_a_row_of_another_length_far_down_is_kept(write):
    file = write("id,name\n" + "".join(f"{i},x\n" for i in range(50_000)) + "50000,y,z\n50001\n")
    got = read(file)
    assert got["id"] == [str(i) for i in range(50_002)]
    assert got["name"][-2:] == ["y", None]
    assert got["column 3"][-2:] == ["z", None]


def test_long_cells(write):
    got = read(write('id,name\n1,"' + "x" * 5_000_000 + '"\n2,b\n'))
    assert [len(cell) for cell in got["name"]] == [5_000_000, 1]


def test_gzip(write):
    assert read(write(gzip.compress(b"id,name\n1,a\n"), name="t.csv.gz")) == {"id": ["1"], "name": ["a"]}


def test_names_of_columns(write):
    with dataset.open(write("name,name,Name,,jane.roe@example.org\n1,2,3,4,5\n")) as opened:
        relation = opened.relations["t"]
        assert relation.table.columns == ("name", "name_1", "Name_2", "column 4", "column 5")
        assert relation.value_names == {"column 5": "EMAIL_ADDRESS"}
        assert "jane" not in opened.sql(relation.table) + repr(relation)


HEADERS = {
    "words": (["id,email", "1,a@example.org"], True),
    "all text": (["firma,ort", "Alpha,Bern", "Beta,Genf"], True),
    "data": (["1,a@example.org,2024-01-01", "2,b@example.org,2024-01-02"], False),
    "people": (["Hannah Schmidt,Berlin", "Robert Oldman,Paris", "Anna Weber,Berlin"], False),
    "repeated": (["red,10", "blue,20", "red,30"], False),
    "years": (["land,2022,2023,2024", "CH,1,2,3"], True),
    "pivot by e-mail": (["day,a@example.org,b@example.org", "2024-01-01,1,2"], True),
    "numbers": (["1,2", "3,4"], False),
    "header alone": (["id,email,created_at"], True),
    "a row alone": (["17,a@example.org,2024-01-01"], False),
    "logins": (["jsmith,k8$Vq2+Zd", "mia.w,P9+rT4$x", "otto55,aB3$xY7+"], False),
    "passports": (["K1234567,Maria Huber", "L7654321,Josef Bauer", "M1122334,Eva Wolf"], False),
    "a code as a name": (["AB1234567,total", "1,2", "3,4"], True),
    "phones": (["+41 79 555 01 23,x", "+41 79 555 01 24,y"], False),
    "snake": (["cust_nr;plz", "a;b"], True),
    "blank names": ([",,", "a,b,c"], True),
}


@pytest.mark.parametrize("case", HEADERS)
def test_whether_the_first_row_is_a_header(case):
    lines, expected = HEADERS[case]
    assert has_header([line.split(";" if ";" in line else ",") for line in lines]) is expected


FAKERS = {locale: Faker(locale) for locale in "en_US de_DE fr_FR es_ES pl_PL ru_RU ja_JP".split()}
CELLS = "first_name last_name name city email phone_number user_name".split()


@given(
    st.sampled_from(list(FAKERS)),
    st.integers(0, 9_999),
    st.lists(st.sampled_from(CELLS), min_size=1),
    st.data(),
)
def test_the_first_of_several_people_is_never_a_header(locale, seed, kinds, data):
    faker = FAKERS[locale]
    faker.seed_instance(seed)
    kinds = [kind for kind in kinds if hasattr(faker, kind)]
    rows = [[str(getattr(faker, kind)()) for kind in kinds] for _ in range(data.draw(st.integers(3, 9)))]
    assert not has_header(rows)
    assert has_header([[f"{kind} {i}" for i, kind in enumerate(kinds)], *rows])


def test_a_file_without_header_shows_columns_by_their_place(write):
    file = write("7,jane.roe@example.org\n8,john.doe@example.org\n")
    assert read(file) == {
        "column 1": ["7", "8"],
        "column 2": ["jane.roe@example.org", "john.doe@example.org"],
    }


def test_empty_files_say_so(write):
    for content in ("", "\n \n", b"\xff\xfe"):
        with pytest.raises(SourceError, match=r"t\.csv is empty"):
            dataset.open(write(content))


def test_a_file_named_by_a_value_is_not_named(write):
    with dataset.open(write("a,b\n1,2\n", name="jane.roe@example.org.csv")) as opened:
        assert (opened.name, list(opened.relations)) == ("source", ["table 1"])
        assert opened.relations["table 1"].value_name == "EMAIL_ADDRESS"
    with pytest.raises(SourceError) as caught:
        dataset.open(write("", name="jane.roe@example.org.csv"))
    assert "jane" not in str(caught.value)


def test_odd_paths(write):
    for name in ('a\'b "c".csv', "x[1]*.csv", "ü?.csv", "100%.csv", "a,b.csv"):
        assert read(write("a,b\n1,2\n", name=name), name=name.removesuffix(".csv")) == {
            "a": ["1"],
            "b": ["2"],
        }


cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00\x1f\ufeff"), max_size=8)


@settings(max_examples=60)
@given(
    st.integers(2, 4).flatmap(
        lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), max_size=6)
    ),
    st.sampled_from(",;\t|"),
)
def test_what_a_csv_writer_wrote_is_what_is_read(tmp_path_factory, rows, separator):
    file = tmp_path_factory.mktemp("any") / "t.csv"
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerow([f"field_{i}" for i in range(len(rows[0]) if rows else 2)])
    writer.writerows(rows)
    file.write_bytes(out.getvalue().encode())
    got = read(file)
    assert [list(row) for row in zip(*got.values(), strict=True)] == [
        [cell or None for cell in row] for row in rows
    ]


pieces = st.sampled_from(
    ["a", "1", "é", ",", ";", "\t", "\n", "\r\n", "\r", '"', '""', " ", "#", 'x,"y"\n', "id,name\n"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(pieces, max_size=14).map("".join))
def test_no_letter_of_any_text_is_lost(tmp_path_factory, text):
    file = tmp_path_factory.mktemp("any") / "t.csv"
    file.write_bytes(text.encode())
    try:
        with dataset.open(file) as opened:
            got = "".join(
                cell or ""
                for batch in opened.batches("t")
                for row in batch.to_pylist()
                for cell in row.values()
            )
            names = "".join(opened.tables["t"].columns)
    except SourceError as error:
        assert "is empty" in str(error)
        assert not text.strip()
        return
    for letter in "a1é#xy":
        assert (got + names).count(letter) >= text.count(letter)
