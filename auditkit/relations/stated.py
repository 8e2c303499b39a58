"""The tables that a block of the policy names beside those it is about: logs, ledgers, holds."""

from __future__ import annotations

from collections.abc import Sequence

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.outcome import Missing
from auditkit.policy import NoColumnError, Policy


def stated(dataset: Dataset, policy: Policy, block: str, keys: Sequence[str]) -> ir.Table | Missing:
    """Return the table of a block, or why it cannot be seen.

    Args:
        dataset: what is audited.
        policy: the policy that has the block.
        block: its name, such as `holds`; it has a key `table`.
        keys: the keys of the block that name columns of that table, where they are given.

    Raises:
        NoColumnError: the table has no such column.
    """
    declared = getattr(policy, block)
    if (unseen := dataset.missing(declared.table)) is not None:
        return unseen
    table = dataset.tables[declared.table]
    for key in keys:
        column = getattr(declared, key)
        if column is not None and column not in table.columns:
            raise NoColumnError.of(policy, (block, key), declared.table, column, table.columns)
    return table
