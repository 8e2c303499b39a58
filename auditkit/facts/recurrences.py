from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset import Dataset
from auditkit.detection import Profile
from auditkit.facts.erased import Erased
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing
from auditkit.policy import ColumnPolicy, Policy, PolicyError
from auditkit.vocabulary import ENTITIES, Sensitivity, did_you_mean, sensitivity

SCHEMA = pa.schema([(n, pa.string()) for n in ("table", "column")] + [(n, pa.int64()) for n in ("rows", "of", "subjects")])
SINGLES_OUT = frozenset({Sensitivity.CONTACT, Sensitivity.GOVERNMENT_ID, Sensitivity.FINANCIAL, Sensitivity.ONLINE_IDENTIFIER})
PRESENT = frozenset({"certain", "likely"})


@dataclass(frozen=True)
class Recurrence:
    """How many cells of a column hold an identifier, and how many the identifier of an erased subject. Two add up."""

    of: int = 0
    rows: int = 0
    subjects: frozenset[str] = field(default=frozenset(), repr=False)

    def __add__(self, other: Recurrence) -> Recurrence:
        return Recurrence(self.of + other.of, self.rows + other.rows, self.subjects | other.subjects)


def recurrence(erased: Erased, cells: Iterable[str | None]) -> Recurrence:
    """Return how many of some cells hold an identifier, and how many that of an erased subject."""
    told = [cell for cell in cells if cell and cell.strip()]
    found = erased.among(told)
    return Recurrence(len(told), len(found), frozenset(found))


def recurrences(
    dataset: Dataset,
    policy: Policy,
    relation: Examined,
    erased: Erased,
    profile: Profile,
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> ir.Table | Missing:
    """How often subjects of the erasure ledger stand in the table: one row for each column that could hold their identifier."""
    if relation.name == erased.ledger.table:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} is the ledger itself")
    chosen = _chosen(dataset, policy, relation, erased, profile, columns or {})
    if not chosen:
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} has no column of the kind of identifier that the ledger is about")
    counts = [Recurrence() for _ in chosen]
    for batch in dataset.batches(relation.name, columns=chosen):
        counts = [count + recurrence(erased, batch.column(i).to_pylist()) for i, count in enumerate(counts)]
    rows = [
        {"table": relation.name, "column": c, "rows": n.rows, "of": n.of, "subjects": len(n.subjects)}
        for c, n in zip(chosen, counts, strict=True)
    ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _chosen(
    dataset: Dataset, policy: Policy, relation: Examined, erased: Erased, profile: Profile, declared: Mapping[str, ColumnPolicy]
) -> list[str]:
    """Return the columns that could hold an identifier of the ledger: those of its kind, else those that single a person out."""
    entities = {(c.table, c.column): c.entity for c in profile.columns if c.verdict in PRESENT and c.entity in ENTITIES}
    here = {column: entity for (table, column), entity in entities.items() if table == relation.name}
    stated = {name: c.category for name, c in declared.items() if c.personal}
    names = relation.table.columns if relation.table is not None else ()
    if erased.ledger.identifier is None:
        kinds = {**{c: sensitivity(k) for c, k in stated.items()}, **{c: ENTITIES[str(e)].sensitivity for c, e in here.items()}}
        return [c for c in names if kinds.get(c) in SINGLES_OUT]
    table, _, column = erased.ledger.identifier.rpartition(".")
    if table not in dataset.tables or column not in dataset.tables[table].columns:
        known = [f"{t}.{c}" for t, expr in dataset.tables.items() for c in expr.columns]
        told = f"there is no column {erased.ledger.identifier!r}.{did_you_mean(erased.ledger.identifier, known)}"
        raise PolicyError.at(policy, ("erasure_ledger", "identifier"), told)
    of = policy.table(table)
    category = of.columns[column].category if of is not None and column in of.columns else None
    entity = entities.get((table, column))
    return [
        c
        for c in names
        if (relation.name, c) == (table, column)
        or (entity is not None and here.get(c) == entity)
        or (category is not None and stated.get(c) == category)
    ]
