"""Relations of an engine under the names that are shown: a name that is itself a value is hidden."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from auditkit.dataset.relation import Relation
from auditkit.dataset.textless import textless
from auditkit.naming.names import renamed, shown_columns, shown_table

if TYPE_CHECKING:
    import ibis.expr.datatypes as dt
    import ibis.expr.types as ir

    from auditkit.dataset.engine import Engine
    from auditkit.outcome import Missing


def list_table(
    engine: Engine,
    name: str,
    table: ir.Table,
    kind: str = "table",
    *,
    real_table: str | None = None,
    value_names: Mapping[str, str] | None = None,
    **known: Any,
) -> tuple[str, dict[str, str]]:
    """List a table that can be read; return its shown name, and the real names of columns by shown names.

    Args:
        engine: the one that the table is in.
        name: the real name of the relation.
        table: the same as an Ibis table.
        kind: what it is, as in "table" or "view".
        real_table: its name in SQL text, which is hidden where the relation's name is.
        value_names: what kind of value each hidden column name is, for a table that has shown names already.
        **known: other fields of `Relation`.
    """
    shown, value_name = shown_table(name, engine.relations)
    columns, hidden = (
        (table.columns, value_names) if value_names is not None else shown_columns(table.columns)
    )
    changed = renamed(table.columns, columns)
    engine.hidden.update({real: new for new, real in changed.items() if new in hidden})
    if value_name is not None and real_table is not None:
        engine.hidden[real_table] = shown
    plain = with_plain_types(table)
    visible = plain.rename(changed) if changed else plain
    engine.relations[shown] = Relation(
        shown,
        kind,
        visible,
        value_names=hidden,
        value_name=value_name,
        real_name=name,
        textless=textless(visible) if engine.capabilities.enforces_types else frozenset(),
        **known,
    )
    return shown, dict(zip(columns, table.columns, strict=True))


def with_plain_types(table: ir.Table) -> ir.Table:
    """Return a table whose types say neither how long a text may be nor whether a cell may be empty.

    Ibis takes `varchar(24) not null` and `varchar(36)` for types that no union has in common. What the
    catalogue says of them is read there.
    """
    import ibis.expr.operations as ops
    import ibis.expr.schema as sch

    plain = {
        bound: bound.copy(schema=sch.Schema({n: _plain(kind) for n, kind in bound.schema.items()}))
        for bound in table.op().find(ops.DatabaseTable)
    }
    return table.op().replace(plain).to_expr()


def _plain(kind: dt.DataType) -> dt.DataType:
    return kind.copy(nullable=True, length=None) if kind.is_string() else kind.copy(nullable=True)


def list_missing(engine: Engine, name: str, kind: str, missing: Missing, **known: Any) -> None:
    """List a relation that cannot be read, and why."""
    relation = missing_relation(engine.relations, name, kind, missing, **known)
    engine.relations[relation.name] = relation


def missing_relation(
    others: Collection[str], name: str, kind: str, missing: Missing, **known: Any
) -> Relation:
    """Return a relation that cannot be read, with a shown name that none of the others has."""
    shown, value_name = shown_table(name, others)
    return Relation(shown, kind, missing=missing, value_name=value_name, real_name=name, **known)


def mark_drawable(engine: Engine, shown: str, columns: frozenset[str] | None = None) -> None:
    """Say that the server can draw samples of some columns; by default of those that hold no text."""
    relation = engine.relations[shown]
    engine.relations[shown] = replace(relation, drawable=relation.textless if columns is None else columns)
