"""Columns and keys are compared in one statement, and the keys that hold a column's values are never lost."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import auditkit
from auditkit.dataset import Dataset, SourceError
from auditkit.policy import Policy
from auditkit.relations.screen import AT_EACH_END, plausible
from auditkit.relations.tables import tables_of

USERS = [{"id": i} for i in range(1, 201)]
TOPICS = [{"id": f"topic-{i}"} for i in range(80)]
FAR = [{"id": i} for i in range(10_000, 10_200)]
POSTS = [
    {
        "written": i % 190 + 1,
        "about": f"topic-{i % 70}",
        "elsewhere": i * 31 + 50_000,
        "partly": i if i < 40 else i + 20_000,
    }
    for i in range(400)
]
KEYS = [("users", "id"), ("topics", "id"), ("far", "id")]
COLUMNS = [("posts", column) for column in POSTS[0]]


@pytest.fixture
def tables(source):
    opened = source({"users": USERS, "topics": TOPICS, "far": FAR, "posts": POSTS})
    with auditkit.open(opened) as data:
        yield tables_of(data, Policy.empty())


def test_each_column_keeps_the_keys_that_hold_enough_of_its_values(tables):
    found = plausible(tables, COLUMNS, KEYS)
    assert found == {
        ("posts", "written"): {("users", "id")},
        ("posts", "about"): {("topics", "id")},
        ("posts", "elsewhere"): frozenset(),
        ("posts", "partly"): {("users", "id")},
    }


def test_where_the_statement_fails_every_key_stays(monkeypatch):
    frames = {"users": pd.DataFrame(USERS), "far": pd.DataFrame(FAR), "posts": pd.DataFrame(POSTS)}
    with auditkit.open(frames) as data:
        tables = tables_of(data, Policy.empty())

        def failing(self, expr, limit=1000):
            raise SourceError("too slow", code="budget")

        monkeypatch.setattr(Dataset, "fetch", failing)
        keys = [("users", "id"), ("far", "id")]
        assert plausible(tables, [("posts", "written")], keys) == {("posts", "written"): set(keys)}


@settings(max_examples=30)
@given(
    st.sets(st.integers(1, 10_000), min_size=2 * AT_EACH_END, max_size=150),
    st.floats(0, 1),
    st.booleans(),
)
def test_the_parents_of_one_end_may_be_gone(children, gone, oldest):
    """Parents are erased by age, so all keys below (or above) some value may be gone."""
    ids = sorted(children)
    cut = int(gone * len(ids) / 2)
    parents = ids[cut:] if oldest else ids[: len(ids) - cut]
    frames = {"users": pd.DataFrame({"id": parents}), "posts": pd.DataFrame({"written": ids})}
    with auditkit.open(frames) as data:
        tables = tables_of(data, Policy.empty())
        found = plausible(tables, [("posts", "written")], [("users", "id")])
    assert found == {("posts", "written"): {("users", "id")}}
