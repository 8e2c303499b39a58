"""Foreign keys that carry the tenant, and the statements that make one do so."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.check import Item
from auditkit.dataset.sql import identifier
from auditkit.outcome import Confidence, Missing
from auditkit.relations.references import Origin, Reference, Relations, ScopeKind


@dataclass(frozen=True)
class TenantForeignKey(Item):
    """A declared foreign key between two tables that carry their tenant.

    `own` is the column with the tenant of the referring table. The key that ought to be referred to is
    `tenant` and `key` of `parent`: that of the other table, or of the memberships, where people may belong to
    several tenants. `others` are the columns of the table's other foreign keys.
    """

    reference: Reference
    own: str
    parent: str
    tenant: str
    key: tuple[str, ...]
    confidence: Confidence
    others: tuple[frozenset[str], ...] = ()
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return self.reference.locus

    @property
    def carries_tenant(self) -> bool:
        """Whether the tenant is part of it, or of another foreign key over the same columns."""
        return self.own in self.reference.columns or any(
            {self.own, *self.reference.columns} <= other for other in self.others
        )

    @property
    def wanted(self) -> tuple[str, ...]:
        """The columns of the parent that must be unique together for a foreign key with the tenant."""
        return (self.tenant, *self.key)

    def ddl(self, unique: Collection[frozenset[str]]) -> str:
        r"""Return the statements that make it carry the tenant: checked at once for new rows, for old ones
        when they are clean.

        Args:
            unique: the sets of columns by which the parent has a key already.

        >>> project = Reference("tasks", ("project_id",), "projects", ("id",), Origin.DECLARED)
        >>> print(TenantForeignKey(project, "tenant_id", "projects", "tenant_id", ("id",), Confidence.HIGH).ddl(()).replace("; ", ";\n"))
        ALTER TABLE projects ADD UNIQUE (tenant_id, id);
        ALTER TABLE tasks ADD FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id) NOT VALID
        """
        child, parent = sql_name(self.reference.table), sql_name(self.parent)
        key = ", ".join(map(sql_name, self.wanted))
        columns = ", ".join(map(sql_name, (self.own, *self.reference.columns)))
        action = f" ON DELETE {self.reference.on_delete}" if self.reference.on_delete == "CASCADE" else ""
        first = "" if frozenset(self.wanted) in unique else f"ALTER TABLE {parent} ADD UNIQUE ({key}); "
        return (
            f"{first}ALTER TABLE {child} ADD FOREIGN KEY ({columns}) REFERENCES {parent} ({key}){action} NOT"
            " VALID"
        )


def foreign_keys_of(relations: Relations, table: str) -> tuple[TenantForeignKey, ...]:
    """Return the declared foreign keys from a table that carries its tenant to others that do, other than
    that to the tenants.
    """
    scope, boundary = relations.scopes[table], relations.boundary
    if scope.kind is not ScopeKind.DIRECT or scope.column is None or boundary is None:
        return ()
    sure = Confidence.HIGH if boundary.origin is Origin.POLICY else Confidence.MEDIUM
    found = []
    declared = [r for r in relations.of(table) if r.origin is Origin.DECLARED]
    for r in declared:
        end, members = relations.scopes[r.parent], relations.members_of(r.parent, r.parent_columns)
        others = tuple(frozenset(o.columns) for o in declared if o is not r)
        if r.columns == (scope.column,) or (end.kind is not ScopeKind.DIRECT and not members):
            continue
        if members:
            found.append(
                TenantForeignKey(
                    r, scope.column, members[0].table, members[0].tenant, (members[0].user,), sure, others
                )
            )
        elif end.column is not None:
            found.append(
                TenantForeignKey(r, scope.column, r.parent, end.column, r.parent_columns, sure, others)
            )
    return tuple(found)


def sql_name(name: str) -> str:
    """Return a name as SQL, quoted where it must be; a schema stands before the dot.

    >>> sql_name("crm.tickets"), sql_name("Order Lines"), sql_name("order")
    ('crm.tickets', '"Order Lines"', '"order"')
    """
    return ".".join(map(identifier, name.split(".")))
