"""Identifier of a person used as a key

## What it finds
Columns of e-mail addresses, telephone numbers, identity numbers or account numbers that tell the rows of a
table apart. The detail `used_as` says how: as the primary key, as the target of references, or as the only
link between tables that declare no key. `tables` counts the other tables that refer to it.

## Why it matters
A key is copied into every table that refers to it, into logs, URLs and exports. Nobody can change or erase it
easily: who corrects an address, or asks for erasure, breaks the references (GDPR Art. 5(1)(c), 16, 17, 25).
The same identifier also links the people of the table with those of any other data set.

## How to fix
Give the table a key that means nothing, such as a number or a random UUID, and let the others refer to it.
Keep the identifier once, with its own unique index.

## Limits
A link between tables is found only where no key is declared and no other column links them, and only from
many rows to one. Its confidence is medium. So is that of a reference that auditkit has inferred.

## Example
>>> import auditkit, pandas as pd
>>> emails = [f"p{n}@example.org" for n in range(90)]
>>> customers = pd.DataFrame({"email": emails, "full_name": "Ana Kovac"})
>>> orders = pd.DataFrame({"id": range(360), "customer_email": emails * 4})
>>> source = {"customers": customers, "orders": orders}
>>> audit = auditkit.audit(source, checks=["minimisation-identifier-as-key"])
>>> [(f.table, f.columns, f.entity, f.detail["used_as"], f.detail["tables"]) for f in audit.findings]
[('customers', ('email',), 'EMAIL_ADDRESS', 'link between tables', 1)]

## References
- GDPR Art. 5(1)(c), data minimisation
- GDPR Art. 16 and 17, rectification and erasure
- GDPR Art. 25, data protection by design
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit import relations as related
from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.detection import ColumnVerdict, Profile
from auditkit.facts.detections import CONFIDENCE
from auditkit.facts.minimisation.identifiers import IDENTIFIERS, is_identifier
from auditkit.facts.relation import Examined
from auditkit.outcome import Severity
from auditkit.policy import ColumnPolicy
from auditkit.relations import Origin, Relations
from auditkit.relations.infer import DISTINCT, INCLUSION
from auditkit.relations.tables import key_family
from auditkit.vocabulary import ENTITIES, is_ancestor

PRIMARY, TARGET, LINK = "primary key", "target of references", "link between tables"
SCHEMA = pa.schema(
    [
        ("column", pa.string()),
        ("entity", pa.string()),
        ("confidence", pa.string()),
        ("used_as", pa.string()),
        ("tables", pa.int64()),
    ]
)
_ROWS_A_VALUE = 1.2
"""The rows for each value from which a column refers to people, and does not list each of them once."""


@fact
def identifier_uses(
    dataset: Dataset,
    profile: Profile,
    relations: Relations,
    keys: related.Tables,
    relation: Examined,
    verdicts: Mapping[str, ColumnVerdict],
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> ir.Table:
    """The identifiers of people in the table, one row each, with the kind of key that each is.

    `used_as` is null for an identifier that is not a key. `tables` counts the other tables that refer to it.
    """
    rows = []
    for column, (entity, confidence) in _identifiers(verdicts, relation, columns or {}).items():
        origins = {r.table: r.origin for r in relations.to(relation.name) if column in r.parent_columns}
        used_as, tables = None, len(origins)
        if any(k.primary and k.table == relation.name and column in k.columns for k in dataset.keys()):
            used_as = PRIMARY
        elif origins:
            used_as = TARGET
            if all(origin is Origin.INFERRED for origin in origins.values()):
                confidence = "medium"
        elif linked := list(_linked(keys, profile, relations, relation.name, column, entity)):
            used_as, tables, confidence = LINK, len(linked), "medium"
        rows.append(
            {
                "column": column,
                "entity": entity,
                "confidence": confidence,
                "used_as": used_as,
                "tables": tables,
            }
        )
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _identifiers(
    verdicts: Mapping[str, ColumnVerdict], relation: Examined, declared: Mapping[str, ColumnPolicy]
) -> dict[str, tuple[str, str]]:
    """Return the columns with identifiers, each with its entity and the confidence in it."""
    found: dict[str, tuple[str, str]] = {}
    for name in relation.table.columns if relation.table is not None else ():
        stated, verdict = declared.get(name), verdicts.get(name)
        if stated is not None and not stated.personal:
            continue
        if stated is not None and (entity := _entity_of(stated.category)) is not None:
            found[name] = (entity, "high")
        elif verdict is not None and verdict.verdict in CONFIDENCE and is_identifier(verdict.entity):
            found[name] = (str(verdict.entity), CONFIDENCE[verdict.verdict])
    return found


def _entity_of(category: str) -> str | None:
    return next((e for e in sorted(IDENTIFIERS) if is_ancestor(ENTITIES[e].category, category)), None)


def _linked(
    keys: related.Tables, profile: Profile, relations: Relations, name: str, column: str, entity: str
) -> Iterator[tuple[str, str]]:
    """Yield the columns of other tables that refer to a column of this one, many rows to one.

    Nothing else ties such a table to this one, and all its values stand here.
    """
    # a view hides the references of its rows
    stored = keys.stored - {name}
    tied = {r.parent for r in relations.of(name)} | {r.table for r in relations.to(name)}
    for other in profile.of_entity(entity):
        if other.verdict not in CONFIDENCE or other.table not in stored:
            continue
        if other.table in tied or not keys.joinable(other.table, name):
            continue
        theirs, mine = keys.all[other.table][other.column], keys.all[name][column]
        is_same_type = key_family(theirs.type()) is not None and key_family(theirs.type()) == key_family(
            mine.type()
        )
        if not is_same_type or not _repeats(keys, other.table, other.column):
            continue
        mine_counted = keys.counts(name, column)
        if mine_counted.distinct < DISTINCT or mine_counted.distinct != mine_counted.rows:
            return
        distinct, hits = keys.inclusion(other.table, other.column, name, column)
        if distinct >= DISTINCT and hits >= INCLUSION * distinct:
            yield other.table, other.column


def _repeats(keys: related.Tables, table: str, column: str) -> bool:
    counts = keys.counts(table, column)
    return counts.filled >= _ROWS_A_VALUE * max(counts.distinct, 1)


@check(
    severity=Severity.HIGH,
    articles=("GDPR 5(1)(c)", "GDPR 17", "GDPR 25"),
    says="used as {used_as}; {tables:other table refers|other tables refer} to it",
)
def identifier_as_key(identifier_uses: ir.Table) -> ir.Table:
    """Return the identifiers of people that are keys."""
    return identifier_uses.filter(identifier_uses.used_as.notnull())
