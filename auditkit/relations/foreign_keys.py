"""Foreign keys that include the tenant, and the SQL statements that add the tenant to one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from auditkit.check import Item
from auditkit.dataset.sql import identifier
from auditkit.outcome import Confidence, Missing
from auditkit.relations.references import CARRIES, Origin, Reference, Relations


@dataclass(frozen=True)
class TenantForeignKey(Item):
    """A declared foreign key between two tables that carry their tenant, with the key that it should use.

    Attributes:
        reference: the foreign key.
        own: the column with the tenant of the referring table.
        parent: the table that the foreign key should refer to: the other table, or the memberships, where
            people may belong to several tenants.
        tenant: the column of that table with the tenant.
        key: its other columns that the foreign key should use.
        confidence: how certain it is that the tenant is a boundary.
        others: for each other foreign key of the referring table, its columns.
        missing: why it cannot be assessed, or None.
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
        """What it adds to the place of an outcome."""
        return self.reference.locus

    @property
    def carries_tenant(self) -> bool:
        """Whether this foreign key, or another one over the same columns, includes the tenant."""
        return self.own in self.reference.columns or any(
            {self.own, *self.reference.columns} <= other for other in self.others
        )

    @property
    def wanted(self) -> tuple[str, ...]:
        """The columns of the parent that must be unique together for a foreign key with the tenant."""
        return (self.tenant, *self.key)

    def ddl(self, unique: Collection[frozenset[str]]) -> str:
        r"""Return the statements that add the tenant to the foreign key.

        The database checks new rows at once; `VALIDATE CONSTRAINT` checks the old rows when they are clean.

        Args:
            unique: the sets of columns by which the parent already has a key.

        >>> project = Reference("tasks", ("project_id",), "projects", ("id",), Origin.DECLARED)
        >>> key = TenantForeignKey(project, "tenant_id", "projects", "tenant_id", ("id",), Confidence.HIGH)
        >>> print(key.ddl(()).replace("; ", ";\n").replace(" REFERENCES", "\n  REFERENCES"))
        ALTER TABLE projects ADD UNIQUE (tenant_id, id);
        ALTER TABLE tasks ADD FOREIGN KEY (tenant_id, project_id)
          REFERENCES projects (tenant_id, id) NOT VALID
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
    """Return the declared foreign keys of a table that carries its tenant to other tables that do.

    The foreign key to the table of the tenants itself is left out.
    """
    scope, boundary = relations.scopes[table], relations.boundary
    if scope.kind not in CARRIES or scope.column is None or boundary is None:
        return ()
    found = []
    declared = [r for r in relations.of(table) if r.origin is Origin.DECLARED]
    for reference in declared:
        target = _target(relations, reference)
        if reference.columns == (scope.column,) or target is None or relations.joins_people(reference):
            continue
        parent, tenant, key = target
        others = tuple(frozenset(other.columns) for other in declared if other is not reference)
        found.append(
            TenantForeignKey(reference, scope.column, parent, tenant, key, boundary.confidence, others)
        )
    return tuple(found)


def _target(relations: Relations, reference: Reference) -> tuple[str, str, tuple[str, ...]] | None:
    """Return the table, its tenant column and its key that a foreign key with the tenant should refer to.

    None where the parent carries no tenant.
    """
    members = relations.members_of(reference.parent, reference.parent_columns)
    if members:
        return members[0].table, members[0].tenant, (members[0].user,)
    parent = relations.scopes[reference.parent]
    if parent.kind in CARRIES and parent.column is not None:
        return reference.parent, parent.column, reference.parent_columns
    return None


def sql_name(name: str) -> str:
    """Return a name as SQL, quoted where it must be; a schema is in front of the dot.

    >>> sql_name("crm.tickets"), sql_name("Order Lines"), sql_name("order")
    ('crm.tickets', '"Order Lines"', '"order"')
    """
    return ".".join(map(identifier, name.split(".")))
