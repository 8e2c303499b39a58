"""From which roles of a server a table must be protected, and as which roles visitors read."""

from __future__ import annotations

from auditkit.dataset.rights import PUBLIC, Rights
from auditkit.policy import Policy

_VISITORS = frozenset({"anon", "anonymous", "web_anon", "api_anon", "authenticated"})


def strangers(rights: Rights, policy: Policy, table: str | None = None) -> tuple[str, ...]:
    """Return the roles from which a table must be protected.

    They are the roles that the policy declares as the application's or of low trust, else every ordinary one.
    """
    return rights.strangers(*_declared_roles(policy), table)


def connecting(rights: Rights, policy: Policy) -> tuple[str, ...]:
    """Return those of the strangers that can connect by themselves."""
    return rights.connecting(*_declared_roles(policy))


def declares_strangers(rights: Rights, policy: Policy) -> bool:
    """Return whether the policy declares the strangers."""
    untrusted, _ = _declared_roles(policy)
    return bool(rights.called(untrusted))


def visitors(rights: Rights, policy: Policy) -> tuple[str, ...]:
    """Return the roles as which anonymous visitors and any user read, and everybody as the last one.

    They are those that the policy declares as of low trust, and those that APIs call by convention, such as
    `anon` of PostgREST and Supabase.
    """
    declared = rights.called(policy.roles.low_trust) if policy.roles is not None else ()
    by_convention = (name for name in sorted(_VISITORS & rights.roles.keys()))
    kept = {name for name, role in rights.roles.items() if role.administers or role.bypasses}
    return (*(name for name in dict.fromkeys((*declared, *by_convention)) if name not in kept), PUBLIC)


def _declared_roles(policy: Policy) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the roles that a policy does not trust, and those that it trusts."""
    roles = policy.roles
    if roles is None:
        return (), ()
    return (*roles.application, *roles.low_trust), tuple(roles.administrator)
