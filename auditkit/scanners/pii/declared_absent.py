"""Declared personal data that is not there

## What it finds
Columns that the policy declares as personal data, and that are missing from the table, are empty, or hold
nothing of the declared category. The same for a path of documents, such as `payload.$.user.email`, that
stands in no document of its column.

## Why it matters
The record of processing must say what is really processed (GDPR Art. 5(2) and 30(1)(c)). A column that was
renamed, dropped or never filled makes every answer to a data subject wrong. What was renamed is now declared
nowhere.

## How to fix
Find out which of the two is right. Where the column was renamed, rename it in the policy. Where it is gone,
remove it from the policy. Where nobody fills it, stop asking for it, and drop it: `ALTER TABLE <table> DROP
COLUMN <column>`. Where it holds something else, declare that: a hash of an address is
`user.unique_id.pseudonymous`.

## Limits
That a category was never seen is said only of data with a form of its own, such as e-mail addresses and card
numbers, and of columns with at least 20 filled cells. The data may also be encrypted, hashed, or written in a
form that was not recognised. Of documents that could not be taken apart as a whole, a path that was not seen
may exist all the same: it is no finding.

## Example
>>> import auditkit, pandas as pd
>>> users = pd.DataFrame({"e_mail": ["ana@example.org", "ben@example.org"], "fax": [None, None]})
>>> columns = "{email: user.contact.email, fax: user.contact.fax_number}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{users: {{columns: {columns}}}}}}}")
>>> audit = auditkit.audit({"users": users}, policy, checks=["pii-declared-absent"])
>>> [(f.columns, f.detail["absent"], f.detail.get("hint")) for f in audit.findings]
[(('email',), 'the column', "Did you mean 'e_mail'?"), (('fax',), 'any content', None)]

## References
- GDPR Art. 5(2), accountability
- GDPR Art. 30(1)(c), categories of personal data in the record of processing
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.detection import ColumnVerdict
from auditkit.detection.verdict import flattened
from auditkit.facts.relation import Examined
from auditkit.naming.paths import column_of
from auditkit.outcome import Missing, Severity
from auditkit.policy import ColumnPolicy
from auditkit.vocabulary import ENTITIES, THROUGHOUT, did_you_mean, is_ancestor

SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("table", "column", "category", "absent", "hint")]
    + [("rows", pa.int64()), ("of", pa.int64())]
)
COLUMN, PATH, CONTENT, CATEGORY = "the column", "the path", "any content", "the category"
SEEN_BY_FORM = frozenset(
    "EMAIL_ADDRESS PHONE_NUMBER CREDIT_CARD IBAN_CODE IP_ADDRESS MAC_ADDRESS VIN".split()
)
"""What has a form of its own: it would have been found if it were there."""
ENOUGH = 20


@fact
def absent_data(
    dataset: Dataset,
    relation: Examined,
    columns: Mapping[str, ColumnPolicy],
    verdicts: Mapping[str, ColumnVerdict],
) -> ir.Table | Missing:
    """The declared personal data of the table that is not there: one row for each column.

    `absent` is the column or the path itself (`hint` names the nearest other one), any content, or the
    category: none of `of` filled cells holds anything of it. Where this role may not read some columns,
    nothing says that they are missing.
    """
    assert relation.table is not None  # a relation without a table says why it is missing
    declared = {name: c.category for name, c in columns.items() if c.personal}
    closed = dataset.relations[relation.name].closed
    if closed is not None and not set(map(column_of, declared)) <= set(relation.table.columns):
        return closed
    seen = {verdict.column: verdict for verdict in flattened(verdicts.values())}
    rows = [
        *_missing_columns(relation.table, verdicts, declared),
        *_empty_columns(dataset, relation.table, verdicts, declared),
        *_without_category(seen, declared),
    ]
    return ibis.memtable(pa.Table.from_pylist([{"table": relation.name, **r} for r in rows], schema=SCHEMA))


def _missing_columns(
    table: ir.Table, verdicts: Mapping[str, ColumnVerdict], declared: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    others = [c for c in table.columns if c not in declared]
    for name, category in declared.items():
        host = verdicts.get(column_of(name))
        if name in table.columns:
            continue
        if host is None or host.column == name:
            hint = did_you_mean(name, others).strip() or None
            yield {"column": name, "category": category, "absent": COLUMN, "hint": hint}
        elif not host.cut and name not in (seen := [path.column for path in host.paths]):
            hint = did_you_mean(name, [path for path in seen if path not in declared]).strip() or None
            yield {"column": name, "category": category, "absent": PATH, "hint": hint}


def _empty_columns(
    dataset: Dataset, table: ir.Table, verdicts: Mapping[str, ColumnVerdict], declared: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Yield the columns of nothing but nulls and white space.

    The profile may have seen a sample only, so that they are counted again in every row.
    """
    empty = [
        n for n in declared if n in verdicts and verdicts[n].rows and verdicts[n].rows == verdicts[n].nulls
    ]
    if not empty:
        return
    filled = {f"filled{i}": table.count(where=_has_content(table[name])) for i, name in enumerate(empty)}
    counts = dataset.fetch(table.aggregate(rows=table.count(), **filled))[0]
    for i, name in enumerate(empty):
        if not counts[f"filled{i}"]:
            yield {"column": name, "category": declared[name], "absent": CONTENT, "of": counts["rows"]}


def _has_content(cell: ir.Column) -> ir.BooleanValue:
    return cell.strip().nullif("").notnull() if cell.type().is_string() else cell.notnull()


def _without_category(
    verdicts: Mapping[str, ColumnVerdict], declared: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Yield the columns in which nothing of the declared category was seen, and no other kind for sure."""
    for name, category in declared.items():
        kinds = {entity.name for entity in ENTITIES.values() if is_ancestor(category, entity.category)}
        seen = verdicts.get(name)
        if seen is None or not kinds or not kinds <= SEEN_BY_FORM or seen.rows - seen.nulls < ENOUGH:
            continue
        held = set(seen.contains) | ({seen.entity} if seen.matches else set())
        is_misnamed = seen.verdict in THROUGHOUT and seen.matches and seen.entity not in kinds
        if not held & kinds and not is_misnamed:
            filled = seen.rows - seen.nulls
            yield {"column": name, "category": category, "absent": CATEGORY, "rows": 0, "of": filled}


@check(
    severity=Severity.LOW,
    articles=("GDPR 5(2)", "GDPR 30(1)(c)"),
    says="absent: {absent}; declared as {category}; {hint}",
)
def declared_absent(absent_data: ir.Table) -> ir.Table:
    """Return the declared data that is absent; a missing column is graver, an unseen category less sure."""
    absent = absent_data.absent
    severity = ibis.cases((absent.isin([COLUMN, PATH]), "medium"), else_="low")
    confidence = ibis.cases((absent == CATEGORY, "low"), else_="high")
    return absent_data.mutate(severity=severity, confidence=confidence, sensitive=ibis.literal(False))
