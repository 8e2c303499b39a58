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

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.classes import comparable, least
from auditkit.facts.personal_column import Column
from auditkit.facts.rare_values import ALIKE, EXTREME
from auditkit.outcome import Severity
from auditkit.policy import TablePolicy


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
