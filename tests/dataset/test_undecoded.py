"""What could not be decoded was not read: it is counted, and no check has passed over it."""

import base64
import gzip
import pickle
import sqlite3

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import auditkit
from auditkit.dataset import bytes_as_text
from auditkit.dataset.base64_cells import decoded, with_decoded
from auditkit.dataset.cells import uncastable
from auditkit.outcome import Cause

MAIL = "zoë.müller@example.org"
READ = {
    "latin": f"Zoë {MAIL}".encode("latin-1"),
    "wide": MAIL.encode("utf-16"),
    "wide_le": "zoe@example.org".encode("utf-16-le"),
    "packed": gzip.compress(b"zoe@example.org"),
    "packed_latin": gzip.compress(f"Zoë {MAIL}".encode("latin-1")),
}
WORDS = {
    "picture": b"\xff\xd8\xff\xe1 zoe.roe@example.org\0\1\2\xff\xd9",
    "pickled": pickle.dumps({"mail": "zoe.roe@example.org"}) + b"\xff",
    "cut_off": gzip.compress(b"zoe.roe@example.org " * 3000)[:-20],
}
NOTHING = {"noise": bytes(range(128, 250)), "zeros": b"\xff\0\0\xfe"}
ROWS = 30


def sqlite(path, cells):
    with sqlite3.connect(path / "app.sqlite") as raw:
        raw.execute(f"CREATE TABLE t(id INTEGER PRIMARY KEY, {', '.join(f'{c} BLOB' for c in cells)})")
        marks = ", ".join("?" * len(cells))
        raw.executemany(f"INSERT INTO t VALUES (?, {marks})", [(n, *cells.values()) for n in range(ROWS)])
    raw.close()
    return path / "app.sqlite"


def duck(path, cells):
    with duckdb.connect(str(path / "app.duckdb")) as raw:
        raw.execute(f"CREATE TABLE t(id INT, {', '.join(f'{c} BLOB' for c in cells)})")
        marks = ", ".join("?" * len(cells))
        raw.executemany(f"INSERT INTO t VALUES (?, {marks})", [(n, *cells.values()) for n in range(ROWS)])
    return path / "app.duckdb"


def frame(path, cells):
    return pd.DataFrame({"id": range(ROWS), **{c: [cell] * ROWS for c, cell in cells.items()}})


@pytest.mark.parametrize("made", [sqlite, duck, frame])
def test_bytes_are_read_or_counted_and_never_passed(tmp_path, made):
    profile = auditkit.profile(made(tmp_path, READ | WORDS | NOTHING))
    ((table, _), *_) = profile.states
    assert profile.unread == {(table, column): ROWS for column in WORDS | NOTHING}
    found = {v.column: v for v in profile.columns}
    for column in READ | WORDS:
        verdict = found[column]
        assert "EMAIL_ADDRESS" in {verdict.entity, *verdict.contains}, column
    for column in WORDS | NOTHING:
        assert "30 cells could not be read as text" in found[column].evidence
        assert "empty" not in found[column].evidence


@pytest.mark.parametrize("made", [sqlite, duck, frame])
def test_no_check_passes_over_them_unless_the_policy_says_what_they_are(tmp_path, made):
    source = made(tmp_path, {"scan": NOTHING["noise"], "mail": READ["latin"]})
    audit = auditkit.audit(source, scanners=["pii"])
    assert not audit.passed and audit.exit_code() == 3
    unseen = [outcome for outcome in audit.not_assessed if outcome.cause is Cause.UNSEEN]
    assert unseen and all("30 cells of scan could not be read" in outcome.reason for outcome in unseen)
    table = unseen[0].table
    columns = {"scan": {"category": "none", "reason": "X-rays of welds"}, "mail": "user.contact.email"}
    text = f"{{version: 1, name: X, tables: {{{table}: {{columns: {columns}}}}}}}"
    declared = auditkit.audit(source, auditkit.Policy.parse(text), scanners=["pii"])
    assert not [outcome for outcome in declared.not_assessed if outcome.cause is Cause.UNSEEN]
    assert declared.passed


def test_a_cell_that_unpacks_to_much_is_read_in_part():
    text, whole = bytes_as_text.decoded(gzip.compress(b"zoe@example.org " * 10_000_000))
    assert len(text) <= 1 << 20 and not whole


ENCODED = {
    "mail": base64.b64encode(MAIL.encode()).decode(),
    "short": base64.b64encode(b"a@b.example").decode(),
    "url_safe": base64.urlsafe_b64encode(f">>>{MAIL}???".encode()).decode(),
    "wrapped": base64.encodebytes(f"Please write to {MAIL} before the end of the week.".encode()).decode(),
    "uri": "data:text/plain;charset=utf-8;base64," + base64.b64encode(MAIL.encode()).decode(),
    "packed": base64.b64encode(gzip.compress(MAIL.encode())).decode(),
}
PICTURE = "data:image/jpeg;base64," + base64.b64encode(WORDS["picture"] * 3).decode()


@pytest.mark.parametrize("made", [sqlite, frame])
def test_cells_of_base64_are_read_as_what_they_encode(tmp_path, made):
    profile = auditkit.profile(made(tmp_path, ENCODED | {"picture": PICTURE}))
    found = {verdict.column: verdict for verdict in profile.columns}
    for column in ENCODED:
        assert "EMAIL_ADDRESS" in {found[column].entity, *found[column].contains}, column
    assert [column for _, column in profile.unread] == ["picture"]


@given(
    st.text(st.characters(categories=["L", "N", "P"]), min_size=16), st.sampled_from(["", "data:;base64,"])
)
def test_a_text_is_decoded_where_it_has_words(text, before):
    cell = before + base64.b64encode(f"to {text}".encode()).decode()
    assert decoded(cell) == (f"to {text}", True)


@given(st.binary(min_size=16, max_size=64))
def test_random_bytes_stay_as_they_are_or_were_a_text(raw):
    text, whole = decoded(cell := base64.b64encode(raw).decode())
    is_text = text == raw.decode("utf-8", "replace")
    assert text == cell or is_text or not whole


@given(st.lists(st.none() | st.text(max_size=30)))
def test_other_cells_are_not_touched(cells):
    batch = pa.record_batch({"a": pa.array([None if c is None else f"{c} *" for c in cells], pa.string())})
    assert with_decoded(batch).equals(batch) and uncastable(with_decoded(batch)) == {}
