from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from auditkit.check import Item, each
from auditkit.dataset.rights import Rights
from auditkit.outcome import Cause, Missing
from auditkit.vocabulary import did_you_mean


@dataclass(frozen=True)
class Server(Item, target="name"):
    """A database server of the source."""

    name: str
    rights: Rights
    missing: Missing | None = None

    def lacks(self, role: str) -> Missing:
        """Return that the policy names a role which the server does not have."""
        hint = did_you_mean(role, self.rights.users)
        return Missing(
            Cause.UNSEEN, f"the policy names the role {role}, which {self.name} does not have.{hint}"
        )


@each
def server(rights: tuple[Rights, ...]) -> tuple[Server, ...]:
    """Each database server of the source, by its product; a second one of a product has a number."""
    count: Counter[str] = Counter()
    servers = []
    for known in rights:
        product = known.server
        count[product] += 1
        name = product if count[product] == 1 else f"{product} {count[product]}"
        servers.append(Server(name, known))
    return tuple(servers)
