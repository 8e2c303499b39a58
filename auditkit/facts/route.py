from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.dataset import Dataset
from auditkit.facts import many
from auditkit.facts.log import COLUMNS
from auditkit.outcome import Cause, Missing
from auditkit.policy import NoColumnError, Policy, PolicyError
from auditkit.policy.models import AccessLog
from auditkit.relations import Origin, Reference, Relations
from auditkit.vocabulary import did_you_mean


@dataclass(frozen=True)
class Route:
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


@many
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
