from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from auditkit.dataset import Dataset
from auditkit.dataset.identity import is_apart
from auditkit.facts import many
from auditkit.facts.environments import LIVE, STAGE, TEST
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy
from auditkit.relations.names import words

_MORE = re.compile(r"(?:^|_)(?:demo|acceptance|acc|preview|local|ci)\d*(?:_|$)")
"""What is called an environment among sources; as a schema it may be something else."""
_COPY = re.compile(
    r"(?:^|_)(?:backup|backups|bak|replica|standby|mirror|archive|snapshot|copy|old|before|after|restored?|dump)\d*(?:_|$)"
)


@dataclass(frozen=True)
class EnvironmentPair:
    """Two environments of one audit, the one that is production first; `sure` says that they are called
    so.
    """

    one: str
    other: str
    sure: bool
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"target": f"{self.one} | {self.other}"}


@many
def environment_pair(dataset: Dataset, policy: Policy) -> tuple[EnvironmentPair, ...] | Missing:
    """Each two environments of the audit: sources (`prod=... staging=...`) that the policy or their names
    call so, or different databases.

    What is called a backup, a replica or a snapshot is meant to hold the same.
    """
    stated = policy.environments
    production = set(stated.production) if stated is not None else set[str]()
    tests = set(stated.test) if stated is not None else set[str]()
    named = {n: name for name in dataset.tables if (n := environment_of(name)) is not None}
    found = [n for n in named if n in production | tests or not _COPY.search(words(n))]
    pairs = list(_paired(dataset, named, found, production, tests))
    if not pairs:
        told = (
            "the audit has no two environments: give them as sources with names of their own, as in prod=..."
            " staging=..."
        )
        return Missing(Cause.NOT_APPLICABLE, told)
    return tuple(pairs)


def environment_of(table: str) -> str | None:
    """Return the source, or schema, that a table's name begins with.

    >>> environment_of("prod.users"), environment_of("users")
    ('prod', None)
    """
    name, dot, _ = table.partition(".")
    return name if dot else None


def _paired(
    dataset: Dataset, named: Mapping[str, str], found: list[str], production: set[str], tests: set[str]
) -> Iterator[EnvironmentPair]:
    def called(name: str) -> bool:
        return name in production | tests or any(
            kind.search(words(name)) for kind in (LIVE, TEST, STAGE, _MORE)
        )

    def first(name: str) -> tuple[bool, bool]:
        return name not in production, not LIVE.search(words(name))

    for one, other in combinations(found, 2):
        sure = called(one) and called(other)
        if sure or is_apart(dataset.tables[named[one]], dataset.tables[named[other]]):
            ahead, behind = sorted((one, other), key=first)
            yield EnvironmentPair(ahead, behind, sure)
