"""A few columns together single people out.

Nobody knows all columns of a person, and many know three or four. So every combination of up to four
quasi-identifiers is looked at, and `rows` are those that are alone in one of them, `combinations` how many
make somebody so whose parts do not (minimal sample uniques: SUDA, Elliot 2002). What to do about it stands in
the detail. `in_<column>` is the share of all minimal uniques that need the column, `most` the one that most
of them need. `classes_per_row` and `alone` say how distinct rows are in all columns;
`classes_per_row_<column>_by_year` and the like, what they would be if that column alone were coarser: years
of dates, tens of numbers, the first half of codes, or left out; `best` is what helps most. An empty cell is a
value like another. A `largest_size` below four (or the number of columns) says that larger combinations would
have taken too long; where nobody is alone in those smaller ones, the table is then not assessed. The finding
is of low severity unless the table is held out to be anonymous or published (GDPR recital 26, Art. 5(1)(c),
25).

Remedy: make the column coarser that `best` names, and audit again; suppress the cells that still single
    somebody out.

>>> import auditkit, pandas as pd
>>> born = [f"19{60 + n // 10}-0{1 + n % 5}-15" for n in range(40)]
>>> people = pd.DataFrame({"born": born, "city": (["Bern"] * 5 + ["Basel"] * 5) * 4})
>>> told = "{quasi_identifiers: [born, city]}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{people: {told}}}}}")
>>> audit = auditkit.audit({"people": people}, policy, checks=["reidentification-unique-combination"])
>>> [(f.rows, f.detail["alone"], f.detail["best"], f.detail["alone_born_by_year"]) for f in audit.findings]
[(40, 40, 'born_by_year', 0)]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR recital 26", "GDPR 5(1)(c)", "GDPR 25"))
def unique_combination(
    unique_combinations: ir.Table, quasi_identifiers: tuple[str, ...], held_out: bool
) -> Offending:
    """Return what makes people unique, where anybody is alone in a combination of a few quasi-identifiers."""
    detail = {"quasi_identifiers": ", ".join(quasi_identifiers)}
    shown = unique_combinations.mutate(
        severity=ibis.literal((Severity.HIGH if held_out else Severity.LOW).value)
    )
    return Offending(shown, detail)
