"""Who reads the pseudonyms can read whose they are.

Data is pseudonymised when it says nothing about a person without additional information that is kept
separately, and guarded (GDPR Art. 4(5), 32(1)(a)). A table that leads from pseudonyms to names or addresses
in the same database, and that the same role reads, is not kept
separately: `traced` of `pseudonyms` different ones stand in `target`, in the column `through`, beside
    `identifiers`, or beside a key of the
table that has them. Where `target` is the table itself, identifiers stand in the same row.

Looked at are tables that the policy holds out to be pseudonymised or anonymous (`disclosure.pseudonymised`,
`anonymous`), and columns that are called a pseudonym; the ordinary key of an ordinary table hides nobody. A
column counts as a mapping where it holds half of the pseudonyms or more: fewer may be met by chance. A
mapping in another database counts for kept apart. Which roles of the application read both is not looked at:
it is what this role reads.

Remedy: move the mapping into a database of its own with roles of its own, or revoke the right to read it from
    every role that reads the
pseudonymised table; where nobody needs the way back, delete the mapping.

>>> import auditkit, pandas as pd
>>> codes = [f"P-{n * 7919 % 10007:05d}" for n in range(20)]
>>> study = pd.DataFrame({"pseudonym": codes, "score": range(20)})
>>> mapping = pd.DataFrame({"code": codes, "email": [f"ana.{n}@mail.example.org" for n in range(20)]})
>>> policy = auditkit.Policy.parse("{version: 1, name: Demo, tables: {study: {disclosure: {pseudonymised: true}}}}")
>>> audit = auditkit.audit({"study": study, "mapping": mapping}, policy, checks=["reidentification-reversible-pseudonym"])
>>> [(f.table, f.target, f.rows, f.detail["through"], f.detail["identifiers"]) for f in audit.findings]
[('study', 'mapping', 20, 'code', 'email')]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import is_apart
from auditkit.facts.reidentification.pseudonym_column import PseudonymColumn
from auditkit.facts.relation import Examined
from auditkit.outcome import Severity
from auditkit.policy import Policy
from auditkit.relations import Relations
from auditkit.relations.infer import family
from auditkit.relations.names import singular, words

SCHEMA = pa.schema(
    [("target", pa.string()), ("rows", pa.int64()), ("of", pa.int64()), ("pseudonyms", pa.int64()), ("traced", pa.int64()),
     ("through", pa.string()), ("identifiers", pa.string()), ("confidence", pa.string())]
)  # fmt: skip
FEWEST, SHARE, LONG = 3, 0.5, 6
"""A column leads from pseudonyms to people where it holds half of them; short texts and numbers are met by
chance.
"""
Identifiers = Mapping[str, Mapping[str, bool]]


@fact
def reidentifying(
    dataset: Dataset,
    policy: Policy,
    relations: Relations,
    relation: Examined,
    pseudonym_column: PseudonymColumn,
    direct_identifiers: Identifiers,
) -> ir.Table:
    """What leads from the pseudonyms of a column back to people, and can be read with it: one row for each
    table that does.

    The table itself, where it is said to hide people and identifiers stand beside the pseudonym; another that
    holds the pseudonyms beside identifiers, or beside a key of a table with identifiers. `traced` of
    `pseudonyms` different ones are there, and `rows` of `of` have such a one. A table of another database
    counts for kept apart (Art. 4(5)).
    """
    found = ways_back(dataset, policy, relations, relation.name, pseudonym_column, direct_identifiers)
    return ibis.memtable(pa.Table.from_pylist(found, schema=SCHEMA))


def ways_back(
    dataset: Dataset,
    policy: Policy,
    relations: Relations,
    name: str,
    pseudonym: PseudonymColumn,
    identifiers: Identifiers,
) -> list[dict[str, Any]]:
    """Return the rows of `reidentifying` for one pseudonym of a table."""
    own = [c for c in identifiers.get(name, {}) if c != pseudonym.name]
    if own and not pseudonym.claimed:
        return []  # it is where the others lead to
    if own:
        found = [_beside(dataset, dataset.tables[name], pseudonym, name, own)]
    else:
        found = list(_mappings(dataset, policy, relations, name, pseudonym, identifiers))
    return [row for row in found if row["rows"]]


def _beside(
    dataset: Dataset, table: ir.Table, pseudonym: PseudonymColumn, name: str, identifiers: list[str]
) -> dict[str, Any]:
    cell = table[pseudonym.name]
    told = cell.notnull() & ibis.or_(
        *[table[c].notnull() & (table[c].cast("string") != "") for c in identifiers]
    )
    measures = {
        "rows": table.count(where=told), "of": cell.count(), "pseudonyms": cell.nunique(),
        "traced": cell.nunique(where=told),
    }  # fmt: skip
    counted = dataset.fetch(table.aggregate(**measures))[0]
    return {
        **counted,
        "target": name,
        "through": pseudonym.name,
        "identifiers": ", ".join(identifiers),
        "confidence": "high",
    }


def _mappings(
    dataset: Dataset,
    policy: Policy,
    relations: Relations,
    name: str,
    pseudonym: PseudonymColumn,
    identifiers: Identifiers,
) -> Iterator[dict[str, Any]]:
    table = dataset.tables[name]
    for other, told in _leading(relations, identifiers):
        if other == name or policy.exclusion(other) is not None or is_apart(dataset.tables[other], table):
            continue
        there = dataset.tables[other]
        alike = [c for c in there.columns if c not in identifiers.get(other, {})]
        fit = [c for c in alike if _could_be(table, name, pseudonym.name, other, there, c, relations)]
        rows = [_met(dataset, table, pseudonym, there, column) for column in fit]
        best = max(rows, key=lambda r: r["traced"], default=None)
        if best is not None and best["traced"] >= max(FEWEST, SHARE * best["pseudonyms"]):
            yield {
                **best,
                "target": other,
                "identifiers": ", ".join(told),
                "confidence": pseudonym.confidence.value,
            }


def _leading(relations: Relations, identifiers: Identifiers) -> Iterator[tuple[str, list[str]]]:
    """Yield the tables from whose rows people are known, with the columns that tell them: its own, or those
    of a table it refers to.
    """
    for name, own in identifiers.items():
        if own:
            yield name, list(own)
            continue
        far = [
            f"{r.parent}.{c}"
            for r in relations.of(name)
            if not r.is_self
            for c in identifiers.get(r.parent, {})
        ]
        if far:
            yield name, far


def _could_be(
    table: ir.Table, name: str, column: str, other: str, there: ir.Table, candidate: str, relations: Relations
) -> bool:
    """Return whether a column may hold the same pseudonyms: of one type; numbers only where their names or a
    reference say so.
    """
    kind = family(table[column].type())
    if kind is None or family(there[candidate].type()) != kind:
        return False
    if kind != "integer":
        return True
    refers = any(
        (r.parent, r.parent_columns) == (other, (candidate,))
        for r in relations.of(name)
        if r.columns == (column,)
    )
    same = words(candidate) == words(column) and words(column) not in ("id", "key", "code", "number")
    return refers or same or words(column) == f"{singular(other)}_{words(candidate)}"


def _met(
    dataset: Dataset, table: ir.Table, pseudonym: PseudonymColumn, there: ir.Table, column: str
) -> dict[str, Any]:
    cell = table[pseudonym.name]
    text = cell.type().is_string()
    filled = cell.notnull() & (cell.length() >= LONG) if text else cell.notnull()
    known = there.select(auditkit_known=there[column]).filter(lambda t: t.auditkit_known.notnull()).distinct()
    hit = table.left_join(known, cell == known.auditkit_known)
    here = hit[pseudonym.name]
    met = hit.auditkit_known.notnull() & (here.length() >= LONG if text else here.notnull())
    counted = dataset.fetch(hit.aggregate(rows=hit.count(where=met), traced=here.nunique(where=met)))[0]
    whole = dataset.fetch(table.aggregate(of=cell.count(), pseudonyms=cell.nunique(where=filled)))[0]
    return {**{k: int(v or 0) for k, v in {**counted, **whole}.items()}, "through": column}


@check(severity=Severity.HIGH, articles=("GDPR 4(5)", "GDPR 32(1)(a)", "GDPR 25"))
def reversible_pseudonym(reidentifying: ir.Table) -> ir.Table:
    """Return the tables that lead from the pseudonyms of a column back to people."""
    return reidentifying
