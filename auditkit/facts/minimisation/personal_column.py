from __future__ import annotations

from collections.abc import Mapping

from auditkit.check import each
from auditkit.detection import ColumnVerdict
from auditkit.facts.column import PERSONAL, Column
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import ColumnPolicy


@each
def personal_column(
    verdicts: Mapping[str, ColumnVerdict],
    relation: Examined,
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> tuple[Column, ...] | Missing:
    """The columns of the table that hold personal data: by their content, by their name, or by the policy."""
    declared = {name: column.personal for name, column in (columns or {}).items()}
    found = {
        name
        for name, verdict in verdicts.items()
        if verdict.verdict in PERSONAL and verdict.entity not in (None, "FREE_TEXT")
    }
    names = relation.table.columns if relation.table is not None else ()
    personal = tuple(Column(name) for name in names if declared.get(name, name in found))
    return personal or Missing(Cause.NOT_APPLICABLE, f"{relation.name} has no column of personal data")
