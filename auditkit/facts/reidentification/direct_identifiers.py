"""Which columns say by themselves who somebody is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.detection import ColumnVerdict, Profile
from auditkit.facts.identifying_columns import SINGLES_OUT
from auditkit.policy import Policy
from auditkit.vocabulary import ENTITIES, THROUGHOUT, is_ancestor, sensitivity

Identifiers: TypeAlias = Mapping[str, Mapping[str, bool]]
"""For each table the columns that identify people, each with whether that is sure."""
SHARED = (
    *(ENTITIES[e].category for e in ("POSTAL_CODE", "ORGANIZATION")), "user.contact.address.city",
    "user.contact.address.country", "user.contact.address.state", "user.workplace", "user.account.settings",
)  # fmt: skip
"""What several people have in common, although it belongs to how somebody is reached."""
_BROAD = frozenset("user.contact user.contact.address user.financial user.device".split())
"""Categories that alone need not identify anybody: `user.contact.address` may be a region."""
_NOT_ALONE = frozenset("INCOME POSTAL_CODE ORGANIZATION LOCATION URL".split())


@fact
def direct_identifiers(dataset: Dataset, policy: Policy, profile: Profile) -> Identifiers:
    """The columns of each table that identify people by themselves, each with whether that is sure.

    It is sure where the search for personal data is certain, or where the policy says so. A column that the
    policy declares as a quasi-identifier or as not personal is left out, and so is an empty one.
    """
    found: dict[str, dict[str, bool]] = {
        name: {} for name in dataset.tables if policy.exclusion(name) is None
    }
    empty = {(v.table, v.column) for v in profile.columns if v.rows == v.nulls}
    for v in profile.columns:
        if v.table in found and _is_identifier(v):
            found[v.table][v.column] = v.verdict == "certain"
    for name, columns in found.items():
        declared = policy.table(name)
        if declared is None:
            continue
        for column, stated in declared.columns.items():
            there = column in dataset.tables[name].columns and (name, column) not in empty
            if not stated.personal:
                columns.pop(column, None)
            elif there and _identifies(stated.category):
                columns[column] = True
        for column in declared.quasi_identifiers:
            columns.pop(column, None)
    return {
        name: {c: columns[c] for c in dataset.tables[name].columns if c in columns}
        for name, columns in found.items()
    }


def _is_identifier(v: ColumnVerdict) -> bool:
    """Return whether what was found in a column identifies people."""
    entity = ENTITIES.get(v.entity or "")
    if entity is None or v.verdict not in THROUGHOUT:
        return False
    return entity.sensitivity in SINGLES_OUT and not {entity.name, entity.kind} & _NOT_ALONE


def _identifies(category: str) -> bool:
    """Return whether a declared category identifies people.

    >>> _identifies("user.contact.email"), _identifies("user.contact.address"), _identifies("user.job_title")
    (True, False, False)
    """
    shared = any(is_ancestor(s, category) for s in SHARED)
    return sensitivity(category) in SINGLES_OUT and category not in _BROAD and not shared
