from __future__ import annotations

from auditkit.check import fact
from auditkit.facts.access.server import Server
from auditkit.policy import Policy
from auditkit.relations import Relations
from auditkit.relations.row_security import by_catalogue


@fact
def catalogue_relations(server: Server, policy: Policy, relations: Relations | None = None) -> Relations:
    """The references and tenant scopes of a server's tables; of those that cannot be read, what the catalogue
    alone tells of them.

    Row-level security and rights are judged by the catalogue, also by an audit that row-level security keeps
    from reading a row.
    """
    return by_catalogue(server.rights, policy, relations)
