"""The names in a condition that reads other tables: each column must be in one of these tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sqlglot import exp

from auditkit.dataset.relation import Relation
from auditkit.policy.error import shown
from auditkit.policy.syntax import is_today, parse, position
from auditkit.vocabulary import did_you_mean

Relations = Mapping[str, Relation]


def unknown_names(text: str, own: Relations, reached: Callable[[str], Relations]) -> Iterator[str]:
    """Yield what a condition names that is not there.

    Args:
        text: the condition.
        own: the tables that the condition is about.
        reached: returns the tables that a word names: a table, or a column that refers to one; none where it
            names nothing.
    """
    for column in parse(text, reaching=True).find_all(exp.Column):
        if is_today(column) or isinstance(column.parent, exp.Add | exp.Sub):
            continue
        inner = [(source, reached(_name(source))) for source in _sources(column)]
        for source, found in inner:
            if not found:
                yield f"there is no table {_name(source)!r}{position(source)}"
                return
        yield from _unknown_column(column, own, inner, reached)


def _unknown_column(
    column: exp.Column,
    own: Relations,
    inner: list[tuple[exp.Table, Relations]],
    reached: Callable[[str], Relations],
) -> Iterator[str]:
    word = ".".join(part.name for part in column.parts[:-1])
    if not word:
        places = [*(found for _, found in inner), own]
    elif aliased := [found for source, found in inner if word in (source.alias, source.name, _name(source))]:
        places = aliased
    elif word in own or word in {name.rpartition(".")[2] for name in own}:
        places = [own]
    else:
        places = [reached(word)]
    columns = {
        name for relation in own.values() if relation.table is not None for name in relation.table.columns
    }
    if not any(places) and word.partition(".")[0] in columns:
        return  # a reference: the database, or the data, says which table it leads to
    if not any(places):
        yield f"there is no table {shown(word)}{position(column)}.{did_you_mean(word, columns)}"
        return
    relations = [relation for place in places for relation in place.values()]
    if any(relation.table is None or relation.closed_columns for relation in relations):
        return
    known = [name for relation in relations if relation.table is not None for name in relation.table.columns]
    if column.name.casefold() not in {name.casefold() for name in known}:
        yield f"there is no column {shown(column.name)}{position(column)}.{did_you_mean(column.name, known)}"


def _sources(node: exp.Expr) -> list[exp.Table]:
    """Return the tables of the sub-queries around a node, the innermost first."""
    found = []
    select = node.find_ancestor(exp.Select)
    while select is not None:
        found.append(select.args["from_"].this)
        select = select.find_ancestor(exp.Select)
    return found


def _name(source: exp.Table) -> str:
    return ".".join(part.name for part in source.parts)
