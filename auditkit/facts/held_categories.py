from __future__ import annotations

from dataclasses import dataclass

from auditkit.dataset import Dataset
from auditkit.dataset.rights import Rights
from auditkit.detection import Profile
from auditkit.outcome import Confidence, Missing
from auditkit.policy import Policy
from auditkit.vocabulary import PRESENT, Sensitivity, sensitivity

SURE = {"certain": Confidence.HIGH, "likely": Confidence.MEDIUM}


@dataclass(frozen=True)
class Held:
    """What a column of a server's relation holds: a data category, declared or detected; of a whole relation
    why nobody can tell.
    """

    table: str
    column: str | None
    category: str = ""
    confidence: Confidence = Confidence.HIGH
    missing: Missing | None = None

    @property
    def sensitivity(self) -> Sensitivity:
        """How much harm it can do."""
        return sensitivity(self.category)


def held_categories(
    dataset: Dataset, rights: tuple[Rights, ...], policy: Policy, profile: Profile
) -> tuple[Held, ...]:
    """The columns of the servers' relations that hold personal data, with its category: what the policy says,
    else what was detected.
    """
    on_servers = {name for one in rights for name in one.relations}
    found = []
    for name, relation in dataset.relations.items():
        if name not in on_servers or policy.exclusion(name) is not None:
            continue
        declared = policy.table(name)
        stated = {c: p.category for c, p in declared.columns.items()} if declared is not None else {}
        columns = (
            set(relation.table.columns)
            if relation.table is not None
            else {c for one in rights for c in _columns(one, name)}
        )
        found += [
            Held(name, c, category) for c, category in stated.items() if c in columns and category != "none"
        ]
        for c in profile.columns:
            if (
                c.table == name
                and c.column not in stated
                and c.verdict in PRESENT
                and (category := profile.custom.category(c.entity))
            ):
                found.append(Held(name, c.column, category, SURE[c.verdict]))
        if (missing := profile.failed.get(name) or relation.missing or relation.closed) is not None:
            found.append(Held(name, None, missing=missing))
    return tuple(found)


def _columns(rights: Rights, table: str) -> frozenset[str]:
    return frozenset(rights.relations[table].types) if table in rights.relations else frozenset()
