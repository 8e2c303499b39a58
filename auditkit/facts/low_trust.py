from __future__ import annotations

from auditkit.facts.server import Server
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy
from auditkit.vocabulary import did_you_mean


def low_trust(server: Server, policy: Policy) -> tuple[str, ...] | Missing:
    """The roles of a server that may see little, by the policy's `roles.low_trust`."""
    told, rights = policy.roles, server.rights
    if told is None or not told.low_trust:
        return Missing(
            Cause.UNDECLARED, "the policy does not say which roles may see little: declare `roles.low_trust`"
        )
    if "grants" in rights.unseen:
        return rights.unseen["grants"]
    for name in told.low_trust:
        if not rights.called([name]):
            hint = did_you_mean(name, rights.users)
            return Missing(
                Cause.UNSEEN, f"the policy names the role {name}, which {server.name} does not have.{hint}"
            )
    return rights.called(told.low_trust)
