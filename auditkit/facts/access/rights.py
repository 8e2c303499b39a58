from __future__ import annotations

from auditkit.check import fact
from auditkit.dataset import Dataset
from auditkit.dataset.rights import Rights
from auditkit.outcome import Cause, Missing

_NO_SERVERS = frozenset({"duckdb", "sqlite", "spark", "pyspark", "polars", "datafusion"})
"""Dialects of engines that run in the process of the audit, or have no roles."""


@fact
def rights(dataset: Dataset) -> tuple[Rights, ...] | Missing:
    """The rights on each database server of the source, from its catalogue.

    They consist of roles, grants, row-level security and settings.
    """
    return dataset.rights() or no_server(dataset)


def no_server(dataset: Dataset) -> Missing:
    """Return why nothing is known of a server.

    The source is not a database server, or it is an open connection, over which auditkit does not read the
    catalogue.
    """
    if dataset.dialects <= _NO_SERVERS:
        return Missing(Cause.NOT_APPLICABLE, "the source is not a database server")
    return Missing(
        Cause.UNSEEN,
        "auditkit reads a server's catalogue over its own connection: give the server's URL, as env:NAME",
    )
