"""A value of one column is so rare that it alone points at people.

Somebody with an occupation, a nationality or a diagnosis that fewer than k share, or of an age that few
reach, is found by that alone, however coarse the other columns are (GDPR recital 26, Art. 5(1)(c)). Each
quasi-identifier of the policy is looked at by itself: `rare` values have fewer than k rows, `over_89` rows an
age above 89, where ages are put together by custom (45 CFR 164.514). A column whose values are shared by
fewer than k on the average is no category, and not assessed here; `reidentification-unique-combination` tells
of it. An empty cell says nothing of anybody by itself, and is not rare. The finding is low where the policy
neither states a k nor holds the table out to be anonymous or published.

Remedy: put rare values together under `other`, and ages above 89 under `90 and more`.

>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"occupation": ["clerk"] * 30 + ["nurse"] * 20 + ["bishop"]})
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tables: {people: {quasi_identifiers: [occupation], k: 5}}}")
>>> audit = auditkit.audit({"people": people}, policy, checks=["reidentification-rare-value"])
>>> [(f.columns, f.severity.value, f.rows, f.of, f.detail["rare"]) for f in audit.findings]
[(('occupation',), 'medium', 1, 51, 1)]
"""

from __future__ import annotations

import re

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.facts.column import Column
from auditkit.facts.reidentification.classes import comparable, least
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import TablePolicy
from auditkit.relations.names import words
from auditkit.vocabulary import ENTITIES


@each
def quasi_identifier(quasi_identifiers: tuple[str, ...]) -> tuple[Column, ...]:
    """The quasi-identifiers of the table, one by one."""
    return tuple(map(Column, quasi_identifiers))


ALIKE, EXTREME = "auditkit_alike", "auditkit_extreme"
OLDEST = 89
"""Ages above this are put together wherever data on health is de-identified (45 CFR 164.514(b)(2)(i)(C))."""
_AGE = re.compile(r"(?:^|_)age(?:_(?:years|at_\w+))?$")


@fact
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


@check(severity=Severity.MEDIUM, articles=("GDPR recital 26", "GDPR 5(1)(c)"))
def rare_value(
    rare_values: ir.Table, quasi_identifier: Column, declared: TablePolicy, held_out: bool
) -> Offending:
    """Return whether fewer than k rows have the cell of a row, or it is an extreme age."""
    cell, k = comparable(rare_values[quasi_identifier.name]), least(declared)
    filled = cell.notnull() & (cell.strip() != "") if cell.type().is_string() else cell.notnull()
    few = (rare_values[ALIKE] < k) & filled.fill_null(False)
    detail = {
        "k": k,
        "rare": cell.nunique(where=few),
        "over_89": rare_values.count(where=rare_values[EXTREME]),
    }
    promised = held_out or declared.k is not None
    return Offending(
        few | rare_values[EXTREME], detail, severity=Severity.MEDIUM if promised else Severity.LOW
    )
