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

import re
from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from auditkit.check import Item, Offending, check, each, fact
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import ColumnPolicy
from auditkit.relations.names import is_credential, words
from auditkit.scanners.pii.secret import CIPHERTEXT, DIGEST, ENCODED, HASHED, HIDDEN, SEALED, TOKEN, UNSALTED
from auditkit.vocabulary import ENTITIES, Sensitivity, is_ancestor, sensitivity

_PASSWORD = re.compile(
    r"(?:^|_)(?:password|passwd|pwd|passphrase|passcode|passwort|kennwort|mot_de_passe|wachtwoord)(?:_|$)"
)
_ABOUT = re.compile(
    r"_(?:at|on|hint|question|algorithm|algo|version|strength|policy|length|changed|expires|expiry|reset|required|enabled|type|status|salt|"
    r"history_count|url|uri|link|file|path|name|id)$|^(?:is|has|needs|must|force|reset|forgot)_"
)
_OPENS_NOTHING = re.compile(
    r"(?:^|_)(?:csrf|xsrf|page|next|sync|cursor|continuation|public|publishable|site|push|fcm|apns|device|registration|payment|card|nft|"
    r"contract|share|tracking|unsubscribe|idempotency|masked|last4|preview)(?:_|$)|(?:^|_)token_(?:address|symbol|uri|url|usage|limit|kind)$"
)
"""Tokens that say where one is, whom to notify or what was paid; keys that are public; what shows only a
part.
"""
_SALT = re.compile(r"(?:^|_)salt$")


@dataclass(frozen=True)
class StoredCredential(Item, columns="name"):
    """A column in which credentials are kept.

    `is_password` says that people chose them, so that a hash without salt gives way to trying; `hidden`, that
    the name says a hash or a ciphertext; `sure`, that the policy declares it or that it is called a password;
    `is_token`, that it is called a token; `salt` is the column beside it with the salt.
    """

    name: str
    is_password: bool
    hidden: bool
    sure: bool
    is_token: bool = False
    salt: str | None = None
    missing: Missing | None = None


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


def credential_of(table: ir.Table, name: str, stated: ColumnPolicy | None) -> StoredCredential | None:
    """Return what a column keeps of credentials, as the policy says, or by its name; None where that is
    nothing.
    """
    word = words(name)
    if not table[name].type().is_string():
        return None
    password = bool(_PASSWORD.search(word))
    if stated is not None:
        if not stated.personal or sensitivity(stated.category) is not Sensitivity.CREDENTIAL:
            return None
        password |= is_ancestor(ENTITIES["PASSWORD"].category, stated.category)
    elif _ABOUT.search(word) or _OPENS_NOTHING.search(word) or not (password or is_credential(name)):
        return None
    salts = [
        c
        for c in table.columns
        if _SALT.search(words(c)) and (table[c].type().is_string() or table[c].type().is_binary())
    ]
    token = re.search(r"(?:^|_)token$", word) is not None
    return StoredCredential(
        name,
        password,
        bool(HIDDEN.search(word)),
        stated is not None or password,
        token,
        salts[0] if salts else None,
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
NONE = (
    r"^(!.*|[*]+([LN][KP][*]*)?|[xX]|NP|LK|[-–—]+|[01]|[tTfF](rue|alse|RUE|ALSE)|[yYnN](es|o|ES|O)?|[nN](ull|ULL|one|ONE|/?[aA])"
    r"|(un)?set|unusable|disabled|locked|external|ldap|saml|oauth2?|oidc|sso|google|github|microsoft|facebook)$"
)
"""What stands where nobody logs in with a password."""
UNFIT = r"^([a-z]+_test_|pk_|test[-_]|[{$%:<])"
"""Keys of a sandbox, public keys, and what a template has yet to fill in."""
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
    away = hashed | text.re_search(SEALED) | text.re_search(NONE)
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
        readable = ~away & ~kept & ~text.re_search(UNFIT)
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
