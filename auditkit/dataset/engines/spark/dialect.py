"""How expressions and SQL are written for Spark."""

from __future__ import annotations

from auditkit.dataset.dialect import Dialect
from auditkit.dataset.engines.spark.clock import moment

DIALECT = Dialect("spark", backend="pyspark", moment=moment)
