from __future__ import annotations

from auditkit.facts import many
from auditkit.facts.log import Log
from auditkit.facts.personal_column import Column
from auditkit.outcome import Missing


@many
def header_tenant(log: Log) -> tuple[Column, ...] | Missing:
    """The column of the access log with the tenant that a request named, where that of its token is logged
    too.
    """
    return log.undeclared("header_tenant", "token_tenant") or (Column(str(log.declared.header_tenant)),)
