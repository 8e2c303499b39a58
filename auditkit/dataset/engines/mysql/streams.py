"""Streams from MySQL and MariaDB: one at a time, on a connection of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from auditkit.dataset.cells import BATCH_ROWS
from auditkit.dataset.engines.mysql.session import BEGIN, SECONDS, connect, settings
from auditkit.dataset.sql import Run
from auditkit.dataset.statement_limit import StatementLimit

_COUNTER = "SET @auditkit = -1"
NUMBERED = "(@auditkit := @auditkit + 1)"
"""SQL for the number of a row in the order of reading; `row_number()` has an order of its own."""


@dataclass
class Streams:
    """Reads the rows of queries of any size.

    A second stream at the same time is read whole, on the connection for queries.

    Attributes:
        arguments: of the connection.
        run: runs a statement on the connection for queries.
        kill: ends the connection with a number.
        statement_limit: for the wait for the next rows, not for their reader.
    """

    arguments: Mapping[str, Any] = field(repr=False)
    run: Run
    kill: Callable[[int], None]
    statement_limit: StatementLimit
    _streaming: bool = False
    _idle: tuple[Any, float] | None = None

    def rows(self, query: str) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of a query, 20,000 at a time."""
        if self._streaming:
            self.run(_COUNTER)
            rows = self.run(query)
            yield from (rows[start : start + BATCH_ROWS] for start in range(0, len(rows), BATCH_ROWS))
            return
        from pymysql.cursors import SSCursor  # type: ignore[import-untyped]

        left = self.statement_limit.left() or SECONDS
        raw = self._connection(left)
        cursor = raw.cursor(SSCursor)
        self._streaming, ended = True, False
        try:
            cursor.execute(settings())
            cursor.execute(BEGIN)
            cursor.execute(_COUNTER)
            cursor.execute(query)
            while batch := cursor.fetchmany(BATCH_ROWS):
                yield list(batch)
                self.statement_limit.left()
            ended = True
        finally:
            self._streaming = False
            if ended:
                cursor.execute("ROLLBACK")
                cursor.close()
                self._idle = raw, left
            else:
                self._stop(raw, cursor)
                if raw.open:
                    raw.close()

    def close(self) -> None:
        """Close the connection that waits for the next stream."""
        if self._idle is not None and self._idle[0].open:
            self._idle[0].close()
        self._idle = None

    def _connection(self, seconds: float) -> Any:
        """Return a connection that waits so many seconds for rows: the last one, or a new one."""
        if self._idle is not None:
            raw, waits = self._idle
            with suppress(Exception):  # the server may have ended it
                if waits == seconds and raw.open:
                    raw.ping(reconnect=False)
                    self._idle = None
                    return raw
        self.close()
        return connect(self.arguments, use_unicode=False, conv={}, read_timeout=max(seconds, 0.001))

    def _stop(self, raw: Any, cursor: Any) -> None:
        """End a stream that is left early, on the server too; the driver would read its rows to the end."""
        if (result := getattr(cursor, "_result", None)) is not None:
            result.unbuffered_active = False
        with suppress(Exception):  # the server may be gone
            self.kill(raw.thread_id())
