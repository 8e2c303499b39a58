from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.facts import many
from auditkit.facts.server import Server
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy
from auditkit.vocabulary import did_you_mean


@dataclass(frozen=True)
class ApplicationRole:
    """A role that the application connects as."""

    name: str
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"target": self.name}


@many
def application_role(server: Server, policy: Policy) -> tuple[ApplicationRole, ...] | Missing:
    """The roles that the application connects as, by the policy's `roles.application`."""
    told, rights = policy.roles, server.rights
    if told is None or not told.application:
        return Missing(
            Cause.UNDECLARED,
            "the policy does not say which roles the application connects as: declare `roles.application`",
        )
    if "grants" in rights.unseen:
        return rights.unseen["grants"]
    found = [ApplicationRole(name) for name in rights.called(told.application)]
    for name in told.application:
        if not rights.called([name]):
            hint = did_you_mean(name, rights.users)
            missing = Missing(
                Cause.UNSEEN, f"the policy names the role {name}, which {server.name} does not have.{hint}"
            )
            found.append(ApplicationRole(name, missing))
    return tuple(found)
