"""What the types and names of columns say about embeddings, and about who may find them."""

from __future__ import annotations

import re

import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from auditkit.relations.names import words

_ABOUT = "id|at|on|model|version|status|dims?|dimensions?|count|provider|key|hash|ref|type|size|path"
_VECTOR = re.compile(rf"(?:^|_)(?:embeddings?|vectors?|vec)(?:_(?!(?:{_ABOUT})$)\w+)?$")
_TEXT_SEARCH = re.compile(r"(?:^|_)(?:search|text|ts|fts)_?vector")
_OPEN = re.compile(
    r"^(?:is_)?(?:public|shared|global|published)(?:_at)?$|(?:^|_)visibility$|^audience$|^access(?:_level)?$"
)
_DIGEST = re.compile(r"(?:^|_)(?:hash|checksum|digest|fingerprint|sha\d*|md5)$")


def vectors(table: ir.Table) -> list[str]:
    """Return the columns of a table that hold embeddings, by their types and names.

    They are vectors, arrays of numbers, or text or bytes that keep an array.
    """
    return [c for c in table.columns if _holds_vectors(words(c), table[c].type())]


def _holds_vectors(called: str, kind: dt.DataType) -> bool:
    """Return whether a column holds vectors; the index of a text search is called a vector and is not one."""
    extension = str(getattr(kind, "raw_type", "")).lower()
    if "vector" in extension:
        return "tsvector" not in extension
    if not _VECTOR.search(called) or _TEXT_SEARCH.search(called):
        return False
    is_array = isinstance(kind, dt.Array) and kind.value_type.is_numeric()
    return bool(is_array or kind.is_string() or kind.is_binary() or kind.is_json())


def is_open(table: ir.Table) -> bool:
    """Return whether a column such as `is_public` says that rows may be meant for other tenants."""
    return any(_OPEN.search(words(c)) for c in table.columns)


def has_digest(table: ir.Table) -> bool:
    """Return whether rows are found by a digest of what is in them, so that tenants may share a row."""
    return any(_DIGEST.search(words(c)) for c in table.columns)
