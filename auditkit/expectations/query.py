"""From what a check returned to SQL that any client can send: it selects a constant, and its clock moves with
the day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir

from auditkit.check import Measure
from auditkit.dataset import Dataset
from auditkit.examine import Question
from auditkit.expectations.moments import CutOff, Moment, Today, moments_of
from auditkit.facts.retention.rule import Rule
from auditkit.scanners.access.stale_credential import CredentialAge

DIALECTS = ("sqlite", "postgres")
DAYS = (date(2027, 3, 1), date(2028, 3, 30), date(2103, 10, 31))
"""Days for which an expression is built to see how its clock moves: between them lie months of every length,
leap days, and the century without one, so that no two periods, and no period and a number of days, look alike
on all of them."""
NO_BOUNDARY = (
    "the tenant is no boundary for this reference: where nothing is kept apart there is no leak to look for"
)
METADATA = (
    "it is about the schema, or about what a search of the cells found: SQL over the rows does not tell that"
)


class NotCompilable(Exception):
    """A check that Great Expectations cannot run; its text says why, and holds no value."""


@ibis.udf.scalar.builtin(name="auditkit_moment", signature=(("string",), "timestamp"))  # type: ignore[untyped-decorator]
def _moment(number: str) -> None:
    """The place of a moment in the text, where its SQL is put."""


@ibis.udf.scalar.builtin(name="timezone", signature=(("string", "timestamp('UTC')"), "timestamp"))  # type: ignore[untyped-decorator]
def _in_zone(zone: str, moment: datetime) -> None:
    """PostgreSQL's own `AT TIME ZONE`: a cast would follow the time zone of whoever runs the suite."""


def sql_of(
    dataset: Dataset, asked: Sequence[Question], days: Sequence[date]
) -> tuple[str, tuple[Moment, ...]]:
    """Return the SQL of a question that was asked for several days, and the moments in it that move with the
    day.

    It selects the constant 1 for each row that breaks the policy, or once where a measure breaks its limit.

    Raises:
        NotCompilable: there is none that would say the same on every day, or anywhere else.
    """
    first = asked[0]
    if not first.answer.boundary_holds:
        raise NotCompilable(NO_BOUNDARY)
    expressions = [_broken(q) for q in asked]
    backend = _backend(expressions[0])
    expression, moments = _moving(expressions, days, first)
    if backend.name == "postgres":
        expression = expression.op().replace(_utc).to_expr()
    whole = backend.compiler.to_sqlglot(expression)
    if dataset.sql(expression) != whole.sql(dialect=backend.dialect, pretty=True):
        raise NotCompilable(
            "a name in this query is itself a value, which no file may hold: give the table or column another"
            " name"
        )
    text = _narrow(whole, expression, backend.dialect).sql(dialect=backend.dialect, pretty=True)
    if "_ibis_" in text.lower():
        raise NotCompilable(f"it needs a function that {backend.name} does not have by itself")
    for number, moment in enumerate(moments):
        text = text.replace(f"AUDITKIT_MOMENT('{number}')", moment.sql(backend.name))
    return text, moments


def _broken(question: Question) -> ir.Table:
    """Return the constant 1 for each row that breaks the policy, or once where a measure breaks its limit."""
    result = question.answer.result
    base = result if isinstance(result, ir.Table) else question.base.to_expr()
    if base.op().find(ops.InMemoryTable):
        raise NotCompilable(METADATA)
    match result:
        case ir.Table():
            broken = result
        case Measure(breaks=breaks):
            measured = base.aggregate(broken=breaks).mutate(
                of=ibis.literal(1)
            )  # else Ibis measures once more to filter by it
            broken = measured.filter(measured.broken)
        case _:
            broken = base.filter(result)
    return broken.select(finding=ibis.literal(1))


def _backend(expression: ir.Table) -> Any:
    backends, _ = expression._find_backends()
    if len(backends) != 1:
        raise NotCompilable("it joins tables of several databases")
    if backends[0].name not in DIALECTS:
        raise NotCompilable(
            f"Great Expectations gets its SQL for {' and '.join(DIALECTS)}; this table lives in"
            f" {backends[0].name}"
        )
    return backends[0]


def _moving(
    expressions: Sequence[ir.Table], days: Sequence[date], question: Question
) -> tuple[ir.Table, tuple[Moment, ...]]:
    """Return an expression in which what differs from day to day is a moment; on one day alone nothing
    does.
    """
    if len(expressions) == 1:
        return expressions[0], ()
    literals = [
        e.op().find(lambda n: isinstance(n, ops.Literal) and n.dtype.is_timestamp()) for e in expressions
    ]
    if len({len(found) for found in literals}) > 1:
        raise NotCompilable("its clock is another on every day")
    places = [same for same in zip(*literals, strict=True) if len({place.value for place in same}) > 1]
    moments = tuple(_recognised([place.value for place in same], days, question) for same in places)
    moved = [
        (
            e.op().replace({same[i]: _moment(str(n)).op() for n, same in enumerate(places)}).to_expr()
            if places
            else e
        )
        for i, e in enumerate(expressions)
    ]
    if any(
        not moved[0].equals(other) for other in moved[1:]
    ):  # the proof: nothing else in it depends on the day
        raise NotCompilable("it depends on the day in a way that SQL does not say")
    return moved[0], moments


def _recognised(values: Sequence[datetime], days: Sequence[date], question: Question) -> Moment:
    """Return the moment that has these values on these days."""
    rule, age = (question.scope.get(fact) for fact in ("rule", "credential_age"))
    own: tuple[Moment, ...] = (CutOff(age.limit),) if isinstance(age, CredentialAge) else ()
    later = values[0] - Today().on(days[0])
    for moment in (*moments_of(rule.clock if isinstance(rule, Rule) else None), *own, Today(later)):
        if all(moment.on(day) == value for day, value in zip(days, values, strict=True)):
            return moment
    raise NotCompilable(
        "it compares with a moment that is neither a period of its rule nor a number of days from today"
    )


def _utc(node: Any, changed: Mapping[str, Any] | None) -> Any:
    """Return a cast from a timestamp with a time zone to one without as an explicit one to UTC."""
    new = node.__recreate__(changed) if changed else node
    if not isinstance(new, ops.Cast) or not (new.arg.dtype.is_timestamp() and new.to.is_timestamp()):
        return new
    if new.arg.dtype.timezone is None or new.to.timezone is not None:
        return new
    moment = new.arg.to_expr().cast(dt.Timestamp(timezone="UTC"))
    return _in_zone("UTC", moment).op()


def _walkable(tree: Any) -> Any:
    """Return a tree of sqlglot's with its tuples as lists: Ibis partitions and orders windows by tuples, into
    which sqlglot never looks.
    """
    for node in tree.walk():
        for name, value in list(node.args.items()):
            if isinstance(value, tuple):
                node.set(name, list(value))
    return tree


def _narrow(whole: Any, expression: ir.Table, dialect: Any) -> Any:
    """Return a query, as sqlglot's tree, without the columns that nothing in it reads: their absence must not
    break it.
    """
    from sqlglot.errors import SqlglotError
    from sqlglot.optimizer.pushdown_projections import pushdown_projections
    from sqlglot.optimizer.qualify_columns import qualify_columns, quote_identifiers
    from sqlglot.schema import MappingSchema

    columns: dict[str, Any] = {}
    for table in expression.op().find(ops.DatabaseTable):
        place = (
            columns if table.namespace.database is None else columns.setdefault(table.namespace.database, {})
        )
        place[table.name] = dict.fromkeys(table.schema.names, "text")
    try:
        schema = MappingSchema(columns, dialect=dialect, normalize=False)
        narrow = pushdown_projections(
            qualify_columns(_walkable(whole).copy(), schema, expand_alias_refs=False, dialect=dialect)
        )
        return quote_identifiers(narrow, dialect=dialect)
    except SqlglotError:  # wider than it need be, and as right
        return whole
