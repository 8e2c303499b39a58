"""What the texts of a table look like at first sight, counted where they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined


@dataclass(frozen=True)
class TextMarks:
    """How many cells of a column look like something that is read closely later.

    Attributes:
        documents: cells that begin like a JSON document.
        urls: cells that may hold a URL.
    """

    documents: int
    urls: int


@fact
def text_marks(dataset: Dataset, relation: Examined) -> Mapping[str, TextMarks]:
    """What the cells of each column of text, of JSON or of a nested type look like; one statement a table."""
    rows = relation.table
    assert rows is not None  # a relation without a table says why it is missing
    texts = [c for c, kind in rows.schema().items() if kind.is_string() or kind.is_json() or kind.is_nested()]
    if not texts:
        return {}
    counts: dict[str, ir.IntegerScalar] = {}
    for i, column in enumerate(texts):
        text = rows[column].cast("string")
        counts[f"documents{i}"] = rows.count(where=text.strip().substr(0, 1).isin(["{", "["]))
        counts[f"urls{i}"] = rows.count(where=is_url_like(text))
    found = dataset.fetch(rows.aggregate(**counts))[0]
    return {column: TextMarks(found[f"documents{i}"], found[f"urls{i}"]) for i, column in enumerate(texts)}


def is_url_like(text: ir.StringValue) -> ir.BooleanValue:
    """Return whether a text may hold a URL; every engine finds a few characters fast."""
    has_query = text.contains("=") & (text.contains("?") | text.contains("#") | text.contains(";"))
    return (text.contains("://") | has_query).fill_null(ibis.literal(False))
