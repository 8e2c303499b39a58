"""Passwords stored in clear text, or as hashes that can be brute-forced

## What it finds
Columns of credentials that hold passwords, keys or tokens in clear text, or passwords as MD5 or SHA hashes
without a salt. The policy declares such a column, or its name says so.

## Why it matters
Whoever reads the table, a backup or an export can log in as everybody in it. With clear text this works at
once. With unsalted hashes it takes hours, because one table of guesses serves for all of them (GDPR Art.
5(1)(f), 32(1)(a)).

## How to fix
Hash passwords with Argon2id, scrypt or bcrypt, each with its own salt. Wrap the old hashes at once
(`argon2id(md5)`), and replace them at the next login. Keep keys that are only compared as SHA-256, and keys
that are sent on in a store of secrets. Where credentials were readable, let people choose new passwords and
issue the keys again. Then overwrite the rows that the SQL of the finding selects, and the backups.

## Limits
A cell that is masked or encrypted, or that says that there is no password (`!`, `ldap`), does not count.
Digests of random keys and tokens do not count either, because nobody can try them all. `pii-secret` finds
credentials that anybody can read, in whatever column they stand.

## Example
>>> import auditkit, hashlib, pandas as pd
>>> bcrypt = "$2b$12$" + "N9qo8uLOickgx2ZMRZoMye" * 2
>>> words = ["hunter2", hashlib.md5(b"letmein").hexdigest(), hashlib.sha1(b"qwerty12").hexdigest(), bcrypt]
>>> users = pd.DataFrame({"password": words})
>>> audit = auditkit.audit({"users": users}, checks=["access-plaintext-credential"])
>>> (finding,) = audit.findings
>>> finding.table, finding.columns, finding.rows, finding.of
('users', ('password',), 3, 4)
>>> finding.detail
{'readable': 1, 'unsalted_md5': 1, 'unsalted_sha1': 1, 'unsalted_sha2': 0, 'alike': 0}

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32(1)(a), encryption and pseudonymisation
- CWE-256, plaintext storage of a password
- CWE-759, one-way hash without a salt
- CWE-916, password hash with insufficient computational effort
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, each, fact
from auditkit.facts.credentials import (
    CIPHERTEXT,
    DIGEST,
    ENCODED,
    HASHED,
    NO_KEY,
    NO_PASSWORD,
    SEALED,
    TOKEN,
    UNSALTED,
    StoredCredential,
    credential_of,
)
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import ColumnPolicy

FILLED, READABLE = "auditkit_filled", "auditkit_readable"
MD5, SHA1, SHA2 = "auditkit_md5", "auditkit_sha1", "auditkit_sha2"

# The syntax that DuckDB, PostgreSQL, MariaDB and SQLite share: no backslash.
_MD5 = r"^((0x)?[0-9a-fA-F]{32}|[A-Za-z0-9+/_-]{22}==|[{]MD5[}].+)$"
_SHA1 = r"^((0x)?[0-9a-fA-F]{40}|[A-Za-z0-9+/_-]{27}=|[{]SHA[}].+|[*][0-9A-F]{40})$"
_SHA256 = "^[0-9a-f]{64}$"
_SHORTEST_TOKEN = 20


@each
def stored_credential(
    relation: Examined, columns: Mapping[str, ColumnPolicy] | None = None
) -> tuple[StoredCredential, ...] | Missing:
    """The text columns of the table that are declared as credentials, or named like one or its hash."""
    table, declared = relation.table, columns or {}
    assert table is not None  # a relation without a table says why it is missing
    found = [credential_of(relation.name, table, name, declared.get(name)) for name in table.columns]
    return tuple(credential for credential in found if credential is not None) or Missing(
        Cause.NOT_APPLICABLE,
        f"{relation.name} has no column that is declared as a credential or named like one",
    )


@fact
def storage(rows: ir.Table, stored_credential: StoredCredential) -> ir.Table:
    """The rows of the table, with how each stores its credential: readable, or as a hash without salt.

    `auditkit_filled` says that a row has a credential at all.
    """
    text = rows[stored_credential.name].strip().nullif("")
    digest = (
        text.re_search(DIGEST) | text.re_search(ENCODED) | text.re_search(UNSALTED) | text.re_search(_MD5)
    )
    safe = _is_safe(text, digest, stored_credential)
    if stored_credential.is_password:
        weak = _is_unsalted(rows, digest, safe, stored_credential)
        readable = ~safe & ~digest
    else:
        weak = ibis.literal(False)
        readable = _is_readable_key(text, digest, safe, stored_credential)
    md5, sha1 = text.re_search(_MD5), text.re_search(_SHA1)
    forms = {
        FILLED: text.notnull(),
        READABLE: readable,
        MD5: weak & md5,
        SHA1: weak & sha1,
        SHA2: weak & ~md5 & ~sha1,
    }
    return rows.mutate(**{name: form.fill_null(False) for name, form in forms.items()})


def _is_safe(text: ir.StringValue, digest: ir.BooleanValue, column: StoredCredential) -> ir.BooleanValue:
    """Return whether a function for passwords made the text, or it is sealed, or no credential."""
    hashed = text.re_search(HASHED) & ~text.re_search(UNSALTED)
    safe = hashed | text.re_search(SEALED) | text.re_search(NO_PASSWORD)
    if column.hidden:
        safe |= text.re_search(CIPHERTEXT) & ~digest
    return safe


def _is_unsalted(
    rows: ir.Table, digest: ir.BooleanValue, safe: ir.BooleanValue, column: StoredCredential
) -> ir.BooleanValue:
    """Return whether a password is a digest, and no column of the same row holds its salt."""
    salt = rows[column.salt] if column.salt is not None else None
    return digest & ~safe & (salt.isnull() if salt is not None else ibis.literal(True))


def _is_readable_key(
    text: ir.StringValue, digest: ir.BooleanValue, safe: ir.BooleanValue, column: StoredCredential
) -> ir.BooleanValue:
    """Return whether a key or token is readable.

    Where the name of the column says a hash, a digest is safe. In a column that is named like a token 64 hex
    digits are safe too, because frameworks store the SHA-256 of a token there.
    """
    hashed: ir.BooleanValue = ibis.literal(False)
    if column.hidden:
        hashed = digest
    elif column.is_token:
        hashed = text.re_search(_SHA256)
    readable = ~safe & ~hashed & ~text.re_search(NO_KEY)
    if not column.sure:
        readable &= (text.length() >= _SHORTEST_TOKEN) & text.re_search(TOKEN)
    return readable


@check(
    severity=Severity.CRITICAL,
    articles=("GDPR 5(1)(f)", "GDPR 32(1)(a)"),
    says=(
        "{readable:credential} in clear text; {unsalted_md5:MD5 hash|MD5 hashes} without salt;"
        " {unsalted_sha1:SHA-1 hash|SHA-1 hashes} without salt;"
        " {unsalted_sha2:SHA-2 hash|SHA-2 hashes} without salt;"
        " {alike:hash repeats|hashes repeat} another one"
    ),
)
def plaintext_credential(storage: ir.Table, stored_credential: StoredCredential) -> Offending:
    """Return whether a row stores a credential in clear text, or a password as a hash without salt."""
    weak = storage[MD5] | storage[SHA1] | storage[SHA2]
    # Two people with one hash prove that nothing salts it.
    alike = weak.sum() - storage[stored_credential.name].nunique(where=weak)
    return Offending(
        storage[READABLE] | weak,
        detail={
            "readable": storage[READABLE].sum(),
            "unsalted_md5": storage[MD5].sum(),
            "unsalted_sha1": storage[SHA1].sum(),
            "unsalted_sha2": storage[SHA2].sum(),
            "alike": alike,
        },
        severity=ibis.cases((storage[READABLE].sum() > 0, 3), else_=2),
        confidence=Confidence.HIGH if stored_credential.sure else Confidence.MEDIUM,
        of=storage[FILLED].sum(),
    )
