"""A column of credentials keeps them as they are, or as hashes that give way to trying.

Whoever reads the table, a backup or an export of it can log in as everybody in it: at once where passwords
and keys are kept as they are, within hours where passwords are MD5 or SHA hashes without a salt, for then one
table of guesses serves for all (CWE-256, CWE-759, CWE-916; GDPR Art. 5(1)(f), 32(1)(a)). Columns are told by
the policy or by their names. `pii-secret` says which data anybody can read, wherever it stands; this is about
how credentials are kept, and counts the complement of a salted hash. Digests of random keys and tokens are as
they should be; what is masked, encrypted, or no password at all (`!`, `ldap`) is no finding.

Remedy: hash passwords with Argon2id, scrypt or bcrypt, each with a salt of its own: wrap the old hashes at
    once (`argon2id(md5)`) and
replace them at the next login. Keep keys that are only compared as SHA-256, and keys that must be sent on in
a store of secrets. Where they could be read, let people choose new ones and issue the keys anew; then
overwrite the rows that the finding's SQL selects, and the backups.

>>> import auditkit, hashlib, pandas as pd
>>> bcrypt = "$2b$12$" + "N9qo8uLOickgx2ZMRZoMye" * 2
>>> words = ["hunter2", hashlib.md5(b"letmein").hexdigest(), hashlib.sha1(b"qwerty12").hexdigest(), bcrypt]
>>> audit = auditkit.audit({"users": pd.DataFrame({"password": words})}, checks=["access-plaintext-credential"])
>>> [(f.table, f.columns, f.rows, f.of, f.detail) for f in audit.findings]
[('users', ('password',), 3, 4, {'readable': 1, 'unsalted_md5': 1, 'unsalted_sha1': 1, 'unsalted_sha2': 0, 'alike': 0})]
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


@each
def stored_credential(
    relation: Examined, columns: Mapping[str, ColumnPolicy] | None = None
) -> tuple[StoredCredential, ...] | Missing:
    """The text columns of the table that are kept for credentials: declared as such, or called like one, its
    hash or its ciphertext.
    """
    assert relation.table is not None  # a relation without a table says why it is missing
    found = tuple(
        c
        for name in relation.table.columns
        if (c := credential_of(relation.table, name, (columns or {}).get(name))) is not None
    )
    return found or Missing(
        Cause.NOT_APPLICABLE,
        f"{relation.name} has no column that is declared as a credential or named like one",
    )


FILLED, READABLE, MD5, SHA1, SHA2 = (
    "auditkit_filled",
    "auditkit_readable",
    "auditkit_md5",
    "auditkit_sha1",
    "auditkit_sha2",
)
WEAK = (MD5, SHA1, SHA2)

# One syntax for DuckDB, PostgreSQL, MariaDB and SQLite, and so without `\`.
_MD5 = r"^((0x)?[0-9a-fA-F]{32}|[A-Za-z0-9+/_-]{22}==|[{]MD5[}].+)$"
_SHA1 = r"^((0x)?[0-9a-fA-F]{40}|[A-Za-z0-9+/_-]{27}=|[{]SHA[}].+|[*][0-9A-F]{40})$"
_SHA256 = "^[0-9a-f]{64}$"
_LEAST = 20


@fact
def storage(rows: ir.Table, stored_credential: StoredCredential) -> ir.Table:
    """The rows of the table, with how each keeps its credential: readable, or as a hash that has no salt.

    `auditkit_filled` says that there is one at all. A password is readable unless a function for passwords
    has hashed it, it is masked, sealed, or a bare digest; a digest (32 hex digits are MD5, or NTLM; 40 are
    SHA-1; 56 and more of the SHA-2 family) is weak where no column beside it has a salt. Digests of keys and
    tokens need none, for nobody can try them all: where the name says a hash, they are neither; so too 64 hex
    digits in a column that is called a token, where frameworks keep SHA-256.
    """
    text = rows[stored_credential.name].strip().nullif("")
    hashed = text.re_search(HASHED) & ~text.re_search(UNSALTED)
    digest = (
        text.re_search(DIGEST) | text.re_search(ENCODED) | text.re_search(UNSALTED) | text.re_search(_MD5)
    )
    away = hashed | text.re_search(SEALED) | text.re_search(NO_PASSWORD)
    if stored_credential.hidden:
        away |= text.re_search(CIPHERTEXT) & ~digest
    weak = ibis.literal(False)
    if stored_credential.is_password:
        salt = rows[stored_credential.salt] if stored_credential.salt is not None else None
        weak = digest & ~away & (salt.isnull() if salt is not None else ibis.literal(True))
        readable = ~away & ~digest
    else:
        kept = (
            digest
            if stored_credential.hidden
            else text.re_search(_SHA256)
            if stored_credential.is_token
            else ibis.literal(False)
        )
        readable = ~away & ~kept & ~text.re_search(NO_KEY)
        if not stored_credential.sure:
            readable &= (text.length() >= _LEAST) & text.re_search(TOKEN)
    md5, sha1 = text.re_search(_MD5), text.re_search(_SHA1)
    told = {
        FILLED: text.notnull(),
        READABLE: readable,
        MD5: weak & md5,
        SHA1: weak & sha1,
        SHA2: weak & ~md5 & ~sha1,
    }
    return rows.mutate(**{name: value.fill_null(False) for name, value in told.items()})


@check(severity=Severity.CRITICAL, articles=("GDPR 5(1)(f)", "GDPR 32(1)(a)"))
def plaintext_credential(storage: ir.Table, stored_credential: StoredCredential) -> Offending:
    """Return whether a row keeps a credential that can be read, or a password as a hash without salt."""
    weak = storage[MD5] | storage[SHA1] | storage[SHA2]
    kinds = {"readable": READABLE, "unsalted_md5": MD5, "unsalted_sha1": SHA1, "unsalted_sha2": SHA2}
    detail = {name: storage[column].sum() for name, column in kinds.items()}
    alike = weak.sum() - storage[stored_credential.name].nunique(
        where=weak
    )  # two people, one hash: the proof that nothing salts it
    return Offending(
        storage[READABLE] | weak,
        detail={**detail, "alike": alike},
        severity=ibis.cases((storage[READABLE].sum() > 0, 3), else_=2),
        confidence=Confidence.HIGH if stored_credential.sure else Confidence.MEDIUM,
        of=storage[FILLED].sum(),
    )
