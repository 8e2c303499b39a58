"""Everybody in an equivalence class shares the sensitive value.

Who cannot be told from k others is still exposed when all of them have the same diagnosis: knowing the class
is knowing the value (l-diversity, Machanavajjhala 2007; GDPR recital 26, Art. 32(1)(a)). Where the policy
states no l it is 2; the finding is then of low severity, unless the table is held out to be anonymous or
published.

Remedy: generalise the quasi-identifiers until each class holds at least l different sensitive values, or
    suppress the classes that do
not; do not publish the attribute at that resolution.

>>> import auditkit, pandas as pd
>>> people = pd.DataFrame({"postal_code": ["1010"] * 3 + ["1020"] * 3, "diagnosis": ["flu", "flu", "flu", "flu", "cold", "flu"]})
>>> told = "{quasi_identifiers: [postal_code], sensitive: [diagnosis]}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{people: {told}}}}}")
>>> audit = auditkit.audit({"people": people}, policy, checks=["reidentification-homogeneous"])
>>> [(f.columns, f.rows, f.of, f.detail["fewest_values"]) for f in audit.findings]
[(('diagnosis',), 3, 6, 1)]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.facts.column import Column
from auditkit.facts.reidentification.classes import SIZE, classes, comparable
from auditkit.outcome import Severity
from auditkit.policy import TablePolicy

VALUES = "auditkit_sensitive_values"


@fact
def diversity(rows: ir.Table, quasi_identifiers: tuple[str, ...], sensitive_attribute: Column) -> ir.Table:
    """The rows of the table, each with the size of its equivalence class and how many sensitive values that
    holds.

    An empty cell is a value like another. Ranks without gaps count distinct values on every engine; a
    distinct count over a window does not run on SQLite or PostgreSQL.
    """
    sized = classes(rows, quasi_identifiers)
    within = [comparable(sized[c]) for c in quasi_identifiers]
    rank = ibis.dense_rank().over(
        ibis.window(group_by=within, order_by=comparable(sized[sensitive_attribute.name]))
    )
    ranked = sized.mutate(auditkit_rank=rank)
    values = (
        ranked.auditkit_rank.max().over(
            ibis.window(group_by=[comparable(ranked[c]) for c in quasi_identifiers])
        )
        + 1
    )
    return ranked.mutate(**{VALUES: values}).drop("auditkit_rank").select(*rows.columns, SIZE, VALUES)


L = 2


@check(severity=Severity.HIGH, articles=("GDPR recital 26", "GDPR 32(1)(a)"))
def homogeneous(
    diversity: ir.Table, quasi_identifiers: tuple[str, ...], declared: TablePolicy, held_out: bool
) -> Offending:
    """Return whether a row's equivalence class holds fewer than l different values of the sensitive
    attribute.
    """
    least, few = declared.l or L, diversity[VALUES] < (declared.l or L)
    classes = (1 / diversity[SIZE]).sum(where=few).fill_null(0).round()
    detail = {
        "l": least,
        "quasi_identifiers": ", ".join(quasi_identifiers),
        "fewest_values": diversity[VALUES].min(),
        "classes": classes,
    }
    promised = held_out or declared.l is not None
    return Offending(few, detail, severity=Severity.HIGH if promised else Severity.LOW)
