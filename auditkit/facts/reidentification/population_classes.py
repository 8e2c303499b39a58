from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import APART, is_apart
from auditkit.facts.reidentification.classes import SIZE
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import NoColumnError, Policy

POPULATION = "auditkit_population"
FEW = 0.05
"""Where more of the rows than this are not among the population, it is not the one they come from."""


@fact
def population_classes(
    classes: ir.Table,
    dataset: Dataset,
    policy: Policy,
    relation: Examined,
    quasi_identifiers: tuple[str, ...],
) -> ir.Table | Missing:
    """The rows of the table, each with the size of its class there and in the declared population; empty
    cells are alike.

    Values are compared as text. A population in which rows of the table do not occur is none.
    """
    told = policy.population
    if told is None:
        return Missing(
            Cause.UNDECLARED,
            "the policy names no table of everybody among whom a person could hide (`population`)",
        )
    if (unseen := dataset.missing(told.table)) is not None:
        return unseen
    if relation.name == told.table:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} is the population itself")
    everybody = dataset.tables[told.table]
    for key, columns in (
        ("columns", told.columns.values()),
        ("count", [told.count] if told.count is not None else []),
    ):
        for column in columns:
            if column not in everybody.columns:
                raise NoColumnError.of(policy, ("population", key), told.table, column, everybody.columns)
    names = {c: told.columns.get(c, c) for c in quasi_identifiers}
    if unknown := [column for column in names.values() if column not in everybody.columns]:
        return Missing(Cause.NOT_APPLICABLE, f"{told.table} does not say {unknown[0]} of the people in it")
    if is_apart(everybody, classes):
        return APART
    keys = {f"auditkit_key_{i}": _alike(everybody[c]) for i, c in enumerate(names.values())}
    people = everybody[told.count].cast("int64") if told.count is not None else ibis.literal(1, "int64")
    sized = (
        everybody.select(**keys, auditkit_people=people)
        .group_by(list(keys))
        .aggregate(auditkit_everybody=lambda t: t.auditkit_people.sum())
    )
    joined = classes.left_join(
        sized, [_alike(classes[c]) == sized[key] for c, key in zip(names, keys, strict=True)]
    )
    found = joined.select(
        *[joined[c] for c in classes.columns], **{POPULATION: joined.auditkit_everybody.fill_null(0)}
    )
    counted = dataset.fetch(
        found.aggregate(n=found.count(), lost=found.count(where=found[POPULATION] < found[SIZE]))
    )[0]
    if int(counted["lost"] or 0) > FEW * int(counted["n"] or 0):
        rows = f"{counted['lost']} of {counted['n']} rows of {relation.name}"
        reason = f"{rows} have fewer people like them in {told.table} than in the table itself"
        return Missing(
            Cause.UNSEEN,
            f"{reason}: it is not the population they come from, or it writes its values in another way",
        )
    return found


def _alike(column: ir.Column) -> ir.StringValue:
    """Return a cell as a text that joins by equality, an empty one too: databases join by hash on nothing
    else.
    """
    return ibis.cases((column.isnull(), "-"), else_=ibis.literal("=").concat(column.cast("string")))
