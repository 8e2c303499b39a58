"""The tables, views, files and frames of the source, and their rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import ibis.expr.types as ir

from auditkit.check import Item, each, fact
from auditkit.dataset import Dataset
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy
from auditkit.vocabulary import did_you_mean


@dataclass(frozen=True)
class Examined(Item, table="name"):
    """One table, view, file or frame of the source.

    Attributes:
        name: its name.
        table: its rows, where they can be seen.
        missing: why it is not examined.
        value_names: the columns whose own name is a value, each with the entity of that value.
    """

    name: str
    table: ir.Table | None
    missing: Missing | None = None
    value_names: Mapping[str, str] = field(default_factory=dict)


@each
def relation(dataset: Dataset, policy: Policy) -> tuple[Examined, ...]:
    """Every relation of the source, and every table that the policy declares and the source does not have."""
    found = tuple(
        Examined(name, r.table, policy.excluded(name) or r.missing, r.value_names)
        for name, r in dataset.relations.items()
    )
    declared = {policy.declares(name) for name in dataset.relations}
    absent = [name for name in policy.tables if name not in declared and policy.exclusion(name) is None]
    return (*found, *(Examined(name, None, _absent(name, dataset)) for name in absent))


def _absent(name: str, dataset: Dataset) -> Missing:
    hint = did_you_mean(name, dataset.relations)
    return Missing(Cause.UNSEEN, f"the policy declares {name}, which the source does not have.{hint}")


@fact
def rows(relation: Examined) -> ir.Table:
    """The rows of the table, as they stand in the source."""
    assert relation.table is not None  # a relation without a table says why it is missing
    return relation.table
