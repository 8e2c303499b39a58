from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.detection import ColumnVerdict, Profile
from auditkit.facts.relation import Examined
from auditkit.facts.sensitive import GRAVE, PAYMENT
from auditkit.outcome import Missing
from auditkit.vocabulary import ENTITIES

SCHEMA = pa.schema(
    [("kind", pa.string()), ("table", pa.string()), ("column", pa.string()), ("entity", pa.string()), ("category", pa.string()),
     ("verdict", pa.string()), ("confidence", pa.string()), ("rows", pa.int64()), ("of", pa.int64()), ("cells", pa.int64()),
     ("free_text", pa.bool_()), ("sensitive", pa.bool_())]
)  # fmt: skip
CONFIDENCE = {"certain": "high", "likely": "medium"}


def detections(profile: Profile, relation: Examined) -> ir.Table | Missing:
    """What was detected in the table: names of columns and entities, and counts.

    One row of kind `column` for each column: `verdict` (certain, likely, review, none, empty), the word of its `confidence` (high,
    medium, low), `rows` cells that hold the `entity` of `of` that are not empty. One row of kind `inside` for each other entity that
    stands in some of its cells: `rows` of them hold it, and `cells` hold any. One row of kind `name` where the column's own name is a
    value.
    """
    if (failed := profile.failed.get(relation.name)) is not None:
        return failed
    rows = [row for c in profile.columns if c.table == relation.name for row in (_column(c), *_inside(c))]
    named = [_name(relation.name, column, entity) for column, entity in relation.value_names.items()]
    return ibis.memtable(pa.Table.from_pylist([*rows, *named], schema=SCHEMA))


def _row(kind: str, table: str, column: str, entity: str | None, **rest: object) -> dict[str, object]:
    known = ENTITIES.get(entity or "")
    grave = known is not None and (known.sensitivity in GRAVE or known.name in PAYMENT)
    return {
        "kind": kind,
        "table": table,
        "column": column,
        "entity": entity,
        "category": known.category if known else None,
        "sensitive": grave,
        **rest,
    }


def _column(c: ColumnVerdict) -> dict[str, object]:
    told = {"verdict": c.verdict, "confidence": CONFIDENCE.get(c.verdict, "low"), "rows": c.matches, "of": c.rows - c.nulls}
    return _row("column", c.table, c.column, c.entity, **told, free_text=c.entity == "FREE_TEXT")


def _inside(c: ColumnVerdict) -> list[dict[str, object]]:
    told = {
        "confidence": "high",
        "of": c.rows - c.nulls,
        "free_text": c.entity == "FREE_TEXT",
        "cells": max(c.contains.values(), default=0),
    }
    return [_row("inside", c.table, c.column, entity, rows=count, **told) for entity, count in sorted(c.contains.items())]


def _name(table: str, column: str, entity: str) -> dict[str, object]:
    return _row("name", table, column, entity, verdict="certain", confidence="high", free_text=False)
