"""Equivalence classes with a single sensitive value (l-diversity below the limit)

## What it finds
Rows whose equivalence class holds fewer than l different values of a sensitive attribute. Where the policy
states no l, it is 2: then everybody in the class has the same value.

## Why it matters
A person who hides among k others is still exposed when all of them have the same diagnosis. To know the class
is to know the value (GDPR recital 26, Art. 32(1)(a)).

## How to fix
Generalise the quasi-identifiers until each class holds at least l different sensitive values, or suppress the
classes that do not. Do not publish the attribute at that resolution.

## Limits
An empty cell is a value like another. The finding is of low severity where the policy states no l, unless the
table is published or called anonymous.

## Example
>>> import auditkit, pandas as pd
>>> diagnoses = ["flu", "flu", "flu", "flu", "cold", "flu"]
>>> people = pd.DataFrame({"postal_code": ["1010"] * 3 + ["1020"] * 3, "diagnosis": diagnoses})
>>> table = "{quasi_identifiers: [postal_code], sensitive: [diagnosis]}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{people: {table}}}}}")
>>> audit = auditkit.audit({"people": people}, policy, checks=["reidentification-homogeneous"])
>>> [(f.columns, f.rows, f.of, f.detail["fewest_values"]) for f in audit.findings]
[(('diagnosis',), 3, 6, 1)]

## References
- GDPR recital 26, means reasonably likely to be used to identify a person
- Machanavajjhala et al., l-diversity: privacy beyond k-anonymity, 2007
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.facts.column import Column, comparable
from auditkit.facts.reidentification.classes import SIZE
from auditkit.outcome import Severity
from auditkit.policy import TablePolicy

L = 2
VALUES = "auditkit_sensitive_values"


@fact
def diversity(classes: ir.Table, quasi_identifiers: tuple[str, ...], sensitive_attribute: Column) -> ir.Table:
    """The rows of the table, with how many values of the attribute the class of each holds (`VALUES`).

    Ranks without gaps count distinct values on every engine. A distinct count over a window does not run on
    SQLite or PostgreSQL.
    """
    within = [comparable(classes[c]) for c in quasi_identifiers]
    order = comparable(classes[sensitive_attribute.name])
    rank = ibis.dense_rank().over(ibis.window(group_by=within, order_by=order))
    ranked = classes.mutate(auditkit_rank=rank)
    same_class = ibis.window(group_by=[comparable(ranked[c]) for c in quasi_identifiers])
    values = ranked.auditkit_rank.max().over(same_class) + 1
    return ranked.mutate(**{VALUES: values}).drop("auditkit_rank").select(*classes.columns, VALUES)


@check(
    severity=Severity.HIGH,
    articles=("GDPR recital 26", "GDPR 32(1)(a)"),
    says=(
        "{classes:class|classes} by {quasi_identifiers} with fewer than {l} values; the fewest:"
        " {fewest_values:value}"
    ),
)
def homogeneous(
    diversity: ir.Table, quasi_identifiers: tuple[str, ...], declared: TablePolicy, exposed: bool
) -> Offending:
    """Return whether the class of a row holds fewer than l different values of the sensitive attribute."""
    least = declared.l or L
    few = diversity[VALUES] < least
    detail = {
        "l": least,
        "quasi_identifiers": ", ".join(quasi_identifiers),
        "fewest_values": diversity[VALUES].min(),
        "classes": (1 / diversity[SIZE]).sum(where=few).fill_null(0).round(),
    }
    must_hide = exposed or declared.l is not None
    return Offending(few, detail, severity=Severity.HIGH if must_hide else Severity.LOW)
