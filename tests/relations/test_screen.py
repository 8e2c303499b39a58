"""Columns and keys are compared in one statement, and the keys that hold a column's values are never lost."""

import pandas as pd
import pytest

import auditkit
from auditkit.dataset import Dataset, SourceError
from auditkit.policy import Policy
from auditkit.relations.screen import plausible
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


def test_each_column_keeps_the_keys_that_hold_half_of_its_smallest_values(tables):
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
