from __future__ import annotations

import sqlite3
from datetime import date

import duckdb
import ibis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditkit.policy import PolicyError
from auditkit.policy.predicate import columns_of, predicate

AS_OF = date(2026, 11, 22)
DDL = (
    "CREATE TABLE t (id INTEGER, status TEXT, hold BOOLEAN, until DATE, seen TIMESTAMP, n INTEGER, f DOUBLE,"
    ' "Weird Name" TEXT)'
)
ROWS = [
    (1, "open", 1, "2026-12-31", "2026-11-23 10:00:00", 1, 1.5, "A%"),
    (2, "Closed", 0, "2020-01-01", "2020-01-01 00:00:00", 0, 0.5, "a_b"),
    (3, None, None, None, None, None, None, None),
    (4, "closed", 1, "2026-11-22", "2026-11-22 00:00:00", -3, 2.0, "x*y"),
    (5, "o'x", 0, "2026-11-23", "2026-11-22 00:00:01", 7, 1e5, "[q]"),
]


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """The same rows on DuckDB, and on SQLite with every second clock in another spelling."""
    folder = tmp_path_factory.mktemp("predicate")
    values = f"INSERT INTO t VALUES ({', '.join('?' * len(ROWS[0]))})"
    lite = sqlite3.connect(folder / "t.sqlite")
    lite.execute(DDL)
    lite.executemany(
        values, [(*r[:4], r[4].replace(" ", "T"), *r[5:]) if r[4] and r[0] % 2 else r for r in ROWS]
    )
    lite.commit()
    lite.close()
    with duckdb.connect(str(folder / "t.duckdb")) as duck:
        duck.execute(DDL)
        duck.executemany(values, ROWS)
    return ibis.sqlite.connect(folder / "t.sqlite").table("t"), ibis.duckdb.connect(
        folder / "t.duckdb", read_only=True
    ).table("t")


def ids(table, text):
    return sorted(table.filter(predicate(text, table, AS_OF)).id.to_pyarrow().to_pylist())


@pytest.mark.parametrize(
    "text, expected",
    [
        # A bare name is a condition by itself.
        ("hold", [1, 4]),
        ("NOT hold", [2, 3, 5]),
        ("until", [1, 5]),
        ("seen", [1, 5]),
        ("NOT seen", [2, 3, 4]),
        ("n", [1, 2, 4, 5]),
        ("NOT n", [3]),
        ("status", [1, 2, 4, 5]),
        ("(n > 0 OR status = 'closed') AND NOT hold", [5]),
        ("hold AND until", [1]),
        # Dates are moments, never text.
        ("seen > '2026-11-22'", [1, 5]),
        ("seen >= '2026-11-22'", [1, 4, 5]),
        ("seen = '2026-11-22'", [4]),
        ("seen > '2026-11-22T01:00:00+01:00'", [1, 5]),
        ("until >= '2026-11-22'", [1, 4, 5]),
        ("until BETWEEN '2020-01-01' AND '2026-11-22'", [2, 4]),
        ("seen IN ('2020-01-01', '2026-11-22T00:00:00')", [2, 4]),
        ("seen < until", [1, 5]),
        ("COALESCE(seen, '2030-01-01') > '2026-11-22'", [1, 3, 5]),
        # Nulls are as in SQL, and the whole is never null.
        ("status <> 'closed'", [1, 2, 5]),
        ("NOT status = 'closed'", [1, 2, 5]),
        ("seen IS NULL", [3]),
        ("seen IS NOT NULL", [1, 2, 4, 5]),
        ("hold IS NOT TRUE", [2, 3, 5]),
        ("hold IS FALSE", [2, 5]),
        ("COALESCE(hold, FALSE)", [1, 4]),
        ("NOT COALESCE(hold, FALSE)", [2, 3, 5]),
        ("COALESCE(status, 'x') = 'x'", [3]),
        # LIKE distinguishes upper and lower case, also where the LIKE of the engine does not.
        ("status LIKE '%closed'", [4]),
        ("status NOT LIKE 'c%'", [1, 2, 5]),
        ("LOWER(status) = 'closed'", [2, 4]),
        ("LOWER(status) LIKE 'CL%'", []),
        ("\"weird name\" LIKE 'x*%'", [4]),
        ("\"Weird Name\" LIKE '[%'", [5]),
        ("\"Weird Name\" LIKE 'a_b'", [2]),
        # Databases often store a boolean as a number.
        ("hold = 1", [1, 4]),
        ("hold = 0", [2, 5]),
        ("n = TRUE", [1]),
        # Numbers.
        ("n > -3", [1, 2, 5]),
        ("n BETWEEN -3 AND 0", [2, 4]),
        ("n IN (1, 7)", [1, 5]),
        ("n NOT IN (1, 7)", [2, 4]),
        ("f = 1e5", [5]),
        ("f >= 1.5 AND n < 5", [1, 4]),
        # The rest.
        ("STATUS = 'open'", [1]),
        ("status = 'o''x'", [5]),
        ("TRUE", [1, 2, 3, 4, 5]),
        ("1 = 2", []),
        ("status = 'open' -- a comment", [1]),
    ],
)
def test_the_same_rows_hold_on_every_engine(tables, text, expected):
    assert [ids(table, text) for table in tables] == [expected, expected]


conditions = st.recursive(
    st.sampled_from(
        [
            "hold",
            "until",
            "n",
            "status = 'closed'",
            "n > 0",
            "seen IS NULL",
            "hold IS NOT TRUE",
            "status LIKE 'c%'",
            "seen < '2026-11-22'",
        ]
    ),
    lambda inner: st.one_of(
        inner.map("NOT ({})".format),
        st.tuples(inner, inner).map("({0[0]}) AND ({0[1]})".format),
        st.tuples(inner, inner).map("({0[0]}) OR ({0[1]})".format),
    ),
    max_leaves=4,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(conditions)
def test_a_condition_is_never_null_and_splits_the_rows_alike_everywhere(tables, text):
    found = []
    for table in tables:
        holds = predicate(text, table, AS_OF)
        counted = (
            table.aggregate(null=holds.isnull().sum(), true=holds.sum(), false=(~holds).sum())
            .to_pyarrow()
            .to_pylist()[0]
        )
        assert counted["null"] == 0
        assert counted["true"] + counted["false"] == len(ROWS)
        found.append(ids(table, text))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "text, message",
    [
        ("stauts = 'a'", r"no column 'stauts' \(character 1\)\. Did you mean 'status'"),
        ("n > 1 AND stauts", r"no column 'stauts' \(character 11\)"),
        ("n = 'x'", "number with text"),
        ("status > 5", "text with number"),
        ("hold = 2", "boolean with number"),
        ("seen = n", "moment with number"),
        ("seen > 'yesterday'", "a date is compared with text that is not a date"),
        ("n LIKE 'a'", "LIKE compares text only"),
        ("5", "true or false"),
        ("status = 'a' AND 'b'", "true or false"),
        ("COALESCE(n, 1)", "true or false"),
        ("n = 1e999", "too large"),
        ("status LIKE 'a\\%'", "backslash"),
    ],
)
def test_what_does_not_fit_the_table_is_refused_with_its_place(tables, text, message):
    with pytest.raises(PolicyError, match=message):
        predicate(text, tables[0], AS_OF)


def test_of_names_that_differ_by_capitals_only_the_exact_one_is_meant():
    table = ibis.table({"note": "string", "NOTE": "string"}, name="t")
    assert predicate("\"NOTE\" = 'x'", table, AS_OF).type().is_boolean()
    with pytest.raises(PolicyError, match="names several columns"):
        predicate("Note = 'x'", table, AS_OF)


@pytest.mark.parametrize(
    "text",
    [
        "n IN (SELECT id FROM t)", "EXISTS(SELECT 1)", "n = (SELECT 1)", "n; DROP TABLE t", "pg_sleep(5)",
        "n::int = 1", "CAST(n AS int) = 1", "CASE WHEN hold THEN n END", "n = ?", "n = $1", "n = :p",
        "status || 'a' = 'b'", "n + 1 = 2", "status ILIKE 'a'", "status ~ 'a'", "status LIKE 'a' ESCAPE 'b'",
        "status LIKE n", "n IS n", "n IS DISTINCT FROM 1", "n IN ()", "t.n = 1", "*", "n = NULL",
        "-status = 1", "n = ALL (1)", "n BETWEEN SYMMETRIC 1 AND 0",
        "hold COLLATE \"C\"", "n AS m", "n, m", "", "   ", "n = 'x", "n AND", "(" * 5000,
    ],
)  # fmt: skip
def test_a_text_that_is_not_a_condition_is_refused(tables, text):
    with pytest.raises(PolicyError):
        predicate(text, tables[1], AS_OF)


@pytest.mark.parametrize(
    "text",
    [
        "status = 'ana@example.org' AND",
        "foo('ana@example.org')",
        "status = 'ana@example.org",
        "n = 'ana@example.org'",
    ],
)
def test_an_error_quotes_no_literal(tables, text):
    with pytest.raises(PolicyError) as refused:
        predicate(text, tables[1], AS_OF)
    assert "example.org" not in str(refused.value)


def test_the_columns_of_a_condition_are_known_without_a_table():
    assert columns_of("a = 1 AND NOT (\"B c\" LIKE 'x' OR coalesce(d, e))") == {"a", "B c", "d", "e"}
