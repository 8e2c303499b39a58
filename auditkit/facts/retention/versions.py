"""The last versions of each object, which a retention rule keeps in any case (`keep`)."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.facts.retention.rule import Rule
from auditkit.policy import NoColumnError, PolicyError
from auditkit.relations.names import stem, words
from auditkit.relations.reach import Reach


def with_last_versions(reach: Reach, rule: Rule, rows: ir.Table, start: str, held: str) -> ir.Table:
    """Return rows of which the last versions of each object are held too.

    Args:
        reach: what the rows see of other tables.
        rule: the rule.
        rows: its rows.
        start: the column with the start of the period, which says which version is the last.
        held: the column that says which rows are held.

    Raises:
        PolicyError: nothing says of which object a row is a version.
    """
    objects = _objects(reach, rule)
    newest = [rows[start].isnull(), rows[start].desc()]
    number = ibis.row_number().over(group_by=[rows[c] for c in objects], order_by=newest)
    ranked = rows.mutate(auditkit_version=number)
    last = ranked.auditkit_version < rule.declared.keep
    return ranked.mutate(**{held: ranked[held] | last}).drop("auditkit_version")


def _objects(reach: Reach, rule: Rule) -> tuple[str, ...]:
    """Return the columns that say of which object a row is a version: the declared ones, or by their names.

    A key of another row (`document_id`) is one, with its type (`object_type`, `object`) where it has one.
    """
    columns = reach.tables.all[rule.table].columns
    for column in rule.declared.per:
        if column not in columns:
            raise NoColumnError.of(reach.policy, (*rule.at, "per"), rule.table, column, columns)
    if rule.declared.per:
        return rule.declared.per
    tenancy = reach.policy.tenancy
    apart = {tenancy.key if tenancy is not None else None}
    nouns = {c: noun for c in columns if words(c).endswith("_id") and c not in apart and (noun := stem(c))}
    if len(nouns) != 1:
        problem = (
            "say with `per` of which object a row is a version, as in `per: [document_id]`: the names of the"
            " columns do not"
        )
        raise PolicyError.at(reach.policy, (*rule.at, "keep"), problem)
    ((key, noun),) = nouns.items()
    kinds = [c for c in columns if words(c) in (noun, f"{noun}_type", f"{noun}_kind")]
    return (*kinds, key)
