"""Pseudonyms stored with what leads back to people

## What it finds
Columns of pseudonyms together with a table that leads from them to names or addresses, in the same database
and for the same role. `traced` of `pseudonyms` different ones stand in `target`, in the column `through`,
beside `identifiers` or beside a key of the table that has them. Where `target` is the table itself,
identifiers stand in the same row.

## Why it matters
Data is pseudonymised only while what leads back is kept separately, and protected (GDPR Art. 4(5) and
32(1)(a)). Otherwise anybody who reads the pseudonyms can read whose they are.

## How to fix
Move the mapping into a database of its own with roles of its own. Or revoke the right to read it from every
role that reads the pseudonymised table. Where nobody needs the way back, delete the mapping.

## Limits
The check looks at columns that are called a pseudonym, and at keys of people in tables that the policy calls
pseudonymised or anonymous (`disclosure.pseudonymised`, `anonymous`). A column is a mapping where it holds
half of the pseudonyms or more. A mapping in another database counts as kept apart. The check sees what its
own role can read, not which roles of the application read both tables.

## Example
>>> import auditkit, pandas as pd
>>> codes = [f"P-{n * 7919 % 10007:05d}" for n in range(20)]
>>> mails = [f"ana.{n}@mail.example.org" for n in range(20)]
>>> study = pd.DataFrame({"pseudonym": codes, "score": range(20)})
>>> source = {"study": study, "mapping": pd.DataFrame({"code": codes, "email": mails})}
>>> table = "{disclosure: {pseudonymised: true}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{study: {table}}}}}")
>>> audit = auditkit.audit(source, policy, checks=["reidentification-reversible-pseudonym"])
>>> [(f.table, f.target, f.rows, f.detail["through"], f.detail["identifiers"]) for f in audit.findings]
[('study', 'mapping', 20, 'code', 'email')]

## References
- GDPR Art. 4(5), pseudonymisation
- GDPR Art. 25 and 32(1)(a), pseudonymisation as a measure
- EDPB, guidelines 01/2025 on pseudonymisation
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.facts.reidentification.direct_identifiers import Identifiers
from auditkit.facts.reidentification.pseudonyms import PseudonymColumn
from auditkit.facts.reidentification.ways_back import Search
from auditkit.facts.relation import Examined
from auditkit.outcome import Severity
from auditkit.policy import Policy
from auditkit.relations import Relations

SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("target", "through", "identifiers", "confidence")]
    + [(name, pa.int64()) for name in ("rows", "of", "pseudonyms", "traced")]
)


@fact
def ways_back(
    dataset: Dataset,
    policy: Policy,
    relations: Relations,
    relation: Examined,
    pseudonym_column: PseudonymColumn,
    direct_identifiers: Identifiers,
) -> ir.Table:
    """The tables that may lead from the pseudonyms of a column to people: one row for each."""
    search = Search(dataset, policy, relations, direct_identifiers, relation.name, pseudonym_column)
    return ibis.memtable(pa.Table.from_pylist([way.to_dict() for way in search.ways()], schema=SCHEMA))


@check(
    severity=Severity.HIGH,
    articles=("GDPR 4(5)", "GDPR 32(1)(a)", "GDPR 25"),
    says="{traced} of {pseudonyms:pseudonym} can be traced through {through} to {identifiers}",
)
def reversible_pseudonym(ways_back: ir.Table) -> ir.Table:
    """Return the tables that lead from some pseudonyms to people."""
    return ways_back.filter(ways_back.rows > 0)
