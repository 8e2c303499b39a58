"""Re-identifiable people in the population (k-map below the limit)

## What it finds
Rows whose combination of quasi-identifiers fewer than k people of the whole population share. The population
is the table that the policy names (`population`, with `columns` where its names differ). Where the policy
states no k, it is 5, and 11 for data on health.

## Why it matters
A row that is alone in a sample may still hide in a large population. A row that is alone there cannot hide
anywhere (GDPR recital 26, Art. 32(1)(a)). Where few of a class are missing from the table, an attacker also
learns that a person is in it: `delta_presence` is the largest share of a class of the population that is in
the table.

## How to fix
Generalise the quasi-identifiers until k people of the population share each combination, or leave out people
who cannot hide.

## Limits
An empty cell is a value like another. The finding is of low severity where the policy states no k, unless the
table is published or called anonymous.

## Example
>>> import auditkit, pandas as pd
>>> register = pd.DataFrame({"town": ["Bern"] * 50 + ["Zermatt"] * 3})
>>> study = pd.DataFrame({"city": ["Bern"] * 4 + ["Zermatt"]})
>>> policy = auditkit.Policy.parse('''
... version: 1
... name: Demo
... population: {table: register, columns: {city: town}}
... tables: {study: {quasi_identifiers: [city], k: 5}}''')
>>> source = {"register": register, "study": study}
>>> audit = auditkit.audit(source, policy, checks=["reidentification-k-map"])
>>> [(f.table, f.rows, f.of, f.detail["smallest_class"], f.detail["delta_presence"]) for f in audit.findings]
[('study', 1, 5, 3, 0.333333)]

## References
- GDPR recital 26, means reasonably likely to be used to identify a person
- Sweeney, achieving k-anonymity privacy protection, 2002 (k-map)
- Nergiz, Atzori and Clifton, hiding the presence of individuals from shared databases, 2007
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.reidentification.classes import POPULATION, SIZE, k_of
from auditkit.outcome import Severity
from auditkit.policy import TablePolicy


@check(
    severity=Severity.HIGH,
    articles=("GDPR recital 26", "GDPR 32(1)(a)"),
    says=(
        "the smallest class by {quasi_identifiers} has {smallest_class:person|people} of the population;"
        " k is {k}; up to {delta_presence:.0%} of a class are in the table;"
        " {not_in_population:row} of people who are not in the population"
    ),
)
def k_map(
    population_classes: ir.Table, quasi_identifiers: tuple[str, ...], declared: TablePolicy, exposed: bool
) -> Offending:
    """Return whether fewer than k people of the population share the combination of a row."""
    size, k = population_classes[SIZE], k_of(declared)
    # there are at least the people of the table itself
    everybody = ibis.greatest(population_classes[POPULATION], size)
    detail = {
        "k": k,
        "quasi_identifiers": ", ".join(quasi_identifiers),
        "smallest_class": everybody.min(),
        "delta_presence": (size.cast("float64") / everybody).max(),
        "not_in_population": population_classes.count(where=population_classes[POPULATION] == 0),
    }
    must_hide = exposed or declared.k is not None
    return Offending(everybody < k, detail, severity=Severity.HIGH if must_hide else Severity.LOW)
