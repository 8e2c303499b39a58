"""Spark: DataFrames and tables of a session that belongs to the user.

Cells are read where they are: each partition is folded on its executor, and the result comes to the driver.
Nothing is written; a DataFrame gets a temporary view with a name of auditkit's until the dataset is closed.
"""

from __future__ import annotations

from auditkit.dataset.engines.spark.engine import Spark

ENGINES = (Spark,)
