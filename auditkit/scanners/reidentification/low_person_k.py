"""People stand alone, or nearly, in what all of their rows say together.

Each row may hide among k others, and the rows of a person taken together among none: two postal codes of
somebody who moved are known to every neighbour of both, and a list of places, purchases or visits is a
fingerprint. So k is counted over persons by the key of the `subject`: two persons are alike where their rows
hold the same combinations of quasi-identifiers, each as often (GDPR recital 26, Art. 32(1)(a)). An empty cell
counts as a value of its own; rows that name nobody are left out. Where everybody has one row, this is
`reidentification-low-k`, and not assessed.

Remedy: keep one row a person, or fewer and coarser ones (a month instead of a day, a region instead of a
    postal code); cut the link
between the rows of a person where nobody needs it; leave out who has far more rows than others.

>>> import auditkit, pandas as pd
>>> visits = pd.DataFrame({"person": [1, 1, 2, 2, 3, 3], "city": ["Bern", "Basel", "Basel", "Bern", "Bern", "Bern"]})
>>> told = "{subject: {type: patient, key: person}, quasi_identifiers: [city], k: 2}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{visits: {told}}}}}")
>>> audit = auditkit.audit({"visits": visits}, policy, checks=["reidentification-low-person-k"])
>>> [(f.rows, f.subjects, f.detail["persons"], f.detail["smallest_class"]) for f in audit.findings]
[(2, 1, 3, 1)]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.facts.classes import histogram, least
from auditkit.facts.person_classes import PERSONS, ROWS_OF_PERSON
from auditkit.outcome import Severity
from auditkit.policy import TablePolicy


@check(severity=Severity.HIGH, articles=("GDPR recital 26", "GDPR 32(1)(a)"))
def low_person_k(
    person_classes: ir.Table,
    quasi_identifiers: tuple[str, ...],
    declared: TablePolicy,
    subject: str,
    held_out: bool,
) -> Offending:
    """Return whether fewer than k persons have the same rows as the person of a row, with how many classes
    there are of which size.
    """
    persons, k = person_classes[PERSONS], least(declared)
    share = 1 / (persons * person_classes[ROWS_OF_PERSON])
    detail = {
        "k": k,
        "quasi_identifiers": ", ".join(c for c in quasi_identifiers if c != subject),
        "persons": person_classes[subject].nunique(),
        "most_rows": person_classes[ROWS_OF_PERSON].max(),
        "smallest_class": persons.min(),
        "classes": share.sum().round(),
        **histogram(persons, share),
    }
    promised = held_out or declared.k is not None
    return Offending(persons < k, detail, severity=Severity.HIGH if promised else Severity.LOW)
