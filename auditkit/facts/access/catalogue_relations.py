from __future__ import annotations

from auditkit.check import fact
from auditkit.facts.access.server import Server
from auditkit.policy import Policy
from auditkit.relations import Relations
from auditkit.row_security.catalogue_scopes import with_catalogue_scopes


@fact
def catalogue_relations(server: Server, policy: Policy, relations: Relations | None = None) -> Relations:
    """The references and tenant scopes of a server's tables.

    For a table that the audit may not read they come from the catalogue alone. So row-level security and
    rights are also judged where row-level security hides every row from the audit.
    """
    return with_catalogue_scopes(server.rights, policy, relations)
