"""Which tables hold people, by the policy and by the names of their columns."""

from __future__ import annotations

from collections.abc import Iterable

from auditkit.detection.header import read
from auditkit.facts.detections import PLAIN
from auditkit.policy import Policy

_OF_THINGS = frozenset(
    {"URL", "FREE_TEXT", "LOCATION", "STREET_ADDRESS", "PSEUDONYM", "ORGANIZATION", "GENDER"}
)
"""What tables of things and of texts have too."""


def holds_people(policy: Policy, table: str, columns: Iterable[str]) -> bool:
    """Return whether a table is declared to be about people, or has a column that is plainly of a person.

    >>> undeclared = Policy.parse("{version: 1, name: P}")
    >>> holds_people(undeclared, "profiles", ["id", "full_name"]), holds_people(undeclared, "plans", ["name"])
    (True, False)
    """
    declared = policy.table(table)
    if declared is not None and declared.subject is not None:
        return True
    stated = declared.columns if declared is not None else {}
    return any(stated[c].personal if c in stated else _is_of_person(c) for c in columns)


def holds_files(columns: Iterable[str]) -> bool:
    """Return whether a table lists the files of storage buckets, as `storage.objects` of Supabase does.

    >>> holds_files(["id", "bucket_id", "name", "owner"]), holds_files(["id", "name"])
    (True, False)
    """
    return {"bucket_id", "name"} <= set(columns)


def _is_of_person(column: str) -> bool:
    """Return whether the name of a column plainly says that it holds data of a person."""
    says = read(column).says
    return any(weight >= PLAIN and entity not in _OF_THINGS for entity, weight in says.items())
