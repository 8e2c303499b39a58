"""Digests that were meant to hide people are those of values that anybody can try.

A digest without a secret key is no anonymisation, and hardly a pseudonym: whoever has the addresses, or tries
all telephone numbers, dates or customer numbers, hashes them too and compares (GDPR Art. 4(5), 32; AEPD and
EDPS, Introduction to the hash function, 2019). This does just that, and tells counts alone: `reversed` of
`digests` different ones were found, most of them made by `algorithm` from `plain`, a column of personal data
in the same source or a numbering plan: numbers up to a million, dates of a century, blocks of telephone
numbers that occur in the source. Of the plan at most a hundred digests are tried, and of a column at most
200,000 different ones, so that the rows found are the fewest there are.

A digest beside its own value in the same row hides nothing and was not meant to: the finding is then of low
severity. It is critical where the table is held out to be anonymous or published. What holds with a secret
key (HMAC), or a salt for each row, is never found; keys of an interface are made from chance, and not tried.

Remedy: replace the digests by HMAC-SHA256 under a key that is kept elsewhere, or by numbers drawn by chance,
    in every copy; treat the
tables that hold them as personal data until then.

>>> import auditkit, hashlib, pandas as pd
>>> mails = [f"ana.{n}@mail.example.org" for n in range(20)]
>>> study = pd.DataFrame({"person": [hashlib.sha256(m.encode()).hexdigest() for m in mails], "score": range(20)})
>>> audit = auditkit.audit({"users": pd.DataFrame({"email": mails}), "study": study}, checks=["reidentification-weak-hash"])
>>> [(f.table, f.columns, f.rows, f.detail["algorithm"], f.detail["plain"]) for f in audit.findings]
[('study', ('person',), 20, 'sha256', 'users.email')]
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from auditkit.check import check, each
from auditkit.facts.column import Column
from auditkit.facts.reidentification.hash_shapes import HashShape
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity


@each
def hash_column(
    relation: Examined, hash_shapes: Mapping[str, tuple[HashShape, ...] | Missing]
) -> tuple[Column, ...] | Missing:
    """The columns of the table that are shaped like digests."""
    found = hash_shapes.get(relation.name, ())
    if isinstance(found, Missing):
        return found
    return tuple(Column(s.column) for s in found) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no column of digests"
    )


@check(severity=Severity.HIGH, articles=("GDPR 4(5)", "GDPR 32(1)(a)", "GDPR recital 26"))
def weak_hash(
    reversed_hashes: ir.Table, relation: Examined, hash_column: Column, held_out: bool = False
) -> ir.Table:
    """Return how many digests of a column are those of known values, where any is."""
    here = reversed_hashes.filter(
        (reversed_hashes.table == relation.name) & (reversed_hashes.column == hash_column.name)
    )
    usual = Severity.CRITICAL if held_out else Severity.HIGH
    low = (Severity.CRITICAL if held_out else Severity.LOW).value
    return here.mutate(severity=here.beside.ifelse(ibis.literal(low), ibis.literal(usual.value)))
