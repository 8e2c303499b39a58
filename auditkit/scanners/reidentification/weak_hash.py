"""Hashes of personal data that can be reversed by trying

## What it finds
Columns of digests of which some are digests of known values. The check hashes the columns of personal data in
the same source, and a numbering plan: numbers up to a million, the dates of a century, and blocks of
telephone numbers that occur in the source. `reversed` of `digests` different digests were found. Most of them
are made by `algorithm` from `plain`.

## Why it matters
A digest without a secret key is no anonymisation, and hardly a pseudonym. Whoever has the addresses, or tries
all telephone numbers, hashes them too and compares (GDPR Art. 4(5) and 32(1)(a), recital 26).

## How to fix
Replace the digests in every copy by HMAC-SHA256 under a key that is kept elsewhere, or by random numbers.
Until then treat the tables that hold them as personal data.

## Limits
Digests with a secret key (HMAC), or with a salt for each row, are never found. At most a hundred digests of a
column are compared with the numbering plan, and at most 200,000 with other columns, so there may be more than
the finding says. Keys of an interface are random, and are not tried. A digest beside its own value in the
same row hides nothing, and is of low severity. In a published table, or one that is called anonymous, it is
critical.

## Example
>>> import auditkit, hashlib, pandas as pd
>>> mails = [f"ana.{n}@mail.example.org" for n in range(20)]
>>> digests = [hashlib.sha256(mail.encode()).hexdigest() for mail in mails]
>>> source = {"users": pd.DataFrame({"email": mails}), "study": pd.DataFrame({"person": digests})}
>>> audit = auditkit.audit(source, checks=["reidentification-weak-hash"])
>>> [(f.table, f.columns, f.rows, f.detail["algorithm"], f.detail["plain"]) for f in audit.findings]
[('study', ('person',), 20, 'sha256', 'users.email')]

## References
- GDPR Art. 4(5), pseudonymisation
- AEPD and EDPS, introduction to the hash function as a personal data pseudonymisation technique, 2019
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
    """The columns of digests in the table."""
    shapes = hash_shapes.get(relation.name, ())
    if isinstance(shapes, Missing):
        return shapes
    reason = f"{relation.name} has no column of digests"
    return tuple(Column(s.column) for s in shapes) or Missing(Cause.NOT_APPLICABLE, reason)


@check(
    severity=Severity.HIGH,
    articles=("GDPR 4(5)", "GDPR 32(1)(a)", "GDPR recital 26"),
    says=(
        "{reversed} of {digests:digest} found; most are {algorithm} of {plain};"
        " {beside:the value stands in the same table}"
    ),
)
def weak_hash(
    reversed_hashes: ir.Table, relation: Examined, hash_column: Column, exposed: bool = False
) -> ir.Table:
    """Return how many digests of a column are digests of known values, where any is."""
    here = reversed_hashes.filter(
        (reversed_hashes.table == relation.name) & (reversed_hashes.column == hash_column.name)
    )
    hidden = Severity.CRITICAL if exposed else Severity.HIGH
    beside = Severity.CRITICAL if exposed else Severity.LOW
    return here.mutate(severity=here.beside.ifelse(ibis.literal(beside.value), ibis.literal(hidden.value)))
