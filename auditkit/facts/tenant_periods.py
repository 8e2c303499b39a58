from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import ibis
import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.dataset.identity import APART, is_apart
from auditkit.facts.relation import Examined
from auditkit.facts.rule import Rule
from auditkit.outcome import Cause, Missing
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
