from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.dataset.identity import is_apart
from auditkit.detection import Profile
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import ColumnPolicy, Policy
from auditkit.relations import Reference, Relations
from auditkit.relations.infer import family
from auditkit.relations.names import words
from auditkit.vocabulary import ENTITIES, PRESENT

NO_COPY = frozenset({"PSEUDONYM", "FREE_TEXT", "GENDER", "LANGUAGE"})
"""What a copy tells nothing by: keys are there to be copied, and there are few genders."""


@dataclass(frozen=True)
class Agreement:
    """How a column agrees with one of the row it refers to: in `equal` of `compared` rows with `values`
    different values.
    """

    column: str
    original: str
    reference: Reference
    equal: int
    compared: int
    values: int

    @property
    def share(self) -> float:
        """The share of the compared rows in which both are the same."""
        return self.equal / self.compared if self.compared else 0.0


def agreements(
    dataset: Dataset,
    policy: Policy,
    profile: Profile,
    relations: Relations,
    relation: Examined,
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> tuple[Agreement, ...] | Missing:
    """How the personal columns of the table agree with those of the tables it refers to: for each the
    reference where most are equal.

    Compared are columns of one kind of data: of one name where the names tell, else where the other table has
    only one of that kind.
    """
    if (failed := profile.failed.get(relation.name)) is not None:
        return failed
    if "view" in dataset.relations[relation.name].kind:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{relation.name} is a view: what it repeats or computes is not stored for it",
        )
    rows = dataset.tables[relation.name]
    best: dict[str, Agreement] = {}
    for reference in relations.of(relation.name):
        parent = dataset.tables[reference.parent]
        if reference.is_self or is_apart(rows, parent):
            continue
        theirs = _kinds(profile, reference.parent, _declared(policy, reference.parent))
        mine = {
            c: k
            for c, k in _kinds(profile, relation.name, columns or {}).items()
            if c not in reference.columns
        }
        pairs = list(
            _pairs(rows, parent, mine, {c: k for c, k in theirs.items() if c not in reference.parent_columns})
        )
        for found in _measured(dataset, rows, parent, reference, pairs):
            if found.column not in best or found.share > best[found.column].share:
                best[found.column] = found
    return tuple(best[c] for c in rows.columns if c in best)


def _declared(policy: Policy, table: str) -> Mapping[str, ColumnPolicy]:
    stated = policy.table(table)
    return stated.columns if stated is not None else {}


def _kinds(profile: Profile, table: str, stated: Mapping[str, ColumnPolicy]) -> dict[str, str]:
    """Return what kind of personal data the columns of a table hold: what was found, else what is
    declared.
    """
    innocent = {name for name, c in stated.items() if not c.personal}
    told = {
        name: c.category
        for name, c in stated.items()
        if c.personal and not c.category.startswith(("user.unique_id", "user.content"))
    }
    by_category = {e.category: e.name for e in reversed(tuple(ENTITIES.values()))}
    found = {
        c.column: str(c.entity)
        for c in profile.columns
        if c.table == table and c.verdict in PRESENT and c.entity is not None
    }
    kinds = {name: by_category.get(category, category) for name, category in told.items()} | found
    return {name: kind for name, kind in kinds.items() if name not in innocent and kind not in NO_COPY}


def _pairs(
    rows: ir.Table, parent: ir.Table, mine: Mapping[str, str], theirs: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield which column of the parent each column would be a copy of."""
    for column, kind in mine.items():
        if column not in rows.columns:
            continue
        alike = [c for c, k in theirs.items() if k == kind and c in parent.columns]
        alike = [
            c
            for c in alike
            if family(parent[c].type()) == family(rows[column].type())
            or parent[c].type() == rows[column].type()
        ]
        named = [c for c in alike if _ends_alike(words(column), words(c))]
        chosen = max(named, key=lambda c: len(words(c))) if named else alike[0] if len(alike) == 1 else None
        if chosen is not None:
            yield column, chosen


def _ends_alike(a: str, b: str) -> bool:
    """Return whether two names are one, or one is the other with a word before it: `billing_city` and
    `city`.
    """
    return a == b or a.endswith(f"_{b}") or b.endswith(f"_{a}")


def _measured(
    dataset: Dataset,
    rows: ir.Table,
    parent: ir.Table,
    reference: Reference,
    pairs: Collection[tuple[str, str]],
) -> Iterator[Agreement]:
    """Yield how some pairs of columns agree along a reference, all counted in one statement."""
    if not pairs:
        return
    joined = beside(rows, parent, reference, [original for _, original in pairs])
    measures: dict[str, ir.Scalar] = {}
    for i, (column, _) in enumerate(pairs):
        mine, theirs = plain(joined[column]), plain(joined[f"auditkit_original_{i}"])
        both = mine.notnull() & theirs.notnull()
        measures |= {
            f"n{i}": joined.count(where=both),
            f"same{i}": joined.count(where=both & (mine == theirs)),
        }
        measures[f"values{i}"] = joined[column].nunique(where=both)
    found = dataset.fetch(joined.aggregate(**measures))[0]
    for i, (column, original) in enumerate(pairs):
        yield Agreement(
            column, original, reference, *(int(found[f"{m}{i}"] or 0) for m in ("same", "n", "values"))
        )


def beside(rows: ir.Table, parent: ir.Table, reference: Reference, originals: Collection[str]) -> ir.Table:
    """Return the rows of a table, each with columns of the row it refers to, as `auditkit_original_0` and so
    on.
    """
    keys = {f"auditkit_key_{i}": parent[c] for i, c in enumerate(reference.parent_columns)}
    told = {f"auditkit_original_{i}": parent[c] for i, c in enumerate(originals)}
    theirs = parent.select(**keys, **told)
    joined = rows.left_join(
        theirs, [rows[c] == theirs[k] for c, k in zip(reference.columns, keys, strict=True)]
    )
    return joined.select(*[joined[c] for c in rows.columns], *told)


def plain(cell: ir.Column) -> ir.Column:
    """Return a value as it compares: text without case or blanks around it, and empty text as nothing."""
    return cell.strip().lower().nullif("") if cell.type().is_string() else cell
