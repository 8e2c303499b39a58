from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import ibis.expr.types as ir

from auditkit.check import Item, each
from auditkit.dataset import Dataset
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy
from auditkit.vocabulary import did_you_mean


@dataclass(frozen=True)
class Examined(Item, table="name"):
    """One table, view, file or frame of the dataset; `missing` says why it is not examined.

    `value_names` says of a column whose own name is a value what kind of value that is.
    """

    name: str
    table: ir.Table | None
    missing: Missing | None = None
    value_names: Mapping[str, str] = field(default_factory=dict)


@each
def relation(dataset: Dataset, policy: Policy) -> tuple[Examined, ...]:
    """Every relation of the dataset, and every table that the policy declares; those that are not examined
    say why.
    """
    examined = []
    for name, found in dataset.relations.items():
        examined.append(
            Examined(name, found.table, policy.excluded(name) or found.missing, found.value_names)
        )
    told = {policy.declares(name) for name in dataset.relations}
    absent = [name for name in policy.tables if name not in told and policy.exclusion(name) is None]
    return (*examined, *(Examined(name, None, _absent(name, dataset)) for name in absent))


def _absent(name: str, dataset: Dataset) -> Missing:
    hint = did_you_mean(name, dataset.relations)
    return Missing(Cause.UNSEEN, f"the policy declares {name}, which the source does not have.{hint}")
