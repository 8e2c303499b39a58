"""Rare values that single people out

## What it finds
Rows with a value that fewer than k rows have, in one quasi-identifier alone, such as a rare occupation or
nationality. And rows with an age above 89, because such ages are grouped by custom (45 CFR 164.514).

## Why it matters
A person with a rare value is found by that value alone, however coarse the other columns are (GDPR recital
26, Art. 5(1)(c)).

## How to fix
Group rare values under `other`, and ages above 89 under `90 and more`.

## Limits
A column whose values fewer than k rows share on average is no category, and is not assessed:
`reidentification-unique-combination` looks at it. An empty cell is not rare. The finding is of low severity
where the policy states no k, unless the table is published or called anonymous.

## Example
>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"occupation": ["clerk"] * 30 + ["nurse"] * 20 + ["bishop"]})
>>> table = "{quasi_identifiers: [occupation], k: 5}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{people: {table}}}}}")
>>> audit = auditkit.audit({"people": people}, policy, checks=["reidentification-rare-value"])
>>> [(f.columns, f.severity.value, f.rows, f.of, f.detail["rare"]) for f in audit.findings]
[(('occupation',), 'medium', 1, 51, 1)]

## References
- GDPR recital 26, means reasonably likely to be used to identify a person
- GDPR Art. 5(1)(c), data minimisation
- 45 CFR 164.514(b)(2)(i)(C), ages above 89 (HIPAA safe harbor)
"""

from __future__ import annotations

import re

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.facts.column import Column, comparable, is_filled
from auditkit.facts.reidentification.classes import k_of
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import TablePolicy
from auditkit.relations.names import words
from auditkit.vocabulary import ENTITIES

ALIKE, EXTREME = "auditkit_alike", "auditkit_extreme"
OLDEST = 89
"""Data on health that is de-identified groups all ages above this one (45 CFR 164.514(b)(2)(i)(C))."""
_AGE = re.compile(r"(?:^|_)age(?:_(?:years|at_\w+))?$")


@each
def quasi_identifier(quasi_identifiers: tuple[str, ...]) -> tuple[Column, ...]:
    """The quasi-identifiers of the table, one by one."""
    return tuple(map(Column, quasi_identifiers))


@fact
def rare_values(
    rows: ir.Table, dataset: Dataset, relation: Examined, declared: TablePolicy, quasi_identifier: Column
) -> ir.Table | Missing:
    """The rows of the table, with how many have the same value as each, and whether it is an extreme age."""
    name = quasi_identifier.name
    cell = comparable(rows[name])
    counted = dataset.fetch(rows.aggregate(n=rows.count(), values=cell.nunique()))[0]
    if int(counted["n"]) < k_of(declared) * int(counted["values"]):
        reason = (
            f"{name} has {counted['values']} values in {counted['n']} rows: it is no category of which some"
            " values are rare"
        )
        return Missing(Cause.NOT_APPLICABLE, reason)
    stated = declared.columns.get(name)
    is_age = _AGE.search(words(name)) or (stated is not None and stated.category == ENTITIES["AGE"].category)
    extreme = _is_extreme(cell) if is_age else ibis.literal(False)
    return rows.mutate(**{ALIKE: rows.count().over(ibis.window(group_by=[cell])), EXTREME: extreme})


def _is_extreme(age: ir.Column) -> ir.BooleanValue:
    """Return whether an age is above 89, as a number or a text; `90+` is the group of such ages."""
    above = (
        age > OLDEST
        if age.type().is_numeric()
        else age.cast("string").re_search(r"^ *(9[0-9]|1[0-9][0-9])([.]0*)? *$")
    )
    return above.fill_null(False)


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR recital 26", "GDPR 5(1)(c)"),
    says="{rare:value} in fewer than {k:row}; {over_89:row} with an age above 89",
)
def rare_value(
    rare_values: ir.Table, quasi_identifier: Column, declared: TablePolicy, exposed: bool
) -> Offending:
    """Return whether fewer than k rows have the value of a row, or it is an extreme age."""
    cell, k = comparable(rare_values[quasi_identifier.name]), k_of(declared)
    rare = (rare_values[ALIKE] < k) & is_filled(cell).fill_null(False)
    extreme = rare_values[EXTREME]
    detail = {"k": k, "rare": cell.nunique(where=rare), "over_89": rare_values.count(where=extreme)}
    must_hide = exposed or declared.k is not None
    return Offending(rare | extreme, detail, severity=Severity.MEDIUM if must_hide else Severity.LOW)
