"""What is audited: anything with tables, opened read-only, as named Ibis tables.

Nothing else in the package opens data. How one kind of source is read is an engine
(`auditkit.dataset.engine`); each engine is a folder of `auditkit.dataset.engines`.
"""

from __future__ import annotations

from auditkit.dataset.dataset import Dataset
from auditkit.dataset.engine import Capabilities, Engine
from auditkit.dataset.errors import SourceError
from auditkit.dataset.opening import check, open, opened
from auditkit.dataset.relation import ForeignKey, Key, Relation
from auditkit.naming.names import kind_of_value, shown_source, shown_table

__all__ = [
    "Capabilities",
    "Dataset",
    "Engine",
    "ForeignKey",
    "Key",
    "Relation",
    "SourceError",
    "check",
    "kind_of_value",
    "open",
    "opened",
    "shown_source",
    "shown_table",
]
