from __future__ import annotations

from collections import Counter

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset import Dataset
from auditkit.facts.mirrored_column import MirroredColumn
from auditkit.facts.production_identifiers import Digests, ProductionIdentifiers, digest_of

SCHEMA = pa.schema(
    [("target", pa.string()), ("rows", pa.int64()), ("of", pa.int64()), ("identifiers", pa.int64()), ("of_identifiers", pa.int64()),
     ("share", pa.float64()), ("confidence", pa.string())]
)  # fmt: skip


def real_people(
    dataset: Dataset, mirrored_column: MirroredColumn, production_identifiers: ProductionIdentifiers
) -> ir.Table:
    """How many identifiers of a column for tests are those of production: one row for each production source
    (`target`) with any.

    `rows` of `of` cells hold one; `identifiers` of `of_identifiers` different ones do.
    """
    table = dataset.tables[mirrored_column.table]
    cells = table.select(auditkit_identifier=table[mirrored_column.column]).filter(
        ibis._.auditkit_identifier.notnull()
    )
    each = cells.group_by("auditkit_identifier").aggregate(n=cells.count())
    sources = {
        source: held
        for (kind, source), held in production_identifiers.by_kind.items()
        if kind == mirrored_column.kind
    }
    rows, of, every = Counter[str](), 0, list[Digests]()
    shared: dict[str, list[Digests]] = {source: [] for source in sources}
    for batch in dataset.stream(each):
        told = [
            (one, int(n or 0))
            for cell, n in batch
            if (one := digest_of(production_identifiers.key, cell)) is not None
        ]
        of += sum(n for _, n in told)
        every.append(Digests.unique(one for one, _ in told))
        for source, held in sources.items():
            here = [(one, n) for one, n in told if one in held]
            rows[source] += sum(n for _, n in here)
            shared[source].append(Digests.unique(one for one, _ in here))
    total = len(Digests.together(every).sorted)
    different = {source: Digests.together(parts) for source, parts in shared.items()}
    found = [
        {"target": source, "rows": rows[source], "of": of, "identifiers": len(held.sorted), "of_identifiers": total,
         "share": len(held.sorted) / total, "confidence": mirrored_column.confidence.value}
        for source, held in sorted(different.items()) if rows[source]
    ]  # fmt: skip
    return ibis.memtable(pa.Table.from_pylist(found, schema=SCHEMA))
