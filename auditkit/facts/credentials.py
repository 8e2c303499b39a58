"""Which columns hold credentials, and the forms in which a credential is stored.

The patterns use only the syntax that DuckDB, PostgreSQL, MariaDB and SQLite share: no backslash.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import ibis.expr.types as ir

from auditkit.check import Item
from auditkit.outcome import Missing
from auditkit.policy import ColumnPolicy
from auditkit.relations.names import describes_credential, is_credential, words
from auditkit.vocabulary import ENTITIES, Sensitivity, is_ancestor, sensitivity

HASHED = (
    r"^([$](2[abxy]?|argon2(id|i|d)|scrypt|pbkdf2[-_a-z0-9]*|1|5|6|7|y|apr1)[$]|bcrypt(_sha256)?[$]|argon2[$]"
    r"|scrypt[:$]|pbkdf2[-_:]|SCRAM-SHA-|[{](S?SHA|SSHA|CRYPT|PBKDF2|ARGON2|BLF-CRYPT|MD5)[-_0-9A-Z]*[}]"
    r"|(md5|sha1|sha224|sha256|sha512)[$]|[*][0-9A-F]{40}$)"
)
"""The output of a function that hashes passwords, as crypt(3), LDAP, Django, Werkzeug and MySQL write it."""
UNSALTED = r"^([{](SHA|MD5)[}]|[*][0-9A-F]{40}$)"
"""The output of such a function that uses no salt."""
DIGEST = (
    r"^(0x)?([0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{56}"
    r"|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})$"
)
"""A bare digest in hex: MD5 and NTLM, SHA-1, the SHA-2 family."""
ENCODED = r"^([A-Za-z0-9+/_-]{27}=|[A-Za-z0-9+/_-]{43}=|[A-Za-z0-9+/_-]{86}==)$"
"""A bare digest in base64: SHA-1, SHA-256, SHA-512."""
SEALED = (
    r"^([*•●xX!-]+$|[Ll][Dd][Aa][Pp]$|[Ss][Aa][Mm][Ll]$|[Ss][Ss][Oo]$|[Oo][Aa][Uu][Tt][Hh]2?$|[<([][^])>]*[])>]$"
    r"|vault:|arn:aws:|env:|gAAAAA|[{]cipher[}]|[Ee][Nn][Cc][:[(]|-----BEGIN PGP MESSAGE)"
)
"""What stands in place of a credential.

A mask, the name of an identity provider, a word in brackets, a reference to a store of secrets, or a marked
ciphertext.
"""
NO_PASSWORD = (
    r"^(!.*|[*]+([LN][KP][*]*)?|[xX]|NP|LK|[-–—]+|[01]|[tTfF](rue|alse|RUE|ALSE)|[yYnN](es|o|ES|O)?|[nN](ull|ULL|one|ONE|/?[aA])"
    r"|(un)?set|unusable|disabled|locked|external|ldap|saml|oauth2?|oidc|sso|google|github|microsoft|facebook)$"
)
"""The cell of an account that has no password."""
NO_KEY = r"^([a-z]+_test_|pk_|test[-_]|[{$%:<])"
"""The key of a sandbox, a public key, or a placeholder of a template."""
CIPHERTEXT = r"^[A-Za-z0-9+/=_-]{24,}$"
"""May be encrypted, where the name of the column says so."""
TOKEN = r"^[A-Za-z0-9+/=_.~-]*[0-9][A-Za-z0-9+/=_.~-]*$"
"""The characters of a key or token, with a digit among them."""
HIDDEN = re.compile(
    r"(?:^|_)(?:hash|hashed|digest|hmac|sha\d*|md5|bcrypt|argon\d*|scrypt|encrypted|enc|cipher|ciphertext|crypted)(?:_|$)"
)
"""The name of a column that holds a credential hashed or encrypted."""

_PASSWORD = re.compile(
    r"(?:^|_)(?:password|passwd|pwd|passphrase|passcode|passwort|kennwort|mot_de_passe|wachtwoord)(?:_|$)"
)
_TOKEN_NAME = re.compile(r"(?:^|_)token$")
_SALT = re.compile(r"(?:^|_)salt$")
_BESIDE = re.compile(r"_(?:salt|history_count|url|uri|link|file|path)$|^(?:reset|forgot)_")
"""The name of a column that goes with a credential and does not hold it."""
_OPENS_NOTHING = re.compile(
    r"(?:^|_)(?:csrf|xsrf|page|next|sync|cursor|continuation|public|publishable|site|push|fcm|apns|device|registration"
    r"|payment|card|nft|contract|share|tracking|unsubscribe|idempotency|masked|last4|preview)(?:_|$)"
    r"|(?:^|_)token_(?:address|symbol|uri|url|usage|limit|kind)$"
)
"""The name of a token that gives no access, as of a page, a device or a payment; or a public key."""


def credentials(name: str, table: ir.Table) -> list[str]:
    """Return the text columns of a table that are named like a credential or its hash."""
    return [c for c in table.columns if is_credential(c, name) and table[c].type().is_string()]


@dataclass(frozen=True)
class StoredCredential(Item, columns="name"):
    """A column that stores credentials.

    Attributes:
        name: the name of the column.
        is_password: people chose the credentials, so that a hash without salt can be brute-forced.
        hidden: the name says that the column holds a hash or a ciphertext.
        sure: the policy declares it as a credential, or it is named like a password.
        is_token: it is named like a token.
        salt: the column of the same table that holds the salt.
        missing: why nothing about it can be seen.
    """

    name: str
    is_password: bool
    hidden: bool
    sure: bool
    is_token: bool = False
    salt: str | None = None
    missing: Missing | None = None


def credential_of(
    store: str, table: ir.Table, name: str, declared: ColumnPolicy | None
) -> StoredCredential | None:
    """Return which credential a column stores, by the policy or by its name; None where it stores none.

    Args:
        store: the name of the table.
        table: the table.
        name: the name of the column.
        declared: what the policy declares for the column.
    """
    word = words(name)
    if not table[name].type().is_string():
        return None
    is_password = bool(_PASSWORD.search(word))
    if declared is not None:
        if not declared.personal or sensitivity(declared.category) is not Sensitivity.CREDENTIAL:
            return None
        is_password |= is_ancestor(ENTITIES["PASSWORD"].category, declared.category)
    elif (
        describes_credential(name)
        or _BESIDE.search(word)
        or _OPENS_NOTHING.search(word)
        or not (is_password or is_credential(name, store))
    ):
        return None
    return StoredCredential(
        name,
        is_password=is_password,
        hidden=bool(HIDDEN.search(word)),
        sure=declared is not None or is_password,
        is_token=bool(_TOKEN_NAME.search(word)),
        salt=_salt_of(table),
    )


def _salt_of(table: ir.Table) -> str | None:
    return next(
        (
            c
            for c in table.columns
            if _SALT.search(words(c)) and (table[c].type().is_string() or table[c].type().is_binary())
        ),
        None,
    )
