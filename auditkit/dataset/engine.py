"""What the dataset asks of an engine: where relations live and queries run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from auditkit.dataset.allowance import Allowance
from auditkit.dataset.relation import ForeignKey, Key, Relation, Session

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


class Engine(Protocol):
    """Where relations live and queries run; names are those that are shown."""

    @property
    def dialect(self) -> str:
        """The SQL dialect, by sqlglot's name."""

    @property
    def backend(self) -> Any:
        """The Ibis backend that holds the relations' tables."""

    @property
    def relations(self) -> Mapping[str, Relation]:
        """The relations, in the order of the listing."""

    @property
    def hidden(self) -> Mapping[str, str]:
        """Real names that are values, each with the name shown instead, as they occur in SQL text."""

    @property
    def allowance(self) -> Allowance:
        """How long one statement may take."""

    def batches(
        self, name: str, columns: Sequence[str], sample: int | None, seed: int
    ) -> Iterator[pa.RecordBatch]:
        """Stream cells as text."""

    def rows(self, expr: ir.Table) -> list[tuple[Any, ...]]:
        """Run a small query."""

    def stream(self, expr: ir.Table) -> Iterator[list[tuple[Any, ...]]]:
        """Run a query of any size."""

    def keys(self) -> tuple[Key, ...]:
        """Return the declared keys."""

    def foreign_keys(self) -> tuple[ForeignKey, ...]:
        """Return the declared references."""

    def session(self) -> Session | None:
        """Return how the audit is connected, or None where there is no server."""

    def close(self) -> None:
        """Let go of the source."""


@runtime_checkable
class Distributed(Protocol):
    """An engine whose relations lie in parts, elsewhere."""

    def folded(
        self,
        name: str,
        columns: Sequence[str],
        sample: int | None,
        seed: int,
        fold: Callable[[Iterator[pa.RecordBatch]], Any],
    ) -> Iterator[Any]:
        """Yield what a fold makes of the batches of each part, where it lies; the fold and what it makes can
        be pickled.
        """
