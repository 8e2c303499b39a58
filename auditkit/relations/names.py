"""What the name of a column says about the table it refers to."""

from __future__ import annotations

import re
from functools import cache

ROLES = frozenset(
    "author owner requester requestor reporter manager assignee creator approver reviewer sender recipient"
    " supervisor editor operator assigned_to assigned created updated modified deleted closed opened invited"
    " uploaded submitted approved handler actor caller".split()
)
"""What a person does to a row: such a column refers to the table whose rows are people."""

PEOPLE = frozenset(
    "user person people member employee customer contact staff account client patient student subscriber"
    " participant visitor guest agent worker teacher citizen applicant candidate lead".split()
)
SELF = frozenset(
    "parent reply_to in_reply_to merged_into duplicate_of previous next original copied_from replaced_by"
    " superseded_by thread root".split()
)
MERGED = frozenset({"merged_into", "merged_to", "replaced_by", "superseded_by", "survivor", "successor"})
"""What a tenant that was merged into another says of it."""
_CREDENTIAL = re.compile(
    r"(?:^|_)(?:secret|password|passwd|token|api_?key|access_?key|private_?key|signing_?key|credential|key_hash|secret_hash)(?:_|$)"
)
_ABOUT = re.compile(
    r"_(?:id|type|at|on|name|count|length|hint|expires|expiry|prefix|version|algorithm|status)$|^(?:is|has|needs)_"
)
_PERSONAL = re.compile(
    r"e_?mail|first_?name|last_?name|full_?name|surname|given_?name|family_?name|birth|phone", re.I
)
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


def is_credential(column: str) -> bool:
    """Return whether a column is named like a credential or its hash, not like something about one.

    >>> is_credential("apiKey"), is_credential("token_id"), is_credential("foreign_key")
    (True, False, False)
    """
    return bool(_CREDENTIAL.search(words(column))) and not _ABOUT.search(words(column))


def stem(column: str) -> str | None:
    """Return what a column that looks like a reference refers to, or None where it does not look like one.

    >>> stem("project_id"), stem("ArtistId"), stem("created_by"), stem("ReportsTo"), stem("id"), stem("title")
    ('project', 'artist', 'created_by', 'reports_to', None, None)
    """
    word = words(column)
    if _SUFFIX.search(word):
        return _SUFFIX.sub("", word) or None
    return word if word.endswith(("_by", "_to")) or word in ROLES or word in SELF else None


def is_role(what: str) -> bool:
    """Return whether a stem names what a person does: `owner`, `created_by`, `reports_to`.

    >>> is_role("created_by"), is_role("ticket_owner"), is_role("project")
    (True, True, False)
    """
    return what.endswith(("_by", "_to")) or what in ROLES or what.rpartition("_")[2] in ROLES


def is_self(what: str) -> bool:
    """Return whether a stem names another row of the same table."""
    return what in SELF


def fits(what: str, table: str) -> int:
    """Return how well a stem names a table: 0 not at all, more for a longer agreement.

    >>> fits("project", "projects"), fits("parent_ticket", "tickets"), fits("object", "projects")
    (107, 6, 0)
    """
    name = singular(table)
    if what == name or what == words(table):
        return 100 + len(name)
    if what.endswith("_" + name):
        return len(name)
    return len(what) if name.endswith("_" + what) and len(what) > 3 else 0


def is_people(table: str, columns: tuple[str, ...]) -> bool:
    """Return whether the rows of a table are people: its name says so, or two of its columns do.

    >>> is_people("users", ("id", "email")), is_people("staff_records", ("first_name", "birth_date")), is_people("plans", ("id", "name"))
    (True, True, False)
    """
    told = sum(bool(_PERSONAL.search(words(c))) for c in columns)
    return told >= 2 or (told >= 1 and singular(table).rpartition("_")[2] in PEOPLE)
