"""Which functions the views of MySQL and MariaDB call that are not known to be harmless."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from auditkit.dataset.engines.mysql.catalogue import SYSTEM
from auditkit.dataset.engines.mysql.names import NAME, names
from auditkit.dataset.sql import Run
from auditkit.dataset.view_functions import not_called, reached
from auditkit.outcome import Cause, Missing

_VIEWS = f"""
    SELECT table_schema, table_name, view_definition FROM information_schema.views
    WHERE table_schema NOT IN {SYSTEM}"""
_TOKEN = re.compile(
    rf"'(?:[^'\\]|\\.|'')*'|(?P<name>{NAME}(?:\.{NAME})*)(?P<call>\s*\()?|\b(?P<word>\w+)\s*\(", re.DOTALL
)
"""A text, names, or a word before a bracket: a name may hold a quotation mark, and a text a backtick."""
_ACTS = frozenset(
    """
    sleep benchmark get_lock release_lock release_all_locks load_file nextval setval lastval master_pos_wait
    master_gtid_wait source_pos_wait wait_for_executed_gtid_set wait_until_sql_thread_after_gtids
    """.split()
)
"""Functions of the server that do more than look."""
_NOT_SHOWN = Missing(
    Cause.NO_RIGHT,
    "this user may not see which functions it calls: grant SHOW VIEW on it, and on the views that it reads",
)

View = tuple[str, str]


@dataclass(frozen=True)
class Definition:
    """What the definition of a view names: functions that may do anything, and what it may read."""

    functions: frozenset[str]
    reads: frozenset[View]


def parsed(definition: str, schema: str) -> Definition:
    """Return what a definition, as the server writes it, calls and reads.

    Args:
        definition: of the view.
        schema: of the view, where the server leaves it out.

    >>> text = "select `shop`.`age`(`p`.`born`) AS `a`,'`y`(' AS `b` from `shop`.`people` `p` where sleep(1)"
    >>> found = parsed(text, "shop")
    >>> sorted(found.functions), ("shop", "people") in found.reads
    (['shop.age', 'sleep'], True)
    """
    functions, reads = set(), set()
    for token in _TOKEN.finditer(definition):
        if token["word"]:
            functions |= {token["word"].casefold()} & _ACTS
        elif token["name"] and token["call"]:
            found = names(token["name"])
            functions.add(".".join(found if len(found) > 1 else [schema, *found]))
        elif token["name"]:
            found = names(token["name"])
            reads.add((found[0], found[1]) if len(found) > 1 else (schema, found[0]))
    return Definition(frozenset(functions), frozenset(reads))


def unread_views(run: Run, named: frozenset[str]) -> Mapping[View, Missing]:
    """Return why each view is not read that calls, itself or in another, a function which may do anything.

    Args:
        run: reads the catalogue.
        named: the functions that may be called.
    """
    texts = {(schema, view): text for schema, view, text in run(_VIEWS)}
    known = {view: parsed(text, view[0]) for view, text in texts.items() if text}
    edges = {view: found.reads & texts.keys() for view, found in known.items()}
    missing: dict[View, Missing] = {}
    functions: dict[View, set[str]] = defaultdict(set)
    for view in texts:
        for node in reached(view, edges):
            if node in known:
                functions[view] |= known[node].functions
            else:
                missing[view] = _NOT_SHOWN
        if (reason := not_called(functions[view], named)) is not None:
            missing[view] = reason
    return missing
