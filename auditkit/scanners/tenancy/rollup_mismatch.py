"""Tenant totals do not match their rows

## What it finds
Totals that are stored for each tenant, such as `ticket_count`, and that do not match the rows of the tenant.
The totals of nearly all tenants match. Of the others, some have too many rows by just as much as others have
too few.

## Why it matters
Rows have moved from one tenant to another after they were counted. One tenant misses them, the other reads
them, and each pays the bill of the other (GDPR Art. 5(1)(d) and (f), 32).

## How to fix
Find out what the tenants that the SQL of the finding selects have exchanged, in an earlier backup or in the
log of changes. Give the rows back to their tenant. Where the move was meant, count again.

## Limits
A total is known by its name and because it matches the rows, either all of them or those that are not marked
as deleted. The check cannot see whether rows were moved on purpose and not counted again yet. Totals that
are late, in another currency, or of rows that have been purged since also differ in the sum over all
tenants. Such a table is not assessed.

## Example
>>> import auditkit, pandas as pd
>>> tenants = pd.DataFrame({"id": range(1, 13), "ticket_count": range(1, 13)})
>>> owners = [t for t in range(1, 13) for _ in range(t + {4: -2, 9: 2}.get(t, 0))]
>>> source = {"tenants": tenants, "tickets": pd.DataFrame({"tenant_id": owners})}
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tenancy: {root: tenants, key: tenant_id}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-rollup-mismatch"])
>>> [(f.table, f.columns, f.target, f.rows, f.detail["moved"]) for f in audit.findings]
[('tenants', ('ticket_count',), 'tickets', 2, 2)]

## References
- GDPR Art. 5(1)(d), accuracy
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32, security of processing
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
from auditkit.relations.row_tenants import TENANT, with_tenant

_TOTAL = re.compile(
    r"^(?:count_of|count|number_of|no_of|num|nb|n|total|sum)_|_(?:count|counter|cnt|total|sum)$"
)
_DELETED = re.compile(r"^(?:is_)?(?:deleted|removed|archived|trashed|discarded)(?:_at|_on)?$")
OFF = "auditkit_off"
TENANTS, SIZES, AGREEING = 8, 4, 0.7
"""A column is a total when 70% of at least 8 tenants match exactly, with at least 4 different totals."""
CENT = 0.01


@dataclass(frozen=True)
class Rollup(Item, columns="column", target="source"):
    """A column with the count of a tenant's rows in another table, or with the sum of one of its columns."""

    column: str
    source: str
    summed: str | None = None


@dataclass(frozen=True)
class Total:
    """How a stored total matches the rows that it would be of.

    Attributes:
        by_tenant: the tenants, with the difference between rows and total in `OFF`.
        tenants: how many tenants have a total.
        sizes: how many different totals there are.
        matching: how many tenants have a total that matches.
        off: the difference in the sum over all tenants.
    """

    by_tenant: ir.Table
    tenants: int
    sizes: int
    matching: int
    off: float

    @property
    def is_total(self) -> bool:
        """Whether the column is the total of these rows at all."""
        return self.tenants >= TENANTS and self.sizes >= SIZES and self.matching >= AGREEING * self.tenants

    @property
    def is_late(self) -> bool:
        """Whether rows have come or gone since the total was counted, and not from one tenant to another.

        The sum over all tenants differs then. It is enough for that if half of the tenants match.
        """
        return 2 * self.matching >= self.tenants and abs(self.off) > CENT * self.tenants


@each
def rollup(
    dataset: Dataset, relations: Relations, relation: Examined, scope: Scope, rows: ir.Table
) -> tuple[Rollup, ...] | Missing:
    """The columns of numbers that are named as totals of another table, such as `ticket_count`."""
    return _rollups(dataset, relations, relation.name, scope, rows) or Missing(
        Cause.NOT_APPLICABLE, f"{relation.name} has no column that is named as the total of another table"
    )


def _rollups(
    dataset: Dataset, relations: Relations, name: str, scope: Scope, rows: ir.Table
) -> tuple[Rollup, ...]:
    """Return the columns that are named as totals of other tables of the same engine.

    They are in the table of the tenants, or in a table that carries its tenant.
    """
    if scope.kind not in (ScopeKind.ROOT, ScopeKind.DIRECT):
        return ()
    sources = {
        other: dataset.tables[other].schema()
        for other, s in relations.scopes.items()
        if s.is_tenant
        and s.kind is not ScopeKind.ROOT
        and other != name
        and not is_apart(dataset.tables[other], rows)
    }
    numbers = [c for c in rows.columns if rows[c].type().is_numeric() and c != scope.column]
    return tuple(r for c in numbers for other, columns in sources.items() for r in _named(c, other, columns))


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


@fact
def totals(
    dataset: Dataset, relations: Relations, relation: Examined, scope: Scope, rows: ir.Table
) -> Mapping[Rollup, Total]:
    """How each column of the table that is named as a total matches the rows that it would be of."""
    return {
        r: _compared(dataset, relations, relation.name, r)
        for r in _rollups(dataset, relations, relation.name, scope, rows)
    }


def _compared(dataset: Dataset, relations: Relations, name: str, rollup: Rollup) -> Total:
    """Return how a stored total matches the rows: all of them, or those that are not marked as deleted.

    The way that matches for more tenants is the way in which the total was counted.
    """
    with_staff = replace(relations, staff={})  # a total counts the rows of staff too
    kept = with_tenant(dataset.tables, with_staff, name)
    rows = with_tenant(dataset.tables, with_staff, rollup.source)
    ways = {"auditkit_every": _total(rows, rollup, None)}
    if (live := _live(rows)) is not None:
        ways["auditkit_live"] = _total(rows, rollup, live)
    counted = rows.group_by(auditkit_of=rows[TENANT]).aggregate(**ways)
    known = kept.filter(kept[TENANT].notnull() & kept[rollup.column].notnull())
    stored = known.group_by(TENANT).aggregate(auditkit_stored=known[rollup.column].sum())
    joined = stored.left_join(counted, stored[TENANT] == counted.auditkit_of)
    # a tenant with a total and without a row has left, or was merged into another
    left = joined.auditkit_every.fill_null(0) != 0
    joined = joined.filter(left | (joined.auditkit_stored == 0))
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
    return Total(
        by_tenant=by_tenant.select(TENANT, **{OFF: by_tenant[way]}),
        tenants=int(found["n"]),
        sizes=int(found["sizes"] or 0),
        matching=int(found[way] or 0),
        off=float(found[f"{way}_off"] or 0),
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
    """The tenants, with the difference between their rows and a stored total.

    Missing where the data does not show that the column is a total, or where any total of the table is late.
    A late table says nothing about whose the rows are, even if as many rows came as went.
    """
    total = totals[rollup]
    if not total.is_total:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"the data does not show that {rollup.column} is the total of {rollup.source}: it matches for"
            f" {total.matching} of {total.tenants} tenants",
        )
    late = [r.column for r, t in totals.items() if t.is_late]
    if late:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{relation.name} is out of date: the sum of {late[0]} over all tenants differs from the rows",
        )
    return total.by_tenant


@check(
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    articles=("GDPR 5(1)(d)", "GDPR 5(1)(f)", "GDPR 32"),
    says="{moved} too many at some tenants, and as many missing at others",
)
def rollup_mismatch(reconciled: ir.Table) -> Offending:
    """Return whether the stored total of a tenant differs from its rows."""
    off = reconciled[OFF]
    return Offending(off != 0, detail={"moved": off.sum(where=off > 0).fill_null(0)})
