"""What an engine is: it opens one kind of source, lists its relations, and runs queries where they are.

Nothing outside `auditkit.dataset.engines` asks an engine for its name. What an engine can do beyond reading
cells is said by its `Capabilities`, and how its SQL is written by its `Dialect`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from auditkit.dataset.dialect import Dialect
from auditkit.dataset.errors import SourceError
from auditkit.dataset.relation import ForeignKey, Key, Relation, Session
from auditkit.dataset.statement_limit import StatementLimit
from auditkit.outcome import Cause, Missing

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from auditkit.dataset.rights import Probed, Rights


@dataclass(frozen=True)
class Capabilities:
    """What an engine can do beyond reading cells; an engine that says nothing can do none of it.

    Attributes:
        has_roles: it is a server with roles, and `rights` returns who may do what.
        has_sessions: it is a server, and `session` returns how the audit is connected to it.
        has_row_security: its server knows row-level security, and `probed` acts as another role.
        shows_keys: `keys` and `foreign_keys` return all declared keys and references that there are.
        enforces_types: no row holds a value that the type of its column does not allow.
        samples_on_server: it draws samples of distinct values where the rows are, with `drawn`.
        folds_on_server: its rows are in parts elsewhere, and `folded` works on each part where it is.
        counts_quickly: it is a file or in this process, so that rows are counted at once.
        holds_tables: `hold` adds a small table to it, to be compared with its relations.
        copies_small: it takes long for each query however few rows there are, so that small relations are
            asked in this process; `small_copies` returns them.
    """

    has_roles: bool = False
    has_sessions: bool = False
    has_row_security: bool = False
    shows_keys: bool = False
    enforces_types: bool = False
    samples_on_server: bool = False
    folds_on_server: bool = False
    counts_quickly: bool = False
    holds_tables: bool = False
    copies_small: bool = False


class Engine(Protocol):
    """One open source. The class says what it opens; the object lists relations and runs queries.

    A class that inherits from this protocol has to write `batches`, `rows`, `stream`, `list_relations` and
    what opens its sources; all else has an answer here. Names of relations and columns are those that are
    shown (`auditkit.dataset.listing`).

    Attributes:
        name: what the engine is called.
        schemes: the URL schemes that it opens: `toy` for `toy://...`.
        url_advice: schemes that it does not open, although somebody may try, each with what to give instead.
        file_kinds: the kinds of file that it opens, as `files.kinds.kind_of` names them.
        frames: the package whose DataFrames it reads where they are.
        dialect: how its SQL is written.
        capabilities: what it can do beyond reading cells.
        backend: the Ibis backend that holds the tables of the relations.
        source_name: what to call the source: a base name, never a path, a host or a password.
        relations: what it lists, in the order of the listing.
        hidden: real names that are values, each with the name that is shown instead, as they stand in SQL.
        statement_limit: how long one statement may take.
    """

    name: ClassVar[str]
    schemes: ClassVar[frozenset[str]] = frozenset()
    url_advice: ClassVar[Mapping[str, str]] = MappingProxyType({})
    file_kinds: ClassVar[frozenset[str]] = frozenset()
    frames: ClassVar[str] = ""

    dialect: Dialect
    capabilities: Capabilities
    backend: Any
    source_name: str
    relations: dict[str, Relation]
    hidden: dict[str, str]
    statement_limit: StatementLimit

    @classmethod
    def path_of(cls, url: str) -> Path | None:
        """Return the path that a URL of one of the schemes means, or None where it means a server."""
        return None

    @classmethod
    def open_url(cls, url: str, prefix: str = "") -> Self:
        """Open a source by its URL, read-only, and list its relations with a prefix before their names.

        Raises:
            SourceError: it cannot be opened.
        """
        raise SourceError(f"{cls.name} opens no URL", code="unsupported")

    @classmethod
    def open_file(cls, path: Path, shown: str, prefix: str = "") -> Self:
        """Open a file, read-only, and list its relations; `shown` is what messages call the file.

        Raises:
            SourceError: it cannot be opened.
        """
        raise SourceError(f"{cls.name} opens no file", code="unsupported")

    @classmethod
    def over(cls, backend: Any) -> Self | None:
        """Return an engine over the user's own Ibis backend, with nothing listed yet; None: Ibis reads it."""
        return None

    @classmethod
    def adopted(cls, held: object) -> object | None:
        """Return what to open in place of an object of the engine's driver, such as a connection; else None.

        It may be a path, an Ibis backend or an Arrow table.
        """
        return None

    @classmethod
    def over_frame(cls, frame: Any, engines: Sequence[Engine]) -> Self:
        """Return the engine of a DataFrame: one of those that are open where it fits, else a new one."""
        raise SourceError(f"{cls.name} reads no DataFrame", code="unsupported")

    def list_relations(self, prefix: str = "") -> None:
        """List every table and view; one that cannot be read says why."""

    def add_table(self, name: str, table: ir.Table) -> None:
        """List one Ibis table or query of the backend."""
        raise SourceError(f"{self.name} takes no Ibis table", code="unsupported")

    def add_frame(self, name: str, frame: Any) -> None:
        """List one DataFrame."""
        raise SourceError(f"{self.name} reads no DataFrame", code="unsupported")

    def batches(
        self, name: str, columns: Sequence[str], sample: int | None, seed: int
    ) -> Iterator[pa.RecordBatch]:
        """Yield the cells of a relation, or of a sample of its rows, as text (`auditkit.dataset.cells`)."""
        ...

    def rows(self, expr: ir.Table) -> list[tuple[Any, ...]]:
        """Run a small query and return its rows."""
        ...

    def stream(self, expr: ir.Table) -> Iterator[list[tuple[Any, ...]]]:
        """Run a query of any size and yield its rows, 20,000 at a time."""
        ...

    def close(self) -> None:
        """Close what auditkit has opened; a connection of the user's stays open."""
        return None

    def keys(self) -> tuple[Key, ...]:
        """Return the declared keys."""
        return ()

    def foreign_keys(self) -> tuple[ForeignKey, ...]:
        """Return the declared references."""
        return ()

    def session(self) -> Session:
        """Return how the audit is connected (`has_sessions`)."""
        raise SourceError(f"{self.name} has no sessions", code="unsupported")

    def rights(self) -> Rights:
        """Return who may do what (`has_roles`)."""
        raise SourceError(f"{self.name} has no roles", code="unsupported")

    def no_server(self) -> Missing:
        """Return why there are no roles and no sessions to read."""
        return Missing(Cause.NOT_APPLICABLE, "the source is not a database server")

    def probed(self, name: str, tenants: ir.Table, role: str, setting: str) -> Probed | Missing:
        """Return what a role sees of a relation as one tenant; nothing is written (`has_row_security`)."""
        raise SourceError(f"{self.name} has no row-level security", code="unsupported")

    def drawn(
        self, name: str, bounds: Mapping[str, int], capacity: int
    ) -> Iterator[tuple[str, int, int, str]]:
        """Yield the distinct values whose hashes are below a bound: column, hash, count, text.

        Asked of an engine that `samples_on_server`. Of a column whose values come in the order of their
        hashes, no more than `capacity` are needed.
        """
        raise SourceError(f"{self.name} draws no samples", code="unsupported")

    def folded(
        self,
        name: str,
        columns: Sequence[str],
        sample: int | None,
        seed: int,
        fold: Callable[[Iterator[pa.RecordBatch]], Any],
    ) -> Iterator[Any]:
        """Yield what a fold makes of the batches of each part of a relation, where the part is.

        Asked of an engine that `folds_on_server`; the fold and its results can be pickled.
        """
        raise SourceError(f"{self.name} folds nothing on a server", code="unsupported")

    def hold(self, table: pa.Table) -> ir.Table:
        """Return an Arrow table as a table of the backend without listing it (`holds_tables`)."""
        raise SourceError(f"{self.name} holds no tables", code="unsupported")

    def small_copies(self) -> Mapping[str, pa.Table | Missing] | None:
        """Return every relation that can be read as an Arrow table, or why it cannot be after all.

        None where they are too large together (`copies_small`).
        """
        raise SourceError(f"{self.name} copies no relation", code="unsupported")
