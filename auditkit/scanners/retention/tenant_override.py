"""A tenant has agreed a shorter period for itself, and its rows are kept longer.

Who processes for others does so on their instructions only (GDPR Art. 28(3)(a)): a period that a customer has
set in its contract or its settings binds, even where the general rule allows more. A period that is longer
than the general rule allows, or that cannot be read, is told beside; the general rule goes on for those rows.

Remedy: erase the rows that the finding's SQL selects, and let the job that erases read the tenant's own
    period. Refuse periods in the
settings that are no ISO 8601 period, or longer than the rule.

>>> import auditkit, pandas as pd
>>> tenants = pd.DataFrame({"id": [1, 2], "retention": ["P6M", None]})
>>> notes = pd.DataFrame({"id": [1, 2], "tenant_id": [1, 2], "at": pd.to_datetime(["2025-01-01"] * 2)})
>>> rule = "{start: at, max: P2Y, tenant_override: tenants.retention, basis: contract}"
>>> told = f"tenancy: {{root: tenants, key: tenant_id}}, tables: {{notes: {{retention: {rule}}}}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, {told}}}")
>>> audit = auditkit.audit({"tenants": tenants, "notes": notes}, policy, checks=["retention-tenant-override"], as_of="2026-01-01")
>>> [(f.table, f.rows, f.of, f.detail["tenants"]) for f in audit.findings]
[('notes', 1, 2, 1)]
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
from auditkit.relations.owner import TENANT, beside, owned

OVERRIDE = "auditkit_override"
MOST = 1_000


@dataclass(frozen=True)
class TenantPeriods:
    """The rows of a retention rule with their `TENANT` and its own period as it is written (`OVERRIDE`).

    `cut_offs` has the latest start that is overdue for each period that can be read; `longer` are those that
    the rule does not allow.
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
    """The rows of a retention rule with the periods that their tenants have agreed for themselves
    (`tenant_override`).
    """
    target, boundary = rule.declared.tenant_override or rule.clock.tenant_override, relations.boundary
    if target is None or boundary is None:
        return Missing(
            Cause.UNDECLARED,
            f"the retention rule of {relation.name} names no periods of tenants (`tenant_override`)",
        )
    name, _, column = target.rpartition(".")
    at = ("tables", relation.name, "retention", "tenant_override")
    if name != boundary.root or column not in dataset.tables[boundary.root].columns:
        raise PolicyError.at(
            policy, at, f"it names a column of the table of tenants, as in {boundary.root}.retention"
        )
    root = dataset.tables[name]
    if is_apart(root, kept):
        return APART
    written = root.select(
        auditkit_root=root[boundary.root_key], **{OVERRIDE: root[column].cast("string").strip().nullif("")}
    )
    told = dataset.fetch(written.filter(written[OVERRIDE].notnull()).select(OVERRIDE).distinct(), MOST + 1)
    if len(told) > MOST:
        return Missing(Cause.UNSEEN, f"{target} holds more than {MOST} different periods")
    periods = {text: p for row in told if (p := _period(text := str(row[OVERRIDE]))) is not None}
    clock = rule.clock
    assert clock.max is not None  # a rule without a period says why it is missing
    cut_offs = {
        t: latest_start(period=p, grace=clock.grace, as_of=as_of, calendar=clock.calendar)
        for t, p in periods.items()
    }
    longer = tuple(sorted(t for t, p in periods.items() if p.can_exceed(clock.max)))
    return TenantPeriods(_with_override(dataset, relations, scope, kept, written), cut_offs, longer)


def _period(text: str) -> Period | None:
    try:
        return Period.parse(text)
    except ValueError:
        return None


def _with_override(
    dataset: Dataset, relations: Relations, scope: Scope, kept: ir.Table, written: ir.Table
) -> ir.Table:
    """Return rows with their tenant, their own or that of the row they refer to, and its period; null where
    it has none.
    """
    if scope.kind is ScopeKind.DERIVED:
        first, *rest = scope.paths[0]
        rows = beside(
            kept, first, owned(dataset.tables, relations, first.parent, tuple(rest) or None), TENANT
        )
    else:
        rows = kept.mutate(**{TENANT: kept[scope.column] if scope.column is not None else ibis.null()})
    joined = rows.left_join(written, rows[TENANT] == written.auditkit_root)
    return joined.select(*[joined[c] for c in rows.columns], joined[OVERRIDE])


@check(severity=Severity.HIGH, articles=("GDPR 28(3)(a)", "GDPR 5(1)(e)"))
def tenant_override(tenant_periods: TenantPeriods, cut_off: datetime) -> Offending:
    """Return whether a row is past its tenant's own period, though not yet past that of the rule."""
    rows, read = tenant_periods.rows, tenant_periods.cut_offs
    written, start = rows[OVERRIDE], rows[START]
    past = reduce(
        or_,
        [(written == text) & (start <= end) for text, end in read.items()],
        ibis.literal(False) & start.notnull(),
    )
    broken = (past & (start > cut_off) & ~rows[HELD] & ~rows[OPEN]).fill_null(False)
    odd = {
        "longer_than_the_rule": written.isin(list(tenant_periods.longer) or [""]).fill_null(False),
        "unreadable": written.notnull() & ~written.isin(list(read) or [""]).fill_null(False),
    }
    counts = {f"rows_of_periods_{name}": rows.count(where=which) for name, which in odd.items()}
    return Offending(broken, detail={"tenants": rows[TENANT].nunique(where=broken), **counts})
