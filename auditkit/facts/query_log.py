"""A table or view that keeps the text of queries, such as `pg_stat_statements`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import ibis.expr.types as ir

from auditkit.check import Item
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy
from auditkit.relations.names import words

_LOG = re.compile(
    r"^(?:pg_stat_statements|(?:query|queries|slow|slow_query|sql|statement|general|pgaudit)_?(?:log|logs|history|stats))$"
)
_TEXT = frozenset("query statement sql sql_text query_text argument".split())
_CALLS = "calls count executions exec_count".split()
_ROLE = "role rolname usename user_name username user_host db_user".split()


@dataclass(frozen=True)
class QueryLog(Item, columns="column"):
    """The columns of a log of queries: their text, how often each ran, and the role that sent it."""

    column: str
    calls: str | None
    role: str | None
    missing: Missing | None = None

    def without_administrators(self, rows: ir.Table, policy: Policy) -> ir.Table:
        """Return the rows of the log that no administrator of the policy sent."""
        if self.role is None or policy.roles is None or not policy.roles.administrator:
            return rows
        return rows.filter(~rows[self.role].cast("string").isin(policy.roles.administrator).fill_null(False))


def log_of(relation: Examined) -> QueryLog | Missing:
    """Return the columns of a log of queries, or `Missing` where the table is not such a log."""
    table = relation.table
    assert table is not None  # a relation without a table says why it is missing
    by_name = {words(column): column for column in table.columns}
    texts = [c for word, c in by_name.items() if word in _TEXT and table[c].type().is_string()]
    if not _LOG.match(words(relation.name)) or not texts:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} is not a log of queries")
    numbers = {word: c for word, c in by_name.items() if table[c].type().is_numeric()}
    return QueryLog(texts[0], _first(_CALLS, numbers), _first(_ROLE, by_name))


def _first(candidates: Iterable[str], by_name: Mapping[str, str]) -> str | None:
    return next((by_name[word] for word in candidates if word in by_name), None)
