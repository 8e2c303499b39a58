from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.facts.readable_secrets import CIPHERTEXT, DIGEST, ENCODED, HASHED, SEALED, TOKEN, UNSALTED
from auditkit.facts.stored_credential import StoredCredential

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
