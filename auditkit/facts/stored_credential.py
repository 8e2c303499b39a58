from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir

from auditkit.facts import many
from auditkit.facts.readable_secrets import HIDDEN
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import ColumnPolicy
from auditkit.relations.names import is_credential, words
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
class StoredCredential:
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

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"columns": (self.name,)}


@many
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
