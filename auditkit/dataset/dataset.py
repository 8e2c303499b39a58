"""What is audited: named relations on the engines where they are, opened read-only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import cached_property, partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from auditkit.dataset.base64_cells import fold_decoded
from auditkit.dataset.dialect import ReadStatistics
from auditkit.dataset.engine import Engine
from auditkit.dataset.errors import SourceError
from auditkit.dataset.identity import APART
from auditkit.dataset.narrowing import narrowed
from auditkit.dataset.relation import ForeignKey, Key, Relation, Session
from auditkit.dataset.textless import Smallest, smallest
from auditkit.errors import UnknownNameError
from auditkit.outcome import Cause, Missing
from auditkit.vocabulary import did_you_mean

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from auditkit.dataset.rights import Probed, Rights

Made = TypeVar("Made")


class Dataset:
    """What is audited: named relations, opened read-only; made by `auditkit.open`.

    `name` is what is shown of the source: a base name, never a path, a host or a password. Iteration gives
    the names of the relations.

    >>> import auditkit, pandas as pd
    >>> with auditkit.open({"people": pd.DataFrame({"id": [1, 2]})}) as data:
    ...     list(data), "people" in data, data["people"].columns
    (['people'], True, ('id',))
    """

    def __init__(self, name: str, relations: Mapping[str, Relation], engines: Sequence[Engine]) -> None:
        self.name = name
        self.relations: Mapping[str, Relation] = MappingProxyType(dict(relations))
        self._engines = tuple(engines)

    @cached_property
    def tables(self) -> Mapping[str, ir.Table]:
        """The Ibis tables of the relations that can be read."""
        return MappingProxyType(
            {name: relation.table for name, relation in self.relations.items() if relation.table is not None}
        )

    def __getitem__(self, name: str) -> ir.Table:
        """Return the Ibis table of a relation.

        Raises:
            UnknownNameError: there is no such relation.
            SourceError: it cannot be read.
        """
        if name not in self.relations:
            hint = did_you_mean(name, self.relations)
            raise UnknownNameError(f"{self.name} has no table {name!r}.{hint}")
        if (missing := self.missing(name)) is not None:
            raise SourceError(missing.reason, code=missing.cause, table=name)
        return self.tables[name]

    def __contains__(self, name: object) -> bool:
        return name in self.relations

    def __iter__(self) -> Iterator[str]:
        return iter(self.relations)

    def __len__(self) -> int:
        return len(self.relations)

    def missing(self, name: str) -> Missing | None:
        """Return why a relation that is named elsewhere cannot be read, or None where it can be."""
        if name not in self.relations:
            return Missing(Cause.UNSEEN, f"{name} is not there.{did_you_mean(name, self.relations)}")
        relation = self.relations[name]
        if relation.table is not None:
            return None
        return relation.missing or Missing(Cause.UNSEEN, f"{name} cannot be read")

    @property
    def dialect(self) -> str:
        """The SQL dialect of the engine, by sqlglot's name; `mixed` where there are several."""
        dialects = {engine.dialect.name for engine in self._engines}
        return dialects.pop() if len(dialects) == 1 else "mixed"

    @property
    def query_log_dialect(self) -> str | None:
        """The dialect of the queries in a log that the source keeps, by sqlglot's name; None: any dialect."""
        logged = {engine.dialect.name for engine in self._engines if engine.dialect.logs_queries}
        return self.dialect if {self.dialect} == logged else None

    @property
    def counts_quickly(self) -> bool:
        """Whether rows are counted at once, because everything is a file or in this process."""
        return all(engine.capabilities.counts_quickly for engine in self._engines)

    def batches(
        self, name: str, *, columns: Sequence[str] | None = None, sample: int | None = None, seed: int = 0
    ) -> Iterator[pa.RecordBatch]:
        """Yield the cells of a relation as text, 20,000 rows a batch, in the order of the source.

        The query casts; nothing is fetched in its native type. Nested cells are JSON. A cell that has no text
        (a BLOB that is not UTF-8) is null, and `cells.uncastable(batch)` counts it. Each stream has a cursor
        of its own.

        Args:
            name: the relation.
            columns: which columns; all by default.
            sample: read this many rows instead of all. Their positions in the order of the source are drawn
                without replacement by `random.Random(seed)`: the whole table has the same chance, and the
                same input gives the same sample on every engine.
            seed: of the sample.

        Raises:
            KeyError: there is no such relation or column.
            SourceError: the relation cannot be read.
        """
        engine, chosen = self._reading(name, columns)
        return engine.batches(name, chosen, sample, seed)

    def folded(
        self,
        name: str,
        fold: Callable[[Iterator[pa.RecordBatch]], Made],
        *,
        columns: Sequence[str] | None = None,
        sample: int | None = None,
        seed: int = 0,
    ) -> Iterator[Made]:
        """Yield what a mergeable fold makes of the cells of a relation: of all at once, or of each part.

        An engine that has its rows in parts elsewhere runs the fold on each part where it is. Cells that are
        base64 of a text come as that text.

        Args:
            name: the relation.
            fold: a function of the batches that `batches` would yield; it may be pickled.
            columns: which columns; all by default.
            sample: as for `batches`.
            seed: of the sample.

        Raises:
            KeyError: there is no such relation or column.
            SourceError: the relation cannot be read.
        """
        engine, chosen = self._reading(name, columns)
        decoding = partial(fold_decoded, fold)
        if engine.capabilities.folds_on_server:
            yield from engine.folded(name, chosen, sample, seed, decoding)
        else:
            yield decoding(engine.batches(name, chosen, sample, seed))

    def smallest(self, name: str, *, capacity: int, telling: int) -> Iterator[Smallest]:
        """Yield a sample of each `drawable` column that holds no text and no telling number.

        The sample is drawn where the rows are.

        Args:
            name: the relation.
            capacity: how many distinct values to draw of each column: those with the smallest hashes, with
                their exact counts.
            telling: a whole number tells something from here on, and from its negative downwards; a fraction
                tells nothing.

        Raises:
            KeyError: there is no such relation.
            SourceError: the relation cannot be read.
        """
        engine, _ = self._reading(name, None)
        if engine.capabilities.samples_on_server:
            drawable = self.relations[name].drawable
            drawn = partial(engine.drawn, name)
            yield from smallest(engine.rows, drawn, self.tables[name], drawable, capacity, telling)

    def limit_statements(self, seconds: float | Callable[[], float] | None) -> None:
        """Set how long one statement may take from now on, and each batch of a stream.

        A statement that takes longer is cut off with a SourceError of the code `budget`; the source can still
        be used. On a plain Ibis backend nothing can be cut off: there no statement begins when no time is
        left.

        Args:
            seconds: a number, a function that is asked when a statement begins (what is left until a
                deadline), or None: the limit of the engine, which is 60 seconds on a server, 10 minutes on a
                file or frame, and an hour on Spark.
        """
        for engine in self._engines:
            engine.statement_limit.seconds = seconds

    @contextmanager
    def statements_limited(self, seconds: float | Callable[[], float]) -> Iterator[None]:
        """Limit every statement inside a `with` as `limit_statements` does, and undo it after that."""
        before = [engine.statement_limit.seconds for engine in self._engines]
        self.limit_statements(seconds)
        try:
            yield
        finally:
            for engine, limit in zip(self._engines, before, strict=True):
                engine.statement_limit.seconds = limit

    def keys(self) -> tuple[Key, ...]:
        """Return the primary keys and unique constraints that the catalogue of the source declares.

        The catalogue is read when it is first asked for, and not again.
        """
        return self._keys

    @cached_property
    def _keys(self) -> tuple[Key, ...]:
        return tuple(key for engine in self._engines for key in engine.keys())

    def foreign_keys(self) -> tuple[ForeignKey, ...]:
        """Return the references that the catalogue of the source declares; it is read once, as for `keys`."""
        return self._foreign_keys

    @cached_property
    def _foreign_keys(self) -> tuple[ForeignKey, ...]:
        return tuple(key for engine in self._engines for key in engine.foreign_keys())

    def unseen_keys(self, name: str) -> Missing | None:
        """Return why the declared keys and references of a relation cannot be seen, or None."""
        engine, _ = self._reading(name, None)
        if engine.capabilities.shows_keys:
            return None
        return Missing(
            Cause.UNSEEN,
            f"auditkit reads {name} through {engine.name}, which shows no declared keys and references",
        )

    def sessions(self) -> tuple[Session, ...]:
        """Return how the audit is connected to each database server of the source."""
        return tuple(engine.session() for engine in self._engines if engine.capabilities.has_sessions)

    def rights(self) -> tuple[Rights, ...]:
        """Return who may do what on each database server of the source."""
        return tuple(engine.rights() for engine in self._engines if engine.capabilities.has_roles)

    def no_server(self) -> Missing:
        """Return why the source has no roles and no sessions that can be read."""
        reasons = [engine.no_server() for engine in self._engines]
        nothing = Missing(Cause.NOT_APPLICABLE, "the source is not a database server")
        return next((reason for reason in reasons if reason.cause is not nothing.cause), nothing)

    def read_statistics(self, name: str) -> ReadStatistics | None:
        """Return what reads the statistics of the reads of a relation, where its server keeps any."""
        engine, _ = self._reading(name, None)
        return engine.dialect.read_statistics

    def probed(self, name: str, tenants: ir.Table, role: str, setting: str) -> Probed | Missing:
        """Return what a role sees of a relation as one of its tenants.

        It is read in a transaction that only reads and is rolled back.

        Args:
            name: the relation.
            tenants: its rows with their tenant, the only column.
            role: the role to act as.
            setting: the setting in which a session names its tenant.

        Raises:
            SourceError: a statement failed, or (`unseen`) joins tables of several engines.
        """
        engine = self._engine_of(tenants)
        if engine.capabilities.has_row_security:
            return engine.probed(name, tenants, role, setting)
        return Missing(Cause.NOT_APPLICABLE, f"{name} is on no server that knows row-level security")

    def fetch(self, expr: ir.Table, limit: int = 1000) -> list[dict[str, Any]]:
        """Run a small query and return at most `limit` rows as numbers, booleans, strings and None.

        What is neither number nor boolean is cast to text in the query, so that no clock at infinity can stop
        it. Open streams go on.

        Raises:
            SourceError: the query failed, or (`unseen`) joins tables of several engines.
        """
        kinds = expr.schema()
        odd = {c: expr[c].cast("string") for c, kind in kinds.items() if not _is_plain(kind)}
        # A simpler expression becomes SQL faster, so casts and limits stand only where they do something.
        plain = expr.select(**{c: odd.get(c, expr[c]) for c in kinds}) if odd else expr
        query = narrowed(plain if _has_one_row(expr.op()) else plain.limit(limit))
        rows = self._engine_of(expr).rows(query)
        booleans = [kind.is_boolean() for kind in kinds.values()]
        return [dict(zip(kinds, map(_value, row, booleans), strict=True)) for row in rows]

    def stream(self, expr: ir.Table) -> Iterator[list[tuple[str | None, ...]]]:
        """Yield the rows of a query as text, 20,000 at a time, for a fold over what SQL cannot compute.

        Raises:
            SourceError: the query failed, or (`unseen`) joins tables of several engines.
        """
        texts = [
            (expr[c] if expr[c].type().is_string() else expr[c].cast("string")).name(c) for c in expr.columns
        ]
        plain = expr.select(texts)  # by name they would be arguments, and a column may be called `self`
        yield from self._engine_of(expr).stream(narrowed(plain))

    def sql(self, expr: ir.Table) -> str:
        """Return a query as SQL text, with the names that are shown."""
        from sqlglot.expressions import Identifier

        engine = self._engine_of(expr)
        text = str(engine.backend.compile(narrowed(expr), pretty=True))
        for real, shown in engine.hidden.items():
            before, after = (
                Identifier(this=name, quoted=True).sql(dialect=engine.dialect.name) for name in (real, shown)
            )
            text = text.replace(before, after)
        return text

    def close(self) -> None:
        """Close the source, and remove temporary copies of it."""
        for engine in self._engines:
            engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Dataset({self.name!r}, {len(self.tables)} of {len(self.relations)} relations readable)"

    def _repr_html_(self) -> str:
        from auditkit.dataset.dataset_html import html

        return html(self)

    def _reading(self, name: str, columns: Sequence[str] | None) -> tuple[Engine, tuple[str, ...]]:
        """Return the engine that reads a relation, and which columns."""
        relation = self.relations[name]
        if relation.table is None:
            missing = relation.missing or Missing(Cause.UNSEEN, "it cannot be read")
            raise SourceError(f"{name} cannot be read: {missing.reason}", code=missing.cause, table=name)
        if absent := set(columns or ()) - set(relation.table.columns):
            raise KeyError(f"{name} has no column {sorted(absent)[0]!r}")
        engine = next(engine for engine in self._engines if name in engine.relations)
        return engine, tuple(columns or relation.table.columns)

    def _engine_of(self, expr: ir.Table) -> Engine:
        backends, _ = expr._find_backends()
        found = [engine for engine in self._engines if engine.backend in backends]
        if len(backends) > 1:
            raise SourceError(APART.reason, code=APART.cause)
        if len(found) != 1:
            raise SourceError("a query must read tables of one engine of this dataset", code="unsupported")
        return found[0]


def _has_one_row(op: Any) -> bool:
    """Return whether a relation has one row whatever its tables hold: an aggregate without groups."""
    import ibis.expr.operations as ops

    return isinstance(op, ops.Aggregate) and not op.groups


def _is_plain(dtype: Any) -> bool:
    return bool(dtype.is_numeric() or dtype.is_boolean() or dtype.is_string())


def _value(value: Any, boolean: bool) -> Any:
    """Return a fetched value as a plain Python one; some engines have no booleans, or count in decimals."""
    if boolean and value in (0, 1):
        return bool(value)
    if isinstance(value, Decimal):
        return int(value) if value.is_finite() and value == value.to_integral_value() else float(value)
    return value
