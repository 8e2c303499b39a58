"""The access log shows a tenant reading another tenant's object.

Somebody asked for a row by its number and got it, though it belongs to another tenant: broken object level
authorisation, and a breach that has happened (OWASP API1:2023; GDPR Art. 5(1)(f), 32, 33). The log is a
table, or a JSONL or CSV file beside the database, which `access_log.file` names: then the tenants of the
objects in it are fetched by key, 100,000 at most, and compared where the file is.

Remedy: stop it first: let the query that serves the route filter by the caller's tenant. Then assess the
    breach with the rows that the
finding's SQL selects: who read what, of whom, and when (Art. 33(3)).

>>> import auditkit, pandas as pd
>>> log = pd.DataFrame({"tenant_id": [1, 1, 1], "route": ["/tickets/{id}"] * 3, "object_id": [10, 20, 20], "status": [200, 200, 403]})
>>> source = {"tenants": pd.DataFrame({"id": [1, 2]}), "tickets": pd.DataFrame({"id": [10, 20], "tenant_id": [1, 2]}), "log": log}
>>> told = "{table: log, tenant: tenant_id, status: status, route: route, object: object_id, objects: {'/tickets/{id}': tickets.id}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tenancy: {{root: tenants, key: tenant_id}}, access_log: {told}}}")
>>> audit = auditkit.audit(source, policy, checks=["tenancy-foreign-access"])
>>> [(f.table, f.rows, f.of, f.detail["refused"]) for f in audit.findings]
[('log', 1, 3, 1)]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir

from auditkit.check import Between, Item, Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.beside import brought_by_key
from auditkit.dataset.identity import is_apart
from auditkit.facts.tenancy.log import COLUMNS
from auditkit.facts.tenancy.log_rows import ANSWERED, answered, key_text, without_staff
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import NoColumnError, Policy, PolicyError
from auditkit.policy.models import AccessLog
from auditkit.relations import Origin, Reference, Relations
from auditkit.relations.infer import family
from auditkit.relations.owner import PARENT_TENANT, TENANT, aligned, beside, owned
from auditkit.vocabulary import did_you_mean


@dataclass(frozen=True)
class Route(Item):
    """A route of the access log, and the reference from a logged object to the row it names."""

    name: str
    reference: Reference
    log: AccessLog
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {
            "table": self.log.table,
            "columns": self.reference.columns,
            "target": f"{self.reference.parent} {self.name}",
        }

    @property
    def reaches(self) -> tuple[str, ...]:
        """The other tables whose rows its rows lead to."""
        return self.reference.reaches


@each
def route(dataset: Dataset, policy: Policy, relations: Relations) -> tuple[Route, ...] | Missing:
    """The routes of the declared access log whose objects are rows of a tenant."""
    log = policy.access_log
    if log is None or not log.objects or not log.object or not log.tenant or not log.route:
        return Missing(
            Cause.UNDECLARED, "the policy declares no access log with its tenant, route, object and objects"
        )
    if relations.boundary is None:
        return Missing(
            Cause.UNDECLARED, "nothing says what a tenant is: declare `tenancy` with its root and key"
        )
    if log.table not in relations.scopes:
        return (
            dataset.missing(log.table)
            or policy.excluded(log.table)
            or Missing(Cause.UNSEEN, f"nothing is known of {log.table}")
        )
    for key in COLUMNS:
        _require(policy, dataset, log.table, getattr(log, key), ("access_log", key))
    found = []
    for name, target in log.objects.items():
        parent, _, key = target.rpartition(".")
        if parent not in relations.scopes:
            told = f"there is no table {parent!r}.{did_you_mean(parent, relations.scopes)}"
            raise PolicyError.at(policy, ("access_log", "objects", name), told)
        _require(policy, dataset, parent, key, ("access_log", "objects", name))
        if relations.scopes[parent].is_tenant and name not in log.public_routes:
            found.append(Route(name, Reference(log.table, (log.object,), parent, (key,), Origin.POLICY), log))
    return tuple(found) or Missing(
        Cause.NOT_APPLICABLE, "no route of the access log reaches rows of a tenant"
    )


def _require(policy: Policy, dataset: Dataset, table: str, column: str | None, at: tuple[str, ...]) -> None:
    columns = dataset.tables[table].columns
    if column is not None and column not in columns:
        raise NoColumnError.of(policy, at, table, column, columns)


__all__ = ["ANSWERED", "requests"]


@fact
def requests(dataset: Dataset, relations: Relations, route: Route) -> ir.Table:
    """The requests of one route, with the tenant of the caller, the tenant of what was asked for, and whether
    it was answered.

    What staff asked for, who may act everywhere, is left out. Where the log is a file beside a database, the
    tenants of the objects that it names are fetched from there by key.
    """
    log = route.log
    rows = dataset.tables[log.table]
    rows = rows.filter(rows[log.route].cast("string") == route.name)
    rows = without_staff(dataset, relations, log.table, log.user, rows)
    parent = owned(dataset.tables, relations, route.reference.parent)
    if is_apart(rows, parent):
        (key,) = route.reference.parent_columns
        parent = brought_by_key(dataset, parent.select(key, TENANT), key, key_text(rows[log.object]), rows)
    rows, parent = aligned(rows, route.reference, parent)  # a log keeps as text what is a number elsewhere
    joined = beside(rows, route.reference, parent, PARENT_TENANT)
    own, other = joined[log.tenant], joined[PARENT_TENANT]
    if family(own.type()) != family(other.type()):
        own, other = key_text(own), key_text(other)
    return joined.mutate(**{TENANT: own, PARENT_TENANT: other, ANSWERED: answered(joined, log.status)})


@check(severity=Severity.CRITICAL, articles=("GDPR 5(1)(f)", "GDPR 32", "GDPR 33"), incident=True)
def foreign_access(requests: ir.Table) -> Offending:
    """Return whether a request was answered with the row of another tenant; what was refused is counted, and
    is no leak.
    """
    foreign = requests[TENANT] != requests[PARENT_TENANT]
    pair = requests[TENANT].cast("string") + " " + requests[PARENT_TENANT].cast("string")
    answered = foreign & requests[ANSWERED]
    detail = {
        "refused": requests.count(where=foreign & ~requests[ANSWERED]),
        "pairs": pair.nunique(where=answered),
    }
    return Offending(answered, detail, between=Between(requests[TENANT], requests[PARENT_TENANT]))
