"""Passwords, keys or tokens stored in readable form

## What it finds
Columns of credentials, with how many cells can be read as the credential itself. The output of a function
that hashes passwords (bcrypt, scrypt, Argon2, PBKDF2, crypt) does not count, nor do masks, ciphertexts, and
references to a store of secrets. And other columns in which passwords, keys or tokens stand: a key is known
by the prefix that its issuer gives it, a password by the word before it.

## Why it matters
Whoever reads the table, a backup or an export of it can act as the person or the service that the credential
belongs to (GDPR Art. 5(1)(f) and 32(1)(a)). A password is often the same elsewhere.

## How to fix
First revoke and change what was readable, because it may have been read. Keep passwords as hashes of Argon2id
or bcrypt, tokens as SHA-256 and only where they must be compared, and other keys in a store of secrets. Then
empty the column and the backups that hold it: `ALTER TABLE <table> DROP COLUMN <column>`. Redact credentials
in texts where the text comes in.

## Limits
Hashes of passwords without a salt are counted as a detail: `access-plaintext-credential` finds them.

## Example
>>> import auditkit, pandas as pd
>>> bcrypt = "$2b$12$" + "N9qo8uLOickgx2ZMRZoMye" * 2 + "IjZAgcfl7"
>>> users = pd.DataFrame({"password": ["correct horse", "hunter2", bcrypt, None]})
>>> audit = auditkit.audit({"users": users}, checks=["pii-secret"])
>>> [(f.columns, f.entity, f.rows, f.of, f.severity.value) for f in audit.findings]
[(('password',), 'PASSWORD', 2, 3, 'critical')]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32(1)(a), encryption
- OWASP, password storage cheat sheet
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
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
from auditkit.facts.sensitive import is_credential
from auditkit.outcome import Severity
from auditkit.policy import ColumnPolicy
from auditkit.relations.names import words
from auditkit.vocabulary import ENTITIES, Sensitivity, is_ancestor, sensitivity

SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("table", "column", "entity", "category", "confidence")]
    + [(name, pa.int64()) for name in ("rows", "of", "unsalted_hashes")]
)
_TOKEN_LENGTH = 20


@dataclass(frozen=True)
class Credential:
    """A column that holds credentials.

    Attributes:
        column: its name.
        entity: `PASSWORD` or `SECRET`.
        category: its data category.
        confidence: how sure that is.
        by_name_only: nothing but the name of the column says so.
    """

    column: str
    entity: str
    category: str
    confidence: str
    by_name_only: bool = False

    def readable(self, table: ir.Table) -> ir.BooleanValue:
        """Return whether a cell can be read as the credential itself."""
        text = _text(table[self.column])
        hidden = text.re_search(HASHED) | text.re_search(SEALED)
        if self.entity == "PASSWORD":
            hidden |= text.re_search(DIGEST) | text.re_search(ENCODED)
        if HIDDEN.search(words(self.column)):
            hidden |= text.re_search(DIGEST) | text.re_search(CIPHERTEXT)
        shown = text.notnull() & ~hidden
        if self.by_name_only:
            return shown & (text.length() >= _TOKEN_LENGTH) & text.re_search(TOKEN)
        return shown

    def unsalted(self, table: ir.Table) -> ir.BooleanValue:
        """Return whether a cell is a hash of a password without salt, which can be brute-forced."""
        if self.entity != "PASSWORD":
            return ibis.literal(False)
        text = _text(table[self.column])
        return text.re_search(DIGEST) | text.re_search(ENCODED) | text.re_search(UNSALTED)


@fact
def secrets(
    dataset: Dataset,
    relation: Examined,
    verdicts: Mapping[str, ColumnVerdict],
    profile: Profile,
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> ir.Table:
    """The columns with passwords, keys or tokens: one row for each.

    In a column of credentials `rows` of `of` filled cells can be read, and `unsalted_hashes` are hashes of
    passwords without salt. In another column `rows` cells hold a credential among other things.
    """
    assert relation.table is not None  # a relation without a table says why it is missing
    whole = list(_credentials(relation.name, relation.table, verdicts, columns or {}))
    rows = [
        *_counted(dataset, relation.table, whole),
        *_inside(verdicts, profile, {c.column for c in whole}, columns or {}),
    ]
    return ibis.memtable(pa.Table.from_pylist([{"table": relation.name, **r} for r in rows], schema=SCHEMA))


def _text(cell: ir.Column) -> ir.StringValue:
    return cell.cast("string").strip().nullif("")


def _credentials(
    store: str,
    table: ir.Table,
    verdicts: Mapping[str, ColumnVerdict],
    columns: Mapping[str, ColumnPolicy],
) -> Iterator[Credential]:
    """Yield the columns of credentials: what the policy says decides, then what was found, then the name."""
    named = credentials(store, table)
    for name in table.columns:
        found, stated = verdicts.get(name), columns.get(name)
        kind = table[name].type()
        if kind.is_binary() or kind.is_boolean() or kind.is_nested():
            continue
        if stated is not None:
            if stated.personal and sensitivity(stated.category) is Sensitivity.CREDENTIAL:
                password = is_ancestor(ENTITIES["PASSWORD"].category, stated.category)
                yield Credential(name, "PASSWORD" if password else "SECRET", stated.category, "high")
        elif found is not None and found.entity in ("PASSWORD", "SECRET") and found.verdict in CONFIDENCE:
            # a name that agrees with what was found makes it sure
            confidence = "high" if name in named else CONFIDENCE[found.verdict]
            yield Credential(name, found.entity, ENTITIES[found.entity].category, confidence)
        elif name in named and (found is None or found.verdict in ("none", "review", "mixed")):
            yield Credential(name, "SECRET", ENTITIES["SECRET"].category, "medium", by_name_only=True)


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
        yield {
            "column": c.column, "entity": c.entity, "category": c.category, "confidence": c.confidence,
            "rows": counts[f"rows{i}"], "of": counts[f"of{i}"],
            "unsalted_hashes": counts[f"unsalted{i}"] or None,
        }  # fmt: skip


def _inside(
    verdicts: Mapping[str, ColumnVerdict],
    profile: Profile,
    whole: Collection[str],
    columns: Mapping[str, ColumnPolicy],
) -> Iterator[dict[str, Any]]:
    """Yield the passwords, keys and tokens that stand in columns of something else."""
    for name, v in verdicts.items():
        if name in whole or (name in columns and not columns[name].personal):
            continue
        for entity, rows in sorted(v.contains.items()):
            category = profile.custom.category(entity)
            if is_credential(category):
                yield {
                    "column": name, "entity": entity, "category": category, "confidence": "high",
                    "rows": rows, "of": v.rows - v.nulls,
                }  # fmt: skip


@check(
    severity=Severity.HIGH,
    articles=("GDPR 5(1)(f)", "GDPR 32(1)(a)"),
    says="data category {category}; {unsalted_hashes:hash|hashes} of passwords without salt",
)
def secret(secrets: ir.Table) -> ir.Table:
    """Return the columns in which passwords, keys or tokens can be read; all of them are sensitive."""
    return secrets.filter(secrets.rows > 0).mutate(sensitive=ibis.literal(True))
