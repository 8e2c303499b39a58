"""The tenant map in words: how every table belongs to a tenant, with the evidence; as text, and as YAML for
the policy.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from auditkit import relations as related
from auditkit.dataset import Dataset
from auditkit.html_tables import elided
from auditkit.policy import Policy
from auditkit.relations.references import Origin, Reference, Relations, ScopeKind

_ORDER = (
    ScopeKind.ROOT,
    ScopeKind.DIRECT,
    ScopeKind.DERIVED,
    ScopeKind.MEMBERSHIP,
    ScopeKind.GLOBAL,
    ScopeKind.UNKNOWN,
)
UNSEEN = "not seen"
"""What stands where a scope would, for a table that the audit cannot or must not read."""


@dataclass(frozen=True)
class Placed:
    """How one table belongs to a tenant.

    `scope` is root, direct, derived, membership, global, unknown or `not seen`; `column` carries the tenant;
    `paths` lead to a table that has it, the one that decides first; `unknown` are its columns that look like
    references and lead nowhere.
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
    """What separates tenants, and how every table of the source belongs to one; no table is left out."""

    root: str | None
    key: str | None
    stated: bool
    tables: tuple[Placed, ...]
    references: tuple[Reference, ...] = ()
    memberships: tuple[tuple[str, str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the map as JSON types."""
        return {
            "root": self.root,
            "key": self.key,
            "stated": self.stated,
            "tables": {
                p.table: {
                    "scope": p.scope, "evidence": p.evidence, "column": p.column, "paths": list(p.paths),
                    "null_is_shared": p.null_is_shared, "unknown_columns": list(p.unknown),
                }
                for p in self.tables
            },
        }  # fmt: skip

    def to_text(self) -> str:
        """Return the map as a table of plain text, with what is unknown last."""
        said = (
            "declared in the policy"
            if self.stated
            else "proposed from names: declare it in `tenancy` if it is right"
        )
        head = (
            f"tenants are the rows of {self.root}, by {self.key or 'no column of one name'} ({said})"
            if self.root
            else "no tenant is known"
        )
        width = max((len(elided(p.table)) for p in self.tables), default=0)
        lines = [head, ""]
        for p in self.tables:
            shared = "; rows without a tenant are everybody's" if p.null_is_shared else ""
            lines.append(f"{elided(p.table):<{width}}  {p.scope:<10}  {p.evidence}{shared}")
            lines += [f"{'':<{width}}  {'':<10}  also through {path}" for path in p.paths[1:]]
            lines += [
                f"{'':<{width}}  {'':<10}  {elided(column)} looks like a reference and leads nowhere"
                for column in p.unknown
            ]
        counts = {
            kind: sum(p.scope == kind for p in self.tables)
            for kind in dict.fromkeys(p.scope for p in self.tables)
        }
        told = ", ".join(f"{n} {kind}" for kind, n in counts.items())
        return "\n".join([*lines, "", f"{len(self.tables)} tables: {told}"]) + "\n"

    def to_yaml(self) -> str:
        """Return the map as the blocks `tenancy` and `tables` of a policy; what a person has to decide is a
        comment.

        References that are inferred are written down so that they can be confirmed; without a known tenant
        all is comment.
        """
        return "\n".join(self._yaml()) + "\n"

    def _yaml(self) -> Iterator[str]:
        if self.root is None:
            yield (
                "tenancy: null  # to be stated by the controller: which table's rows are the tenants, and the"
                " column that carries them"
            )
        else:
            said = "" if self.stated else "  # proposed from names, to be confirmed"
            yield f"tenancy:{said}"
            yield f"  root: {_plain(self.root)}"
            if self.key is not None:
                yield f"  key: {_plain(self.key)}"
            yield f"  shared: {_plain([p.table for p in self.tables if p.scope == ScopeKind.GLOBAL])}"
            yield f"  null_is_shared: {_plain([p.table for p in self.tables if p.null_is_shared])}"
            if self.memberships:
                told = [{"table": t, "user": u, "tenant": tenant} for t, u, tenant in self.memberships]
                yield f"  membership: {_plain(told)}"
        yield from self._tables()
        for p in self.tables:
            if p.scope in (ScopeKind.UNKNOWN, UNSEEN):
                why = " ".join(p.evidence.split())
                yield (
                    f"# {_plain(p.table)} is {p.scope}: {why}. Add it to tenancy.shared, or give it a"
                    " tenant_key or a reference."
                )
            for column in p.unknown:
                yield (
                    f"# {_plain(p.table)}.{_plain(column)} looks like a reference and leads nowhere: add it"
                    " to references if it is one"
                )

    def _tables(self) -> Iterator[str]:
        tables: dict[str, dict[str, Any]] = {}
        for p in self.tables:
            if p.column is not None and p.scope != ScopeKind.ROOT and p.column != self.key:
                tables.setdefault(p.table, {})["tenant_key"] = p.column
        for r in self.references:
            keyed = next((p.column for p in self.tables if p.table == r.table), None)
            if r.origin is not Origin.DECLARED and len(r.columns) == 1 and r.columns[0] != keyed:
                tables.setdefault(r.table, {}).setdefault("references", {})[r.columns[0]] = (
                    f"{r.parent}.{r.parent_columns[0]}"
                )
        if tables:
            yield "tables:"
            yield from (f"  {_plain(name)}: {_plain(tables[name])}" for name in sorted(tables))


def tenant_map(dataset: Dataset, policy: Policy) -> TenantMap:
    """Return how every relation of a dataset belongs to a tenant, with the evidence; what cannot be read says
    why.

    Raises:
        PolicyError: the policy names what is not there.

    Example:
        >>> import auditkit, pandas as pd
        >>> with auditkit.open({"teams": pd.DataFrame({"id": [1, 2]}), "notes": pd.DataFrame({"id": [1], "team_id": [1]}),
        ...                     "files": pd.DataFrame({"id": [1], "team_id": [2]}), "words": pd.DataFrame({"text": ["x"]})}) as dataset:
        ...     print(tenant_map(dataset, auditkit.Policy.empty()).to_text())
        tenants are the rows of teams, by team_id (proposed from names: declare it in `tenancy` if it is right)
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
    places = [_placed(found, name) for name in found.scopes]
    for name, relation in dataset.relations.items():
        if name not in found.scopes:
            excluded = policy.exclusion(name)
            why = (
                f"excluded by the policy: {excluded}"
                if excluded is not None
                else relation.missing.reason
                if relation.missing
                else "unread"
            )
            places.append(Placed(name, UNSEEN, why))
    order = [*_ORDER, UNSEEN]
    places.sort(key=lambda p: (order.index(p.scope), p.table))
    boundary = found.boundary
    return TenantMap(
        root=boundary.root if boundary else None,
        key=boundary.key if boundary else None,
        stated=boundary is not None and boundary.origin is Origin.POLICY,
        tables=tuple(places),
        references=found.references,
        memberships=tuple((m.table, m.user, m.tenant) for m in found.memberships),
    )


def _placed(found: Relations, name: str) -> Placed:
    scope = found.scopes[name]
    paths = tuple(", ".join(f"{r} ({r.origin})" for r in path) for path in scope.paths)
    evidence = f"through {paths[0]}" if paths else scope.evidence
    members = sorted({m.table for m in found.memberships if m.people == name})
    if scope.kind is ScopeKind.UNKNOWN and members:
        evidence = f"people, whose tenants stand in {', '.join(members)}"
    unknown = tuple(column for table, column in found.unknown if table == name)
    return Placed(name, scope.kind.value, evidence, scope.column, paths, scope.null_is_shared, unknown)


def _plain(value: Any) -> str:
    """Return a name, a list or a mapping as YAML on one line."""
    text: str = yaml.safe_dump(
        value, default_flow_style=True, width=10_000, sort_keys=False, allow_unicode=True
    )
    return (
        text.removesuffix("\n").removesuffix("\n...")
        if "\n" not in text.removesuffix("\n").removesuffix("\n...")
        else json.dumps(value)
    )
