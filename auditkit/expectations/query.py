"""The SQL of a check, which any client can send to the database.

The query selects a constant for each row that breaks the policy, never a value. Its clock moves with the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from auditkit.check import Measure
from auditkit.dataset import Dataset
from auditkit.dataset.engines import dialect_of
from auditkit.dataset.narrowing import narrowed
from auditkit.examine import Question
from auditkit.expectations.moments import CutOff, Moment, Today, counted, moments_of
from auditkit.facts.retention.rule import Rule
from auditkit.phrase import phrase
from auditkit.scanners.access.stale_credential import CredentialAge

DAYS = (date(2027, 3, 1), date(2028, 3, 30), date(2103, 10, 31))
"""Days for which an expression is built, to see how its clock moves.

Months of every length, leap days and the century without a leap day lie between them. So two different
periods never give the same moments on all of them, and neither do a period and a number of days.
"""
NO_BOUNDARY = (
    "the tenant is not a boundary for this reference: tenants are not kept apart here, so there is no leak to"
    " look for"
)
METADATA = (
    "it is about the schema, or about what a search of the cells found, and SQL over the rows cannot say that"
)


class NotCompilable(Exception):
    """A check cannot become an expectation. Its text says why, and holds no value."""


@ibis.udf.scalar.builtin(name="auditkit_moment", signature=(("string",), "timestamp"))  # type: ignore[untyped-decorator]
def _moment(number: str) -> None:
    """Hold the place of a moment in the text, until the SQL of the moment is put there."""


def sql_of(
    dataset: Dataset, questions: Sequence[Question], days: Sequence[date]
) -> tuple[str, tuple[Moment, ...]]:
    """Return the SQL of a check, and the moments in it that move with the day.

    The query selects the constant 1 for each row that breaks the policy, or once where a measure breaks its
    limit.

    Args:
        dataset: the source.
        questions: the same question of the check, for each of the days.
        days: the days.

    Raises:
        NotCompilable: no SQL means the same on every day and for every client.
    """
    if not questions[0].answer.boundary_holds:
        raise NotCompilable(NO_BOUNDARY)
    _refuse_unseen(dataset, questions[0])
    expressions = [_broken(question) for question in questions]
    backend = _backend(expressions[0])
    expression, moments = _with_moments(expressions, days, questions[0])
    dialect = dialect_of(expression)
    expression = narrowed(dialect.in_utc(expression))
    tree = backend.compiler.to_sqlglot(expression)
    if dataset.sql(expression) != tree.sql(dialect=backend.dialect, pretty=True):
        # The dataset writes SQL without names that are themselves values.
        raise NotCompilable(
            "a name in this query is itself a value, which no file may hold: give the table or column another"
            " name"
        )
    narrow = _without_unused_columns(tree, expression, backend.dialect)
    sql = narrow.sql(dialect=backend.dialect, pretty=True)
    if "_ibis_" in sql.lower():
        raise NotCompilable(f"it needs a function that {backend.name} does not have itself")
    for number, moment in enumerate(moments):
        sql = sql.replace(f"AUDITKIT_MOMENT('{number}')", moment.sql(dialect.name))
    return sql, moments


def _refuse_unseen(dataset: Dataset, question: Question) -> None:
    """Refuse a check that finds nothing and cannot judge some rows: no suite may pass it."""
    answer = question.answer
    if answer.unseen is None or not isinstance(answer.result, ir.BooleanValue):
        return
    base = question.base.to_expr()
    counts = dataset.fetch(base.aggregate(unseen=answer.unseen, rows=base.count(where=answer.result)))[0]
    if counts["unseen"] and not counts["rows"]:
        raise NotCompilable(phrase(answer.unseen_says, {"unseen": int(counts["unseen"])}))


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
            # With a second column Ibis does not compute the measure again to filter by it.
            measured = base.aggregate(broken=breaks).mutate(of=ibis.literal(1))
            broken = measured.filter(measured.broken)
        case _:
            broken = base.filter(result)
    return broken.select(finding=ibis.literal(1))


def _backend(expression: ir.Table) -> Any:
    backends, _ = expression._find_backends()
    if len(backends) != 1:
        raise NotCompilable("it joins tables of several databases")
    if dialect_of(expression).days is None:
        raise NotCompilable(f"auditkit writes no expectations for tables in {backends[0].name}")
    return backends[0]


def _with_moments(
    expressions: Sequence[ir.Table], days: Sequence[date], question: Question
) -> tuple[ir.Table, tuple[Moment, ...]]:
    """Return an expression in which each literal that differs from day to day is a moment.

    Args:
        expressions: the expression of the check, built for each of the days.
        days: the days; for one day alone the expression is returned as it is.
        question: the question that it answers, whose facts say which moments are likely.

    Raises:
        NotCompilable: the expression depends on the day in another way.
    """
    if len(expressions) == 1:
        return expressions[0], ()
    literals = [_timestamps(expression) for expression in expressions]
    if len({len(found) for found in literals}) > 1:
        raise NotCompilable("it has another clock on every day")
    places = [same for same in zip(*literals, strict=True) if len({place.value for place in same}) > 1]
    moments = tuple(_recognised([place.value for place in same], days, question) for same in places)
    moved = [_replaced(expressions[day], [same[day] for same in places]) for day in range(len(days))]
    if not all(moved[0].equals(other) for other in moved[1:]):  # something else in it depends on the day
        raise NotCompilable("it depends on the day in a way that SQL cannot express")
    return moved[0], moments


def _timestamps(expression: ir.Table) -> Sequence[Any]:
    found: Sequence[Any] = expression.op().find(
        lambda node: isinstance(node, ops.Literal) and node.dtype.is_timestamp()
    )
    return found


def _replaced(expression: ir.Table, literals: Sequence[Any]) -> ir.Table:
    """Return an expression with a numbered moment in place of each of some literals."""
    if not literals:
        return expression
    moments = {literal: _moment(str(number)).op() for number, literal in enumerate(literals)}
    return expression.op().replace(moments).to_expr()


def _recognised(values: Sequence[datetime], days: Sequence[date], question: Question) -> Moment:
    """Return the moment that has some values on some days.

    Raises:
        NotCompilable: no known moment has these values.
    """
    rule, age = question.scope.get("rule"), question.scope.get("credential_age")
    own = rule if isinstance(rule, Rule) else None
    of_age: tuple[Moment, ...] = (CutOff(age.limit),) if isinstance(age, CredentialAge) else ()
    from_today = Today(values[0] - Today().on(days[0]))
    for moment in (*moments_of(own), *of_age, from_today):
        if all(moment.on(day) == value for day, value in zip(days, values, strict=True)):
            return moment
    if (cut_off := counted(values, days, own)) is not None:
        return cut_off
    raise NotCompilable(
        "it compares with a moment that is neither a period of its rule nor a number of days from today"
    )


def _without_unused_columns(tree: Any, expression: ir.Table, dialect: Any) -> Any:
    """Return a query without the columns that nothing in it reads.

    A suite then goes on to work where such a column is dropped from the table.

    Args:
        tree: the query, as a tree of sqlglot.
        expression: the same query, as an expression of Ibis.
        dialect: the dialect of the query.
    """
    from sqlglot.errors import SqlglotError
    from sqlglot.optimizer.pushdown_projections import pushdown_projections
    from sqlglot.optimizer.qualify_columns import qualify_columns, quote_identifiers
    from sqlglot.schema import MappingSchema

    try:
        schema = MappingSchema(_columns(expression), dialect=dialect, normalize=False)
        copy = _with_lists(tree).copy()
        qualified = qualify_columns(copy, schema, expand_alias_refs=False, dialect=dialect)
        return quote_identifiers(pushdown_projections(qualified), dialect=dialect)
    except SqlglotError:  # the whole query is as right, only wider
        return tree


def _columns(expression: ir.Table) -> dict[str, Any]:
    """Return the columns of the tables that an expression reads, by schema and table."""
    columns: dict[str, Any] = {}
    for table in expression.op().find(ops.DatabaseTable):
        schema = table.namespace.database
        of_schema = columns if schema is None else columns.setdefault(schema, {})
        of_schema[table.name] = dict.fromkeys(table.schema.names, "text")
    return columns


def _with_lists(tree: Any) -> Any:
    """Return a tree of sqlglot with lists in place of tuples.

    Ibis partitions and orders windows by tuples, and sqlglot does not look into tuples.
    """
    for node in tree.walk():
        for name, value in list(node.args.items()):
            if isinstance(value, tuple):
                node.set(name, list(value))
    return tree
