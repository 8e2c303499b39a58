from __future__ import annotations

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.dataset.rights import Rights
from auditkit.outcome import Missing


@fact
def rights(dataset: Dataset) -> tuple[Rights, ...] | Missing:
    """The rights on each database server of the source, from its catalogue.

    They consist of roles, grants, row-level security and settings.
    """
    return dataset.rights() or dataset.no_server()
