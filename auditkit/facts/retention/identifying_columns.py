from __future__ import annotations

from collections.abc import Mapping

from auditkit.check import fact
from auditkit.detection import Profile
from auditkit.facts.column import PERSONAL
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import ColumnPolicy
from auditkit.vocabulary import ENTITIES, Sensitivity, sensitivity

LEAVES_PEOPLE_UNKNOWN = frozenset(
    {Sensitivity.PSEUDONYMOUS, Sensitivity.LOCATION, Sensitivity.DEMOGRAPHIC, Sensitivity.OTHER}
)
"""What alone singles nobody out: a key, a country, a gender. A date of birth or a postal code counts in
`reidentification`.
"""


@fact
def identifying_columns(
    profile: Profile, relation: Examined, columns: Mapping[str, ColumnPolicy] | None = None
) -> tuple[str, ...] | Missing:
    """The columns of the table that say who somebody is, or what may not be known of them: declared, or
    certain or likely.
    """
    if (failed := profile.failed.get(relation.name)) is not None:
        return failed
    here = [
        c
        for c in profile.columns
        if c.table == relation.name and c.verdict in PERSONAL and c.entity in ENTITIES
    ]
    found = {c.column: ENTITIES[str(c.entity)].sensitivity for c in here}
    stated = {name: sensitivity(c.category) for name, c in (columns or {}).items() if c.personal}
    innocent = {name for name, c in (columns or {}).items() if not c.personal}
    told = {
        **stated,
        **{c: s for c, s in found.items() if c not in innocent},
    }  # what is there tells a country from an address
    names = relation.table.columns if relation.table is not None else ()
    chosen = tuple(c for c in names if c in told and told[c] not in LEAVES_PEOPLE_UNKNOWN)
    return chosen or Missing(Cause.NOT_APPLICABLE, f"{relation.name} has no column that says who somebody is")
