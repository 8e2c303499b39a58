"""The access log that the policy declares: its columns, its requests, and which of them were answered."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from auditkit.check import Between, Item, Offending, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.beside import brought
from auditkit.dataset.identity import is_apart
from auditkit.facts.column import Column
from auditkit.outcome import Cause, Missing
from auditkit.policy import Policy
from auditkit.policy.logs import AccessLog
from auditkit.relations import Relations, Tables
from auditkit.relations.declared_tables import declared_table
from auditkit.relations.key_text import key_text, same_key

COLUMNS = "at tenant user status route object session resource_tenant header_tenant token_tenant".split()
"""The keys of `access_log` that name columns."""
ANSWERED, PUBLIC = "auditkit_answered", "auditkit_public"


@dataclass(frozen=True)
class Log(Item, table="declared.table"):
    """The access log that the policy declares."""

    declared: AccessLog
    missing: Missing | None = None

    def column(self, key: str, *others: str) -> tuple[Column, ...] | Missing:
        """Return the column that a key of the policy names, where the policy names the other keys too."""
        for needed in (key, *others):
            if not getattr(self.declared, needed):
                return Missing(
                    Cause.UNDECLARED,
                    f"the policy does not say which column of the access log {self.declared.table} is"
                    f" `{needed}`",
                )
        return (Column(str(getattr(self.declared, key))),)


@each
def log(dataset: Dataset, policy: Policy) -> tuple[Log, ...] | Missing:
    """The access log that the policy declares."""
    declared = policy.access_log
    if declared is None or not declared.table:
        return Missing(Cause.UNDECLARED, "the policy declares no access log")
    if (excluded := policy.excluded(declared.table)) is not None:
        return (Log(declared, excluded),)
    table = declared_table(dataset, policy, "access_log", COLUMNS)
    return (Log(declared, table if isinstance(table, Missing) else None),)


@fact
def log_rows(dataset: Dataset, relations: Relations, log: Log) -> ir.Table:
    """The requests of the access log without those of staff, who may act in every tenant.

    `ANSWERED` says that the caller got what the request asked for. `PUBLIC` says that the route is open to
    anybody.
    """
    declared = log.declared
    rows = without_staff(dataset, relations, declared.table, declared.user, dataset.tables[declared.table])
    public: ir.BooleanValue = ibis.literal(False)
    if declared.route is not None and declared.public_routes:
        public = rows[declared.route].cast("string").isin(declared.public_routes).fill_null(False)
    return rows.mutate(**{ANSWERED: answered(rows, declared.status), PUBLIC: public})


def answered(rows: ir.Table, status: str | None) -> ir.BooleanValue:
    """Return whether a request was answered; a log without a status holds answered requests only."""
    if not status:
        return ibis.literal(True)
    code = key_text(rows[status])
    return (code.startswith("2") & (code.length() == 3)).fill_null(False)


def served(requests: ir.Table, foreign: ir.BooleanValue, own: ir.Value, other: ir.Value) -> Offending:
    """Return the foreign requests that were answered; those that were refused are counted, and are no fault.

    Args:
        requests: the requests, with whether each was answered.
        foreign: whether a request was about another tenant.
        own: the tenant of the caller, as text.
        other: the other tenant, as text.
    """
    leaked = foreign & requests[ANSWERED]
    refused = requests.count(where=foreign & ~requests[ANSWERED])
    pairs = (own.cast("string") + " " + other.cast("string")).nunique(where=leaked)
    return Offending(leaked, {"refused": refused, "pairs": pairs}, between=Between(own, other))


SERVED_SAYS = "{pairs:pair of tenants|pairs of tenants}; {refused:more was|more were} refused"
"""How the details of `served` read as a phrase."""


def without_staff(
    dataset: Dataset, relations: Relations, table: str, user: str | None, rows: ir.Table
) -> ir.Table:
    """Return the rows of a log that no member of staff caused.

    A log in a file beside a database refers to no table of it. We then take its users for the people of the
    one table that has staff.
    """
    reference = relations.through(table, user) if user else None
    apart = [name for name in relations.staff if is_apart(dataset.tables[name], rows)]
    if user and reference is None and len(apart) == 1:
        people = dataset.tables[apart[0]]
        key = Tables(dataset, {apart[0]: people}).key(apart[0])
        if key is None:
            return rows
        staff = people.filter(relations.staff[apart[0]]).select(auditkit_key=people[key])
        near = brought(dataset, staff, rows)
        return rows.anti_join(near, key_text(rows[user]) == key_text(near.auditkit_key))
    if reference is None or reference.parent not in relations.staff:
        return rows
    people = dataset.tables[reference.parent]
    staff = people.filter(relations.staff[reference.parent])
    return rows.anti_join(staff, same_key(rows[reference.columns[0]], staff[reference.parent_columns[0]]))
