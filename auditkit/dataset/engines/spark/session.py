"""A Spark session that belongs to the user: its settings for the length of a statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

SETTINGS = {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true"}
"""Clocks are read in UTC, and a sum that overflows is an error, not another number."""
FIXED_PARTITIONS = {"spark.sql.adaptive.enabled": "false"}
"""With this a query has the same partitions each time."""

_CONNECTING = ("spark.sql.session.timeZone", "spark.sql.mapKeyDedupPolicy")


def connected(session: Any) -> Any:
    """Return an Ibis backend on a session, and undo what Ibis sets in the session, such as its time zone."""
    import ibis

    with _put_back(session, _CONNECTING):
        return ibis.pyspark.connect(session)


@contextmanager
def settings(session: Any, changed: Mapping[str, str] = SETTINGS) -> Iterator[None]:
    """Set what a statement needs, and put it back."""
    with _put_back(session, changed):
        for key, value in changed.items():
            session.conf.set(key, value)
        yield


@contextmanager
def _put_back(session: Any, keys: Mapping[str, str] | tuple[str, ...]) -> Iterator[None]:
    before = {key: session.conf.get(key, None) for key in keys}
    try:
        yield
    finally:
        with suppress(Exception):  # a session that has ended has no settings
            for key, value in before.items():
                if value is None:
                    session.conf.unset(key)
                else:
                    session.conf.set(key, value)
