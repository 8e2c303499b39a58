"""Whether the declared start of a retention period holds moments, where its type does not say so.

A column of text or of numbers can hold moments: ISO 8601, Unix time. Its first values show whether it does.
So a name, a status or a serial number is refused as a start before the source is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import ibis
import ibis.expr.types as ir

from auditkit.dataset import Dataset, SourceError
from auditkit.dataset.clock import clock
from auditkit.dataset.moments import MILLISECONDS
from auditkit.html_tables import count
from auditkit.policy import Policy, Problem
from auditkit.policy.names import Kind, Mention, mentions

FIRST = 1000
"""How many values are looked at."""
_ENOUGH = 3
_EARLIEST = 10**8
"""Unix seconds reach this in 1973; serial numbers and amounts are usually smaller."""


def problems(dataset: Dataset, policy: Policy) -> Iterator[Problem]:
    """Yield the starts of retention rules whose first values are no moments, none of them."""
    wanted: dict[str, dict[str, Mention]] = {}
    for mention in mentions(policy):
        table = dataset.tables.get(str(mention.table))
        if table is not None and _is_start(mention) and _is_doubtful(table, mention.word):
            wanted.setdefault(str(mention.table), {})[mention.word] = mention
    for name, columns in wanted.items():
        for column, filled in _without_moments(dataset, dataset.tables[name], list(columns)).items():
            seen = f"none of its first {count(filled, 'value')} is one"
            problem = f"{name}.{column} holds no days and no times: {seen}"
            yield policy.problem(columns[column].path, problem)


def _is_start(mention: Mention) -> bool:
    return mention.names.kind is Kind.MOMENT and "retention" in mention.path and "start" in mention.path


def _is_doubtful(table: ir.Table, column: str) -> bool:
    if column not in table.columns:
        return False
    kind = table.schema()[column]
    return kind.is_string() or (kind.is_numeric() and not kind.is_boolean())


def _without_moments(dataset: Dataset, table: ir.Table, columns: list[str]) -> Mapping[str, int]:
    """Return the columns without any moment among their first values, with how many values were looked at."""
    first = table.select(*columns).limit(FIRST)
    counted: dict[str, ir.IntegerScalar] = {}
    for i, column in enumerate(columns):
        filled, is_moment = _read(first[column])
        counted |= {f"f{i}": filled.sum(), f"m{i}": is_moment.sum()}
    try:
        (row,) = dataset.fetch(first.aggregate(**counted))
    except (SourceError, ibis.IbisError):
        return {}
    numbers = {name: int(value or 0) for name, value in row.items()}
    return {
        column: numbers[f"f{i}"]
        for i, column in enumerate(columns)
        if numbers[f"f{i}"] >= _ENOUGH and not numbers[f"m{i}"]
    }


def _read(column: ir.Column) -> tuple[ir.IntegerValue, ir.IntegerValue]:
    """Return for each cell whether it holds anything, and whether that is a moment, as 1 or 0."""
    read = clock(column)
    filled = read.moment.notnull() | read.unreadable
    is_moment = read.moment.notnull()
    if column.type().is_numeric():
        is_moment &= (column.abs() >= _EARLIEST) & (column.abs() < 100 * MILLISECONDS)
    return filled.ifelse(1, 0), is_moment.fill_null(False).ifelse(1, 0)
