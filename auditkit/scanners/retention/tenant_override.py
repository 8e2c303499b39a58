"""Rows kept longer than their tenant's own period

## What it finds
Rows that are past the shorter period which their tenant has agreed for itself (`tenant_override`), although
they are not yet past the period of the rule. The finding also counts rows whose tenant has a period that is
longer than the rule allows, or that cannot be read. To those rows the rule still applies.

## Why it matters
A processor processes data only on the instructions of its customer (GDPR Art. 28(3)(a)). A period in a
contract or in a customer's settings binds, even where the general rule allows more.

## How to fix
Erase the rows that the SQL of the finding selects, and let the job that erases read the period of each
tenant. In the settings, refuse periods that are no ISO 8601 period, and periods that are longer than the
rule.

## Limits
The column of periods may hold at most 1,000 different ones.

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
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import APART, is_apart
from auditkit.facts.relation import Examined
from auditkit.facts.retention.kept import HELD, OPEN, START
from auditkit.facts.retention.rule import Rule
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import Period, Policy, PolicyError
from auditkit.policy.period import latest_start
from auditkit.relations import Relations, Scope, ScopeKind
from auditkit.relations.key_text import same_key
from auditkit.relations.row_tenants import TENANT, with_parent_tenant, with_tenant

OVERRIDE = "auditkit_override"
MOST_PERIODS = 1_000


@dataclass(frozen=True)
class TenantPeriods:
    """The periods that tenants have agreed for themselves.

    Attributes:
        rows: the rows of the rule, with the `TENANT` of each and the text of its period (`OVERRIDE`).
        cut_offs: for each text that is a period, the latest start that is overdue.
        longer: the texts of periods that are longer than the rule allows.
    """

    rows: ir.Table
    cut_offs: Mapping[str, datetime]
    longer: tuple[str, ...]


@fact
def tenant_periods(
    dataset: Dataset,
    policy: Policy,
    relations: Relations,
    relation: Examined,
    scope: Scope,
    kept: ir.Table,
    rule: Rule,
    as_of: date,
) -> TenantPeriods | Missing:
    """The rows of a retention rule, with the period of the tenant of each (`tenant_override`)."""
    target, boundary = rule.declared.tenant_override or rule.clock.tenant_override, relations.boundary
    if target is None or boundary is None:
        reason = f"the retention rule of {relation.name} names no periods of tenants (`tenant_override`)"
        return Missing(Cause.UNDECLARED, reason)
    name, _, column = target.rpartition(".")
    if name != boundary.root or column not in dataset.tables[boundary.root].columns:
        at = ("tables", relation.name, "retention", "tenant_override")
        problem = f"expected a column of the table of tenants, as in {boundary.root}.retention"
        raise PolicyError.at(policy, at, problem)
    tenants = dataset.tables[name]
    if is_apart(tenants, kept):
        return APART
    text = tenants[column].cast("string").strip().nullif("")
    overrides = tenants.select(auditkit_root=tenants[boundary.root_key], **{OVERRIDE: text})
    distinct = overrides.filter(overrides[OVERRIDE].notnull()).select(OVERRIDE).distinct()
    texts = [str(row[OVERRIDE]) for row in dataset.fetch(distinct, MOST_PERIODS + 1)]
    if len(texts) > MOST_PERIODS:
        return Missing(Cause.UNSEEN, f"{target} holds more than {MOST_PERIODS} different periods")
    periods = {text: period for text in texts if (period := _period(text)) is not None}
    clock = rule.clock
    assert clock.max is not None  # a rule without a period says why it is missing
    cut_offs = {
        text: latest_start(period=period, grace=clock.grace, as_of=as_of, calendar=clock.calendar)
        for text, period in periods.items()
    }
    longer = tuple(sorted(text for text, period in periods.items() if period.can_exceed(clock.max)))
    return TenantPeriods(_with_override(dataset, relations, scope, kept, overrides), cut_offs, longer)


def _period(text: str) -> Period | None:
    try:
        return Period.parse(text)
    except ValueError:
        return None


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
        "{tenants:tenant} with a shorter period;"
        " {rows_of_periods_longer_than_the_rule:row} of tenants with a longer period than the rule;"
        " {rows_of_periods_unreadable:row} of tenants with a period that cannot be read"
    ),
)
def tenant_override(tenant_periods: TenantPeriods, cut_off: datetime) -> Offending:
    """Return whether a row is past the period of its tenant, though not yet past that of the rule."""
    rows, cut_offs = tenant_periods.rows, tenant_periods.cut_offs
    override, start = rows[OVERRIDE], rows[START]
    past = reduce(
        or_,
        [(override == text) & (start <= end) for text, end in cut_offs.items()],
        ibis.literal(False) & start.notnull(),
    )
    broken = (past & (start > cut_off) & ~rows[HELD] & ~rows[OPEN]).fill_null(False)
    longer = override.isin(list(tenant_periods.longer) or [""]).fill_null(False)
    unreadable = override.notnull() & ~override.isin(list(cut_offs) or [""]).fill_null(False)
    detail = {
        "tenants": rows[TENANT].nunique(where=broken),
        "rows_of_periods_longer_than_the_rule": rows.count(where=longer),
        "rows_of_periods_unreadable": rows.count(where=unreadable),
    }
    return Offending(broken, detail=detail)
