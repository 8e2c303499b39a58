"""SQLite, read through a cursor of auditkit's own: Ibis would load the whole result."""

from __future__ import annotations

from auditkit.dataset.engines.sqlite.engine import SQLite

ENGINES = (SQLite,)
