"""A query without the columns that nothing reads has the rows of the query with them."""

import ibis
import ibis.expr.operations as ops
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from auditkit.dataset.narrowing import narrowed

PEOPLE = ibis.memtable(
    pa.table({"id": [1, 2, 3, 4], "name": ["a", "b", None, "d"], "city": ["x", "y", "x", None]}),
)
ORDERS = ibis.memtable(
    pa.table({"id": [1, 2, 3, 4, 5], "person": [1, 1, 2, None, 9], "total": [5, 7, None, 2, 1]})
)


def joined(rows: ibis.Table) -> ibis.Table:
    """Return rows with what the people of their city ordered."""
    both = PEOPLE.select(key=PEOPLE.city, who=PEOPLE.id, label=PEOPLE.name)
    met = rows.left_join(both, rows.city == both.key)
    return met.select(*[met[c] for c in rows.columns], seen=met.label.notnull())


STEPS = (
    lambda t: t.mutate(upper=t.name.upper()),
    lambda t: t.mutate(name=t.city),
    lambda t: t.filter(t.city.notnull()),
    lambda t: t.order_by(t.id).limit(5),
    lambda t: t.select("city", "id", "name").distinct(),
    lambda t: ibis.union(t.select("city", "id", "name"), PEOPLE.select("city", "id", "name")),
    lambda t: t.mutate(each=ibis.array([t.id, t.id]).unnest()),
    lambda t: t.filter(t.id.isin(ORDERS.person)),
    lambda t: t.mutate(row=ibis.row_number().over(order_by=t.id)),
    lambda t: joined(t.select("city", "id", "name")),
    lambda t: t.mutate(one=t.id, two=t.name).drop("one", "two"),
)
BACKEND = ibis.duckdb.connect()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(STEPS), max_size=5), st.booleans())
def test_the_rows_are_the_same(steps, as_rows):
    table = PEOPLE
    for step in steps:
        table = step(table)
    counted = table.aggregate(
        n=table.count(), named=table.count(where=table.name.notnull()), ids=table.id.nunique()
    )
    query = table.select("id", "name").order_by("id", "name") if as_rows else counted
    assert BACKEND.to_pyarrow(narrowed(query)).to_pylist() == BACKEND.to_pyarrow(query).to_pylist()


def test_what_nothing_reads_is_not_written():
    wide = joined(PEOPLE.mutate(upper=PEOPLE.name.upper()))
    query = narrowed(wide.aggregate(n=wide.count(where=wide.seen)))
    names = {name for part in query.op().find((ops.Project, ops.JoinChain)) for name in part.values}
    assert names == {"city", "key", "label", "seen"}


def test_a_query_in_which_everything_is_read_stays_as_it_is():
    query = PEOPLE.aggregate(n=PEOPLE.count())
    assert narrowed(query) is query


def test_what_is_dropped_leaves_the_columns_in_their_order():
    flags = [f"flag_{n}" for n in range(8)]
    marked = PEOPLE.mutate(**{flag: PEOPLE.id > n for n, flag in enumerate(flags)})
    query = narrowed(marked.drop(*flags[1:]))
    assert query.columns == ("id", "name", "city", "flag_0") and not query.op().find(ops.DropColumns)
    assert "EXCLUDE" not in ibis.to_sql(query, dialect="duckdb")
