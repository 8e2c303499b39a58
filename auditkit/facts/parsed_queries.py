from __future__ import annotations

from collections import Counter

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset import Dataset
from auditkit.facts.query_log import QueryLog
from auditkit.facts.relation import Examined
from auditkit.policy import Policy
from auditkit.relations import Relations, ScopeKind
from auditkit.relations.queries import reads_of

SCHEMA = pa.schema(
    [
        ("target", pa.string()),
        ("rows", pa.int64()),
        ("of", pa.int64()),
        ("calls", pa.int64()),
        ("by_key", pa.int64()),
        ("unreadable", pa.int64()),
    ]
)
_DIALECTS = frozenset({"postgres", "mysql", "sqlite", "duckdb"})


def parsed_queries(
    dataset: Dataset, policy: Policy, relations: Relations, relation: Examined, query_log: QueryLog
) -> ir.Table:
    """What the queries of a log read of tenants' tables: one row for each table that carries its tenant and
    that a query reads.

    `rows` different queries do not name the tenant, of those that read the table (`of`); they ran `calls`
    times, and `by_key` of them ask for one row by its key. `unreadable` texts could not be parsed. The
    queries of administrators are left out.
    """
    rows = dataset.tables[relation.name]
    if query_log.role is not None and policy.roles is not None and policy.roles.administrator:
        rows = rows.filter(
            ~rows[query_log.role].cast("string").isin(policy.roles.administrator).fill_null(False)
        )
    text = rows[query_log.column]
    calls = rows[query_log.calls].cast("int64") if query_log.calls is not None else ibis.literal(1)
    told = rows.select(auditkit_query=text, auditkit_calls=calls).filter(lambda t: t.auditkit_query.notnull())
    each = told.group_by("auditkit_query").aggregate(auditkit_calls=told.auditkit_calls.sum())
    direct = {
        name: s
        for name, s in relations.scopes.items()
        if s.kind is ScopeKind.DIRECT and name != relation.name
    }
    names, columns = {n.lower(): n for n in direct}, {n.lower(): str(s.column) for n, s in direct.items()}
    dialect = dataset.dialect if dataset.dialect in _DIALECTS else None
    of, loose, ran, keyed = (Counter[str]() for _ in range(4))
    unreadable = 0
    for batch in dataset.stream(each):
        for sql, times in batch:
            reads = reads_of(str(sql), dialect, columns)
            unreadable += reads is None
            of.update({r.table for r in reads or ()})
            unbound = {r.table for r in reads or () if not r.bound}
            loose.update(unbound)
            ran.update(dict.fromkeys(unbound, int(float(times or 0))))
            keyed.update({r.table for r in reads or () if not r.bound and r.by_key})
    found = [
        {
            "target": names[t],
            "rows": loose[t],
            "of": of[t],
            "calls": ran[t],
            "by_key": keyed[t],
            "unreadable": unreadable,
        }
        for t in sorted(of)
    ]
    return ibis.memtable(pa.Table.from_pylist(found, schema=SCHEMA))
