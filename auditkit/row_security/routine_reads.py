"""The tables of which a function or a view hands out rows that belong to others than its caller."""

from __future__ import annotations

import re
from dataclasses import replace

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from auditkit.dataset.rights import GuardedRelation, Rights, Routine
from auditkit.relations.queries import silenced_parser
from auditkit.row_security.parts import TooManyClausesError
from auditkit.row_security.surroundings import Surroundings
from auditkit.row_security.ways import tables_shown

_BODY = re.compile(
    r"\bAS (?P<quote>\$\w*\$)(?P<text>.*)(?P=quote)|\bBEGIN ATOMIC\b(?P<atomic>.*)\bEND\b"
    r"|\bRETURN\b(?P<value>.*)",
    re.DOTALL | re.IGNORECASE,
)
_LANGUAGE = re.compile(r"\bLANGUAGE (\w+)", re.IGNORECASE)
_PATH = re.compile(r"\bSET search_path TO ([^\n]*)", re.IGNORECASE)
_QUERY = re.compile(r"\bRETURN\s+QUERY\b(.*?);|\b((?:WITH|SELECT)\b.*?);", re.DOTALL | re.IGNORECASE)
_ASKS = re.compile(
    r"\bauth\.\w+\s*\(|current_setting\s*\(|\bcurrent_user\b|\bsession_user\b"
    r"|\b(?:is|has|can|may|check|assert|require|current)_\w+\s*\(",
    re.IGNORECASE,
)
"""What a function calls that asks who its caller is."""


def handed_out(routine: Routine, rights: Rights, around: Surroundings) -> frozenset[str]:
    """Return the tables of which a function hands out rows that it does not keep to its caller.

    A text in another language than SQL is searched for its queries, and for anything by which it asks who
    calls. A text that cannot be read hands out nothing here.
    """
    definition = routine.definition
    body = _BODY.search(definition) if definition is not None and routine.returns_rows else None
    if definition is None or body is None:
        return frozenset()
    text = next(part for part in (body["text"], body["atomic"], body["value"]) if part is not None)
    language = _LANGUAGE.search(definition)
    if language is not None and language[1].lower() != "sql":
        if _ASKS.search(text):
            return frozenset()
        text = ";".join(query or other for query, other in _QUERY.findall(text + ";"))
    binding = frozenset(table for table in around.kept if not rights.escapes(routine.owner, table))
    around = replace(around, kept=binding)
    path = _PATH.search(definition)
    schemas = [part.strip(" '\"") for part in path[1].split(",")] if path is not None else ["public"]
    found = {name for query in _queries(text) for name in _shown(query, around)}
    return frozenset(known for name in found if (known := _known(name, schemas, rights)) is not None)


def shown_by_view(view: GuardedRelation, rights: Rights, around: Surroundings) -> frozenset[str] | None:
    """Return the tables of which a view shows rows that it does not keep to its reader.

    None where its text cannot be read.
    """
    queries = _queries(view.definition or "")
    if not queries:
        return None
    binding = frozenset(table for table in around.kept if not rights.escapes(view.owner, table))
    try:
        found = {n for query in queries for n in tables_shown(query, replace(around, kept=binding))}
    except (TooManyClausesError, RecursionError):
        return None
    return frozenset(known for name in found if (known := _known(name, [], rights)) is not None)


def _queries(text: str) -> list[exp.Query]:
    """Return the queries of a text; none where it cannot be parsed."""
    try:
        with silenced_parser():
            statements = sqlglot.parse(text, read="postgres")
    except (SqlglotError, RecursionError):
        return []
    queries = [s if isinstance(s, exp.Query) else s.find(exp.Query) for s in statements if s is not None]
    return [query for query in queries if query is not None]


def _shown(query: exp.Query, around: Surroundings) -> frozenset[str]:
    try:
        return tables_shown(query, around)
    except (TooManyClausesError, RecursionError):
        return frozenset()


def _known(name: str, schemas: list[str], rights: Rights) -> str | None:
    """Return the relation that a name means in a search path."""
    candidates = [name, *(f"{schema}.{name}" for schema in schemas)]
    return next((known for known in candidates if known in rights.relations), None)
