"""Which tables an incident reaches, and what personal data they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from auditkit.dataset import Dataset
from auditkit.gather import Facts
from auditkit.outcome import Finding, Missing
from auditkit.relations import Reference
from auditkit.relations.acting import Acting
from auditkit.relations.ancestry import Copy, Descent
from auditkit.relations.pairs import Pair
from auditkit.relations.polymorphic import Polymorphic
from auditkit.scanners.tenancy.foreign_access import Route
from auditkit.vocabulary import PRESENT


def tables(dataset: Dataset, scope: Mapping[str, Any], finding: Finding) -> tuple[str, ...]:
    """Return the table of a finding, and those whose rows its rows reach."""
    reached = (parent for one in scope.values() for parent in _parents(one))
    every = dict.fromkeys([str(finding.table), *reached, str(finding.target)])
    return tuple(name for name in every if name in dataset.tables)


def _parents(one: object) -> Iterator[str]:
    match one:
        case Reference():
            yield one.parent
        case Copy():
            yield one.root
        case Acting(reference=reference) | Polymorphic(reference=reference) | Route(reference=reference):
            yield reference.parent
        case Pair(first=first, second=second):
            yield from (first.parent, second.parent)
        case Descent(reference=reference, ways=ways):
            yield from (reference.parent, *(way[-1].parent for way in ways))


def categories(facts: Facts, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the categories of personal data in tables: what the policy declares, and what was detected where
    that was looked for.

    Nothing is looked for on this account: where no check needed it, only what is declared counts.
    """
    policy = facts.given["policy"]
    declared: dict[tuple[str, str], str | None] = {}
    for name in names:
        table = policy.table(name)
        declared |= {
            (name, c): one.category if one.personal else None
            for c, one in (table.columns.items() if table is not None else ())
        }
    profile = facts.get("profile", {}) if facts.asked("profile") else None
    found = {
        (c.table, c.column): c.category
        for c in (() if profile is None or isinstance(profile, Missing) else profile.columns)
        if c.table in names and c.verdict in PRESENT and c.category
    }
    return tuple(sorted({category for category in {**found, **declared}.values() if category}))
