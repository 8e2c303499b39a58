"""PostgreSQL, over a read-only session of psycopg that is handed to Ibis."""

from __future__ import annotations

from auditkit.dataset.engines.postgres.engine import Postgres

ENGINES = (Postgres,)
