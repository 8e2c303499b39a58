from __future__ import annotations

from auditkit.dataset import Dataset
from auditkit.facts import many
from auditkit.facts.log import Log
from auditkit.facts.personal_column import Column
from auditkit.outcome import Cause, Missing


@many
def number_column(dataset: Dataset, log: Log) -> tuple[Column, ...] | Missing:
    """The column of the access log with the number of what was asked for, where caller and time are logged
    too.
    """
    if (missing := log.undeclared("object", "user", "at")) is not None:
        return missing
    kind = dataset.tables[log.declared.table][str(log.declared.object)].type()
    if kind.is_numeric() or kind.is_string():
        return (Column(str(log.declared.object)),)
    return Missing(
        Cause.NOT_APPLICABLE,
        f"{log.declared.table}.{log.declared.object} holds no numbers that could be counted through",
    )
