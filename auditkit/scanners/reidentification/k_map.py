"""Fewer than k people of the whole population could be the one behind a row.

A row that is alone in a sample may still hide in a large population, and one that is alone there cannot hide
anywhere (k-map, Sweeney 2002; GDPR recital 26). Where few of a class are missing from the table, being in it
is learned too: `delta_presence` is the largest share of a population's class that is in the table (Nergiz
2007). The population is the table that the policy names (`population`, with `columns` where its names
differ); an empty cell is like another.

Remedy: generalise the quasi-identifiers until k people of the population share each combination, or leave out
    who cannot hide.

>>> import auditkit, pandas as pd
>>> register = pd.DataFrame({"town": ["Bern"] * 50 + ["Zermatt"] * 3})
>>> study = pd.DataFrame({"city": ["Bern"] * 4 + ["Zermatt"]})
>>> told = "population: {table: register, columns: {city: town}}, tables: {study: {quasi_identifiers: [city], k: 5}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, {told}}}")
>>> audit = auditkit.audit({"register": register, "study": study}, policy, checks=["reidentification-k-map"])
>>> [(f.table, f.rows, f.of, f.detail["smallest_class"], f.detail["delta_presence"]) for f in audit.findings]
[('study', 1, 5, 3, 0.333333)]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.reidentification.classes import SIZE, least
from auditkit.facts.reidentification.population_classes import POPULATION
from auditkit.outcome import Severity
from auditkit.policy import TablePolicy


@check(severity=Severity.HIGH, articles=("GDPR recital 26", "GDPR 32(1)(a)"))
def k_map(
    population_classes: ir.Table, quasi_identifiers: tuple[str, ...], declared: TablePolicy, held_out: bool
) -> Offending:
    """Return whether fewer than k people of the population share a row's combination; there are at least
    those of the table itself.
    """
    size, k = population_classes[SIZE], least(declared)
    everybody = ibis.greatest(population_classes[POPULATION], size)
    detail = {
        "k": k,
        "quasi_identifiers": ", ".join(quasi_identifiers),
        "smallest_class": everybody.min(),
        "delta_presence": (size.cast("float64") / everybody).max(),
        "not_in_population": population_classes.count(where=population_classes[POPULATION] == 0),
    }
    promised = held_out or declared.k is not None
    return Offending(everybody < k, detail, severity=Severity.HIGH if promised else Severity.LOW)
