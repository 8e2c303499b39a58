from __future__ import annotations

from collections.abc import Mapping

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.detection import Profile
from auditkit.facts.column import PERSONAL
from auditkit.policy import Policy
from auditkit.vocabulary import ENTITIES, PRESENT, Sensitivity, is_ancestor, sensitivity

SINGLES_OUT = frozenset(
    {Sensitivity.CONTACT, Sensitivity.GOVERNMENT_ID, Sensitivity.FINANCIAL, Sensitivity.ONLINE_IDENTIFIER}
)
SHARED = (
    *(ENTITIES[e].category for e in ("POSTAL_CODE", "ORGANIZATION")), "user.contact.address.city",
    "user.contact.address.country", "user.contact.address.state", "user.workplace", "user.account.settings",
)  # fmt: skip
"""What many people have in common, although it belongs to how somebody is reached: it counts with other
columns only.
"""
_NOT_ALONE = frozenset({"INCOME", "POSTAL_CODE", "ORGANIZATION", "LOCATION", "URL"})


@fact
def direct_identifiers(
    dataset: Dataset, policy: Policy, profile: Profile
) -> Mapping[str, Mapping[str, bool]]:
    """The columns of each table that say by themselves who somebody is, each with whether that is sure.

    It is sure where the search for personal data is certain or the policy says so; what is declared as a
    quasi-identifier or as not personal is left out, and so is what holds nothing.
    """
    found: dict[str, dict[str, bool]] = {
        name: {} for name in dataset.tables if policy.exclusion(name) is None
    }
    empty = {(c.table, c.column) for c in profile.columns if c.rows == c.nulls}
    for c in profile.columns:
        entity = ENTITIES.get(c.entity or "")
        singles = (
            entity is not None
            and entity.sensitivity in SINGLES_OUT
            and not {entity.name, entity.kind} & _NOT_ALONE
        )
        if c.table in found and c.verdict in PRESENT and c.verdict in PERSONAL and singles:
            found[c.table][c.column] = c.verdict == "certain"
    for name, columns in found.items():
        declared = policy.table(name)
        if declared is None:
            continue
        for column, stated in declared.columns.items():
            if not stated.personal or column in declared.quasi_identifiers:
                columns.pop(column, None)
            elif (
                column in dataset.tables[name].columns
                and _tells(stated.category)
                and (name, column) not in empty
            ):
                columns[column] = True
        for column in declared.quasi_identifiers:
            columns.pop(column, None)
    return {
        name: {c: columns[c] for c in dataset.tables[name].columns if c in columns}
        for name, columns in found.items()
    }


def _tells(category: str) -> bool:
    """Return whether a declared category says who somebody is; `user.contact.address` alone may be a region.

    >>> _tells("user.contact.email"), _tells("user.contact.address"), _tells("user.demographic.gender")
    (True, False, False)
    """
    broad = category in ("user.contact", "user.contact.address", "user.financial", "user.device")
    return (
        sensitivity(category) in SINGLES_OUT
        and not broad
        and not any(is_ancestor(s, category) for s in SHARED)
    )
