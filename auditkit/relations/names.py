"""What the names of columns and tables say: which table a column refers to, and whether rows are people."""

from __future__ import annotations

import re
from functools import cache

ROLES = frozenset(
    "author owner requester requestor reporter manager assignee creator approver reviewer sender recipient"
    " supervisor editor operator assigned_to assigned created updated modified deleted closed opened invited"
    " uploaded submitted approved handler actor caller".split()
)
"""Roles that people have for a row: a column with such a name refers to a table whose rows are people."""
PEOPLE = frozenset(
    "user person people member employee customer contact staff account client patient student subscriber"
    " participant visitor guest agent worker teacher citizen applicant candidate lead".split()
)
"""Nouns for people: a table with such a name holds people, if its columns agree."""
SELF = frozenset(
    "parent reply_to in_reply_to merged_into duplicate_of previous next original copied_from replaced_by"
    " superseded_by thread root".split()
)
"""Names of columns that refer to another row of the same table."""
MERGED = frozenset({"merged_into", "merged_to", "replaced_by", "superseded_by", "survivor", "successor"})
"""Names of the column that says into which tenant a tenant was merged."""
WHOLE_NAME = 100
"""The least score of `fits` where the two names are the same."""
_CREDENTIAL = re.compile(
    r"(?:^|_)(?:secret|password|passwd|token|api_?key|access_?key|private_?key|signing_?key|credential|key_hash"
    r"|secret_hash)(?:_|$)"
)
_ABOUT_CREDENTIAL = re.compile(
    r"_(?:id|type|at|on|name|count|length|hint|expires|expiry|prefix|version|algo|algorithm|status"
    r"|method|scheme|format|encoding|encryption|cost|rounds|iterations|strength|score|policy|rule|rules|mode"
    r"|level|kind|state|source|issuer|provider|purpose|usage|scope|scopes|label|title|description"
    r"|endpoint|ttl|lifetime|validity|duration|age|days|hours|minutes|seconds|attempts|failures|tries|limit"
    r"|change|changes|changed|reset|resets|rotated|expired|enabled|disabled|required|used|verified|confirmed"
    r"|masked|question|email|user|owner|role)$"
    r"|^(?:is|has|needs|requires?|must|force|can|allows?|use|uses|num|number_of|count_of)_"
)
_STORE = re.compile(
    r"(?:^|_)(?:(?:api|access|secret|signing|private|license|ssh|encryption|webhook)_?keys?|credentials?|secrets?"
    r"|(?:api|access|auth|oauth|bearer|refresh|personal|service|bot|user|session|device)(?:_access)?_?tokens?"
    r"|tokens?)$"
)
"""The name of a table whose rows are keys or tokens."""
_IN_A_STORE = frozenset("value key_value token_value hash hashed digest hashed_value encrypted_value".split())
"""The names of its column with the key itself, which elsewhere may hold anything."""
_PERSONAL = re.compile(
    r"e_?mail|first_?name|last_?name|full_?name|surname|given_?name|family_?name|birth|phone", re.I
)
_LOGIN = re.compile(r"user_?name|user_login|login|login_?name|nick_?name|screen_?name|handle")
"""Names of columns with the name of an account, which say that the rows of a table named like people are."""
_SUFFIX = re.compile(r"_(?:id|uuid|guid|ref|fk|key|no|number)$")


@cache
def words(name: str) -> str:
    """Return a name in lower snake case.

    >>> words("ReportsTo"), words("projectID"), words("dbo.Support Rep Id")
    ('reports_to', 'project_id', 'support_rep_id')
    """
    bare = name.rpartition(".")[2]
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", bare)
    return re.sub(r"[^a-z0-9]+", "_", split.lower()).strip("_")


@cache
def singular(name: str) -> str:
    """Return the singular of a table's name, in lower snake case.

    >>> [singular(n) for n in ("Companies", "tickets", "addresses", "address", "access_log", "Boxes")]
    ['company', 'ticket', 'address', 'address', 'access_log', 'box']
    """
    word = words(name)
    for ending, replacement in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word.removesuffix(ending) + replacement
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def is_credential(column: str, table: str = "") -> bool:
    """Return whether a column is named like a credential or its hash, not like a fact about a credential.

    In a table of keys or tokens, such as `api_keys`, a column `value` or `hash` is one too.

    >>> is_credential("apiKey"), is_credential("token_id"), is_credential("foreign_key")
    (True, False, False)
    >>> is_credential("value", "api_keys"), is_credential("value", "settings")
    (True, False)
    """
    if table and words(column) in _IN_A_STORE and _STORE.search(words(table.rpartition(".")[2])):
        return True
    return bool(_CREDENTIAL.search(words(column))) and not describes_credential(column)


def describes_credential(column: str) -> bool:
    """Return whether a column is named like a fact about a credential: its method, its age, its owner.

    >>> describes_credential("password_encryption_method"), describes_credential("password_digest")
    (True, False)
    """
    return bool(_ABOUT_CREDENTIAL.search(words(column)))


def stem(column: str) -> str | None:
    """Return the noun of what a column refers to, or None where its name is not that of a reference.

    >>> stem("project_id"), stem("ArtistId"), stem("created_by"), stem("ReportsTo"), stem("id"), stem("title")
    ('project', 'artist', 'created_by', 'reports_to', None, None)
    """
    word = words(column)
    if _SUFFIX.search(word):
        return _SUFFIX.sub("", word) or None
    return word if word.endswith(("_by", "_to")) or word in ROLES or word in SELF else None


def is_role(stem: str) -> bool:
    """Return whether a stem names the role of a person: `owner`, `created_by`, `reports_to`.

    >>> is_role("created_by"), is_role("ticket_owner"), is_role("project")
    (True, True, False)
    """
    return stem.endswith(("_by", "_to")) or stem in ROLES or stem.rpartition("_")[2] in ROLES


def is_self(stem: str) -> bool:
    """Return whether a stem names another row of the same table."""
    return stem in SELF


def fits(stem: str, table: str) -> int:
    """Return how well a stem names a table: 0 where it does not, and more for a longer match.

    >>> fits("project", "projects"), fits("parent_ticket", "tickets"), fits("object", "projects")
    (107, 6, 0)
    """
    noun = singular(table)
    if stem in (noun, words(table)):
        return WHOLE_NAME + len(noun)
    if stem.endswith("_" + noun):
        return len(noun)
    return len(stem) if noun.endswith("_" + stem) and len(stem) > 3 else 0


def is_people(table: str, columns: tuple[str, ...]) -> bool:
    """Return whether the rows of a table are people: two columns say so, or one column and its name.

    >>> is_people("users", ("id", "email")), is_people("staff_records", ("first_name", "birth_date"))
    (True, True)
    >>> is_people("users", ("id", "username")), is_people("databases", ("id", "username"))
    (True, False)
    """
    named = [words(column) for column in columns]
    personal = sum(bool(_PERSONAL.search(column)) for column in named)
    if personal >= 2:
        return True
    has_login = any(_LOGIN.fullmatch(column) for column in named)
    return (personal == 1 or has_login) and singular(table).rpartition("_")[2] in PEOPLE
