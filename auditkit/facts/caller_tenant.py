from __future__ import annotations

from auditkit.facts import many
from auditkit.facts.log import Log
from auditkit.facts.personal_column import Column
from auditkit.outcome import Missing


@many
def caller_tenant(log: Log) -> tuple[Column, ...] | Missing:
    """The column of the access log with the caller's tenant, where callers are logged too."""
    return log.undeclared("tenant", "user") or (Column(str(log.declared.tenant)),)
