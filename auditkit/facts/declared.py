"""What the policy declares about a table."""

from __future__ import annotations

from collections.abc import Mapping

from auditkit.check import fact
from auditkit.facts.relation import Examined
from auditkit.naming.paths import column_of
from auditkit.outcome import Cause, Missing
from auditkit.policy import ColumnPolicy, NoColumnError, Policy, TablePolicy
from auditkit.policy.tables import EVERY


@fact
def declared(policy: Policy, relation: Examined) -> TablePolicy | Missing:
    """What the policy declares about the table."""
    reason = f"the policy says nothing about {relation.name}"
    return policy.table(relation.name) or Missing(Cause.UNDECLARED, reason)


@fact
def columns(policy: Policy, relation: Examined) -> Mapping[str, ColumnPolicy] | Missing:
    """The data categories that the policy declares for the columns; none for a table it does not name.

    What it declares for all tables counts where the table has such a column.
    """
    if not policy.name:
        return Missing(Cause.UNDECLARED, "no policy says which personal data this source may hold")
    table, key = policy.table(relation.name), policy.declares(relation.name)
    if table is None or key is None:
        return {}
    there = relation.table.columns if relation.table is not None else ()
    own = policy.tables[key].columns if key != EVERY else {}
    return {name: c for name, c in table.columns.items() if name in own or column_of(name) in there}


@fact
def subject(policy: Policy, relation: Examined) -> str | Missing:
    """The column that tells the data subjects of the table apart."""
    table = policy.table(relation.name)
    if table is None or table.subject is None or not table.subject.key:
        reason = f"the policy does not say who the data subjects of {relation.name} are"
        return Missing(Cause.UNDECLARED, reason)
    names = relation.table.columns if relation.table is not None else ()
    if table.subject.key not in names:
        at = ("tables", relation.name, "subject", "key")
        raise NoColumnError.of(policy, at, relation.name, table.subject.key, names)
    return table.subject.key
