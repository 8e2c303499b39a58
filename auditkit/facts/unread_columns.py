from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.detection import Profile
from auditkit.facts.column_reads import ColumnReads
from auditkit.facts.personal_column import Column, personal_column
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import ColumnPolicy

SCHEMA = pa.schema([("column", pa.string()), ("queries", pa.int64()), ("days", pa.int64())])
FEW = 3
"""Fewer different queries of a table do not show how it is used."""


def unread_columns(
    profile: Profile,
    relation: Examined,
    column_reads: ColumnReads,
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> ir.Table | Missing:
    """The personal columns of the table that no logged query reads: one row each, with how many `queries`
    read it in so many `days`.

    Nothing can be told of a table that some query reads whole (`SELECT *`), or that hardly any query reads.
    """
    name, declared = relation.name.lower(), columns or {}
    personal = personal_column(profile, relation, declared)
    if isinstance(personal, Missing):
        return personal
    queries = column_reads.queries.get(name, 0)
    if name in column_reads.whole:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"queries read every column of {relation.name} (`SELECT *`): which of them they need is not told",
        )
    if queries < FEW:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{queries} different queries of the log read {relation.name}: too few to tell how it is used",
        )
    unread = [
        c.name for c in personal if isinstance(c, Column) and (name, c.name.lower()) not in column_reads.read
    ]
    rows = [{"column": column, "queries": queries, "days": column_reads.days} for column in unread]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))
