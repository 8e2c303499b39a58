"""Equivalence classes: rows that have the same quasi-identifiers, in the table and in the population."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import APART, is_apart
from auditkit.dataset.numbers import whole_number
from auditkit.facts.column import comparable
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import NoColumnError, Policy, TablePolicy
from auditkit.policy.disclosure import Population
from auditkit.vocabulary import Sensitivity, is_ancestor, sensitivity

SIZE, POPULATION = "auditkit_class_size", "auditkit_population"
K, K_OF_HEALTH = 5, 11
"""How many rows must share a combination where the policy states no k.

5 is the customary least cell of statistical offices. 11 is that of data on health (Centers for Medicare and
Medicaid Services, cell size suppression policy).
"""
LOST_ROWS = 0.05
"""Where the population lacks more of the rows than this, the rows do not come from it."""
BANDS = {"1": (1, 1), "2": (2, 2), "3_4": (3, 4), "5_9": (5, 9), "10_19": (10, 19), "20_up": (20, None)}
_HEALTH = ("user.health_and_medical", "user.biometric.health")


@fact
def classes(rows: ir.Table, quasi_identifiers: tuple[str, ...]) -> ir.Table:
    """The rows of the table, each with the size of its equivalence class; an empty cell is a value too."""
    size = rows.count().over(ibis.window(group_by=[comparable(rows[c]) for c in quasi_identifiers]))
    return rows.mutate(**{SIZE: size})


def k_of(declared: TablePolicy) -> int:
    """Return the k of a table: what the policy states, else 11 for data on health, else 5.

    >>> from auditkit.policy import Policy
    >>> tables = "{a: {k: 3}, b: {columns: {icd: user.health_and_medical}}, c: {}}"
    >>> policy = Policy.parse(f"{{version: 1, name: X, tables: {tables}}}")
    >>> [k_of(policy.table(t)) for t in "abc"]
    [3, 11, 5]
    """
    if declared.k:
        return declared.k
    special = [
        c.category
        for c in declared.columns.values()
        if c.personal and sensitivity(c.category) is Sensitivity.SPECIAL_CATEGORY
    ]
    return K_OF_HEALTH if any(is_ancestor(health, c) for c in special for health in _HEALTH) else K


def histogram(size: ir.NumericColumn, share: ir.NumericColumn) -> dict[str, ir.Scalar]:
    """Return how many classes of each size there are; `share` is the part of its class that each row is."""
    within = {
        name: (size >= low) if high is None else size.between(low, high)
        for name, (low, high) in BANDS.items()
    }
    return {f"classes_{name}": share.sum(where=w).fill_null(0).round() for name, w in within.items()}


HISTOGRAM = (
    " {classes_1:class|classes} of size 1; {classes_2:class|classes} of size 2;"
    " {classes_3_4:class|classes} of size 3 or 4; {classes_5_9:class|classes} of size 5 to 9;"
    " {classes_10_19:class|classes} of size 10 to 19; {classes_20_up:class|classes} of size 20 or more"
)
"""How a histogram reads as a phrase."""


@fact
def population_classes(
    classes: ir.Table,
    dataset: Dataset,
    policy: Policy,
    relation: Examined,
    quasi_identifiers: tuple[str, ...],
) -> ir.Table | Missing:
    """The rows of the table, each with the size of its class there, and in the declared population.

    Values are compared as text, and empty cells are alike. A table in which the rows do not occur is not
    their population.
    """
    declared = policy.population
    if declared is None:
        reason = "the policy names no table of everybody among whom a person could hide (`population`)"
        return Missing(Cause.UNDECLARED, reason)
    if (unseen := dataset.missing(declared.table)) is not None:
        return unseen
    if relation.name == declared.table:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} is the population itself")
    people = dataset.tables[declared.table]
    _check_columns(policy, declared, people)
    names = {c: declared.columns.get(c, c) for c in quasi_identifiers}
    if unknown := [column for column in names.values() if column not in people.columns]:
        reason = f"{declared.table} does not say {unknown[0]} of the people in it"
        return Missing(Cause.NOT_APPLICABLE, reason)
    if is_apart(people, classes):
        return APART
    sized = _with_population(classes, names, people, declared.count)
    lost = sized.count(where=sized[POPULATION] < sized[SIZE])
    counted = dataset.fetch(sized.aggregate(n=sized.count(), lost=lost))[0]
    if int(counted["lost"] or 0) > LOST_ROWS * int(counted["n"] or 0):
        reason = (
            f"{counted['lost']} of {counted['n']} rows of {relation.name} have fewer people like them in"
            f" {declared.table} than in the table itself: it is not the population they come from, or it"
            " writes its values in another way"
        )
        return Missing(Cause.UNSEEN, reason)
    return sized


def _check_columns(policy: Policy, declared: Population, people: ir.Table) -> None:
    count = [declared.count] if declared.count is not None else []
    for key, columns in (("columns", declared.columns.values()), ("count", count)):
        for column in columns:
            if column not in people.columns:
                raise NoColumnError.of(policy, ("population", key), declared.table, column, people.columns)


def _with_population(
    classes: ir.Table, names: dict[str, str], people: ir.Table, count: str | None
) -> ir.Table:
    """Return rows with how many people of the population are like each.

    `names` says how each column is called there; `count` is the column that says for how many people a row
    stands.
    """
    keys = {f"auditkit_key_{i}": _joinable(people[c]) for i, c in enumerate(names.values())}
    number = whole_number(people[count]) if count is not None else ibis.literal(1, "int64")
    sized = (
        people.select(**keys, auditkit_people=number)
        .group_by(list(keys))
        .aggregate(auditkit_everybody=lambda t: t.auditkit_people.sum())
    )
    matches = [_joinable(classes[c]) == sized[key] for c, key in zip(names, keys, strict=True)]
    joined = classes.left_join(sized, matches)
    own = [joined[c] for c in classes.columns]
    return joined.select(*own, **{POPULATION: joined.auditkit_everybody.fill_null(0)})


def _joinable(column: ir.Column) -> ir.StringValue:
    """Return a cell as a text that joins by equality, an empty one too: databases hash nothing else."""
    return ibis.cases((column.isnull(), "-"), else_=ibis.literal("=").concat(column.cast("string")))
