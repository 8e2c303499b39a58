"""A canary of one tenant stands in another's rows.

A canary is a made-up word that was written into one tenant's data and nowhere else: wherever it turns up,
data of that tenant has come, however it did (GDPR Art. 5(1)(f), 32(1)(d), 33). It is the only check of
isolation that needs no guess. Canaries are a column of the tenants, or a table with a tenant, that is called
`canary`.

Remedy: find out how the rows that hold it came there (an export, a cache, a restored backup, a shared index),
    correct or erase them, and
assess the breach (Art. 33(3)). To plant canaries: `ALTER TABLE tenants ADD COLUMN canary text DEFAULT
'canary-' || gen_random_uuid()`, and write each into a few rows of its tenant.

>>> import auditkit, pandas as pd
>>> notes = pd.DataFrame({"tenant_id": [1, 2, 2], "body": ["kite-31f9", "wren-77a0", "from kite-31f9"]})
>>> source = {"tenants": pd.DataFrame({"id": [1, 2], "canary": ["kite-31f9", "wren-77a0"]}), "notes": notes}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-canary"])
>>> [(f.table, f.columns, f.rows, f.of) for f in audit.findings]
[('notes', ('body',), 1, 3)]
"""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.relations import Relations
from auditkit.relations.canaries import Canaries, is_called_canary
from auditkit.relations.names import words
from auditkit.relations.owner import TENANT, owned

_WORDS = frozenset({"token", "word", "value", "text"})


@fact
def canaries(dataset: Dataset, relations: Relations) -> Canaries | Missing:
    """The words planted in each tenant's data: those of a column of the tenants, or of a table, that is named
    `canary`.
    """
    if relations.boundary is None:
        return Missing(
            Cause.UNDECLARED, "nothing says what a tenant is: declare `tenancy` with its root and key"
        )
    found = Canaries.of(
        pair
        for table, column in places(dataset, relations)
        for pair in _planted(dataset, relations, table, column)
    )
    if found.owners:
        return found
    return Missing(
        Cause.UNDECLARED,
        "no canaries are planted: give the tenants a column `canary`, each a word of 8 or more characters",
    )


def places(dataset: Dataset, relations: Relations) -> list[tuple[str, str]]:
    """Return the tables and columns in which the canaries themselves are kept."""
    assert relations.boundary is not None
    found = []
    for name, scope in relations.scopes.items():
        table = dataset.tables[name]
        text = [c for c in table.columns if table[c].type().is_string()]
        if name == relations.boundary.root:
            found += [(name, c) for c in text if is_called_canary(c)]
        elif scope.is_tenant and is_called_canary(name):
            found += [
                (name, c) for c in text if c != scope.column and (words(c) in _WORDS or is_called_canary(c))
            ]
    return found


def _planted(
    dataset: Dataset, relations: Relations, table: str, column: str
) -> Iterator[tuple[str | None, str | None]]:
    rows = owned(dataset.tables, relations, table)
    for batch in dataset.stream(rows.select(TENANT, column)):
        yield from ((row[0], row[1]) for row in batch)


SCHEMA = pa.schema(
    [("table", pa.string()), ("column", pa.string()), ("rows", pa.int64()), ("of", pa.int64())]
)


@fact
def canary_mentions(
    dataset: Dataset, relations: Relations, relation: Examined, tenanted: ir.Table, canaries: Canaries
) -> ir.Table | Missing:
    """How many cells of each text column of a tenant's table hold the canary of another tenant; the canaries'
    own place is none.
    """
    kept = set(places(dataset, relations))
    texts = [
        c
        for c in tenanted.columns
        if c != TENANT and tenanted[c].type().is_string() and (relation.name, c) not in kept
    ]
    if not texts:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} has no text")
    of, rows = [0] * len(texts), [0] * len(texts)
    for batch in dataset.stream(tenanted.select(TENANT, *texts)):
        tenants, *columns = zip(*batch, strict=True)
        for i, cells in enumerate(columns):
            of[i] += sum(cell is not None for cell in cells)
            rows[i] += canaries.foreign(tenants, cells)
    told = [{"table": relation.name, "column": c, "rows": rows[i], "of": of[i]} for i, c in enumerate(texts)]
    return ibis.memtable(pa.Table.from_pylist(told, schema=SCHEMA))


@check(severity=Severity.CRITICAL, articles=("GDPR 5(1)(f)", "GDPR 32(1)(d)", "GDPR 33"), incident=True)
def canary(canary_mentions: ir.Table) -> ir.Table:
    """Return the columns of text in which another tenant's canary stands."""
    return canary_mentions.filter(canary_mentions.rows > 0)
