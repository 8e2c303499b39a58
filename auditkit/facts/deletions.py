from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.facts.kept import START
from auditkit.facts.relation import Examined
from auditkit.facts.rule import Rule
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy
from auditkit.policy.predicate import predicate
from auditkit.relations.stated import stated

DELETED, JUSTIFIED = "auditkit_deleted", "auditkit_justified"


def deletions(
    dataset: Dataset, policy: Policy, relation: Examined, rule: Rule, as_of: date
) -> ir.Table | Missing:
    """What the log of deletions says of rows of the table: when their period started (`START`) and when they
    were deleted (`DELETED`).

    Beside it stands whether the log gives a reason that the policy accepts before the minimum (`JUSTIFIED`).
    """
    log = policy.deletions
    if log is None or not log.of or not log.at or not log.start:
        return Missing(
            Cause.UNDECLARED,
            "the policy names no log of deletions (`deletions`) with its columns of, at and start",
        )
    if rule.clock.min is None:
        return Missing(
            Cause.UNDECLARED, f"the retention rule of {relation.name} names no minimum period (`min`)"
        )
    if rule.clock.where or rule.declared.where:
        told = (
            f"the rule is about some rows of {relation.name} only, and the log does not say which of them it"
            " deleted"
        )
        return Missing(Cause.NOT_APPLICABLE, told)
    rows = stated(dataset, policy, "deletions", ("of", "at", "start"))
    if isinstance(rows, Missing):
        return rows
    mine = rows.filter(rows[log.of].cast("string") == relation.name)
    justified = predicate(log.reason, mine, as_of).fill_null(False) if log.reason else ibis.literal(False)
    return mine.mutate(
        **{START: clock(mine[log.start]).moment, DELETED: clock(mine[log.at]).moment, JUSTIFIED: justified}
    )
