from __future__ import annotations

from auditkit import relations as related
from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.policy import Policy


@fact
def keys(dataset: Dataset, policy: Policy) -> related.Tables:
    """The tables that are examined; which columns are keys of theirs is measured when it is first asked
    for.
    """
    return related.examined(dataset, policy)
