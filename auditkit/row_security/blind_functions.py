"""The functions of a server that cannot know who calls them, and so keep no row to a session."""

from __future__ import annotations

import re
from collections.abc import Collection

from auditkit.dataset.rights import PlainFunction, Rights

_SESSION = re.compile(
    r"current_setting|current_user|session_user|current_role|current_schema|\bauth\s*\.|pg_has_role|\brequest\b"
    r"|\buser\b(?!\s*\.)|inet_client|has_\w+_privilege|\bexecute\b",
    re.IGNORECASE,
)
"""What a text asks that depends on the session, or that a search cannot see through."""
_CALL = re.compile(r"(?:\"?(\w+)\"?\s*\.\s*)?\"?(\w+)\"?\s*\(")
_BUILT_IN = ("", "pg_catalog")


def blind_functions(rights: Rights) -> frozenset[str]:
    """Return the functions whose text asks nothing of the session, nor calls a function that does.

    A function that reads with the rights of its caller asks the session where it reads a table with
    row-level security. One that reads a view counts as asking. A function in another language than SQL and
    PL/pgSQL is never blind.
    """
    guards = {
        name.rpartition(".")[2]: guarded.kind == "table"
        for name, guarded in rights.relations.items()
        if guarded.secured or guarded.kind != "table"
    }
    plain = [f for f in rights.functions if f.is_readable and not _asks(f, guards)]
    asking = {f.name for f in rights.functions} - {f.name for f in plain}
    blind = {f.name for f in plain} - asking
    known = {f.name.rpartition(".")[2] for f in rights.functions}
    while True:
        short = {name.rpartition(".")[2] for name in blind}
        calling = {f.name for f in plain if f.name in blind and _calls_other(f, known, short)}
        if not calling:
            return frozenset(blind)
        blind -= calling


def _asks(function: PlainFunction, guards: dict[str, bool]) -> bool:
    """Return whether the text of a function asks the session for something."""
    if _SESSION.search(function.body):
        return True
    words = set(re.findall(r"\w+", function.body))
    return any(word in guards and not (function.is_definer and guards[word]) for word in words)


def _calls_other(function: PlainFunction, known: Collection[str], blind: Collection[str]) -> bool:
    """Return whether a function calls one of the server that is not blind, or one that is not known."""
    calls = _CALL.findall(function.body)
    return any(
        (name in known and name not in blind) or (name not in known and schema.lower() not in _BUILT_IN)
        for schema, name in calls
    )
