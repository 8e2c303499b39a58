from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import fact
from auditkit.detection import ColumnVerdict, Profile
from auditkit.detection.header import read
from auditkit.facts.relation import Examined
from auditkit.facts.sensitive import is_sensitive
from auditkit.outcome import Missing
from auditkit.policy import ColumnPolicy
from auditkit.vocabulary import ENTITIES, Sensitivity, sensitivity

SCHEMA = pa.schema(
    [("kind", pa.string()), ("table", pa.string()), ("column", pa.string()), ("entity", pa.string()), ("category", pa.string()),
     ("verdict", pa.string()), ("confidence", pa.string()), ("rows", pa.int64()), ("of", pa.int64()), ("cells", pa.int64()),
     ("free_text", pa.bool_()), ("sensitive", pa.bool_()), ("special", pa.bool_()), ("named", pa.string())]
)  # fmt: skip
CONFIDENCE = {"certain": "high", "likely": "medium"}
PLAIN = 4.4
"""The log-odds from which a name says what a column holds; a lone `name`, as of a product, has less."""
EITHER = frozenset(
    "address addresses adresse adresses direccion indirizzo adres endereco contact contacts kontakt contacto"
    " contatto".split()
)
"""Words for more than one way to reach somebody."""
SPECIAL = frozenset({Sensitivity.SPECIAL_CATEGORY, Sensitivity.CRIMINAL})


@fact
def detections(
    profile: Profile, relation: Examined, columns: Mapping[str, ColumnPolicy] | None = None
) -> ir.Table | Missing:
    """What was detected in the table, and what is declared of it: names of columns and entities, and counts.

    One row of kind `column` for each column: `verdict` (certain, likely, review, none, empty), the word of
    its `confidence` (high, medium, low), `rows` cells that hold the `entity` of `of` that are not empty. One
    row of kind `inside` for each other entity that stands in some of its cells: `rows` of them hold it, and
    `cells` hold any. One row of kind `name` where the column's own name is a value. One row of kind
    `declared` for each column that the policy declares as personal. `special` says that the category is one
    of Art. 9 or 10; `sensitive` also counts credentials and payment data. `named` is the category that the
    column's name plainly says, where that leaves no room for the entity.
    """
    if (failed := profile.failed.get(relation.name)) is not None:
        return failed
    rows = [
        row
        for c in profile.columns
        if c.table == relation.name
        for row in (_column(c, profile), *_inside(c, profile))
    ]
    named = [
        _row("name", relation.name, c, e, profile.custom.category(e), verdict="certain", confidence="high")
        for c, e in relation.value_names.items()
    ]
    stated = [_declared(relation.name, name, c.category) for name, c in (columns or {}).items() if c.personal]
    return ibis.memtable(pa.Table.from_pylist([*rows, *named, *stated], schema=SCHEMA))


def _row(
    kind: str, table: str, column: str, entity: str | None, category: str | None, **rest: object
) -> dict[str, object]:
    told = {
        "category": category,
        "sensitive": is_sensitive(category),
        "special": category is not None and sensitivity(category) in SPECIAL,
    }
    return {
        "kind": kind,
        "table": table,
        "column": column,
        "entity": entity,
        "free_text": entity == "FREE_TEXT",
        **told,
        **rest,
    }


def _column(c: ColumnVerdict, profile: Profile) -> dict[str, object]:
    sure = CONFIDENCE.get(c.verdict, "low")
    named = _named(c.column, c.entity) if c.entity is not None else None
    told = {
        "verdict": c.verdict,
        "confidence": sure,
        "rows": c.matches,
        "of": c.rows - c.nulls,
        "named": named,
    }
    return _row("column", c.table, c.column, c.entity, profile.custom.category(c.entity), **told)


def _named(column: str, entity: str) -> str | None:
    """Return the category that a name plainly says, or None where it says nothing, or may mean the entity
    too.
    """
    header = read(column)
    kind = ENTITIES[entity].kind if entity in ENTITIES else None
    if header.flag or header.says.keys() & {entity, kind} or set(header.tokens) <= EITHER:
        return None
    plain = {e: weight for e, weight in header.says.items() if weight >= PLAIN}
    return ENTITIES[max(sorted(plain), key=lambda e: plain[e])].category if plain else None


def _inside(c: ColumnVerdict, profile: Profile) -> list[dict[str, object]]:
    told = {
        "confidence": "high",
        "of": c.rows - c.nulls,
        "free_text": c.entity == "FREE_TEXT",
        "cells": c.inside,
    }
    return [
        _row("inside", c.table, c.column, entity, profile.custom.category(entity), rows=count, **told)
        for entity, count in sorted(c.contains.items())
    ]


def _declared(table: str, column: str, category: str) -> dict[str, object]:
    return _row("declared", table, column, None, category, confidence="high")
