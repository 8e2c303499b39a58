from __future__ import annotations

import re

import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from auditkit.facts import many
from auditkit.facts.personal_column import Column
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations.names import words

_ABOUT = "id|at|on|model|version|status|dims?|dimensions?|count|provider|key|hash|ref|type|size|path"
_VECTOR = re.compile(rf"(?:^|_)(?:embeddings?|vectors?|vec)(?:_(?!(?:{_ABOUT})$)\w+)?$")
_WORDS = re.compile(r"(?:^|_)(?:search|text|ts|fts)_?vector")


@many
def vector_column(relation: Examined) -> tuple[Column, ...] | Missing:
    """The columns that hold embeddings, told by their type and name: vectors, arrays of numbers, and text or
    bytes that keep one.
    """
    assert relation.table is not None  # a relation without a table says why it is missing
    return tuple(map(Column, vectors(relation.table))) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no column of embeddings"
    )


def vectors(table: ir.Table) -> list[str]:
    """Return the columns of a table that hold embeddings."""
    return [c for c in table.columns if _holds_vectors(words(c), table[c].type())]


def _holds_vectors(called: str, kind: dt.DataType) -> bool:
    """Return whether a column holds vectors; the index of a search for words is called one, and is none."""
    extension = str(getattr(kind, "raw_type", "")).lower()
    if "vector" in extension:
        return "tsvector" not in extension
    if not _VECTOR.search(called) or _WORDS.search(called):
        return False
    return (
        kind.is_string()
        or kind.is_binary()
        or kind.is_json()
        or (isinstance(kind, dt.Array) and kind.value_type.is_numeric())
    )
