"""The tables with records that a block of the policy names: logs, ledgers, holds."""

from __future__ import annotations

from collections.abc import Sequence

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.outcome import Missing
from auditkit.policy import NoColumnError, Policy


def declared_table(dataset: Dataset, policy: Policy, block: str, keys: Sequence[str]) -> ir.Table | Missing:
    """Return the table that a block of the policy names, or why it cannot be read.

    Args:
        dataset: the audited dataset.
        policy: the policy that has the block.
        block: the name of the block, such as `holds`; it has a key `table`.
        keys: the keys of the block that name columns of the table, where they are declared.

    Raises:
        NoColumnError: the table does not have a declared column.
    """
    declared = getattr(policy, block)
    if (missing := dataset.missing(declared.table)) is not None:
        return missing
    table = dataset.tables[declared.table]
    for key in keys:
        column = getattr(declared, key)
        if column is not None and column not in table.columns:
            raise NoColumnError.of(policy, (block, key), declared.table, column, table.columns)
    return table
