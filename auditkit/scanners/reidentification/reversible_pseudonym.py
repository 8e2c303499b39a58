"""Who reads the pseudonyms can read whose they are.

Data is pseudonymised when it says nothing about a person without additional information that is kept
separately, and guarded (GDPR Art. 4(5), 32(1)(a)). A table that leads from pseudonyms to names or addresses
in the same database, and that the same role reads, is not kept
separately: `traced` of `pseudonyms` different ones stand in `target`, in the column `through`, beside
    `identifiers`, or beside a key of the
table that has them. Where `target` is the table itself, identifiers stand in the same row.

Looked at are tables that the policy holds out to be pseudonymised or anonymous (`disclosure.pseudonymised`,
`anonymous`), and columns that are called a pseudonym; the ordinary key of an ordinary table hides nobody. A
column counts as a mapping where it holds half of the pseudonyms or more: fewer may be met by chance. A
mapping in another database counts for kept apart. Which roles of the application read both is not looked at:
it is what this role reads.

Remedy: move the mapping into a database of its own with roles of its own, or revoke the right to read it from
    every role that reads the
pseudonymised table; where nobody needs the way back, delete the mapping.

>>> import auditkit, pandas as pd
>>> codes = [f"P-{n * 7919 % 10007:05d}" for n in range(20)]
>>> study = pd.DataFrame({"pseudonym": codes, "score": range(20)})
>>> mapping = pd.DataFrame({"code": codes, "email": [f"ana.{n}@mail.example.org" for n in range(20)]})
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tables: {study: {disclosure: {pseudonymised: true}}}}")
>>> audit = auditkit.audit({"study": study, "mapping": mapping}, policy, checks=["reidentification-reversible-pseudonym"])
>>> [(f.table, f.target, f.rows, f.detail["through"], f.detail["identifiers"]) for f in audit.findings]
[('study', 'mapping', 20, 'code', 'email')]
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import check
from auditkit.outcome import Severity


@check(severity=Severity.HIGH, articles=("GDPR 4(5)", "GDPR 32(1)(a)", "GDPR 25"))
def reversible_pseudonym(reidentifying: ir.Table) -> ir.Table:
    """Return the tables that lead from the pseudonyms of a column back to people."""
    return reidentifying
