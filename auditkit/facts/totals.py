from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.facts.relation import Examined
from auditkit.facts.rollup import Rollup, rollups
from auditkit.relations import Relations, Scope
from auditkit.relations.names import words
from auditkit.relations.owner import TENANT, owned

OFF = "auditkit_off"
TENANTS, SIZES, AGREEING = 8, 4, 0.7
"""A column is the total of rows when seven tenths of at least 8 tenants agree to the unit, with at least 4
different totals.
"""
CENT = 0.01
_DELETED = re.compile(r"^(?:is_)?(?:deleted|removed|archived|trashed|discarded)(?:_at|_on)?$")


@dataclass(frozen=True)
class Total:
    """How a stored total and the rows it is of agree: `by_tenant` has how much each tenant's is `OFF`, `off`
    the sum over all tenants.
    """

    by_tenant: ir.Table
    tenants: int
    sizes: int
    agreeing: int
    off: float

    @property
    def told(self) -> bool:
        """Whether the column is the total of these rows at all."""
        return self.tenants >= TENANTS and self.sizes >= SIZES and self.agreeing >= AGREEING * self.tenants

    @property
    def late(self) -> bool:
        """Whether the sum over all tenants is off: rows have come or gone since, and not from one tenant to
        another.

        That half of the tenants agree is enough to say so.
        """
        return 2 * self.agreeing >= self.tenants and abs(self.off) > CENT * self.tenants


def totals(
    dataset: Dataset, relations: Relations, relation: Examined, scope: Scope
) -> Mapping[Rollup, Total]:
    """How each column of the table that is named as a total agrees with the rows it would be of.

    Whether rows that are marked as deleted count is told by what agrees with more tenants.
    """
    return {
        r: _compared(dataset, relations, relation.name, r)
        for r in rollups(dataset, relations, relation, scope)
    }


def _compared(dataset: Dataset, relations: Relations, name: str, rollup: Rollup) -> Total:
    as_stored = replace(relations, staff={})  # whoever counts, counts everybody
    kept, rows = owned(dataset.tables, as_stored, name), owned(dataset.tables, as_stored, rollup.source)
    ways = {"auditkit_every": _total(rows, rollup, None)}
    if (live := _live(rows)) is not None:
        ways["auditkit_live"] = _total(rows, rollup, live)
    counted = rows.group_by(auditkit_of=rows[TENANT]).aggregate(**ways)
    known = kept.filter(kept[TENANT].notnull() & kept[rollup.column].notnull())
    stored = known.group_by(TENANT).aggregate(auditkit_stored=known[rollup.column].sum())
    joined = stored.left_join(counted, stored[TENANT] == counted.auditkit_of)
    left = joined.auditkit_every.fill_null(0) != 0
    joined = joined.filter(
        left | (joined.auditkit_stored == 0)
    )  # one of whom nothing is left has ended, or went into another
    by_tenant = joined.select(
        TENANT,
        "auditkit_stored",
        **{w: (joined[w].fill_null(0) - joined.auditkit_stored).round(2) for w in ways},
    )
    measures = {w: by_tenant.count(where=by_tenant[w] == 0) for w in ways} | {
        f"{w}_off": by_tenant[w].sum() for w in ways
    }
    found = dataset.fetch(
        by_tenant.aggregate(n=by_tenant.count(), sizes=by_tenant.auditkit_stored.nunique(), **measures)
    )[0]
    way = max(ways, key=lambda w: int(found[w] or 0))
    off = by_tenant.select(TENANT, **{OFF: by_tenant[way]})
    return Total(
        off, int(found["n"]), int(found["sizes"] or 0), int(found[way] or 0), float(found[f"{way}_off"] or 0)
    )


def _total(rows: ir.Table, rollup: Rollup, where: ir.BooleanValue | None) -> ir.Scalar:
    return rows.count(where=where) if rollup.summed is None else rows[rollup.summed].sum(where=where)


def _live(rows: ir.Table) -> ir.BooleanValue | None:
    """Return whether a row is not marked as deleted, or None where the table has no such mark."""
    for column in rows.columns:
        cell = rows[column]
        if _DELETED.match(words(column)):
            return ~cell.fill_null(False) if cell.type().is_boolean() else cell.isnull()
    return None
