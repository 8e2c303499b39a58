from __future__ import annotations

import re

import ibis
import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.facts.classes import comparable, least
from auditkit.facts.personal_column import Column
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import TablePolicy
from auditkit.relations.names import words
from auditkit.vocabulary import ENTITIES

ALIKE, EXTREME = "auditkit_alike", "auditkit_extreme"
OLDEST = 89
"""Ages above this are put together wherever data on health is de-identified (45 CFR 164.514(b)(2)(i)(C))."""
_AGE = re.compile(r"(?:^|_)age(?:_(?:years|at_\w+))?$")


def rare_values(
    rows: ir.Table, dataset: Dataset, relation: Examined, declared: TablePolicy, quasi_identifier: Column
) -> ir.Table | Missing:
    """The rows of the table, each with how many have the same cell in one quasi-identifier, and whether it is
    an extreme age.

    Where the values of a column are shared by fewer than k on the average, it is no category, and no value of
    it is rare.
    """
    cell, k = comparable(rows[quasi_identifier.name]), least(declared)
    counted = dataset.fetch(rows.aggregate(n=rows.count(), values=cell.nunique()))[0]
    if int(counted["n"]) < k * int(counted["values"]):
        told = (
            f"{quasi_identifier.name} has {counted['values']} values in {counted['n']} rows: it is no"
            " category of which some are rare"
        )
        return Missing(Cause.NOT_APPLICABLE, told)
    stated = declared.columns.get(quasi_identifier.name)
    aged = _AGE.search(words(quasi_identifier.name)) or (
        stated is not None and stated.category == ENTITIES["AGE"].category
    )
    old = _is_old(cell) if aged else ibis.literal(False)
    return rows.mutate(**{ALIKE: rows.count().over(ibis.window(group_by=[cell])), EXTREME: old})


def _is_old(age: ir.Column) -> ir.BooleanValue:
    """Return whether an age is above 89, be it a number or a text; `90+` is the group in which such ages are
    put together.
    """
    kind = age.type()
    above = (
        age > OLDEST
        if kind.is_numeric()
        else age.cast("string").re_search(r"^ *(9[0-9]|1[0-9][0-9])([.]0*)? *$")
    )
    return above.fill_null(False)
