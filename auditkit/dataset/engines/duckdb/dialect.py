"""How expressions and SQL are written for DuckDB."""

from __future__ import annotations

from auditkit.dataset.dialect import Dialect
from auditkit.dataset.engines.duckdb.errors import diagnose

DIALECT = Dialect("duckdb", diagnose=diagnose, adds_constraints=False, logs_queries=True)
