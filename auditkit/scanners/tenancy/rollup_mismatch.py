"""What is kept as the total of a tenant is not what its rows come to.

Where the totals of nearly all tenants agree with their rows, and a few have too many by just as much as
others have too few, rows have moved from one tenant to another after they were counted: the one misses them,
the other reads them, and each pays the other's bill (GDPR Art. 5(1)(d) and (f), 32). A total is told by its
name (`tickets`, `ticket_count`, `total_amount`) and by its agreeing with the rows, all or those that are not
marked as deleted.

What this cannot tell: whether rows were moved on purpose and the totals not yet counted anew. Totals that are
late, in another currency, or of rows that have been purged since are off in the sum over all tenants, too;
such a table is not assessed.

Remedy: find what the tenants that the finding's SQL selects have exchanged, in a backup from before or in the
    log of changes; give the rows
back to their tenant, or count anew where the move was meant.

>>> import auditkit, pandas as pd
>>> tenants = pd.DataFrame({"id": range(1, 13), "ticket_count": range(1, 13)})
>>> tickets = pd.DataFrame({"tenant_id": [t for t in range(1, 13) for _ in range(t + {4: -2, 9: 2}.get(t, 0))]})
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit({"tenants": tenants, "tickets": tickets}, policy, checks=["tenancy-rollup-mismatch"])
>>> [(f.table, f.columns, f.target, f.rows, f.detail["moved"]) for f in audit.findings]
[('tenants', ('ticket_count',), 'tickets', 2, 2)]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import ibis.expr.types as ir

from auditkit.check import Item, Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import is_apart
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.relations import Relations, Scope, ScopeKind
from auditkit.relations.names import singular, words
from auditkit.relations.owner import TENANT, owned

_TOTAL = re.compile(
    r"^(?:count_of|count|number_of|no_of|num|nb|n|total|sum)_|_(?:count|counter|cnt|total|sum)$"
)


@dataclass(frozen=True)
class Rollup(Item, columns="column", target="source"):
    """A column in which a tenant's rows of another table are kept counted, or the sum of one of its
    columns.
    """

    column: str
    source: str
    summed: str | None = None
    missing: Missing | None = None


@each
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


@fact
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


@fact
def reconciled(relation: Examined, rollup: Rollup, totals: Mapping[Rollup, Total]) -> ir.Table | Missing:
    """The tenants with how much a stored total is off from their rows.

    Missing where the data do not show that it is one, and where any total of the table is out of date: such a
    table tells nothing about whose the rows are, even where what came and what went happen to be as many.
    """
    total = totals[rollup]
    if not total.told:
        agree = f"{total.agreeing} of {total.tenants} tenants agree"
        return Missing(
            Cause.NOT_APPLICABLE,
            f"it does not show that {rollup.column} is the total of {rollup.source}: {agree}",
        )
    late = [r.column for r, t in totals.items() if t.late]
    if late:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{relation.name} is out of date: the sum of {late[0]} over all tenants is not that of the rows",
        )
    return total.by_tenant


@check(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    articles=("GDPR 5(1)(d)", "GDPR 5(1)(f)", "GDPR 32"),
)
def rollup_mismatch(reconciled: ir.Table) -> Offending:
    """Return whether a tenant's stored total differs from its rows, where the sum over all tenants does
    not.
    """
    off = reconciled[OFF]
    return Offending(off != 0, detail={"moved": off.sum(where=off > 0).fill_null(0)})
