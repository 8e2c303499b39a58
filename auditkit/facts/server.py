from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.dataset.rights import Rights
from auditkit.facts import many
from auditkit.outcome import Missing


@dataclass(frozen=True)
class Server:
    """A database server of the source."""

    name: str
    rights: Rights
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"target": self.name}


@many
def server(rights: tuple[Rights, ...]) -> tuple[Server, ...]:
    """Each database server of the source, by what it is; of several of a kind the others have a number."""
    met: Counter[str] = Counter()
    found = []
    for one in rights:
        met[one.server] += 1
        found.append(Server(one.server if met[one.server] == 1 else f"{one.server} {met[one.server]}", one))
    return tuple(found)
