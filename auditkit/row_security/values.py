"""What a value in a condition says: of the row, of another table, or of the session."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlglot import exp

from auditkit.row_security.names import BLIND

EMPTY = frozenset({"", "0", "-1", "00000000-0000-0000-0000-000000000000"})
"""Literals that name no tenant."""
_CALLS = (exp.Anonymous, exp.CurrentUser, exp.SessionUser, exp.CurrentSchema)
_PURE = frozenset(
    f"{BLIND} row gen_random_uuid uuid_generate_v1 uuid_generate_v4 uuid_nil clock_timestamp random"
    " statement_timestamp transaction_timestamp timeofday pg_backend_pid encode decode digest make_interval"
    " to_tsquery plainto_tsquery websearch_to_tsquery phraseto_tsquery to_tsvector to_jsonb to_json"
    " jsonb_build_object jsonb_build_array json_build_object json_build_array".split()
)
"""Functions that say nothing of a session."""
_STAFF = re.compile(
    r"admin|staff|super_?user|\broot\b|support|service|internal|operator|moderator|system|back_?office|platform"
    r"|employee|bypass|god|maint|migrat|cron|worker|postgres|owner",
    re.IGNORECASE,
)
_EVERYBODY = frozenset(
    "authenticated anon anonymous user users member members customer customers client guest public viewer"
    " aal1 aal2 aal aud is_anonymous email_verified email_confirmed phone_verified".split()
)
_LOGGED_IN = re.compile(r"authenticated|logged_?in|signed_?in|has_session|is_user\b|is_anon", re.IGNORECASE)
_PERSON = re.compile(r"(?:^|_|\b)(?:uid|sub|email|phone|user_?id|user_?name|username)$", re.IGNORECASE)
_TENANT = re.compile(
    r"(?:tenant|org|organi[sz]ation|account|workspace|company|team|customer)s?(?:_?ids?)?$", re.IGNORECASE
)
_ROLE = re.compile(r"(?:^|[._])(?:\w*(?<!with_)(?<!by_)(?<!for_)roles?|permissions?|aal|aud)$", re.IGNORECASE)


def own_columns(tree: exp.Expr) -> frozenset[str]:
    """Return the columns of the row that a value reads; `*` is the whole row."""
    return frozenset(column.name for column in tree.find_all(exp.Column) if not column.table)


def sources_of(tree: exp.Expr) -> frozenset[str]:
    """Return the tables inside of the condition whose columns a value reads, by number."""
    return frozenset(column.table for column in tree.find_all(exp.Column) if column.table)


def is_session(tree: exp.Expr) -> bool:
    """Return whether a value depends on the session: on its user, a setting, or a function of the schema."""
    return any(
        call.name.lower() not in _PURE and not call.find(exp.Column)
        if isinstance(call, exp.Anonymous)
        else True
        for call in tree.find_all(*_CALLS)
    )


def words_of(tree: exp.Expr) -> list[str]:
    """Return the names and the literals in a value, in lower case."""
    words = []
    for node in tree.walk(prune=lambda node: isinstance(node, exp.DataType)):
        if isinstance(node, exp.Identifier | exp.Literal | exp.JSONPathKey | exp.Anonymous):
            words.append(str(node.this).lower())
        elif isinstance(node, exp.CurrentUser | exp.SessionUser):
            words.append("current_user")
    return words


def is_role(tree: exp.Expr) -> bool:
    """Return whether a value is the role of the session, or what its role allows."""
    return any(_ROLE.search(word) for word in words_of(tree))


def names_session_owner(tree: exp.Expr) -> bool:
    """Return whether a value says to which person or tenant the session belongs."""
    if not is_session(tree) or own_columns(tree) or sources_of(tree):
        return False
    words = words_of(tree)
    return any(word == "current_user" or _PERSON.search(word) or _TENANT.search(word) for word in words)


def is_database_role(tree: exp.Expr) -> bool:
    """Return whether a value is the role under which the session is connected."""
    return isinstance(tree, exp.CurrentUser | exp.SessionUser)


def is_staff(words: Iterable[str]) -> bool:
    """Return whether words name a right that not every user has.

    >>> is_staff(["profiles", "role", "admin"]), is_staff(["memberships", "user_id"])
    (True, False)
    """
    found = list(words)
    return any(_STAFF.search(word) for word in found) and not _EVERYBODY.intersection(found) - {
        "user",
        "users",
    }


def is_for_everybody(words: Iterable[str]) -> bool:
    """Return whether words name what every user has: that it is logged in.

    >>> is_for_everybody(["auth", "role", "authenticated"]), is_for_everybody(["is_admin"])
    (True, False)
    """
    return any(word in _EVERYBODY or _LOGGED_IN.search(word) for word in words)


def is_never_null(tree: exp.Expr) -> bool:
    """Return whether a value cannot be null: a setting that must be set, or the user."""
    if isinstance(tree, exp.CurrentUser | exp.SessionUser):
        return True
    is_setting = isinstance(tree, exp.Anonymous) and tree.name.lower() == "current_setting"
    return is_setting and len(tree.expressions) == 1


def has_empty_default(tree: exp.Expr) -> bool:
    """Return whether a pattern becomes empty where the session names nothing."""
    return any(
        is_session(default) and EMPTY.union("%").intersection(words_of(default))
        for default in tree.find_all(exp.Coalesce)
    )
