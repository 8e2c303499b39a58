"""The tenant map: how every table belongs to a tenant, with the evidence; as text and as YAML."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from auditkit import relations as related
from auditkit.dataset import Dataset
from auditkit.html_tables import count, elided
from auditkit.policy import Policy
from auditkit.relations.references import Origin, Reference, Relations, ScopeKind

UNSEEN = "not seen"
"""The word in place of a scope for a table that the audit cannot or must not read."""
_ORDER = (
    ScopeKind.ROOT,
    ScopeKind.DIRECT,
    ScopeKind.DERIVED,
    ScopeKind.MEMBERSHIP,
    ScopeKind.GLOBAL,
    ScopeKind.UNKNOWN,
    UNSEEN,
)


@dataclass(frozen=True)
class TablePlace:
    """How one table belongs to a tenant.

    Attributes:
        table: the table.
        scope: root, direct, derived, membership, global, unknown or `not seen`.
        evidence: why, in words.
        column: the column that carries the tenant, or None.
        paths: the references that lead to a table with a tenant; the first path decides.
        null_is_shared: whether rows without a tenant are for every tenant.
        unknown: its columns that are named like references, and whose parent was not found.
    """

    table: str
    scope: str
    evidence: str
    column: str | None = None
    paths: tuple[str, ...] = ()
    null_is_shared: bool = False
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class TenantMap:
    """What separates tenants, and how every table of the source belongs to a tenant; no table is left out.

    Attributes:
        root: the table whose rows are the tenants, or None.
        key: the column that carries the tenant in other tables, or None.
        stated: whether the policy declares the root.
        tables: every table.
        references: every reference.
        memberships: for each table of memberships, its name and its columns with the user and the tenant.
    """

    root: str | None
    key: str | None
    stated: bool
    tables: tuple[TablePlace, ...]
    references: tuple[Reference, ...] = ()
    memberships: tuple[tuple[str, str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the map as JSON types."""
        return {
            "root": self.root,
            "key": self.key,
            "stated": self.stated,
            "tables": {
                place.table: {
                    "scope": place.scope, "evidence": place.evidence, "column": place.column,
                    "paths": list(place.paths), "null_is_shared": place.null_is_shared,
                    "unknown_columns": list(place.unknown),
                }
                for place in self.tables
            },
        }  # fmt: skip

    def to_text(self) -> str:
        """Return the map as a table of plain text, with what is unknown last."""
        width = max((len(elided(place.table)) for place in self.tables), default=0)
        lines = [line for place in self.tables for line in _lines(place, width)]
        counts = Counter(place.scope for place in self.tables)
        totals = ", ".join(f"{n} {scope}" for scope, n in counts.items())
        return (
            "\n".join([self._head(), "", *lines, "", f"{count(len(self.tables), 'table')}: {totals}"]) + "\n"
        )

    def _head(self) -> str:
        if not self.root:
            return "no tenant is known"
        source = (
            "declared in the policy"
            if self.stated
            else "proposed from names: declare it in `tenancy` if it is right"
        )
        return (
            f"tenants are the rows of {self.root}, by {self.key or 'columns of different names'} ({source})"
        )

    def to_yaml(self) -> str:
        """Return the map as the blocks `tenancy` and `tables` of a policy.

        Inferred references are included, so that a person can confirm them. What a person has to decide is a
        comment; without a known tenant everything is a comment.
        """
        return "\n".join([*self._tenancy_yaml(), *self._tables_yaml(), *self._open_questions()]) + "\n"

    def _tenancy_yaml(self) -> Iterator[str]:
        if self.root is None:
            yield (
                "tenancy: null  # to be stated by the controller: which table's rows are the tenants, and the"
                " column that carries them"
            )
            return
        yield "tenancy:" if self.stated else "tenancy:  # proposed from names, to be confirmed"
        yield f"  root: {_yaml(self.root)}"
        if self.key is not None:
            yield f"  key: {_yaml(self.key)}"
        yield f"  shared: {_yaml([place.table for place in self.tables if place.scope == ScopeKind.GLOBAL])}"
        yield f"  null_is_shared: {_yaml([place.table for place in self.tables if place.null_is_shared])}"
        if self.memberships:
            blocks = [{"table": t, "user": user, "tenant": tenant} for t, user, tenant in self.memberships]
            yield f"  membership: {_yaml(blocks)}"

    def _tables_yaml(self) -> Iterator[str]:
        blocks: dict[str, dict[str, Any]] = {}
        tenant_columns = {place.table: place.column for place in self.tables}
        for place in self.tables:
            if place.column is not None and place.scope != ScopeKind.ROOT and place.column != self.key:
                blocks.setdefault(place.table, {})["tenant_key"] = place.column
        for r in self.references:
            if r.origin is Origin.DECLARED or len(r.columns) != 1:
                continue
            (column,), (key,) = r.columns, r.parent_columns
            if column != tenant_columns.get(r.table):
                blocks.setdefault(r.table, {}).setdefault("references", {})[column] = f"{r.parent}.{key}"
        if blocks:
            yield "tables:"
            yield from (f"  {_yaml(name)}: {_yaml(blocks[name])}" for name in sorted(blocks))

    def _open_questions(self) -> Iterator[str]:
        for place in self.tables:
            table = _yaml(place.table)
            if place.scope in (ScopeKind.UNKNOWN, UNSEEN):
                why = " ".join(place.evidence.split())
                yield (
                    f"# {table} is {place.scope}: {why}. Add it to tenancy.shared, or give it a tenant_key or"
                    " a reference."
                )
            for column in place.unknown:
                yield (
                    f"# {table}.{_yaml(column)} is named like a reference, and its table was not found: add"
                    " it to references if it is one"
                )


def _lines(place: TablePlace, width: int) -> Iterator[str]:
    """Yield the lines of one table in the text."""
    margin = f"{'':<{width}}  {'':<10}  "
    shared = "; rows without a tenant are for every tenant" if place.null_is_shared else ""
    yield f"{elided(place.table):<{width}}  {place.scope:<10}  {place.evidence}{shared}"
    for path in place.paths[1:]:
        yield f"{margin}also through {path}"
    for column in place.unknown:
        yield f"{margin}{elided(column)} is named like a reference, and its table was not found"


def tenant_map_of(dataset: Dataset, policy: Policy) -> TenantMap:
    """Return how every table of a dataset belongs to a tenant, with the evidence.

    A table that cannot be read is included, with the reason.

    Raises:
        PolicyError: the policy names a table or a column that does not exist.

    Example:
        >>> import auditkit, pandas as pd
        >>> tables = {
        ...     "teams": pd.DataFrame({"id": [1, 2]}),
        ...     "notes": pd.DataFrame({"id": [1], "team_id": [1]}),
        ...     "files": pd.DataFrame({"id": [1], "team_id": [2]}),
        ...     "words": pd.DataFrame({"text": ["x"]}),
        ... }
        >>> with auditkit.open(tables) as dataset:
        ...     print(tenant_map_of(dataset, auditkit.Policy.empty()).to_text())
        tenants are the rows of teams, by team_id (proposed from names: ...)
        <BLANKLINE>
        teams  root        its rows are the tenants
        files  direct      team_id carries the tenant
        notes  direct      team_id carries the tenant
        words  unknown     no column and no reference leads to a tenant
        <BLANKLINE>
        4 tables: 1 root, 2 direct, 1 unknown
        <BLANKLINE>
    """
    found = related.of(dataset, policy)
    places = [_place(found, name) for name in found.scopes]
    for name, relation in dataset.relations.items():
        if name not in found.scopes:
            missing = policy.excluded(name) or relation.missing
            places.append(TablePlace(name, UNSEEN, missing.reason if missing else "unread"))
    places.sort(key=lambda place: (_ORDER.index(place.scope), place.table))
    boundary = found.boundary
    return TenantMap(
        root=boundary.root if boundary else None,
        key=boundary.key if boundary else None,
        stated=boundary is not None and boundary.origin is Origin.POLICY,
        tables=tuple(places),
        references=found.references,
        memberships=tuple((m.table, m.user, m.tenant) for m in found.memberships),
    )


def _place(found: Relations, name: str) -> TablePlace:
    scope = found.scopes[name]
    paths = tuple(", ".join(f"{r} ({r.origin})" for r in path) for path in scope.paths)
    evidence = f"through {paths[0]}" if paths else scope.evidence
    members = sorted({m.table for m in found.memberships if m.people == name})
    if scope.kind is ScopeKind.UNKNOWN and members:
        evidence = f"people; their tenants are in {', '.join(members)}"
    unknown = tuple(column for table, column in found.unknown if table == name)
    return TablePlace(name, scope.kind.value, evidence, scope.column, paths, scope.null_is_shared, unknown)


def _yaml(value: Any) -> str:
    """Return a name, a list or a mapping as YAML on one line."""
    text: str = yaml.safe_dump(
        value, default_flow_style=True, width=10_000, sort_keys=False, allow_unicode=True
    )
    line = text.removesuffix("\n").removesuffix("\n...")
    return line if "\n" not in line else json.dumps(value)
