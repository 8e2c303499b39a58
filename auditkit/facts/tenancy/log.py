from __future__ import annotations

from dataclasses import dataclass

from auditkit.check import Item, each
from auditkit.dataset import Dataset
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy
from auditkit.policy.models import AccessLog
from auditkit.relations.stated import stated

COLUMNS = (
    "at",
    "tenant",
    "user",
    "status",
    "route",
    "object",
    "session",
    "resource_tenant",
    "header_tenant",
    "token_tenant",
)


@dataclass(frozen=True)
class Log(Item, table="declared.table"):
    """The access log that the policy declares."""

    declared: AccessLog
    missing: Missing | None = None

    def undeclared(self, *keys: str) -> Missing | None:
        """Return why something about the log cannot be told: the first of these keys that the policy does not
        name.
        """
        for key in keys:
            if not getattr(self.declared, key):
                return Missing(
                    Cause.UNDECLARED, f"the policy names no `{key}` of the access log {self.declared.table}"
                )
        return None


@each
def log(dataset: Dataset, policy: Policy) -> tuple[Log, ...] | Missing:
    """The access log that the policy declares."""
    declared = policy.access_log
    if declared is None or not declared.table:
        return Missing(Cause.UNDECLARED, "the policy declares no access log")
    if (excluded := policy.excluded(declared.table)) is not None:
        return (Log(declared, excluded),)
    table = stated(dataset, policy, "access_log", COLUMNS)
    return (Log(declared, table if isinstance(table, Missing) else None),)
