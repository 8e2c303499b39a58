"""How expressions and SQL are written for PostgreSQL."""

from __future__ import annotations

from auditkit.dataset.dialect import Dialect
from auditkit.dataset.engines.postgres.clock import in_utc, moment
from auditkit.dataset.engines.postgres.days import PostgresDays
from auditkit.dataset.engines.postgres.errors import diagnose
from auditkit.dataset.engines.postgres.statistics import PostgresStatistics

DIALECT = Dialect(
    "postgres",
    moment=moment,
    in_utc=in_utc,
    diagnose=diagnose,
    runs_our_ddl=True,
    logs_queries=True,
    days=PostgresDays(),
    read_statistics=PostgresStatistics(),
)
