"""Data called anonymous or pseudonymised that is not

## What it finds
Tables, or rows that a retention rule marks as anonymised, of which the policy claims that they are anonymous
or pseudonymised, and in which something speaks against the `claim`. Each piece of evidence has a count of
rows:

- `identifiers_in_<column>`: a column holds identifiers.
- `identifiers_inside_<column>`: a text holds identifiers.
- `small_classes`: fewer than k rows share the quasi-identifiers.
- `linked_by_<column>`: a key ties several rows of a person together.
- `reversed_in_<column>`: a digest can be reversed by trying.
- `traced_by_<column>`: the mapping of a pseudonym can be read.

## Why it matters
Data is anonymous only when nobody can trace it back by means reasonably likely to be used (GDPR recital 26).
It is pseudonymised only while what leads back is kept elsewhere (Art. 4(5)). Whoever claims it of data that
names people applies no law to it: no retention period, no right of access, no security of processing (Art.
5(2)).

## How to fix
Fix what the finding names; each piece of evidence has a check of its own that says how. Or take the claim out
of the policy, the register and the notice, and treat the table as personal data.

## Limits
A table without any evidence passes only where the policy names its quasi-identifiers. Identifiers left in
rows that are marked as anonymised are found by `retention-incomplete-anonymisation`.

## Example
>>> import auditkit, pandas as pd
>>> contacts = ["ana@example.org"] + [None] * 9
>>> answers = pd.DataFrame({"age_band": ["30-44"] * 9 + ["75+"], "contact": contacts})
>>> policy = auditkit.Policy.parse('''
... version: 1
... name: Demo
... tables:
...   answers: {anonymous: true, quasi_identifiers: [age_band], columns: {contact: user.contact.email}}''')
>>> audit = auditkit.audit({"answers": answers}, policy, checks=["reidentification-declared-anonymous"])
>>> [(f.severity.value, f.rows, f.of, f.detail["evidence"]) for f in audit.findings]
[('critical', 2, 10, 'identifiers_in_contact, small_classes')]

## References
- GDPR recital 26 and Art. 4(5), anonymous and pseudonymised data
- Article 29 Working Party, opinion 05/2014 on anonymisation techniques (WP216)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.detection import ColumnVerdict
from auditkit.facts.anonymised import ANONYMISED
from auditkit.facts.identifying_columns import SINGLES_OUT
from auditkit.facts.reidentification.classes import SIZE, classes, k_of
from auditkit.facts.reidentification.direct_identifiers import Identifiers
from auditkit.facts.reidentification.pseudonyms import pseudonyms
from auditkit.facts.reidentification.ways_back import Search
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import Policy, TablePolicy
from auditkit.relations import Relations
from auditkit.vocabulary import ENTITIES

SCHEMA = pa.schema(
    [("rows", pa.int64()), ("of", pa.int64())]
    + [(name, pa.string()) for name in ("claim", "evidence", "confidence")]
    + [("counts", pa.map_(pa.string(), pa.int64()))]
)
ANONYMOUS, MARKED, PSEUDONYMISED = "anonymous", "anonymised rows", "pseudonymised"


@fact
def claim(relation: Examined, declared: TablePolicy) -> str | Missing:
    """What the policy claims about the table: that it, or some of its rows, is anonymous or pseudonymised."""
    if declared.anonymous:
        return ANONYMOUS
    if declared.disclosure is not None and declared.disclosure.pseudonymised:
        return PSEUDONYMISED
    if any(rule.anonymised for rule in declared.retention):
        return MARKED
    reason = f"the policy does not say that {relation.name} is anonymous or pseudonymised"
    return Missing(Cause.UNDECLARED, reason)


@fact
def counter_evidence(
    dataset: Dataset,
    policy: Policy,
    relations: Relations,
    relation: Examined,
    declared: TablePolicy,
    rows: ir.Table,
    direct_identifiers: Identifiers,
    reversed_hashes: ir.Table,
    claim: str,
    verdicts: Mapping[str, ColumnVerdict],
    quasi_identifiers: tuple[str, ...] = (),
    anonymised: ir.Table | None = None,
) -> ir.Table | Missing:
    """What speaks against the claim, in one row; no row where nothing does."""
    identifiers = direct_identifiers.get(relation.name, {})
    held = pseudonyms(rows, declared)
    table = _claimed(rows, claim, anonymised)
    if quasi_identifiers and claim != PSEUDONYMISED:
        table = classes(table, quasi_identifiers)
    keys = [pseudonym.name for pseudonym in held if claim == ANONYMOUS]
    table = _with_alike(table, keys)
    signs = _small_classes(table, declared, quasi_identifiers) | _linked(table, keys)
    if claim != MARKED:
        signs |= {f"identifiers_in_{c}": _any_filled(table, [c]) for c in identifiers}
    counts, of, union = _counted(dataset, table, signs)
    if claim != MARKED:  # texts and digests are counted in all rows, not in the marked ones
        searches = [
            Search(dataset, policy, relations, direct_identifiers, relation.name, pseudonym)
            for pseudonym in held
        ]
        counts |= _inside(verdicts) | _reversed(reversed_hashes, relation.name) | _traced(searches)
    counts = {name: n for name, n in counts.items() if n}
    if not counts and claim != PSEUDONYMISED and not quasi_identifiers:
        reason = (
            "nothing speaks against it, but the policy names no quasi-identifiers of"
            f" {relation.name}, so that nobody knows whether they identify people together"
        )
        return Missing(Cause.UNDECLARED, reason)
    if not counts:
        return ibis.memtable(SCHEMA.empty_table())
    row = {
        "rows": min(of, max(union, *counts.values())), "of": of, "claim": claim,
        "evidence": ", ".join(sorted(counts)), "confidence": _confidence(counts, identifiers),
        "counts": [*counts.items()],
    }  # fmt: skip
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


def _claimed(rows: ir.Table, claim: str, anonymised: ir.Table | None) -> ir.Table:
    """Return the rows that the claim is about."""
    if claim != MARKED:
        return rows
    assert anonymised is not None  # a rule says which rows are anonymised
    return anonymised.filter(anonymised[ANONYMISED]).drop(ANONYMISED)


def _confidence(counts: Mapping[str, int], identifiers: Mapping[str, bool]) -> str:
    """Return `high` where anything but uncertain identifiers speaks against the claim."""
    unsure = {f"identifiers_in_{c}" for c, sure in identifiers.items() if not sure}
    unsure |= {name for name in counts if name.startswith("identifiers_inside_")}
    return "high" if counts.keys() - unsure else "medium"


def _small_classes(
    table: ir.Table, declared: TablePolicy, quasi_identifiers: tuple[str, ...]
) -> dict[str, ir.BooleanValue]:
    """Return whether the class of a row is below k; a row of emptied cells names nobody."""
    if SIZE not in table.columns:
        return {}
    return {"small_classes": (table[SIZE] < k_of(declared)) & _any_filled(table, quasi_identifiers)}


def _with_alike(table: ir.Table, keys: Collection[str]) -> ir.Table:
    """Return rows with how many rows have each key of a row."""
    same = {key: ibis.window(group_by=[table[key]]) for key in keys}
    return table.mutate(**{_alike(i): table.count().over(window) for i, window in enumerate(same.values())})


def _linked(table: ir.Table, keys: Collection[str]) -> dict[str, ir.BooleanValue]:
    """Return whether several rows have a key of a row."""
    return {f"linked_by_{key}": (table[_alike(i)] > 1) & table[key].notnull() for i, key in enumerate(keys)}


def _alike(i: int) -> str:
    return f"auditkit_alike_{i}"


def _counted(
    dataset: Dataset, table: ir.Table, signs: Mapping[str, ir.BooleanValue]
) -> tuple[dict[str, int], int, int]:
    """Return how many rows have each sign, how many rows there are, and how many have any sign."""
    measures: dict[str, ir.Scalar] = {
        f"n{i}": table.count(where=sign) for i, sign in enumerate(signs.values())
    }
    if signs:
        measures["union"] = table.count(where=ibis.or_(*signs.values()))
    found = dataset.fetch(table.aggregate(of=table.count(), **measures))[0]
    counts = {name: int(found[f"n{i}"]) for i, name in enumerate(signs)}
    return counts, int(found["of"]), int(found.get("union") or 0)


def _any_filled(table: ir.Table, columns: Collection[str]) -> ir.BooleanValue:
    """Return whether any of some cells holds something."""
    return ibis.or_(*[table[c].notnull() & (table[c].cast("string").strip() != "") for c in columns])


def _inside(verdicts: Mapping[str, ColumnVerdict]) -> dict[str, int]:
    """Return in how many cells of each text an identifier stands."""
    return {
        f"identifiers_inside_{v.column}": max(
            (n for e, n in v.contains.items() if e in ENTITIES and ENTITIES[e].sensitivity in SINGLES_OUT),
            default=0,
        )
        for v in verdicts.values()
        if v.entity == "FREE_TEXT" or v.verdict == "mixed"
    }


def _reversed(reversed_hashes: ir.Table, table: str) -> dict[str, int]:
    """Return in how many rows a digest of each column can be reversed."""
    local: Any = ibis.duckdb.connect(autoinstall_known_extensions=False, autoload_known_extensions=False)
    here = local.to_pyarrow(reversed_hashes.filter(reversed_hashes.table == table)).to_pylist()
    return {f"reversed_in_{row['column']}": int(row["rows"]) for row in here}


def _traced(searches: Sequence[Search]) -> dict[str, int]:
    """Return in how many rows a pseudonym of each column can be traced back to a person."""
    return {
        f"traced_by_{search.pseudonym.name}": max((way.rows for way in search.ways()), default=0)
        for search in searches
    }


@check(
    severity=Severity.CRITICAL,
    articles=("GDPR recital 26", "GDPR 4(5)", "GDPR 5(2)"),
    says=(
        "the policy claims: {claim}; {small_classes:row} in small classes;"
        " {identifiers_in_*:row} with an identifier in {};"
        " {identifiers_inside_*:row} with an identifier inside the text of {};"
        " {linked_by_*:row} linked by {};"
        " {reversed_in_*:row} with a digest in {} that can be reversed; {traced_by_*:row} traced by {}"
    ),
)
def declared_anonymous(counter_evidence: ir.Table) -> ir.Table:
    """Return what speaks against the claim; a false claim of anonymity is the graver one."""
    pseudonymised = counter_evidence.claim == PSEUDONYMISED
    severity = pseudonymised.ifelse(ibis.literal(Severity.HIGH.value), ibis.literal(Severity.CRITICAL.value))
    return counter_evidence.mutate(severity=severity)
