"""Passwords, keys or tokens stand readable in data.

Whoever reads the table, a backup or an export of it can act as the person, or as the service, that the
credential belongs to; and a password is often the same elsewhere (GDPR Art. 5(1)(f), 32(1)(a)). Columns of
credentials are counted cell by cell where the data lives: what a function for passwords has hashed (bcrypt,
scrypt, Argon2, PBKDF2, crypt), what is masked, encrypted, or only names a place in a store of secrets, is no
finding; hashes without salt are told as a detail. Keys and tokens inside other columns are known by the
prefix that their issuer gave them.

Remedy: revoke and change what was readable first, for it may have been read. Keep passwords as hashes of
    Argon2id or bcrypt, tokens as
SHA-256 and only where they must be compared, other keys in a store of secrets; then empty the column (`UPDATE
users SET password_hash = ..., password = NULL; ALTER TABLE users DROP COLUMN password`) and the backups that
hold it. In texts, redact them where the text comes in.

>>> import auditkit, pandas as pd
>>> users = pd.DataFrame({"password": ["correct horse", "hunter2", "$2b$12$" + "N9qo8uLOickgx2ZMRZoMye" * 2 + "IjZAgcfl7", None]})
>>> audit = auditkit.audit({"users": users}, checks=["pii-secret"])
>>> [(f.columns, f.entity, f.rows, f.of, f.severity.value) for f in audit.findings]
[(('password',), 'PASSWORD', 2, 3, 'critical')]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.detection import ColumnVerdict, Profile
from auditkit.facts.credentials import (
    CIPHERTEXT,
    DIGEST,
    ENCODED,
    HASHED,
    HIDDEN,
    SEALED,
    TOKEN,
    UNSALTED,
    credentials,
)
from auditkit.facts.detections import CONFIDENCE
from auditkit.facts.relation import Examined
from auditkit.outcome import Missing, Severity
from auditkit.policy import ColumnPolicy
from auditkit.relations.names import words
from auditkit.vocabulary import ENTITIES, Sensitivity, is_ancestor, sensitivity

SCHEMA = pa.schema(
    [("table", pa.string()), ("column", pa.string()), ("entity", pa.string()), ("category", pa.string()), ("confidence", pa.string()),
     ("rows", pa.int64()), ("of", pa.int64()), ("unsalted_hashes", pa.int64())]
)  # fmt: skip

_TOKEN_LENGTH = 20


@dataclass(frozen=True)
class Credential:
    """A column that holds credentials, and what that rests on."""

    column: str
    entity: str
    category: str
    confidence: str
    said_by_name_alone: bool = False

    def readable(self, table: ir.Table) -> ir.BooleanValue:
        """Return whether a cell can be read as the credential itself."""
        text = _text(table[self.column])
        hidden = text.re_search(HASHED) | text.re_search(SEALED)
        if self.entity == "PASSWORD":
            hidden |= text.re_search(DIGEST) | text.re_search(ENCODED)
        if HIDDEN.search(words(self.column)):
            hidden |= text.re_search(DIGEST) | text.re_search(CIPHERTEXT)
        shown = text.notnull() & ~hidden
        return (
            shown & (text.length() >= _TOKEN_LENGTH) & text.re_search(TOKEN)
            if self.said_by_name_alone
            else shown
        )

    def unsalted(self, table: ir.Table) -> ir.BooleanValue:
        """Return whether a cell is a hash of a password without salt, which is found by trying."""
        text = _text(table[self.column])
        plain = text.re_search(DIGEST) | text.re_search(ENCODED) | text.re_search(UNSALTED)
        return plain if self.entity == "PASSWORD" else ibis.literal(False)


@fact
def readable_secrets(
    dataset: Dataset, profile: Profile, relation: Examined, columns: Mapping[str, ColumnPolicy] | None = None
) -> ir.Table | Missing:
    """The passwords, keys and tokens of the table that can be read: one row for each column that holds any.

    In a column of credentials (found, declared, or told by its name) `rows` of `of` cells that are not empty
    can be read, counted where the data lives, and `unsalted_hashes` are hashes of passwords without salt. In
    other columns `rows` cells hold a key or a token among other things, by the prefix that its issuer gave
    it.
    """
    if (failed := profile.failed.get(relation.name)) is not None:
        return failed
    assert relation.table is not None  # a relation without a table says why it is missing
    here = {c.column: c for c in profile.columns if c.table == relation.name}
    whole = list(_credentials(relation.table, here, columns or {}))
    rows = [
        *_counted(dataset, relation.table, whole),
        *_inside(here, {c.column for c in whole}, columns or {}),
    ]
    return ibis.memtable(
        pa.Table.from_pylist([{"table": relation.name, **row} for row in rows if row["rows"]], schema=SCHEMA)
    )


def _text(cell: ir.Column) -> ir.StringValue:
    return cell.cast("string").strip().nullif("")


def _credentials(
    table: ir.Table, here: Mapping[str, ColumnVerdict], columns: Mapping[str, ColumnPolicy]
) -> Iterator[Credential]:
    """Yield the columns of credentials: what the policy says counts, then what was found, then the name; both
    are sure together.
    """
    named = credentials(table)
    for name in table.columns:
        found, stated = here.get(name), columns.get(name)
        kind = table[name].type()
        if kind.is_binary() or kind.is_boolean() or kind.is_nested():
            continue
        if stated is not None:
            if stated.personal and sensitivity(stated.category) is Sensitivity.CREDENTIAL:
                password = is_ancestor(ENTITIES["PASSWORD"].category, stated.category)
                yield Credential(name, "PASSWORD" if password else "SECRET", stated.category, "high")
        elif found is not None and found.entity in ("PASSWORD", "SECRET") and found.verdict in CONFIDENCE:
            sure = "high" if name in named else CONFIDENCE[found.verdict]
            yield Credential(name, found.entity, ENTITIES[found.entity].category, sure)
        elif name in named and (found is None or found.verdict in ("none", "review")):
            yield Credential(name, "SECRET", ENTITIES["SECRET"].category, "medium", said_by_name_alone=True)


def _counted(dataset: Dataset, table: ir.Table, found: list[Credential]) -> Iterator[dict[str, Any]]:
    """Yield what one statement counts in the columns of credentials."""
    if not found:
        return
    measures: dict[str, ir.Scalar] = {}
    for i, c in enumerate(found):
        measures[f"rows{i}"] = table.count(where=c.readable(table))
        measures[f"of{i}"] = table.count(where=_text(table[c.column]).notnull())
        measures[f"unsalted{i}"] = table.count(where=c.unsalted(table))
    counts = dataset.fetch(table.aggregate(**measures))[0]
    for i, c in enumerate(found):
        told = {"column": c.column, "entity": c.entity, "category": c.category, "confidence": c.confidence}
        yield {
            **told,
            "rows": counts[f"rows{i}"],
            "of": counts[f"of{i}"],
            "unsalted_hashes": counts[f"unsalted{i}"] or None,
        }


def _inside(
    here: Mapping[str, ColumnVerdict], whole: set[str], columns: Mapping[str, ColumnPolicy]
) -> Iterator[dict[str, Any]]:
    """Yield the keys and tokens that stand in columns of something else."""
    for name, c in here.items():
        innocent = name in columns and not columns[name].personal
        if name not in whole and not innocent and (rows := c.contains.get("SECRET", 0)):
            told = {
                "column": name,
                "entity": "SECRET",
                "category": ENTITIES["SECRET"].category,
                "confidence": "high",
            }
            yield {**told, "rows": rows, "of": c.rows - c.nulls}


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 32(1)(a)"))
def secret(readable_secrets: ir.Table) -> ir.Table:
    """Return the columns in which passwords, keys or tokens can be read; all of them are sensitive."""
    return readable_secrets.filter(readable_secrets.rows > 0).mutate(sensitive=ibis.literal(True))
