"""Which tables an incident reaches, and what personal data they hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditkit.dataset import Dataset
from auditkit.detection import Profile
from auditkit.gather import Facts
from auditkit.outcome import Finding
from auditkit.policy import Policy
from auditkit.vocabulary import PRESENT


def tables(dataset: Dataset, scope: Mapping[str, Any], finding: Finding) -> tuple[str, ...]:
    """Return the table of a finding, and those whose rows its rows reach."""
    reached = (name for item in scope.values() for name in item.reaches)
    every = dict.fromkeys([str(finding.table), *reached, str(finding.target)])
    return tuple(name for name in every if name in dataset.tables)


def categories(facts: Facts, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the categories of personal data in tables: what the policy declares, and what was detected where
    that was looked for.

    Nothing is looked for on this account: where no check needed it, only what is declared counts.
    """
    policy: Policy = facts.given["policy"]
    declared: dict[tuple[str, str], str | None] = {}
    for name in names:
        table = policy.table(name)
        declared |= {
            (name, c): one.category if one.personal else None
            for c, one in (table.columns.items() if table is not None else ())
        }
    seen = facts.get("profile", {}) if facts.asked("profile") else None
    profile = seen if isinstance(seen, Profile) else Profile()
    found = {
        (c.table, c.column): c.category
        for name in names
        for c in profile.in_table(name)
        if c.verdict in PRESENT and c.category
    }
    return tuple(sorted({category for category in {**found, **declared}.values() if category}))
