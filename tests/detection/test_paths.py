"""Paths of documents are columns: the same verdicts as on the flat table."""

from __future__ import annotations

import json
import random
import re
import sqlite3
from dataclasses import replace
from functools import reduce
from operator import add
from urllib.parse import urlencode

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit
from auditkit.detection import ColumnVerdict, Profile, profile_batch
from auditkit.detection.explanation import explain
from auditkit.detection.parsing import document, parsed
from auditkit.detection.structure import DEEPEST, MOST_PATHS, WIDEST
from auditkit.errors import UnknownNameError
from auditkit.naming.paths import column_of

GIVEN = "Ana Ben Carla David Emma Felix Gina Hugo Ida Jan Karl Lena Maria Noah Olga Paul".split()
FAMILY = "Meier Rossi Dubois Smith Keller Huber Novak Weber Lang Roth".split()
KINDS = {
    "id": lambda r, i: str(i),
    "user.email": lambda r, i: f"user{i}@example.org",
    "user.first_name": lambda r, i: r.choice(GIVEN),
    "user.last_name": lambda r, i: r.choice(FAMILY),
    "address.city": lambda r, i: r.choice(["Bern", "Paris", "Rome", "Berlin"]),
    "status": lambda r, i: r.choice(["open", "closed"]),
    "iban": lambda r, i: "DE89370400440532013000",
    "comment": lambda r, i: f"please call me about the late order number {i} as soon as you can",
    "amount": lambda r, i: f"{r.randint(100, 999) / 100:.2f}",
    "c7": lambda r, i: r.choice(["", " ", f"user{i}@example.org", f"ref {i}"]),
}


def nested(row):
    """Return a flat row as a document: a dot in the name of a column is a step."""
    document = {}
    for name, cell in row.items():
        *steps, last = name.split(".")
        at = document
        for step in steps:
            at = at.setdefault(step, {})
        at[last] = cell
    return document


def judged(verdicts):
    """Return the verdicts without their place."""
    return [replace(v, table="", column="", paths=(), cut="") for v in verdicts]


@st.composite
def tables(draw):
    names = sorted(draw(st.sets(st.sampled_from(sorted(KINDS)), min_size=1, max_size=6)))
    r, n = random.Random(draw(st.integers(0, 99))), draw(st.integers(1, 40))
    gaps = draw(st.sampled_from([0, 0.2]))
    return [{c: None if r.random() < gaps else KINDS[c](r, i) for c in names} for i in range(n)]


@settings(max_examples=12)
@given(tables())
def test_the_paths_of_nested_rows_are_judged_as_the_columns_of_the_flat_table(rows):
    flat = auditkit.profile({"people": pd.DataFrame(rows, dtype="str")}).columns
    documents = [json.dumps(nested(row)) for row in rows]
    cells = {"payload": documents, "texts": [json.dumps({"d": document}) for document in documents]}
    payload, texts = auditkit.profile({"people": pd.DataFrame(cells)}).columns
    assert [path.column for path in payload.paths] == [f"payload.$.{v.column}" for v in flat]
    assert judged(payload.paths) == judged(flat)
    # a document in a text of a document is taken apart too; its names have one step more
    assert [path.column for path in texts.paths] == [f"texts.$.d.{v.column}" for v in flat]
    assert {v.entity for v in flat if v.method == "values"} <= {path.entity for path in texts.paths}


CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        ["", "plain", "[deleted]", "{broken", "{}", '["ana@example.org", 3]', "{'a': None, 'b': 'it\\'s'}"]
    ),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=6)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=4)
        ),
        max_leaves=8,
    ).map(json.dumps),
    st.integers(0, 3 * WIDEST).map(lambda n: json.dumps({"by": {f"key{chr(97 + n % 26)}{n}x": n}})),
)


@settings(max_examples=40)
@given(st.lists(st.lists(CELLS, max_size=20), max_size=4), st.randoms())
def test_documents_of_parts_add_up_to_those_of_the_whole(parts, rng):
    def of(cells):
        return profile_batch("t", pa.RecordBatch.from_pydict({"a": pa.array(cells, pa.string())}))

    whole = of([cell for part in parts for cell in part])
    rng.shuffle(parts)
    merged = reduce(add, map(of, parts), Profile())
    if parts:
        assert merged == whole
        assert merged.columns == whole.columns


def one(cells):
    (column,) = auditkit.profile({"t": pd.DataFrame({"payload": cells})}).columns
    return column, {path.column.removeprefix("payload"): path for path in column.paths}


def test_keys_that_are_data_are_judged_and_never_shown():
    cells = [json.dumps({"by": {f"user{i}@example.org": {"age": 20 + i % 50}}}) for i in range(30)]
    column, paths = one(cells)
    assert list(paths) == [".$.by.*~", ".$.by.*.age"]
    assert (paths[".$.by.*~"].entity, paths[".$.by.*~"].matches) == ("EMAIL_ADDRESS", 30)
    assert column.contains["EMAIL_ADDRESS"] == 30
    assert "example.org" not in repr(column)


@pytest.mark.parametrize("keys", [40, 5 * WIDEST])
def test_rare_keys_are_put_together(keys):
    cells = [
        json.dumps({"kind": "a", "by": {f"{GIVEN[i % 16]}{chr(97 + i // 16)}": "x"}}) for i in range(keys)
    ]
    _, paths = one(cells * 2)
    assert list(paths) == [".$.kind", ".$.by.*~", ".$.by.*"]
    assert f"{keys} different keys" in paths[".$.by.*~"].evidence


def test_what_is_beyond_the_bounds_is_named():
    deep = {"a": "x"}
    for _ in range(DEEPEST):
        deep = {"a": deep}
    column, paths = one([json.dumps({"mail": "ana@example.org", "deep": deep}), "just a note"])
    assert list(paths) == [".$.mail"]
    assert column.cut == (
        "judged by no path: 1 cell of other text and parts of 1 document, nested too deep or too many"
    )
    groups = {f"g{a}": {f"k{chr(97 + b)}": "x" for b in range(26)} for a in "abcdefghijkl"}
    column, paths = one([json.dumps(groups)])
    assert len(paths) == MOST_PATHS
    assert column.cut
    assert column.verdict == "review"


def test_documents_that_hold_nothing_personal_are_clean_only_where_all_was_read():
    cells = [json.dumps({"enabled": True, "retries": 3, "mode": "fast"})] * 5
    column, paths = one(cells)
    assert (column.verdict, column.entity, len(paths)) == ("none", None, 3)
    column, _ = one([*cells, "something else"])
    assert column.verdict == "review"


@pytest.mark.parametrize(
    "text", ["[1, 2]", "[deleted]", "{broken", "{'a': open('x')}", "[" * 100_000 + "'", '{"a": 1} b']
)
def test_other_texts_are_no_documents(text):
    assert parsed(text) is None


PLAIN_CELLS = st.text("abcÄ 12.-@/'", min_size=1, max_size=12).map(str.strip).filter(bool)


@given(
    st.dictionaries(st.sampled_from(["name", "user_id", "e-mail", "c7", "größe"]), PLAIN_CELLS, min_size=2)
)
def test_one_row_is_the_same_document_in_every_way_of_writing_pairs(row):
    expected = tuple(row.items())
    for text in (
        "; ".join(f"{key}={cell}" for key, cell in row.items()),
        "\n".join(f"{key}={cell}" for key, cell in row.items()),
        " ".join(f'{key}="{cell}"' for key, cell in row.items()),
        urlencode(row),
        f"https://example.org/find?{urlencode(row)}",
        json.dumps(row),
    ):
        assert document(text) == expected


@given(st.lists(st.one_of(st.none(), st.text('ab, "\\{}é1')), min_size=1, max_size=5))
def test_an_array_of_postgresql_is_read_as_it_was_written(elements):
    quoted = ['"' + re.sub(r'(["\\])', r"\\\1", e) + '"' if e is not None else "NULL" for e in elements]
    read = document("{" + ",".join(quoted) + "}")
    assert read == elements or (read is None and elements == [None] * len(elements))


@pytest.mark.parametrize(
    "text",
    [
        "{1,2,NULL}",
        "{6F9619FF-8B86-D011-B42D-00CF4FC964FF}",
        "{a b}",
        "a=1",
        "YWJjZGVmZw==",
        "SELECT * FROM t WHERE a=1 AND b=2",
        "both a=b, and then c=d follow",
        "https://example.org/a?token",
        "https://example.org/a#top",
    ],
)
def test_other_texts_are_no_lists_of_pairs_and_no_arrays(text):
    assert document(text) is None


def test_pairs_and_the_parameters_of_urls_are_judged_as_columns():
    people = [(name, f"{name.lower()}@example.org") for name in GIVEN]
    links = [f"https://example.org/send?{urlencode({'to': mail, 'page': 2})}" for _, mail in people]
    cells = {
        "log": [f"name={name} Weber; mail={mail}; level=2" for name, mail in people],
        "link": [link if n % 2 else link.partition("?")[0] for n, link in enumerate(links)],
        "mails": [f"{{{mail},info@example.org}}" for _, mail in people],
    }
    log, link, mails = auditkit.profile({"events": pd.DataFrame(cells)}).columns
    assert [(path.column, path.entity) for path in log.paths] == [
        ("log.$.name", "PERSON"),
        ("log.$.mail", "EMAIL_ADDRESS"),
        ("log.$.level", None),
    ]
    assert [(path.column, path.entity) for path in mails.paths] == [("mails.$[*]", "EMAIL_ADDRESS")]
    # a URL is one with and without parameters: these are paths, and nothing is left unjudged
    assert [(path.column, path.entity) for path in link.paths] == [
        ("link.$.to", "EMAIL_ADDRESS"),
        ("link.$.page", None),
    ]
    assert (link.verdict, link.contains["EMAIL_ADDRESS"]) == ("mixed", len(people) // 2)
    plain = [f"https://example.org/list?page={n}" for n in range(9)]
    assert auditkit.profile({"links": pd.DataFrame({"link": plain})}).columns[0].contains == {"URL": 9}


def test_a_document_of_python_is_read():
    assert parsed(r"""[{'name': "O'Neil", 'say': 'a "b" \'c\' \xe9', 'no': None}]""") == [
        (("name", "O'Neil"), ("say", "a \"b\" 'c' é"), ("no", None))
    ]


def test_the_column_of_a_path():
    names = ("a", "a.$", "a.$.b", "a.$[*]", "a.b.$.c.$.d", "price.$usd")
    assert list(map(column_of, names)) == ["a", "a", "a", "a", "a.b", "price.$usd"]


def test_the_same_documents_are_judged_alike_wherever_they_are(tmp_path):
    documents = [
        {
            "user": {"email": f"user{i}@example.org", "first_name": GIVEN[i % 16]},
            "tags": ["a", None],
            "n": i * 1.5,
        }
        for i in range(12)
    ]
    (tmp_path / "events.jsonl").write_text("\n".join(json.dumps({"payload": d}) for d in documents))
    source = f"read_json('{tmp_path / 'events.jsonl'}')"
    database = duckdb.connect()
    database.execute(f"COPY (SELECT payload FROM {source}) TO '{tmp_path / 'events.parquet'}'")
    database.execute(f"ATTACH '{tmp_path / 'v.duckdb'}' AS v (STORAGE_VERSION 'v1.5.0')")
    kinds = "payload::JSON AS payload, payload::JSON::VARIANT AS other"
    database.execute(f"CREATE TABLE v.events AS SELECT {kinds} FROM {source}")
    database.close()
    lite = sqlite3.connect(tmp_path / "events.sqlite")
    lite.execute("CREATE TABLE events (payload JSON)")
    lite.executemany("INSERT INTO events VALUES (?)", [[json.dumps(d)] for d in documents])
    lite.commit()
    lite.close()
    frame = pd.DataFrame({"payload": documents})
    expected = judged(auditkit.profile({"events": frame}).columns[0].paths)
    assert [path.entity for path in expected] == ["EMAIL_ADDRESS", "PERSON", None, None]
    for name in ("events.jsonl", "events.parquet", "events.sqlite", "v.duckdb"):
        for column in auditkit.profile(tmp_path / name).columns:
            assert judged(column.paths) == expected, (name, column.column)


def test_a_profile_names_its_paths_as_columns():
    cells = [json.dumps({"user": {"email": f"user{i}@example.org"}}) for i in range(5)]
    profile = auditkit.profile({"events": pd.DataFrame({"id": range(5), "payload": cells})})
    path = profile["events.payload.$.user.email"]
    assert (path.entity, path.verdict, path.rows) == ("EMAIL_ADDRESS", "certain", 5)
    assert list(profile.to_pandas()["column"]) == ["id", "payload", "payload.$.user.email"]
    assert "for EMAIL_ADDRESS" in explain(profile, "events", "payload.$.user.email")
    assert (
        ColumnVerdict.from_dict(json.loads(json.dumps(profile["events"][1].to_dict())))
        == profile["events"][1]
    )
    with pytest.raises(UnknownNameError, match=r"Did you mean 'events\.payload\.\$\.user\.email'"):
        profile["events.payload.$.user.emial"]
