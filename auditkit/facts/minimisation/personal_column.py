from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from auditkit.check import Item, each
from auditkit.detection import Profile
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import ColumnPolicy
from auditkit.vocabulary import PRESENT

PERSONAL = frozenset({*PRESENT, "empty"})


@dataclass(frozen=True)
class Column(Item, columns="name"):
    """One column of the table."""

    name: str
    missing: Missing | None = None


@each
def personal_column(
    profile: Profile, relation: Examined, columns: Mapping[str, ColumnPolicy] | None = None
) -> tuple[Column, ...] | Missing:
    """The columns of the table that hold personal data, by what is in them, by their name, or because the
    policy says so.
    """
    if (failed := profile.failed.get(relation.name)) is not None:
        return failed
    declared = {name: c.personal for name, c in (columns or {}).items()}
    found = {
        c.column
        for c in profile.columns
        if c.table == relation.name and c.verdict in PERSONAL and c.entity not in (None, "FREE_TEXT")
    }
    names = relation.table.columns if relation.table is not None else ()
    chosen = tuple(Column(c) for c in names if declared.get(c, c in found))
    return chosen or Missing(Cause.NOT_APPLICABLE, f"{relation.name} has no column of personal data")
