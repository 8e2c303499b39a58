from __future__ import annotations

from auditkit import relations as related
from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.policy import Policy


@fact
def structure(dataset: Dataset, policy: Policy, keys: related.Tables) -> related.Relations:
    """The references and tenant scopes of the dataset, whatever the day."""
    return related.of(dataset, policy, keys)
