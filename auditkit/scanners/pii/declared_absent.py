"""The policy declares personal data that is not there.

The record of processing must say what is really processed (GDPR Art. 5(2), 30(1)(c)): a column that was
renamed or dropped since, that nobody fills, or that holds something else makes every answer to a data subject
wrong, and what was renamed is now declared nowhere. That a category was never seen is only said of data that
is known by its form (e-mail addresses, telephone and card numbers, ...) and in columns with 20 filled cells
or more; it may be encrypted, hashed, or written in a form that was not recognised.

Remedy: find out which of the two is right. Where the column was renamed, rename it in the policy; where it is
    gone, take it out of the
policy; where nobody fills it, stop asking for it and drop it (`ALTER TABLE users DROP COLUMN fax_number`);
where it holds something else, declare what it holds (a hash of an address is `user.unique_id.pseudonymous`).

>>> import auditkit, pandas as pd
>>> users = pd.DataFrame({"e_mail": ["ana@example.org", "ben@example.org"], "fax": [None, None]})
>>> columns = "{email: user.contact.email, fax: user.contact.fax_number}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{users: {{columns: {columns}}}}}}}")
>>> audit = auditkit.audit({"users": users}, policy, checks=["pii-declared-absent"])
>>> [(f.columns, f.detail["absent"], f.detail.get("hint")) for f in audit.findings]
[(('email',), 'the column', "Did you mean 'e_mail'?"), (('fax',), 'any content', None)]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import memtable

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.detection import ColumnVerdict, Profile
from auditkit.facts.relation import Examined
from auditkit.outcome import Missing, Severity
from auditkit.policy import ColumnPolicy
from auditkit.vocabulary import ENTITIES, PRESENT, did_you_mean, is_ancestor

SCHEMA = pa.schema(
    [("table", pa.string()), ("column", pa.string()), ("category", pa.string()), ("absent", pa.string()), ("hint", pa.string()),
     ("rows", pa.int64()), ("of", pa.int64())]
)  # fmt: skip
COLUMN, CONTENT, CATEGORY = "the column", "any content", "the category"
SEEN_BY_FORM = frozenset(
    {"EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "IP_ADDRESS", "MAC_ADDRESS", "VIN"}
)
"""What is found by its form wherever it stands, so that not finding it means something."""
ENOUGH = 20


@fact
def absent_data(
    dataset: Dataset, profile: Profile, relation: Examined, columns: Mapping[str, ColumnPolicy]
) -> ir.Table | Missing:
    """What the policy declares as personal data of the table and is not there: one row for each column, with
    what is `absent`.

    `the column`, of which the table has none of that name (`hint` names the nearest); `any content`, counted
    where the data lives, where the table has rows; `the category`, where none of `of` filled cells holds
    anything of it, and its kinds of data are all known by their form. A column that this role may not read is
    not there to be seen, which does not say that it is missing.
    """
    if (failed := profile.failed.get(relation.name)) is not None:
        return failed
    assert relation.table is not None  # a relation without a table says why it is missing
    here = {c.column: c for c in profile.columns if c.table == relation.name}
    stated = {name: c.category for name, c in columns.items() if c.personal}
    closed = dataset.relations[relation.name].closed
    if closed is not None and not stated.keys() <= set(relation.table.columns):
        return closed
    rows = [
        *_columns(relation.table, stated),
        *_contents(dataset, relation.table, here, stated),
        *_categories(here, stated),
    ]
    return memtable(pa.Table.from_pylist([{"table": relation.name, **row} for row in rows], schema=SCHEMA))


def _columns(table: ir.Table, stated: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for name, category in stated.items():
        if name not in table.columns:
            others = [c for c in table.columns if c not in stated]
            yield {
                "column": name,
                "category": category,
                "absent": COLUMN,
                "hint": did_you_mean(name, others).strip() or None,
            }


def _contents(
    dataset: Dataset, table: ir.Table, here: Mapping[str, ColumnVerdict], stated: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Yield the columns of nothing but nulls and white space; what a sample saw of them is counted again in
    every row.
    """
    empty = [
        name for name in stated if name in here and here[name].rows and here[name].rows == here[name].nulls
    ]
    if not empty:
        return
    filled = {f"filled{i}": table.count(where=_filled(table[name])) for i, name in enumerate(empty)}
    counts = dataset.fetch(table.aggregate(rows=table.count(), **filled))[0]
    for i, name in enumerate(empty):
        if not counts[f"filled{i}"]:
            yield {"column": name, "category": stated[name], "absent": CONTENT, "of": counts["rows"]}


def _filled(cell: ir.Column) -> ir.BooleanValue:
    return cell.strip().nullif("").notnull() if cell.type().is_string() else cell.notnull()


def _categories(here: Mapping[str, ColumnVerdict], stated: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the columns in which nothing of the declared category was seen; what holds another kind of data
    for sure is misnamed.
    """
    for name, category in stated.items():
        kinds = {entity.name for entity in ENTITIES.values() if is_ancestor(category, entity.category)}
        seen = here.get(name)
        if seen is None or not kinds or not kinds <= SEEN_BY_FORM or seen.rows - seen.nulls < ENOUGH:
            continue
        held = set(seen.contains) | ({seen.entity} if seen.matches else set())
        other = seen.verdict in PRESENT and seen.matches and seen.entity not in kinds
        if not held & kinds and not other:
            yield {
                "column": name,
                "category": category,
                "absent": CATEGORY,
                "rows": 0,
                "of": seen.rows - seen.nulls,
            }


@check(severity=Severity.LOW, articles=("GDPR 5(2)", "GDPR 30(1)(c)"))
def declared_absent(absent_data: ir.Table) -> ir.Table:
    """Return the declared columns that are missing, that are empty, and in which nothing of the declared
    category was seen.
    """
    absent = absent_data.absent
    grade = ibis.cases((absent == COLUMN, "medium"), else_="low")
    sure = ibis.cases((absent == CATEGORY, "low"), else_="high")
    return absent_data.mutate(severity=grade, confidence=sure, sensitive=ibis.literal(False))
