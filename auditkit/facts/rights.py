from __future__ import annotations

from auditkit.dataset import Dataset
from auditkit.dataset.rights import Rights
from auditkit.outcome import Cause, Missing


def rights(dataset: Dataset) -> tuple[Rights, ...] | Missing:
    """Who may do what on each database server of the source: roles, grants, row-level security and settings, from the catalogue."""
    return dataset.rights() or Missing(Cause.NOT_APPLICABLE, "the source is no database server")
