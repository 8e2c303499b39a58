import datetime as dt
import decimal
import uuid
from pathlib import PurePosixPath

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import auditkit.dataset as dataset
from auditkit.dataset import SourceError
from auditkit.outcome import Cause


def texts(source, name="data", **options):
    with dataset.open(source) as opened:
        batches = list(opened.batches(name, **options))
        table = pa.Table.from_batches(batches) if batches else None
        return table.to_pydict() if table is not None else {}


AWKWARD = {
    "mixed": [1, "two", 3.5, None],
    "uuid": [uuid.UUID(int=7), None, uuid.UUID(int=8), uuid.UUID(int=9)],
    "nested": [{"a": {"b": [1, "x"]}}, [1, "x"], None, ("t",)],
    "mixed list": [[1, "x"], [2], None, []],
    "bytes": [b"caf\xc3\xa9", b"\xff\xd8", None, b""],
    "surrogate": ["ok", "bad \ud800", None, ""],
    "path": [PurePosixPath("/a"), None, PurePosixPath("b"), PurePosixPath("c")],
    "complex": [1j, 2 + 1j, None, 3j],
    "decimal": [decimal.Decimal("1.10"), None, decimal.Decimal("2"), decimal.Decimal("1e30")],
    "date": [dt.date(9999, 12, 31), None, dt.date(1, 1, 1), dt.date(2024, 2, 29)],
    "time": [dt.time(10, 30), None, dt.time(0), dt.time(23, 59)],
    "delta": [dt.timedelta(days=1), None, dt.timedelta(0), dt.timedelta(seconds=1)],
    "nothing": [None, None, None, None],
    "huge": [2**70, 1, None, -(2**70)],
    "set": [{"b", "a"}, None, frozenset(), {1}],
}


@pytest.mark.parametrize("column", AWKWARD)
def test_no_column_is_too_awkward(column):
    frame = pd.DataFrame({column: pd.Series(AWKWARD[column], dtype=object), "good": [1, 2, 3, 4]})
    before = frame.copy(deep=True)
    got = texts(frame)
    assert got["good"] == ["1", "2", "3", "4"]
    assert len(got[column]) == 4
    pd.testing.assert_frame_equal(frame, before)


def test_what_awkward_cells_become():
    got = texts(pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in AWKWARD.items()}))
    assert got["mixed"] == ["1", "two", "3.5", None]
    assert got["uuid"][0] == "00000000-0000-0000-0000-000000000007"
    assert got["nested"] == ['{"a": {"b": [1, "x"]}}', '[1, "x"]', None, '["t"]']
    assert got["bytes"][0] == "café"
    assert got["surrogate"] == ["ok", "bad ?", None, ""]
    assert got["date"][0] == "9999-12-31"
    assert got["huge"][0] == str(2**70)


def test_pandas_types():
    frame = pd.DataFrame(
        {
            "category": pd.Categorical(["x", None, "x"]),
            "numbers": pd.Categorical([1, None, 2]),
            "nullable": pd.array([1, None, 3], dtype="Int64"),
            "zoned": (
                pd.to_datetime(["2024-01-01T12:00+02:00", None, "2024-06-01T00:00+02:00"]).tz_convert(
                    "Europe/Zurich"
                )
            ),
            "clock": pd.to_datetime(["2024-01-01", None, "2024-06-01 10:11:12.5"], format="mixed"),
            "period": pd.PeriodIndex(["2024-01", "2024-02", "2024-03"], freq="M"),
            "sparse": pd.arrays.SparseArray([1.0, np.nan, 2.0]),
            "interval": pd.interval_range(0, 3),
            "string": pd.array(["a", None, "b"], dtype="string"),
            "half": np.array([1.5, 2, 3], dtype="float16"),
            "yes": [True, False, True],
        }
    )
    got = texts(frame)
    assert got["category"] == ["x", None, "x"]
    assert got["numbers"] == ["1", None, "2"]
    assert got["zoned"][0] == "2024-01-01 10:00:00+00"
    assert got["clock"] == ["2024-01-01 00:00:00", None, "2024-06-01 10:11:12.5"]
    assert got["period"] == ["2024-01", "2024-02", "2024-03"]
    assert got["interval"][0] == "(0, 1]"
    assert got["string"] == ["a", None, "b"]
    assert got["yes"] == ["true", "false", "true"]
    assert len(got) == len(frame.columns)


def test_whole_numbers_with_gaps_stay_whole():
    got = texts(pd.DataFrame({"card": [4111111111111111.0, np.nan], "rate": [0.5, np.nan]}))
    assert got == {"card": ["4111111111111111", None], "rate": ["0.5", None]}


def test_column_names_of_every_kind_are_shown_once():
    frame = pd.DataFrame([[1, 2, 3, 4, 5, 6]], columns=["name", "name", "Name", "", 7, None])
    with dataset.open(frame) as opened:
        assert opened.tables["data"].columns == ("name", "name_1", "Name_2", "column 4", "7", "column 6")
    levels = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "x"), ("a", "")]))
    assert texts(levels) == {"a.x": ["1"], "a": ["2"]}


def test_a_column_named_by_a_value_is_shown_by_its_place():
    frame = pd.DataFrame({"id": [1], "jane.roe@example.org": [2]})
    with dataset.open(frame) as opened:
        relation = opened.relations["data"]
        assert relation.table.columns == ("id", "column 2")
        assert relation.value_names == {"column 2": "EMAIL_ADDRESS"}
        assert "jane" not in repr(relation) + opened.sql(relation.table) + repr(opened)
        assert next(opened.batches("data", columns=["column 2"])).to_pydict() == {"column 2": ["2"]}


def test_an_index_that_holds_data_is_read():
    frame = pd.DataFrame({"n": [1, 2]}, index=pd.Index(["a@example.org", "b@example.org"], name="email"))
    assert texts(frame) == {"email": ["a@example.org", "b@example.org"], "n": ["1", "2"]}
    assert set(texts(frame.rename_axis(None))) == {"index", "n"}
    assert set(texts(pd.DataFrame({"n": [1, 2, 3]}).iloc[1:])) == {"n"}


def test_empty_frames():
    with dataset.open({"rows": pd.DataFrame({"a": []}), "nothing": pd.DataFrame()}) as opened:
        assert list(opened.tables) == ["rows"]
        assert list(opened.batches("rows")) == []
        assert opened.relations["nothing"].missing.cause == Cause.NOT_APPLICABLE
    for nothing in (pd.DataFrame(), pa.table({}), {"a": pd.DataFrame(index=[1, 2]), "b": pd.DataFrame()}):
        with pytest.raises(SourceError, match="data has no columns"):
            dataset.open(nothing)


def test_arrow_tables_and_nested_cells():
    table = pa.table(
        {
            "s": [{"a": 1}],
            "l": [["x", None]],
            "m": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int32())),
            "b": [b"ok"],
        }
    )
    got = texts(table)
    assert got == {"s": ['{"a":1}'], "l": ['["x",null]'], "m": ['{"k":1}'], "b": ["ok"]}
    assert texts(table.to_batches()[0]) == got


def test_good_columns_are_not_copied():
    values = pa.array(["x" * 100] * 1000)
    frame = pa.table({"text": values})
    with dataset.open(frame) as opened:
        held = opened._engines[0]._frames["data"]
        assert held.column(0).chunk(0).buffers()[2].address == values.buffers()[2].address


def test_frames_can_be_joined():
    users, orders = pd.DataFrame({"id": [1, 2], "org": ["a", "b"]}), pd.DataFrame({"user_id": [1, 1, 2]})
    with dataset.open({"users": users, "orders": orders}) as opened:
        joined = opened.tables["orders"].join(opened.tables["users"], [("user_id", "id")])
        assert opened.fetch(joined.group_by("org").agg(n=joined.count()).order_by("org")) == [
            {"org": "a", "n": 2},
            {"org": "b", "n": 1},
        ]


def test_a_cell_that_holds_itself_is_refused_and_does_not_end_the_process():
    within: list = []
    within.append(within)
    around: dict = {"a": 1}
    around["b"] = [around]
    deep: list = []
    for _ in range(5_000):
        deep = [deep]
    for cell in (within, around, deep):
        with pytest.raises(SourceError, match="convert the frame"):
            dataset.open(pd.DataFrame({"id": [1, 2], "cell": ["text", cell]}))


class Refuses(pd.arrays.StringArray):
    """Cells that Arrow gets no array of."""

    def __arrow_array__(self, type=None):
        raise RuntimeError("ana@example.org")


class Endless(pd.DataFrame):
    """A frame that cannot say how long it is."""

    def __len__(self):
        raise ZeroDivisionError("ana@example.org")


def test_what_a_class_of_the_user_raises_hides_no_column_and_is_not_repeated():
    cells = Refuses(np.array(["ana@example.org", "bo@example.org"], dtype=object))
    with dataset.open(pd.DataFrame({"id": [1, 2], "mail": cells})) as opened:
        (batch,) = opened.batches("data")
        assert batch.to_pydict()["mail"] == ["ana@example.org", "bo@example.org"]
    with pytest.raises(SourceError) as caught:
        dataset.open(Endless({"id": [1]}))
    assert "ana" not in str(caught.value)
