from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset import Dataset
from auditkit.detection.secret_urls import KINDS, kinds, suspects
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import ColumnPolicy

SCHEMA = pa.schema(
    [
        ("table", pa.string()),
        ("column", pa.string()),
        ("rows", pa.int64()),
        ("of", pa.int64()),
        *((kind, pa.int64()) for kind in KINDS),
    ]
)


def url_secrets(
    dataset: Dataset, relation: Examined, as_of: date, columns: Mapping[str, ColumnPolicy] | None = None
) -> ir.Table | Missing:
    """The columns of the table in whose URLs a secret stands: one row for each, with `rows` of `of` cells
    that are not empty.

    A password, a token, the id of a session, or a signature that still holds on the day is a secret
    (`kinds`); cells may have several. Only cells that may hold a URL are fetched. What the policy declares as
    not personal is passed over.
    """
    rows = relation.table
    assert rows is not None  # a relation without a table says why it is missing
    innocent = {name for name, c in (columns or {}).items() if not c.personal}
    texts = [
        c
        for c, kind in rows.schema().items()
        if (kind.is_string() or kind.is_json() or kind.is_nested()) and c not in innocent
    ]
    if not texts:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} has no text")
    cells = {f"auditkit_{i}": _perhaps(rows[c].cast("string")) for i, c in enumerate(texts)}
    some = rows.select(**cells)
    told = [Counter[str]() for _ in texts]
    for batch in dataset.stream(some.filter(ibis.or_(*(some[c].notnull() for c in some.columns)))):
        for count, column in zip(told, zip(*batch, strict=True), strict=True):
            for text in suspects(column):
                if held := kinds(text, as_of):
                    count.update(["rows", *held])
    found = [(name, count) for name, count in zip(texts, told, strict=True) if count["rows"]]
    filled = {
        name: rows.count(where=rows[name].cast("string").strip().nullif("").notnull()) for name, _ in found
    }
    of = dataset.fetch(rows.aggregate(**filled))[0] if found else {}
    body = [
        {
            "table": relation.name,
            "column": name,
            "rows": count["rows"],
            "of": of[name],
            **{k: count[k] or None for k in KINDS},
        }
        for name, count in found
    ]
    return ibis.memtable(pa.Table.from_pylist(body, schema=SCHEMA))


def _perhaps(text: ir.StringValue) -> ir.StringValue:
    """Return a text where it may hold a URL, else null; looking for a few characters costs little on every
    engine.
    """
    asks = text.contains("=") & (text.contains("?") | text.contains("#") | text.contains(";"))
    return ibis.cases((text.contains("://") | asks, text))
