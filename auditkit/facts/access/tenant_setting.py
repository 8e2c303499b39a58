from __future__ import annotations

from auditkit.check import fact
from auditkit.facts.access.server import Server
from auditkit.policy import Policy
from auditkit.row_security.statements import session_setting


@fact
def tenant_setting(server: Server, policy: Policy) -> str:
    """The setting by which a session names its tenant.

    It is the one of the policy's `probe`, or else the one that most row policies read.
    """
    return session_setting(policy.probe.setting if policy.probe is not None else None, server.rights.policies)
