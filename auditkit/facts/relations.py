from __future__ import annotations

from datetime import date

from auditkit import relations as related
from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.policy import Policy


@fact
def relations(
    structure: related.Relations, dataset: Dataset, policy: Policy, as_of: date
) -> related.Relations:
    """The keys, references and tenant scopes of the dataset: declared in it, named in the policy, or
    inferred; and who is staff.
    """
    return related.on_day(structure, dataset, policy, as_of)
