"""Query without a tenant filter

## What it finds
Logged queries that read a tenant's table and neither compare its tenant column nor join a table that has the
tenant. The queries come from `pg_stat_statements` and from tables that are called like a query log.

## Why it matters
Nothing in the text of such a query keeps it to one tenant. Row-level security may do so, or the code that
sends it, or nothing at all (GDPR Art. 25, 32).

## How to fix
Let the data layer add the tenant to every query: `... WHERE tenant_id = $1`. Fetch a row by `(tenant_id,
id)`, never by `id` alone. Or turn on row-level security: `ALTER TABLE <table> ENABLE ROW LEVEL SECURITY;
ALTER TABLE <table> FORCE ROW LEVEL SECURITY`, with a policy on the tenant.

## Limits
The text of a query does not say whether row-level security was in force, so the confidence is medium.
Queries of `roles.administrator` are left out. Texts that cannot be parsed are counted.

## Example
>>> import auditkit, pandas as pd
>>> queries = ["SELECT * FROM tickets WHERE tenant_id = $1", "SELECT * FROM tickets WHERE id = $1"]
>>> source = {
...     "tenants": pd.DataFrame({"id": [1, 2]}),
...     "tickets": pd.DataFrame({"id": [1], "tenant_id": [1]}),
...     "query_log": pd.DataFrame({"query": queries, "calls": [90, 7]}),
... }
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-unscoped-query"])
>>> [(f.table, f.target, f.rows, f.of, f.detail["calls"], f.detail["by_key"]) for f in audit.findings]
[('query_log', 'tickets', 1, 2, 7, 1)]

## References
- GDPR Art. 25, data protection by design
- GDPR Art. 32, security of processing
- OWASP API1:2023, broken object level authorization
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.numbers import whole_number
from auditkit.facts.query_log import QueryLog, log_of
from auditkit.facts.relation import Examined
from auditkit.outcome import Confidence, Missing, Severity
from auditkit.policy import Policy
from auditkit.relations import Relations, ScopeKind
from auditkit.relations.queries import reads_of
from auditkit.relations.references import Boundary

SCHEMA = pa.schema(
    [("target", pa.string()), ("rows", pa.int64()), ("of", pa.int64()), ("calls", pa.int64()),
     ("by_key", pa.int64()), ("unreadable", pa.int64())]
)  # fmt: skip
"""The dialects of SQL in which the texts of a log can be parsed; other texts are parsed without a dialect."""


@each
def query_log(relation: Examined, boundary: Boundary) -> tuple[QueryLog, ...] | Missing:
    """The column with the text of queries, of a log of queries; without a `boundary` there is no tenant."""
    found = log_of(relation)
    return found if isinstance(found, Missing) else (found,)


@dataclass
class _Reads:
    """How often queries read each table of tenants, by its name in lower case."""

    every: Counter[str] = field(default_factory=Counter)
    unscoped: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    by_key: Counter[str] = field(default_factory=Counter)
    unreadable: int = 0

    def add(self, sql: str, calls: int, dialect: str | None, columns: Mapping[str, str]) -> None:
        """Count one query, which ran some times."""
        reads = reads_of(sql, dialect, columns)
        if reads is None:
            self.unreadable += 1
            return
        self.every.update({r.table for r in reads})
        unscoped = {r.table for r in reads if not r.bound}
        self.unscoped.update(unscoped)
        self.calls.update(dict.fromkeys(unscoped, calls))
        self.by_key.update({r.table for r in reads if not r.bound and r.by_key})


@fact
def parsed_queries(
    dataset: Dataset, policy: Policy, relations: Relations, relation: Examined, query_log: QueryLog
) -> ir.Table:
    """What the queries of a log read: one row for each table that carries its tenant and that a query reads.

    `of` different queries read the table, and `rows` of them do not name the tenant. These ran `calls` times,
    and `by_key` of them ask for one row by its key. `unreadable` texts could not be parsed. The queries of
    administrators are left out.
    """
    rows = query_log.without_administrators(dataset.tables[relation.name], policy)
    calls = whole_number(rows[query_log.calls]) if query_log.calls is not None else ibis.literal(1)
    queries = rows.select(auditkit_query=rows[query_log.column], auditkit_calls=calls)
    queries = queries.filter(queries.auditkit_query.notnull())
    different = queries.group_by("auditkit_query").aggregate(auditkit_calls=queries.auditkit_calls.sum())
    carrying = {
        name: str(scope.column)
        for name, scope in relations.scopes.items()
        if scope.kind is ScopeKind.DIRECT and name != relation.name
    }
    names = {name.lower(): name for name in carrying}
    columns = {name.lower(): column for name, column in carrying.items()}
    dialect = dataset.query_log_dialect
    reads = _Reads()
    for batch in dataset.stream(different):
        for sql, times in batch:
            reads.add(str(sql), int(float(times or 0)), dialect, columns)
    found = [
        {
            "target": names[table],
            "rows": reads.unscoped[table],
            "of": reads.every[table],
            "calls": reads.calls[table],
            "by_key": reads.by_key[table],
            "unreadable": reads.unreadable,
        }
        for table in sorted(reads.every)
    ]
    return ibis.memtable(pa.Table.from_pylist(found, schema=SCHEMA))


@check(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    articles=("GDPR 25", "GDPR 32"),
    says=(
        "these queries ran {calls:time}; {by_key:of them fetches|of them fetch} one row by its key alone;"
        " {unreadable:text|texts} of the log could not be parsed"
    ),
)
def unscoped_query(parsed_queries: ir.Table) -> ir.Table:
    """Return the tables of tenants that logged queries read without the tenant."""
    return parsed_queries.filter(parsed_queries.rows > 0)
