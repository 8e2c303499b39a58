import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import auditkit.dataset as dataset
from auditkit.dataset import SourceError


def read(opened, name):
    got = {}
    for batch in opened.batches(name):
        for column, cells in batch.to_pydict().items():
            got.setdefault(column, []).extend(cells)
    return got


def opened_text(tmp_path, name, content):
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return dataset.open(tmp_path / name)


def test_lines_arrays_and_one_object_after_the_other_are_one_table(tmp_path):
    records = [
        {"id": 1, "email": "a@example.org", "zip": "01234", "at": "2024-01-05"},
        {"id": 2, "extra": {"b": [1, None], "c": "é"}, "zip": "9"},
    ]
    lines = "\n".join(map(json.dumps, records)) + "\n\n"
    for name, content in (
        ("a.jsonl", lines),
        ("a.json", lines),
        ("a.ndjson", lines.replace("\n", "\r\n")),
        ("a.json", json.dumps(records)),
        ("a.json", json.dumps(records, indent=2)),
        ("a.json", b"\xef\xbb\xbf" + json.dumps(records).encode()),
        ("a.json", json.dumps(records, ensure_ascii=False).encode("utf-16")),
        ("a.json", json.dumps(records, ensure_ascii=False).encode("cp1252")),
        ("a.json.gz", gzip.compress(json.dumps(records).encode())),
        ("a.json", "\n".join(json.dumps(r, indent=1) for r in records)),
    ):
        with opened_text(tmp_path, name, content) as opened:
            got = read(opened, "a")
            assert json.loads(got.pop("extra")[1]) == {"b": [1, None], "c": "é"}
            assert got == {
                "id": ["1", "2"],
                "email": ["a@example.org", None],
                "zip": ["01234", "9"],
                "at": ["2024-01-05", None],
            }
            types = opened.tables["a"].schema()
            assert (str(types["id"]), str(types["at"]), str(types["zip"]), str(types["extra"])) == (
                "int64",
                "date",
                "string",
                "string",
            )


def test_an_object_of_lists_is_a_table_for_each(tmp_path):
    content = json.dumps(
        {
            "users": [{"id": 1}, {"id": 2, "n": "x"}],
            "or/ders~": [{"total": 1.5}],
            "tags": ["a"],
            "none": [],
            "version": 3,
        }
    )
    with opened_text(tmp_path, "export.json", content) as opened:
        assert set(opened.tables) == {"users", "or/ders~", "export"}
        assert read(opened, "users") == {"id": ["1", "2"], "n": [None, "x"]}
        assert read(opened, "or/ders~") == {"total": ["1.5"]}
        assert read(opened, "export") == {"tags": ['["a"]'], "none": ["[]"], "version": ["3"]}
    (tmp_path / "b.csv").write_text("id,email\n1,a@example.org\n")
    with dataset.open(tmp_path) as opened:
        assert set(opened.tables) == {"export.users", "export.or/ders~", "export", "b"}
    with opened_text(tmp_path, "only.json", '{"users": [{"id": 1}]}') as opened:
        assert set(opened.tables) == {"users"}
    for name, content in (
        ("one.jsonl", '{"id": 1, "items": [{"a": 1}]}'),
        ("one.json", '[{"id": 1, "items": [{"a": 1}]}]'),
    ):
        with opened_text(tmp_path, name, content) as opened:
            assert read(opened, "one") == {"id": ["1"], "items": ['[{"a":1}]']}


def test_what_is_no_object_and_names_that_are_values(tmp_path):
    with opened_text(tmp_path, "a.jsonl", '{"Id": 1, "id": 2, "": 3}\n"jane"\n[1, 2]\nnull\n4\n') as opened:
        assert read(opened, "a") == {
            "Id": ["1", None, None, None, None], "id_1": ["2", None, None, None, None],
            "column 3": ["3", None, None, None, None], "value": [None, "jane", "[1,2]", None, "4"],
        }  # fmt: skip
    with opened_text(tmp_path, "b.json", '{"jane.roe@example.org": 1}') as opened:
        assert dict(opened.relations["b"].value_names) == {"column 1": "EMAIL_ADDRESS"}
    many = {f"user-{n}": n for n in range(2_000)}
    with opened_text(tmp_path, "c.json", json.dumps(many)) as opened:
        assert read(opened, "c") == {"key": list(many), "value": [str(n) for n in range(2_000)]}


def test_a_key_that_comes_late_is_read(tmp_path):
    lines = '{"id": 1}\n' * 40_000 + '{"id": "x", "late": "jane.roe@example.org"}\n'
    with opened_text(tmp_path, "a.jsonl", lines) as opened:
        got = read(opened, "a")
        assert got["late"][-1] == "jane.roe@example.org"
        assert got["id"][-1] == "x"
        assert opened.relations["a"].rows == 40_001


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[{"id": 1}, {"id": jane.roe@example.org}]', "not JSON from beginning to end"),
        ('[{"id": 1}', "not JSON from beginning to end"),
        ('[{"id": 1}] jane.roe@example.org', "not JSON from beginning to end"),
        ('{"id": 1}\n' * 30_000 + "jane.roe@example.org\n", "not JSON from beginning to end"),
        ('[{"a": "jane.roe@example.org", "a": 2}]', "the same key twice"),
        ("[]", "is empty"),
        ("{}", "is empty"),
        ("  \n", "is empty"),
        ("jane.roe@example.org", "not JSON from beginning to end"),
    ],
)
def test_what_is_no_json_says_so_without_its_text(tmp_path, content, message):
    with pytest.raises(SourceError, match=message) as caught:
        opened_text(tmp_path, "a.json", content)
    assert "jane" not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_no_depth_of_nesting_ends_the_process(tmp_path):
    depth = 200_000
    with opened_text(tmp_path, "a.json", '[{"id": 1, "deep": ' + "[" * depth + "]" * depth + "}]") as opened:
        assert len(read(opened, "a")["deep"][0]) == 2 * depth
    with opened_text(tmp_path, "b.json", '{"a":' * depth + "1" + "}" * depth) as opened:
        assert len(read(opened, "b")["a"][0]) > depth


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["id", "name", "x/y", "a~b", 'q"']), VALUES), min_size=1, max_size=6
    )
)
def test_every_value_of_every_record_comes_through(tmp_path_factory, records):
    path = tmp_path_factory.mktemp("j") / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, records)))
    keys = list(dict.fromkeys(key for record in records for key in record))
    if not keys:
        return
    with dataset.open(path) as opened:
        got = read(opened, "a")
    assert list(got) == keys
    for key in keys:
        for record, cell in zip(records, got[key], strict=True):
            value = record.get(key)
            if value is None:
                assert cell is None
            elif isinstance(value, str):
                assert cell == value
            else:
                assert json.loads(cell) == value
