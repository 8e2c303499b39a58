"""Pseudonym shared between purposes, sources or tenants

## What it finds
Columns of pseudonyms that also stand in another table which the policy keeps apart: it has other purposes, or
is in another source. And pseudonyms that stand in rows of several tenants. `shared` different pseudonyms
stand in the column `through` of `target` as well.

## Why it matters
Whoever has both tables can link them without knowing anybody. What a person answered, bought and visited
becomes one profile. The more it holds, the surer it is found out whose it is (GDPR Art. 4(5), 5(1)(b) and
25).

## How to fix
Make pseudonyms for one purpose and one recipient each, as HMAC-SHA256 under a key of its own, and replace
those that are in use.

## Limits
The check looks at columns that are called a pseudonym, and at keys of people in tables that the policy calls
pseudonymised or anonymous. It needs at least 5 shared pseudonyms, and 5% of the smaller column. Numbers are
compared only where the columns have the same name. Each pair of tables gives one finding.

## Example
>>> import auditkit, pandas as pd
>>> codes = [f"P-{n * 7919 % 10007:05d}" for n in range(20)]
>>> policy = auditkit.Policy.parse('''
... version: 1
... name: Demo
... purposes: {research: {}, billing: {}}
... tables:
...   answers: {purposes: [research], disclosure: {pseudonymised: true}}
...   bills: {purposes: [billing], disclosure: {pseudonymised: true}}''')
>>> source = {"answers": pd.DataFrame({"pseudonym": codes}), "bills": pd.DataFrame({"pseudonym": codes[:15]})}
>>> audit = auditkit.audit(source, policy, checks=["reidentification-linkable-pseudonym"])
>>> [(f.table, f.target, f.rows, f.detail["between"]) for f in audit.findings]
[('answers', 'bills', 15, 'purposes')]

## References
- GDPR Art. 5(1)(b), purpose limitation
- Article 29 Working Party, opinion 05/2014 on anonymisation techniques (WP216), linkability
"""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import is_apart
from auditkit.facts.reidentification.pseudonyms import PseudonymColumn, meeting, pseudonyms
from auditkit.facts.relation import Examined
from auditkit.outcome import Severity
from auditkit.policy import Policy
from auditkit.relations.names import words
from auditkit.relations.row_tenants import TENANT
from auditkit.relations.tables import key_family

SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("target", "through", "between", "confidence")]
    + [(name, pa.int64()) for name in ("rows", "of", "shared", "different")]
)
FEWEST, SHARE = 5, 0.05


@fact
def pseudonym_links(
    dataset: Dataset,
    policy: Policy,
    relation: Examined,
    pseudonym_column: PseudonymColumn,
    tenanted: ir.Table | None = None,
) -> ir.Table:
    """Where the pseudonyms of a column also stand: one row for each table, and one for the tenants.

    `shared` of the `different` pseudonyms of the smaller column do, and `rows` of `of` cells hold such a one.
    """
    found = [*_in_other_tables(dataset, policy, relation.name, pseudonym_column)]
    if tenanted is not None:
        found.append(_between_tenants(dataset, relation.name, pseudonym_column, tenanted))
    rows = [{"confidence": pseudonym_column.confidence.value, **row} for row in found]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _in_other_tables(
    dataset: Dataset, policy: Policy, name: str, pseudonym: PseudonymColumn
) -> Iterator[dict[str, object]]:
    """Yield how many pseudonyms stand in each table that the policy keeps apart; each pair of tables once."""
    table = dataset.tables[name]
    for other, there in dataset.tables.items():
        between = _kept_apart(policy, name, other)
        if other <= name or between is None or policy.exclusion(other) is not None or is_apart(there, table):
            continue
        for twin in pseudonyms(there, policy.table(other)):
            if _is_comparable(table, pseudonym.name, there, twin.name):
                counts = _shared(dataset, table, pseudonym.name, there, twin.name)
                yield {**counts, "target": other, "through": twin.name, "between": between}


def _kept_apart(policy: Policy, name: str, other: str) -> str | None:
    """Return what keeps two tables apart: their purposes or their sources; None where nothing does."""
    own, its = (set(t.purposes) if (t := policy.table(n)) is not None else set() for n in (name, other))
    if own and its and not own & its:
        return "purposes"
    declared = {name, other} <= set(policy.tables)
    other_source = "." in name and name.partition(".")[0] != other.partition(".")[0]
    return "sources" if declared and other_source else None


def _is_comparable(table: ir.Table, column: str, there: ir.Table, twin: str) -> bool:
    """Return whether two columns may hold the same pseudonyms; numbers only where they have one name."""
    kind = key_family(table[column].type())
    same_name = words(twin) == words(column)
    return key_family(there[twin].type()) == kind and (kind != "integer" or same_name)


def _shared(dataset: Dataset, table: ir.Table, column: str, there: ir.Table, twin: str) -> dict[str, int]:
    rows, met = meeting(table, column, there, twin)
    cell = rows[column]
    measures = {"rows": rows.count(where=met), "shared": cell.nunique(where=met), "of": cell.count()}
    counted = dataset.fetch(rows.aggregate(**measures))[0]
    different = [_different(dataset, table, column), _different(dataset, there, twin)]
    return {**{name: int(n or 0) for name, n in counted.items()}, "different": min(different)}


def _different(dataset: Dataset, table: ir.Table, column: str) -> int:
    return int(dataset.fetch(table.aggregate(n=table[column].nunique()))[0]["n"])


def _between_tenants(
    dataset: Dataset, name: str, pseudonym: PseudonymColumn, tenanted: ir.Table
) -> dict[str, object]:
    """Return how many pseudonyms stand in rows of several tenants."""
    cell, tenant = tenanted[pseudonym.name], tenanted[TENANT]
    same = ibis.window(group_by=[cell])
    several = (tenant.min().over(same) != tenant.max().over(same)) & cell.notnull()
    marked = tenanted.mutate(auditkit_several=several)
    here, several = marked[pseudonym.name], marked.auditkit_several
    measures = {
        "rows": marked.count(where=several),
        "shared": here.nunique(where=several),
        "of": here.count(),
        "different": here.nunique(),
    }
    counted = dataset.fetch(marked.aggregate(**measures))[0]
    counts = {k: int(v or 0) for k, v in counted.items()}
    return {**counts, "target": name, "through": pseudonym.name, "between": "tenants"}


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 4(5)", "GDPR 5(1)(b)", "GDPR 25"),
    says="{shared:pseudonym} also stand in the column {through}, although {between} must keep them apart",
)
def linkable_pseudonym(pseudonym_links: ir.Table) -> ir.Table:
    """Return where enough pseudonyms of a column also stand: by chance a few do."""
    least = ibis.greatest(FEWEST, pseudonym_links.different * SHARE)
    return pseudonym_links.filter(pseudonym_links.shared >= least).drop("different")
