"""Public storage bucket

## What it finds
Storage buckets that are public: rows of a table of buckets whose column `public` is true. Supabase keeps them
in `storage.buckets`.

## Why it matters
Whoever has the address of a file in a public bucket reads it, without logging in. Row policies on the files
do not count there (GDPR Art. 25(2), 32(1)(b)). Names of files such as `invoice-1042.pdf` can be guessed.

## How to fix
Run the statement of the finding, `UPDATE storage.buckets SET public = false`, for each bucket that holds more
than pictures of the web site. Hand out addresses that expire instead.

## Limits
auditkit does not know what a bucket holds. One with logos may be public: waive the finding, with the reason.
The name of a bucket is not shown.

## Example
>>> import auditkit, pandas as pd
>>> buckets = pd.DataFrame({"name": ["logos", "contracts"], "public": [False, True]})
>>> audit = auditkit.audit({"storage.buckets": buckets}, checks=["access-public-bucket"])
>>> [(f.table, f.rows, f.of) for f in audit.findings]
[('storage.buckets', 1, 2)]

## References
- GDPR Art. 25(2), data protection by default
- GDPR Art. 32(1)(b), confidentiality and integrity of systems
"""

from __future__ import annotations

import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import Policy

_BUCKETS, _PUBLIC, _NAME = "buckets", "public", "name"


@each
def bucket_table(dataset: Dataset, policy: Policy) -> tuple[Examined, ...] | Missing:
    """The tables of storage buckets: those called `buckets`, with a name and whether it is public."""
    found = []
    for name, relation in dataset.relations.items():
        if name.rpartition(".")[2] != _BUCKETS:
            continue
        missing = policy.excluded(name) or relation.missing
        if missing is not None or (
            relation.table is not None and {_NAME, _PUBLIC} <= set(relation.table.columns)
        ):
            found.append(Examined(name, relation.table, missing))
    return tuple(found) or Missing(Cause.NOT_APPLICABLE, "the source has no table of storage buckets")


@fact
def buckets(bucket_table: Examined) -> ir.Table:
    """The storage buckets."""
    assert bucket_table.table is not None  # a table that cannot be read says why
    return bucket_table.table


@check(severity=Severity.MEDIUM, articles=("GDPR 25(2)", "GDPR 32(1)(b)"))
def public_bucket(buckets: ir.Table, bucket_table: Examined) -> Offending:
    """Return whether a bucket is public."""
    ddl = f"UPDATE {bucket_table.name} SET {_PUBLIC} = false WHERE {_PUBLIC}"
    return Offending(buckets[_PUBLIC].cast("boolean").fill_null(False), detail={"ddl": ddl})
