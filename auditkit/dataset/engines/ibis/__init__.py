"""Any other Ibis backend: auditkit reads what Ibis can read, and says what it cannot see."""

from __future__ import annotations

from auditkit.dataset.engines.ibis.engine import IbisEngine

ENGINES = (IbisEngine,)
