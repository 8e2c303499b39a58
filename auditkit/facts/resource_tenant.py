from __future__ import annotations

from auditkit.facts import many
from auditkit.facts.log import Log
from auditkit.facts.personal_column import Column
from auditkit.outcome import Missing


@many
def resource_tenant(log: Log) -> tuple[Column, ...] | Missing:
    """The column of the access log with the tenant of what was reached, where the caller's is logged too."""
    return log.undeclared("tenant", "resource_tenant") or (Column(str(log.declared.resource_tenant)),)
