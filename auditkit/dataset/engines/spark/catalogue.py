"""What the catalogue of a Spark session lists."""

from __future__ import annotations

from typing import Any, NamedTuple

from auditkit.dataset.sql import backticked

OWN = "auditkit_"
"""What the names of auditkit's own views begin with."""
_TEMPORARY = "global_temp"


class Listed(NamedTuple):
    """A table or view; a temporary view of the session alone has no database."""

    database: str | None
    table: str
    kind: str
    is_temporary: bool
    is_current: bool


def listed(session: Any) -> list[Listed]:
    """Return all tables and views of the current catalogue, those of the current database first."""
    catalog = session.catalog
    current = catalog.currentDatabase()
    others = sorted(d.name for d in catalog.listDatabases() if d.name != current)
    # Each database lists the temporary views too.
    found = {
        (about.namespace[-1] if about.namespace else None, about.name): about
        for database in (current, *others, _TEMPORARY)
        for about in catalog.listTables(backticked(database))
    }
    return sorted(
        (
            Listed(
                database,
                table,
                "view" if about.isTemporary or about.tableType == "VIEW" else "table",
                about.isTemporary,
                database in (None, current),
            )
            for (database, table), about in found.items()
            if database is not None or not table.startswith(OWN)
        ),
        key=lambda one: (not one.is_current, str(one.database), one.table),
    )
