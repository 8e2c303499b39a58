"""Relations that call functions: whoever reads such a view or table runs what somebody else has written.

A read-only transaction undoes what a function writes into tables. It does not undo a message to other
sessions, a file, a program that the server starts, or a setting of the whole server. So a relation is read
only if its functions are known to be harmless, or if whoever runs the audit names them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import TypeVar

from auditkit.naming.names import kind_of_value
from auditkit.outcome import Cause, Missing

VARIABLE = "AUDITKIT_VIEW_FUNCTIONS"
"""The environment variable for the functions that reading may call, with commas between them.

Whoever runs the audit sets it. A policy cannot.
"""
_MOST_NAMED = 5

Node = TypeVar("Node", bound=Hashable)


def named_functions() -> frozenset[str]:
    """Return the functions that whoever runs the audit lets relations call, in folded case."""
    names = re.split(r"[,;\s]+", os.environ.get(VARIABLE, ""))
    return frozenset(name.casefold() for name in names if name)


def reached(start: Node, edges: Mapping[Node, Iterable[Node]]) -> frozenset[Node]:
    """Return what can be reached along edges, with the start.

    >>> sorted(reached(1, {1: [2], 2: [1, 3], 4: [5]}))
    [1, 2, 3]
    """
    found, left = {start}, [start]
    while left:
        for node in edges.get(left.pop(), ()):
            if node not in found:
                found.add(node)
                left.append(node)
    return frozenset(found)


def not_called(functions: Collection[str], named: Collection[str]) -> Missing | None:
    """Return why a relation is not read that calls functions, or None where all of them are named.

    Args:
        functions: those that are not known to be harmless.
        named: the functions that may be called, in folded case.

    >>> not_called(["age"], {"age"}) is None
    True
    >>> not_called(["age"], []).reason
    'reading it calls age, which may do anything: look at it, then set AUDITKIT_VIEW_FUNCTIONS to its name'
    """
    others = sorted(name for name in functions if name.casefold() not in named)
    if not others:
        return None
    shown = [name if kind_of_value(name.rpartition(".")[2]) is None else "a function" for name in others]
    more = f" and {len(shown) - _MOST_NAMED} more" if len(shown) > _MOST_NAMED else ""
    whose = "its name" if len(others) == 1 else "their names"
    return Missing(
        Cause.UNSEEN,
        f"reading it calls {', '.join(shown[:_MOST_NAMED])}{more}, which may do anything: look at"
        f" {'it' if len(others) == 1 else 'them'}, then set {VARIABLE} to {whose}",
    )
