"""An e-mail address, a telephone number or an identity number is the key of a table.

A key is copied into every table that refers to it, into logs, URLs and exports, and can hardly be changed or
erased: whoever corrects an address, or asks for erasure, breaks the references (GDPR Art. 5(1)(c), 16, 17,
25). The same identifier also links the people of this table with those of any other data set. `used_as` says
how: primary key, target of references, or the only link between tables where no key is declared; `tables` is
how many other tables refer to it.

Remedy: give the table a key that means nothing (a number or a random UUID), let the others refer to that, and
    keep the identifier once,
with a unique index of its own.

>>> import auditkit, pandas as pd
>>> customers = pd.DataFrame({"email": [f"p{n}@example.org" for n in range(90)], "full_name": "Ana Kovac"})
>>> orders = pd.DataFrame({"id": range(400), "customer_email": [f"p{n % 90}@example.org" for n in range(400)]})
>>> audit = auditkit.audit({"customers": customers, "orders": orders}, checks=["minimisation-identifier-as-key"])
>>> [(f.table, f.columns, f.entity, f.detail["used_as"], f.detail["tables"]) for f in audit.findings]
[('customers', ('email',), 'EMAIL_ADDRESS', 'link between tables', 1)]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit import relations as related
from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.detection import Profile
from auditkit.facts.detections import CONFIDENCE
from auditkit.facts.minimisation.identifiers import IDENTIFIERS, is_identifier
from auditkit.facts.relation import Examined
from auditkit.outcome import Missing, Severity
from auditkit.policy import ColumnPolicy
from auditkit.relations import Origin, Relations
from auditkit.relations.infer import DISTINCT, INCLUSION, family
from auditkit.vocabulary import ENTITIES, is_ancestor

SCHEMA = pa.schema(
    [
        ("column", pa.string()),
        ("entity", pa.string()),
        ("confidence", pa.string()),
        ("used_as", pa.string()),
        ("tables", pa.int64()),
    ]
)
PRIMARY, TARGET, LINK = "primary key", "target of references", "link between tables"
_ONE_TO_MANY = 1.2
"""Rows a value from which a column refers to somebody, and does not list everybody once."""


@fact
def identifier_keys(
    dataset: Dataset,
    profile: Profile,
    relations: Relations,
    keys: related.Tables,
    relation: Examined,
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> ir.Table | Missing:
    """The identifiers of people by which rows of the table are told apart: one row for each column, with what
    it is `used_as`.

    It is (part of) the primary key; or the target of references of so many `tables`; or, where neither is
    declared and no other column links them, the only link to tables whose values all stand in it.
    """
    if (failed := profile.failed.get(relation.name)) is not None:
        return failed
    found = []
    for column, (entity, sure) in _identifiers(profile, relation, columns or {}).items():
        told = {"column": column, "entity": entity}
        referring = {
            r.table: r.origin
            for r in relations.references
            if r.parent == relation.name and column in r.parent_columns
        }
        if any(k.primary and k.table == relation.name and column in k.columns for k in dataset.keys()):
            found.append({**told, "confidence": sure, "used_as": PRIMARY, "tables": len(referring)})
        elif referring:
            guessed = all(origin is Origin.INFERRED for origin in referring.values())
            found.append(
                {
                    **told,
                    "confidence": "medium" if guessed else sure,
                    "used_as": TARGET,
                    "tables": len(referring),
                }
            )
        elif linked := list(_linked(keys, profile, relations, relation.name, column, entity)):
            found.append({**told, "confidence": "medium", "used_as": LINK, "tables": len(linked)})
    return ibis.memtable(pa.Table.from_pylist(found, schema=SCHEMA))


def _identifiers(
    profile: Profile, relation: Examined, stated: Mapping[str, ColumnPolicy]
) -> dict[str, tuple[str, str]]:
    """Return the columns with identifiers, each with the entity and how sure it is; what is declared is
    sure.
    """
    here = {c.column: c for c in profile.columns if c.table == relation.name and c.verdict in CONFIDENCE}
    found: dict[str, tuple[str, str]] = {}
    for name in relation.table.columns if relation.table is not None else ():
        told, seen = stated.get(name), here.get(name)
        declared = _of_category(told) if told is not None and told.personal else None
        if declared is not None:
            found[name] = (declared, "high")
        elif (told is None or told.personal) and seen is not None and is_identifier(seen.entity):
            found[name] = (str(seen.entity), CONFIDENCE[seen.verdict])
    return found


def _of_category(told: ColumnPolicy) -> str | None:
    return next((e for e in sorted(IDENTIFIERS) if is_ancestor(ENTITIES[e].category, told.category)), None)


def _linked(
    keys: related.Tables, profile: Profile, relations: Relations, name: str, column: str, entity: str
) -> Iterator[tuple[str, str]]:
    """Yield the columns of other tables by which alone their rows are led to this table's: many rows a value,
    and all of them here.
    """
    stored = {
        n for n in keys.all if n != name and "view" not in keys.dataset.relations[n].kind
    }  # a view hides what its rows refer by
    others = [
        c for c in profile.columns if c.entity == entity and c.verdict in CONFIDENCE and c.table in stored
    ]
    tied = {frozenset((r.table, r.parent)) for r in relations.references}
    several: dict[str, Any] | None = None
    for other in others:
        if frozenset((other.table, name)) in tied or not keys.joinable(other.table, name):
            continue
        theirs, mine = keys.all[other.table][other.column], keys.all[name][column]
        if (
            family(theirs.type()) is None
            or family(theirs.type()) != family(mine.type())
            or not _repeats(keys, other.table, other.column)
        ):
            continue
        several = several or _counts(keys, name, column)
        if several["values"] < DISTINCT or several["values"] != several["rows"]:
            return
        distinct, hits = keys.inclusion(other.table, other.column, name, column)
        if distinct >= DISTINCT and hits >= INCLUSION * distinct:
            yield other.table, other.column


def _repeats(keys: related.Tables, table: str, column: str) -> bool:
    told = _counts(keys, table, column)
    return bool(told["filled"] >= _ONE_TO_MANY * max(told["values"], 1))


def _counts(keys: related.Tables, table: str, column: str) -> dict[str, Any]:
    rows = keys.all[table]
    return keys.dataset.fetch(
        rows.aggregate(rows=rows.count(), filled=rows[column].count(), values=rows[column].nunique())
    )[0]


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(c)", "GDPR 17", "GDPR 25"))
def identifier_as_key(identifier_keys: ir.Table) -> ir.Table:
    """Return the identifiers of people by which rows are told apart."""
    return identifier_keys
