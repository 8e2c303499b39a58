from __future__ import annotations

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.dataset.rights import Rights
from auditkit.outcome import Cause, Missing

_NO_SERVERS = frozenset({"duckdb", "sqlite", "spark", "pyspark", "polars", "datafusion"})
"""Dialects of engines that run in a process of the audit's, or have no roles."""


@fact
def rights(dataset: Dataset) -> tuple[Rights, ...] | Missing:
    """Who may do what on each database server of the source: roles, grants, row-level security and settings,
    from the catalogue.
    """
    return dataset.rights() or no_server(dataset)


def no_server(dataset: Dataset) -> Missing:
    """Return why nothing is known of a server: there is none, or the source is a connection of the user's to
    one.
    """
    if dataset.dialects <= _NO_SERVERS:
        return Missing(Cause.NOT_APPLICABLE, "the source is no database server")
    return Missing(
        Cause.UNSEEN,
        "the server's catalogue is read over a connection of the audit's own: give the server's URL, as"
        " env:NAME",
    )
