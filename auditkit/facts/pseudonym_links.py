from __future__ import annotations

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.dataset import Dataset
from auditkit.dataset.identity import is_apart
from auditkit.facts.pseudonym_column import PseudonymColumn, pseudonyms
from auditkit.facts.relation import Examined
from auditkit.policy import Policy
from auditkit.relations.infer import family
from auditkit.relations.names import words
from auditkit.relations.owner import TENANT

SCHEMA = pa.schema(
    [("target", pa.string()), ("rows", pa.int64()), ("of", pa.int64()), ("shared", pa.int64()), ("through", pa.string()),
     ("between", pa.string()), ("confidence", pa.string())]
)  # fmt: skip
FEWEST, SHARE, LONG = 5, 0.05, 6


def pseudonym_links(
    dataset: Dataset,
    policy: Policy,
    relation: Examined,
    pseudonym_column: PseudonymColumn,
    tenanted: ir.Table | None = None,
) -> ir.Table:
    """Where the pseudonyms of a column occur for another purpose, or for another tenant: one row for each
    table.

    `shared` different ones do, and `rows` of `of` have such a one. Two tables are compared where the policy
    states purposes of both and they have none in common, or where they are of two sources; each pair once.
    Numbers are compared only under one name.
    """
    found = [*_elsewhere(dataset, policy, relation.name, pseudonym_column)]
    if tenanted is not None:
        found += _between_tenants(dataset, relation.name, pseudonym_column, tenanted)
    return ibis.memtable(
        pa.Table.from_pylist(
            [{"confidence": pseudonym_column.confidence.value, **row} for row in found], schema=SCHEMA
        )
    )


def _elsewhere(
    dataset: Dataset, policy: Policy, name: str, pseudonym: PseudonymColumn
) -> Iterator[dict[str, object]]:
    table = dataset.tables[name]
    for other, there in dataset.tables.items():
        between = _kept_apart(policy, name, other)
        if other <= name or between is None or policy.exclusion(other) is not None or is_apart(there, table):
            continue
        for twin in pseudonyms(there, policy.table(other)):
            kind = family(table[pseudonym.name].type())
            if family(there[twin.name].type()) != kind or (
                kind == "integer" and words(twin.name) != words(pseudonym.name)
            ):
                continue
            counted = _shared(dataset, table, pseudonym.name, there, twin.name)
            if counted["shared"] >= max(FEWEST, SHARE * counted.pop("fewer")):
                yield {**counted, "target": other, "through": twin.name, "between": between}


def _kept_apart(policy: Policy, name: str, other: str) -> str | None:
    """Return what keeps two tables apart: their purposes or their sources; None where nothing does."""
    mine, theirs = policy.table(name), policy.table(other)
    if (
        mine is not None
        and theirs is not None
        and mine.purposes
        and theirs.purposes
        and not set(mine.purposes) & set(theirs.purposes)
    ):
        return "purposes"
    return (
        "sources"
        if {name, other} <= set(policy.tables)
        and "." in name
        and name.partition(".")[0] != other.partition(".")[0]
        else None
    )


def _shared(dataset: Dataset, table: ir.Table, column: str, there: ir.Table, twin: str) -> dict[str, int]:
    cell = table[column]
    known = there.select(auditkit_known=there[twin]).filter(lambda t: t.auditkit_known.notnull()).distinct()
    hit = table.left_join(known, cell == known.auditkit_known)
    met = hit.auditkit_known.notnull() & (
        hit[column].length() >= LONG if cell.type().is_string() else hit[column].notnull()
    )
    counted = dataset.fetch(
        hit.aggregate(
            rows=hit.count(where=met), shared=hit[column].nunique(where=met), of=hit[column].count()
        )
    )[0]
    mine = dataset.fetch(table.aggregate(n=cell.nunique()))[0]["n"]
    theirs = dataset.fetch(known.aggregate(n=known.count()))[0]["n"]
    return {**{k: int(v or 0) for k, v in counted.items()}, "fewer": min(int(mine), int(theirs))}


def _between_tenants(
    dataset: Dataset, name: str, pseudonym: PseudonymColumn, tenanted: ir.Table
) -> Iterator[dict[str, object]]:
    """Yield how many pseudonyms stand in rows of several tenants; what nobody keeps apart is not counted, by
    the rule for pairs.
    """
    cell, tenant = tenanted[pseudonym.name], tenanted[TENANT]
    within = ibis.window(group_by=[cell])
    marked = tenanted.mutate(
        auditkit_several=(tenant.min().over(within) != tenant.max().over(within)) & cell.notnull()
    )
    here, several = marked[pseudonym.name], marked.auditkit_several
    measures = {
        "rows": marked.count(where=several),
        "shared": here.nunique(where=several),
        "of": here.count(),
        "all": here.nunique(),
    }
    counted = {k: int(v or 0) for k, v in dataset.fetch(marked.aggregate(**measures))[0].items()}
    if counted["shared"] >= max(FEWEST, SHARE * counted.pop("all")):
        yield {**counted, "target": name, "through": pseudonym.name, "between": "tenants"}
