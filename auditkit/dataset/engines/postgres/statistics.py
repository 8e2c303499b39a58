"""What PostgreSQL has counted of the reads of its tables (`pg_stat_user_tables`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from auditkit.dataset.dialect import Fetch
from auditkit.dataset.identity import backend_of
from auditkit.outcome import Cause, Missing

_VIEWS = "pg_settings pg_stat_replication pg_stat_database pg_stat_bgwriter".split()


@ibis.udf.scalar.builtin(name="current_database", signature=((), "string"))  # type: ignore[untyped-decorator]
def _database() -> None:
    """Return the name of the database."""


class PostgresStatistics:
    """Reads the views of the statistics."""

    def since(self, fetch: Fetch, table: ir.Table) -> int | Missing:
        """Return since when the server has counted reads, as Unix time, or why its counts do not help."""
        backend = backend_of(table)
        settings, standbys, databases, writer = (
            backend.table(name, database="pg_catalog") for name in _VIEWS
        )
        counts = fetch(settings.filter(settings.name == "track_counts").select("setting"))
        if not counts or counts[0]["setting"] != "on":
            return Missing(
                Cause.UNSEEN,
                "the server keeps no statistics of what is read (track_counts is off), or this role may not"
                " see them",
            )
        if fetch(standbys.aggregate(n=standbys.pid.count()))[0]["n"]:
            return Missing(
                Cause.UNSEEN, "the server has standbys, and its statistics do not count what is read there"
            )
        here = databases.filter(databases.datname == _database())
        of_database = fetch(here.select(at=here.stats_reset.epoch_seconds()))
        # Where nobody has reset the statistics of the database, those of the server say when it began.
        of_server = fetch(writer.select(at=writer.stats_reset.epoch_seconds()))
        moments = [row["at"] for row in (*of_database, *of_server) if row["at"] is not None]
        if not moments:
            return Missing(
                Cause.UNSEEN,
                "this role may not see since when the server has counted reads: grant pg_monitor",
            )
        return int(moments[0])

    def of(self, fetch: Fetch, table: ir.Table) -> Mapping[str, Any] | None:
        """Return what the server counted of a table; before version 16 it kept no moments of reads."""
        places = table.op().find(ops.DatabaseTable)
        if not places:
            return None
        schema = places[0].namespace.database or "public"
        tables = backend_of(table).table("pg_stat_user_tables", database="pg_catalog")
        mine = tables.filter((tables.relname == places[0].name) & (tables.schemaname == schema))
        moments = {
            f"{kind}_at": mine[f"last_{kind}_scan"].epoch_seconds()
            for kind in ("seq", "idx")
            if f"last_{kind}_scan" in mine.columns
        }
        counts = {
            "rows": mine.n_live_tup,
            "seq": mine.seq_scan,
            "idx": mine.idx_scan,
            "written": mine.n_tup_ins + mine.n_tup_upd,
        }
        found = fetch(mine.select(**counts, **moments))
        return found[0] if found else None
