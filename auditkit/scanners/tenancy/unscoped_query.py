"""A logged query reads a tenant's table without the tenant.

Nothing in its text keeps it to one tenant: neither a comparison of the tenant column nor a join to a table
that has one. Either row-level security does, or the code that sends it, or nobody (GDPR Art. 25, 32). Read
are `pg_stat_statements` and tables that are called like a log of queries; those of `roles.administrator` are
left out. Whether row-level security was in force cannot be told from a text, so the confidence is medium.

Remedy: let the data layer add the tenant to every query, `... WHERE tenant_id = $1`; fetch by `(tenant_id,
    id)`, never by `id` alone; or
`ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY` with a policy on the tenant.

>>> import auditkit, pandas as pd
>>> log = pd.DataFrame({"query": ["SELECT * FROM tickets WHERE tenant_id = $1", "SELECT * FROM tickets WHERE id = $1"], "calls": [90, 7]})
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "tickets": pd.DataFrame({"id": [1], "tenant_id": [1]}), "query_log": log}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-unscoped-query"])
>>> [(f.table, f.target, f.rows, f.of, f.detail["calls"], f.detail["by_key"]) for f in audit.findings]
[('query_log', 'tickets', 1, 2, 7, 1)]
"""

from __future__ import annotations

from collections import Counter

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, each, fact
from auditkit.dataset import Dataset
from auditkit.facts.query_log import QueryLog, log_of
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import Policy
from auditkit.relations import Relations, ScopeKind
from auditkit.relations.queries import reads_of


@each
def query_log(relations: Relations, relation: Examined) -> tuple[QueryLog, ...] | Missing:
    """The column of a log of queries with their text: of `pg_stat_statements`, or of a table that is called
    like a query log.
    """
    if relations.boundary is None:
        return Missing(
            Cause.UNDECLARED, "nothing says what a tenant is: declare `tenancy` with its root and key"
        )
    found = log_of(relation)
    return found if isinstance(found, Missing) else (found,)


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


@fact
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


@check(severity=Severity.MEDIUM, confidence=Confidence.MEDIUM, articles=("GDPR 25", "GDPR 32"))
def unscoped_query(parsed_queries: ir.Table) -> ir.Table:
    """Return the tables of tenants that logged queries read without the tenant."""
    return parsed_queries.filter(parsed_queries.rows > 0)
