"""Request answered with another tenant's object

## What it finds
Requests of the access log that were answered with a row of another tenant. The policy says which route means
which table (`access_log.objects`), and the check looks up whose the row is.

## Why it matters
Somebody asked for an object by its number and got it, although it belongs to another tenant. This is broken
object level authorization, and it is a personal data breach that has happened (GDPR Art. 5(1)(f), 32, 33).

## How to fix
Stop it first: let the query behind the route filter by the tenant of the caller. Then assess the breach with
the rows that the SQL of the finding selects: who read what, about whom, and when (Art. 33(3)).

## Limits
Requests of staff and of `access_log.public_routes` are left out. Refused requests are counted and are no
fault. The log can be a table, or a JSONL or CSV file beside the database (`access_log.file`). For a file the
check fetches the tenants of at most 100,000 objects by key.

## Example
>>> import auditkit, pandas as pd
>>> log = pd.DataFrame({
...     "tenant_id": [1, 1, 1], "route": ["/tickets/{id}"] * 3, "object_id": [10, 20, 20],
...     "status": [200, 200, 403],
... })
>>> tickets = pd.DataFrame({"id": [10, 20], "tenant_id": [1, 2]})
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "tickets": tickets, "log": log}
>>> policy = auditkit.Policy.parse('''
... version: 1
... name: Demo
... tenancy: {root: tenants, key: tenant_id}
... access_log: {table: log, tenant: tenant_id, status: status, route: route, object: object_id,
...              objects: {'/tickets/{id}': tickets.id}}
... ''')
>>> audit = auditkit.audit(source, policy, checks=["tenancy-foreign-access"])
>>> [(f.table, f.rows, f.of, f.detail["refused"]) for f in audit.findings]
[('log', 1, 3, 1)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32, security of processing
- GDPR Art. 33, notification of a personal data breach
- OWASP API1:2023, broken object level authorization
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import ibis.expr.types as ir

from auditkit.check import Item, Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.beside import brought_by_key
from auditkit.dataset.identity import is_apart
from auditkit.facts.tenancy.access_log import ANSWERED, COLUMNS, SERVED_SAYS, answered, served, without_staff
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import NoColumnError, Policy, PolicyError
from auditkit.policy.logs import AccessLog
from auditkit.relations import Origin, Reference, Relations
from auditkit.relations.key_text import comparable_keys, key_text
from auditkit.relations.references import Boundary
from auditkit.relations.row_tenants import (
    PARENT_TENANT,
    TENANT,
    with_parent_tenant,
    with_tenant,
)
from auditkit.vocabulary import did_you_mean


@dataclass(frozen=True)
class Route(Item, table="log.table", columns="reference.columns", target="target"):
    """A route of the access log, and the reference from a logged object to its row."""

    name: str
    reference: Reference
    log: AccessLog

    @property
    def target(self) -> str:
        """The table that the route reads, and the route."""
        return f"{self.reference.parent} {self.name}"

    @property
    def reaches(self) -> tuple[str, ...]:
        """The other tables whose rows its rows lead to."""
        return self.reference.reaches


@each
def route(
    dataset: Dataset, policy: Policy, relations: Relations, boundary: Boundary
) -> tuple[Route, ...] | Missing:
    """The routes of the declared access log whose objects are rows of a tenant."""
    log = policy.access_log
    if log is None or not (log.objects and log.object and log.tenant and log.route):
        return Missing(
            Cause.UNDECLARED,
            "the policy does not declare an access log with its `tenant`, `route`, `object` and `objects`",
        )
    if log.table not in relations.scopes:
        return (
            dataset.missing(log.table)
            or policy.excluded(log.table)
            or Missing(Cause.UNSEEN, f"we do not know which tables {log.table} refers to")
        )
    for key in COLUMNS:
        _require(policy, dataset, log.table, getattr(log, key), ("access_log", key))
    return tuple(_routes(dataset, policy, relations, log, log.object)) or Missing(
        Cause.NOT_APPLICABLE, "no route of the access log reaches rows of a tenant"
    )


def _routes(
    dataset: Dataset, policy: Policy, relations: Relations, log: AccessLog, column: str
) -> Iterator[Route]:
    for name, target in log.objects.items():
        parent, _, key = target.rpartition(".")
        where = ("access_log", "objects", name)
        if parent not in relations.scopes:
            hint = did_you_mean(parent, relations.scopes)
            raise PolicyError.at(policy, where, f"there is no table {parent!r}.{hint}")
        _require(policy, dataset, parent, key, where)
        if relations.scopes[parent].is_tenant and name not in log.public_routes:
            yield Route(name, Reference(log.table, (column,), parent, (key,), Origin.POLICY), log)


def _require(
    policy: Policy, dataset: Dataset, table: str, column: str | None, where: tuple[str, ...]
) -> None:
    columns = dataset.tables[table].columns
    if column is not None and column not in columns:
        raise NoColumnError.of(policy, where, table, column, columns)


@fact
def requests(dataset: Dataset, relations: Relations, route: Route) -> ir.Table:
    """The requests of one route with the tenants of caller and object, and whether each was answered.

    Where the log is a file beside a database, the tenants of its objects are fetched from there by key.
    """
    log = route.log
    rows = dataset.tables[log.table]
    rows = rows.filter(rows[log.route].cast("string") == route.name)
    rows = without_staff(dataset, relations, log.table, log.user, rows)
    parent = with_tenant(dataset.tables, relations, route.reference.parent)
    if is_apart(rows, parent):
        (key,) = route.reference.parent_columns
        parent = brought_by_key(dataset, parent.select(key, TENANT), key, key_text(rows[log.object]), rows)
    joined = with_parent_tenant(rows, route.reference, parent, PARENT_TENANT)
    own, other = comparable_keys(joined[log.tenant], joined[PARENT_TENANT])
    return joined.mutate(**{TENANT: own, PARENT_TENANT: other, ANSWERED: answered(joined, log.status)})


@check(
    severity=Severity.CRITICAL,
    articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"),
    incident=True,
    says=SERVED_SAYS,
)
def foreign_access(requests: ir.Table) -> Offending:
    """Return whether a request was answered with an object of another tenant."""
    caller, owner = requests[TENANT], requests[PARENT_TENANT]
    return served(requests, caller != owner, caller, owner)
