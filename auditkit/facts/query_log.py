from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.facts import many
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations import Relations
from auditkit.relations.names import words

_LOG = re.compile(
    r"^(?:pg_stat_statements|(?:query|queries|slow|slow_query|sql|statement|general|pgaudit)_?(?:log|logs|history|stats))$"
)
_TEXT = frozenset({"query", "statement", "sql", "sql_text", "query_text", "argument"})


@dataclass(frozen=True)
class QueryLog:
    """A table or view that keeps the text of queries: its columns with the text, with how often it ran, and
    with the role.
    """

    column: str
    calls: str | None
    role: str | None
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"columns": (self.column,)}


@many
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


def log_of(relation: Examined) -> QueryLog | Missing:
    """Return a table as a log of queries, or that it is none."""
    table = relation.table
    assert table is not None  # a relation without a table says why it is missing
    told = {words(c): c for c in table.columns}
    text = [c for word, c in told.items() if word in _TEXT and table[c].type().is_string()]
    if not _LOG.match(words(relation.name)) or not text:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} is no log of queries")
    calls = next(
        (
            told[w]
            for w in ("calls", "count", "executions", "exec_count")
            if w in told and table[told[w]].type().is_numeric()
        ),
        None,
    )
    role = next(
        (
            told[w]
            for w in ("role", "rolname", "usename", "user_name", "username", "user_host", "db_user")
            if w in told
        ),
        None,
    )
    return QueryLog(text[0], calls, role)
