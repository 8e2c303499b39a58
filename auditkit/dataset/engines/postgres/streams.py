"""Streams from PostgreSQL: all share one connection; each has a cursor of the server."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from auditkit.dataset.cells import BATCH_ROWS
from auditkit.dataset.engines.postgres.session import for_statement
from auditkit.dataset.statement_limit import StatementLimit

_BEGIN = "BEGIN READ ONLY"


@dataclass
class Streams:
    """The connection that streams share: opened for the first one, and used again for later ones.

    One transaction holds the cursors of the streams that are open at the same time; it ends with the last of
    them. Each statement has a savepoint of its own, so that a stream that fails does not end the others.
    """

    connect: Callable[[], Any] = field(repr=False)
    statement_limit: StatementLimit
    _raw: Any = None
    _open: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def rows(
        self, query: str, prepare: Callable[[Any], Any] = lambda raw: None
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of a query, 20,000 at a time.

        Text comes as bytearray, because a database may hold text that is not UTF-8.

        Args:
            query: SQL text.
            prepare: is called with the connection first; if it returns something, that is the query.
        """
        raw = self._enter()
        cursor: Any = None
        try:
            with self._lock:
                self._limit(raw)
                with raw.transaction():
                    query = prepare(raw) or query
                    cursor = raw.cursor(f"auditkit_{next(self._numbers)}")
                    cursor.adapters.register_loader("text", _bytes_loader())
                    cursor.execute(query.encode())  # the connection may have no encoding
            while True:
                with self._lock:
                    self._limit(raw)
                    with raw.transaction():
                        rows = cursor.fetchmany(BATCH_ROWS)
                if not rows:
                    return
                yield rows
        finally:
            self._leave(raw, cursor)

    def _limit(self, raw: Any) -> None:
        """Set how long the next statement may take, and what another one may have changed."""
        raw.execute(for_statement(self.statement_limit.milliseconds()))

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._raw is not None:
                self._raw.close()
                self._raw = None

    def _enter(self) -> Any:
        with self._lock:
            if self._raw is None or self._raw.closed or not (self._open or self._begins(self._raw)):
                self._raw, self._open = self.connect(), 0
                self._raw.execute(_BEGIN)
            self._open += 1
            return self._raw

    def _begins(self, raw: Any) -> bool:
        """Return whether a transaction begins; the server may have ended the idle connection meanwhile."""
        try:
            raw.execute(_BEGIN)
        except Exception:  # whatever it was, a new connection says what is wrong
            raw.close()
            return False
        return True

    def _leave(self, raw: Any, cursor: Any) -> None:
        """Close the cursor, and end the transaction after the last stream."""
        with self._lock:
            if raw is not self._raw:
                return
            self._open -= 1
            with suppress(Exception):  # a cursor that failed is closed already, and so may the connection be
                if self._open == 0:
                    raw.execute("ROLLBACK")
                elif cursor is not None:
                    cursor.close()


def _bytes_loader() -> Any:
    from psycopg.adapt import Loader

    class Bytes(Loader):
        def load(self, data: Any) -> bytearray:
            return bytearray(data)

    return Bytes
