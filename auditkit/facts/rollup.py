from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.dataset import Dataset
from auditkit.dataset.identity import is_apart
from auditkit.facts import many
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.relations import Relations, Scope, ScopeKind
from auditkit.relations.names import singular, words

_TOTAL = re.compile(
    r"^(?:count_of|count|number_of|no_of|num|nb|n|total|sum)_|_(?:count|counter|cnt|total|sum)$"
)


@dataclass(frozen=True)
class Rollup:
    """A column in which a tenant's rows of another table are kept counted, or the sum of one of its
    columns.
    """

    column: str
    source: str
    summed: str | None = None
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"columns": (self.column,), "target": self.source}


@many
def rollup(
    dataset: Dataset, relations: Relations, relation: Examined, scope: Scope
) -> tuple[Rollup, ...] | Missing:
    """The columns of numbers that are named as totals of another table: `tickets`, `ticket_count`,
    `total_amount` of invoices.
    """
    none = Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no column that is named as the total of another table"
    )
    return rollups(dataset, relations, relation, scope) or none


def rollups(dataset: Dataset, relations: Relations, relation: Examined, scope: Scope) -> tuple[Rollup, ...]:
    """Return the columns of a table of tenants, or of tenants' figures, that are named as totals of other
    tables of the same engine.
    """
    table = relation.table
    assert table is not None  # a relation without a table says why it is missing
    if scope.kind not in (ScopeKind.ROOT, ScopeKind.DIRECT):
        return ()
    sources = [
        n
        for n, s in relations.scopes.items()
        if s.is_tenant and s.kind is not ScopeKind.ROOT and n != relation.name
    ]
    near = {
        name: dataset.tables[name].schema() for name in sources if not is_apart(dataset.tables[name], table)
    }
    numbers = [c for c in table.columns if table[c].type().is_numeric() and c != scope.column]
    return tuple(r for c in numbers for name, columns in near.items() for r in _named(c, name, columns))


def _named(column: str, source: str, columns: Mapping[str, Any]) -> Iterator[Rollup]:
    """Yield what a column is the total of by its name, at most one."""
    called = words(column)
    bare = _TOTAL.sub("", called)
    if singular(bare) == singular(source) and (bare != called or bare != singular(bare)):
        yield Rollup(column, source)
    elif bare != called:
        summed = [
            c
            for c, t in columns.items()
            if t.is_numeric() and bare in (words(c), f"{singular(source)}_{words(c)}")
        ]
        yield from (Rollup(column, source, c) for c in summed[:1])
