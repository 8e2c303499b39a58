"""One pseudonym of a person is used for several purposes, or by several tenants.

Whoever has both tables puts them together without knowing anybody: what a person answered, bought and visited
becomes one profile, and the more it holds the surer it is found out whose it is (GDPR Art. 4(5), 5(1)(b), 25;
WP216 calls it linkability). `shared` different pseudonyms stand in the column `through` of `target` as well,
`between` purposes, sources or tenants that the policy keeps apart. Pseudonyms are what is called one, and
keys of people in tables that are held out to be pseudonymised or anonymous; each pair of tables is told once.

Remedy: make pseudonyms for one purpose and one recipient each, as HMAC-SHA256 under a key of its own, and
    replace those that are out.

>>> import auditkit, pandas as pd
>>> codes = [f"P-{n * 7919 % 10007:05d}" for n in range(20)]
>>> told = "disclosure: {pseudonymised: true}"
>>> policy = auditkit.Policy.parse(f'''{{version: 1, name: Demo, purposes: {{research: {{}}, billing: {{}}}},
...     tables: {{answers: {{purposes: [research], {told}}}, bills: {{purposes: [billing], {told}}}}}}}''')
>>> source = {"answers": pd.DataFrame({"pseudonym": codes}), "bills": pd.DataFrame({"pseudonym": codes[:15]})}
>>> audit = auditkit.audit(source, policy, checks=["reidentification-linkable-pseudonym"])
>>> [(f.table, f.target, f.rows, f.detail["between"]) for f in audit.findings]
[('answers', 'bills', 15, 'purposes')]
"""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import is_apart
from auditkit.facts.reidentification.pseudonym_column import PseudonymColumn, pseudonyms
from auditkit.facts.relation import Examined
from auditkit.outcome import Severity
from auditkit.policy import Policy
from auditkit.relations.infer import family
from auditkit.relations.names import words
from auditkit.relations.owner import TENANT

SCHEMA = pa.schema(
    [("target", pa.string()), ("rows", pa.int64()), ("of", pa.int64()), ("shared", pa.int64()), ("through", pa.string()),
     ("between", pa.string()), ("confidence", pa.string())]
)  # fmt: skip
FEWEST, SHARE, LONG = 5, 0.05, 6


@fact
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


@check(severity=Severity.MEDIUM, articles=("GDPR 4(5)", "GDPR 5(1)(b)", "GDPR 25"))
def linkable_pseudonym(pseudonym_links: ir.Table) -> ir.Table:
    """Return where the pseudonyms of a column occur for another purpose, in another source, or for another
    tenant.
    """
    return pseudonym_links
