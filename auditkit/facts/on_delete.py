from __future__ import annotations

from auditkit.outcome import Cause, Missing
from auditkit.relations import Reference

REACHES = ("CASCADE", "SET NULL", "SET DEFAULT")


def on_delete(reference: Reference) -> str | Missing:
    """What the database does to a row of the table when the row it refers to is deleted: CASCADE, SET NULL or
    SET DEFAULT.
    """
    if reference.on_delete in REACHES:
        return str(reference.on_delete)
    return Missing(
        Cause.NOT_APPLICABLE,
        f"the database does nothing to {reference.table} when a row of {reference.parent} is deleted",
    )
