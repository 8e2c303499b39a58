"""Keys, references and tenant scopes: declared in the source, named in the policy, or inferred."""

from __future__ import annotations

from datetime import date

from auditkit import relations as related
from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.policy import Policy


@fact
def keys(dataset: Dataset, policy: Policy) -> related.Tables:
    """The tables that are examined, with their keys; a key is measured when it is first asked for."""
    return related.tables_of(dataset, policy)


@fact
def structure(dataset: Dataset, policy: Policy, keys: related.Tables) -> related.Relations:
    """The references and tenant scopes of the source, whatever the day."""
    return related.with_orphans(related.of(dataset, policy, keys), keys)


@fact
def relations(
    structure: related.Relations, dataset: Dataset, policy: Policy, as_of: date
) -> related.Relations:
    """The references and tenant scopes of the source, and who was staff on the day of the audit."""
    return related.with_staff(structure, dataset, policy, as_of)
