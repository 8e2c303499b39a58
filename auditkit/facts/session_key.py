from __future__ import annotations

from auditkit.facts import many
from auditkit.facts.log import Log
from auditkit.facts.personal_column import Column
from auditkit.outcome import Missing


@many
def session_key(log: Log) -> tuple[Column, ...] | Missing:
    """The column of the access log with the session, where time and tenant of each request are logged too."""
    return log.undeclared("session", "tenant", "at") or (Column(str(log.declared.session)),)
