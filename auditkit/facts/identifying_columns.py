"""Which columns of a table say who somebody is."""

from __future__ import annotations

from collections.abc import Mapping

from auditkit.check import fact
from auditkit.detection import ColumnVerdict
from auditkit.facts.column import PERSONAL
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import ColumnPolicy
from auditkit.vocabulary import ENTITIES, Sensitivity, sensitivity

SINGLES_OUT = frozenset(
    {Sensitivity.CONTACT, Sensitivity.GOVERNMENT_ID, Sensitivity.FINANCIAL, Sensitivity.ONLINE_IDENTIFIER}
)
"""The kinds of data that single a person out by themselves."""
IDENTIFIES_NOBODY = frozenset(
    {Sensitivity.PSEUDONYMOUS, Sensitivity.LOCATION, Sensitivity.DEMOGRAPHIC, Sensitivity.OTHER}
)
"""The kinds of data that identify nobody by themselves, such as a key, a country or a gender.

A date of birth and a postal code are quasi-identifiers: the checks of `reidentification` count them.
"""


@fact
def identifying_columns(
    verdicts: Mapping[str, ColumnVerdict],
    relation: Examined,
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> tuple[str, ...] | Missing:
    """The columns of the table that identify people, or hold what must not be known about them.

    A column counts where the policy declares it so, or where the search for personal data is certain or
    likely. What was found decides over the declared category: it tells a country from an address.
    """
    declared = {name: sensitivity(c.category) for name, c in (columns or {}).items() if c.personal}
    not_personal = {name for name, c in (columns or {}).items() if not c.personal}
    found = {
        name: ENTITIES[str(v.entity)].sensitivity
        for name, v in verdicts.items()
        if v.verdict in PERSONAL and v.entity in ENTITIES and name not in not_personal
    }
    kinds = {**declared, **found}
    names = relation.table.columns if relation.table is not None else ()
    chosen = tuple(c for c in names if c in kinds and kinds[c] not in IDENTIFIES_NOBODY)
    return chosen or Missing(Cause.NOT_APPLICABLE, f"{relation.name} has no column that says who somebody is")
