"""Rows kept longer than their tenant's own period

## What it finds
Rows that are past the shorter period which their tenant has agreed for itself (`tenant_override`). The
finding says how many of them are also past the period of the rule, and so overdue anyway. It also counts rows
whose tenant has a period that is longer than the rule allows, or that cannot be read. To those rows the rule
still applies.

## Why it matters
A processor processes data only on the instructions of its customer (GDPR Art. 28(3)(a)). A period in a
contract or in a customer's settings binds, even where the general rule allows more.

## How to fix
Erase the rows that the SQL of the finding selects, and let the job that erases read the period of each
tenant. In the settings, refuse periods that are no ISO 8601 period, and periods that are longer than the
rule.

## Limits
The column of periods may hold at most 1,000 different ones: ISO 8601 (`P6M`), or whole numbers, where `unit`
or the name of the column (`retention_days`) says what they count.

## Example
>>> import auditkit, pandas as pd
>>> tenants = pd.DataFrame({"id": [1, 2], "retention": ["P6M", None]})
>>> notes = pd.DataFrame({"id": [1, 2], "tenant_id": [1, 2], "at": pd.to_datetime(["2025-01-01"] * 2)})
>>> policy = auditkit.Policy.parse('''
... version: 1
... name: Demo
... tenancy: {root: tenants, key: tenant_id}
... tables:
...   notes: {retention: {start: at, max: P2Y, tenant_override: tenants.retention, basis: contract}}''')
>>> source, checks = {"tenants": tenants, "notes": notes}, ["retention-tenant-override"]
>>> audit = auditkit.audit(source, policy, checks=checks, as_of="2026-01-01")
>>> [(f.table, f.rows, f.of, f.detail["tenants"]) for f in audit.findings]
[('notes', 1, 2, 1)]

## References
- GDPR Art. 28(3)(a), instructions of the controller
- GDPR Art. 5(1)(e), storage limitation
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import APART, is_apart
from auditkit.facts.retention.due import Due, periods_in
from auditkit.facts.retention.rule import Rule
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import Period, Policy, PolicyError
from auditkit.policy.term import unit_of
from auditkit.relations import Relations, Scope, ScopeKind
from auditkit.relations.key_text import same_key
from auditkit.relations.row_tenants import TENANT, with_parent_tenant, with_tenant

OVERRIDE = "auditkit_override"


@dataclass(frozen=True)
class TenantPeriods:
    """The rows of a rule, and the periods that tenants have agreed for themselves.

    Attributes:
        due: the rows, with the `TENANT` of each and the text of its period (`OVERRIDE`).
        by_text: for each text that is a period, the period.
    """

    due: Due
    by_text: Mapping[str, Period]

    @property
    def ended(self) -> ir.BooleanValue:
        """Whether the period of its tenant has ended for a row, where it is shorter than that of the rule."""
        override = self.due.rows[OVERRIDE]
        past = [
            (override == text) & self.due.ended(period)
            for text, period in self.by_text.items()
            if text not in self.longer
        ]
        return reduce(or_, past, ibis.literal(False))

    @property
    def longer(self) -> tuple[str, ...]:
        """The texts of periods that are longer than the rule allows."""
        longest = self.due.rule.period
        if not isinstance(longest, Period):
            return ()
        return tuple(sorted(text for text, period in self.by_text.items() if period.can_exceed(longest)))


@fact
def tenant_periods(
    dataset: Dataset, policy: Policy, relations: Relations, scope: Scope, due: Due, rule: Rule
) -> TenantPeriods | Missing:
    """The rows of a retention rule, with the period of the tenant of each (`tenant_override`)."""
    target, boundary = rule.stated("tenant_override"), relations.boundary
    if target is None or boundary is None:
        reason = f"the retention rule of {rule.table} names no periods of tenants (`tenant_override`)"
        return Missing(Cause.UNDECLARED, reason)
    name, _, column = target.rpartition(".")
    if name != boundary.root or column not in dataset.tables[boundary.root].columns:
        problem = f"expected a column of the table of tenants, as in {boundary.root}.retention"
        raise PolicyError.at(policy, (*rule.at, "tenant_override"), problem)
    tenants = dataset.tables[name]
    if is_apart(tenants, due.rows):
        return APART
    text = tenants[column].cast("string").strip().nullif("")
    overrides = tenants.select(auditkit_root=tenants[boundary.root_key], **{OVERRIDE: text})
    unit = rule.stated("unit") or unit_of(column)
    by_text = periods_in(dataset, overrides, OVERRIDE, target, unit)
    if isinstance(by_text, Missing):
        return by_text
    rows = _with_override(dataset, relations, scope, due.rows, overrides)
    return TenantPeriods(replace(due, rows=rows), by_text)


def _with_override(
    dataset: Dataset, relations: Relations, scope: Scope, kept: ir.Table, overrides: ir.Table
) -> ir.Table:
    """Return rows with their tenant, and its period; null where it has none."""
    if scope.kind is ScopeKind.DERIVED:
        first, *rest = scope.paths[0]
        parent = with_tenant(dataset.tables, relations, first.parent, tuple(rest) or None)
        rows = with_parent_tenant(kept, first, parent, TENANT)
    else:
        rows = kept.mutate(**{TENANT: kept[scope.column] if scope.column is not None else ibis.null()})
    joined = rows.left_join(overrides, same_key(rows[TENANT], overrides.auditkit_root))
    return joined.select(*[joined[c] for c in rows.columns], joined[OVERRIDE])


@check(
    severity=Severity.HIGH,
    articles=("GDPR 28(3)(a)", "GDPR 5(1)(e)"),
    says=(
        "{tenants:tenant} with a shorter period; {also_overdue:row} also past the period of the rule;"
        " {rows_of_periods_longer_than_the_rule:row} of tenants with a longer period than the rule;"
        " {rows_of_periods_unreadable:row} of tenants with a period that cannot be read"
    ),
)
def tenant_override(tenant_periods: TenantPeriods) -> Offending:
    """Return whether a row is past the shorter period that its tenant has agreed for itself."""
    due = tenant_periods.due
    rows, override = due.rows, due.rows[OVERRIDE]
    broken = (tenant_periods.ended & due.live).fill_null(False)
    longer = override.isin(list(tenant_periods.longer) or [""]).fill_null(False)
    unreadable = override.notnull() & ~override.isin(list(tenant_periods.by_text) or [""]).fill_null(False)
    detail = {
        "tenants": rows[TENANT].nunique(where=broken),
        "also_overdue": rows.count(where=broken & due.ended()),
        "rows_of_periods_longer_than_the_rule": rows.count(where=longer),
        "rows_of_periods_unreadable": rows.count(where=unreadable),
    }
    return Offending(
        broken,
        detail=detail,
        unseen=rows.count(where=unreadable),
        unseen_says="{unseen:row} of tenants whose own period cannot be read",
    )
