from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from auditkit.check import Item, each
from auditkit.dataset.rights import Rights
from auditkit.outcome import Missing


@dataclass(frozen=True)
class Server(Item, target="name"):
    """A database server of the source."""

    name: str
    rights: Rights
    missing: Missing | None = None


@each
def server(rights: tuple[Rights, ...]) -> tuple[Server, ...]:
    """Each database server of the source, by what it is; of several of a kind the others have a number."""
    met: Counter[str] = Counter()
    found = []
    for one in rights:
        met[one.server] += 1
        found.append(Server(one.server if met[one.server] == 1 else f"{one.server} {met[one.server]}", one))
    return tuple(found)
