"""Re-identifiable row groups (k below the limit)

## What it finds
Rows whose combination of quasi-identifiers fewer than k rows share: equivalence classes that are too small.
An empty cell is a value like another. Where the policy states no k, it is 5, and 11 for data on health.

## Why it matters
Somebody who knows the postal code, the date of birth and the gender of a person finds the row of that person
where few others share them (GDPR recital 26, Art. 32(1)(a)). The risk that a prosecutor is right is one over
the size of the smallest class.

## How to fix
Generalise the column that contributes most: a year instead of a date of birth, three digits of a postal code.
Or suppress the rows in small classes. Until then do not call the data anonymous.
`reidentification-unique-combination` says which column contributes most.

## Limits
The check knows only the quasi-identifiers that the policy names. The finding is of low severity where the
policy states no k, unless the table is published or called anonymous.

## Example
>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"postal_code": ["1010"] * 5 + ["1020"] * 2, "gender": ["f"] * 7})
>>> table = "{quasi_identifiers: [postal_code, gender], k: 5}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{people: {table}}}}}")
>>> audit = auditkit.audit({"people": people}, policy, checks=["reidentification-low-k"])
>>> [(f.rows, f.of, f.detail["smallest_class"], f.detail["classes"]) for f in audit.findings]
[(2, 7, 2, 2)]

## References
- GDPR recital 26, means reasonably likely to be used to identify a person
- GDPR Art. 32(1)(a), pseudonymisation as a measure
- Sweeney, k-anonymity: a model for protecting privacy, 2002
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.reidentification.classes import HISTOGRAM, SIZE, histogram, k_of
from auditkit.outcome import Severity
from auditkit.policy import TablePolicy


@check(
    severity=Severity.HIGH,
    articles=("GDPR recital 26", "GDPR 32(1)(a)"),
    says=(
        "the smallest of {classes:class|classes} by {quasi_identifiers} has {smallest_class:row}; k is {k};"
        f"{HISTOGRAM}"
    ),
)
def low_k(
    classes: ir.Table, quasi_identifiers: tuple[str, ...], declared: TablePolicy, exposed: bool
) -> Offending:
    """Return whether the equivalence class of a row holds fewer than k rows."""
    size, k = classes[SIZE], k_of(declared)
    share = 1 / size
    detail = {
        "k": k,
        "quasi_identifiers": ", ".join(quasi_identifiers),
        "smallest_class": size.min(),
        "classes": share.sum().round(),
        **histogram(size, share),
    }
    must_hide = exposed or declared.k is not None
    return Offending(size < k, detail, severity=Severity.HIGH if must_hide else Severity.LOW)
