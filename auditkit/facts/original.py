from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.dataset import Dataset
from auditkit.facts import many
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing
from auditkit.policy import Policy, PolicyError
from auditkit.relations.names import words
from auditkit.vocabulary import did_you_mean

_WORD = "old|bak|backup|copy|archive|archived|tmp|temp|export|snapshot|orig|before|legacy|dump"
_BEHIND = re.compile(rf"(.+?)_?(?:_(?:{_WORD})|\d{{6}}|\d{{8}}|\d{{4}}_\d{{2}}(?:_\d{{2}})?)(?:_?\d+)?")
_BEFORE = re.compile(rf"(?:{_WORD})(?:_of)?_(.+)")


@dataclass(frozen=True)
class Original:
    """The table that another is a copy of, and how sure that is."""

    name: str
    confidence: Confidence
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"target": self.name}


@many
def original(dataset: Dataset, policy: Policy, relation: Examined) -> tuple[Original, ...] | Missing:
    """The table that this one is a copy of: declared (`copy_of`), or told by its name, as in `users_old`,
    `users_202401`, `bak_users`.

    A table with a retention rule of its own, such as an archive, is no copy that anybody forgot.
    """
    declared = policy.table(relation.name)
    if declared is not None and declared.copy_of:
        if declared.copy_of not in dataset.tables:
            told = f"there is no table {declared.copy_of!r}.{did_you_mean(declared.copy_of, dataset.tables)}"
            raise PolicyError.at(policy, ("tables", relation.name, "copy_of"), told)
        return (Original(declared.copy_of, Confidence.HIGH),)
    own = declared is not None and any(r.start for r in declared.retention)
    fits = [m[1] for pattern in (_BEHIND, _BEFORE) if (m := pattern.fullmatch(words(relation.name)))]
    named = [name for name in dataset.tables if words(name) in fits and name != relation.name]
    if own or len(named) != 1:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{relation.name} is no copy of another table, or has a retention rule of its own",
        )
    return (Original(named[0], Confidence.MEDIUM),)
