from __future__ import annotations

from collections.abc import Iterator

from auditkit.dataset import Dataset
from auditkit.outcome import Cause, Missing
from auditkit.relations import Relations
from auditkit.relations.canaries import Canaries, is_called_canary
from auditkit.relations.names import words
from auditkit.relations.owner import TENANT, owned

_WORDS = frozenset({"token", "word", "value", "text"})


def canaries(dataset: Dataset, relations: Relations) -> Canaries | Missing:
    """The words planted in each tenant's data: those of a column of the tenants, or of a table, that is named
    `canary`.
    """
    if relations.boundary is None:
        return Missing(
            Cause.UNDECLARED, "nothing says what a tenant is: declare `tenancy` with its root and key"
        )
    found = Canaries.of(
        pair
        for table, column in places(dataset, relations)
        for pair in _planted(dataset, relations, table, column)
    )
    if found.owners:
        return found
    return Missing(
        Cause.UNDECLARED,
        "no canaries are planted: give the tenants a column `canary`, each a word of 8 or more characters",
    )


def places(dataset: Dataset, relations: Relations) -> list[tuple[str, str]]:
    """Return the tables and columns in which the canaries themselves are kept."""
    assert relations.boundary is not None
    found = []
    for name, scope in relations.scopes.items():
        table = dataset.tables[name]
        text = [c for c in table.columns if table[c].type().is_string()]
        if name == relations.boundary.root:
            found += [(name, c) for c in text if is_called_canary(c)]
        elif scope.is_tenant and is_called_canary(name):
            found += [
                (name, c) for c in text if c != scope.column and (words(c) in _WORDS or is_called_canary(c))
            ]
    return found


def _planted(
    dataset: Dataset, relations: Relations, table: str, column: str
) -> Iterator[tuple[str | None, str | None]]:
    rows = owned(dataset.tables, relations, table)
    for batch in dataset.stream(rows.select(TENANT, column)):
        yield from ((row[0], row[1]) for row in batch)
