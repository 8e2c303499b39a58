"""What the policy calls anonymous or pseudonymised is not.

Data is anonymous only when nobody can trace it back by any means reasonably likely to be used (GDPR recital
26), and pseudonymised only while what leads back is kept elsewhere (Art. 4(5)). Whoever says so of data that
names people, or lets them be singled out, linked or found out (WP216), applies no law to it at all: no
retention period, no right of access, no measure of Art. 32. The outcome names the `claim` and all that speaks
against it, each with how many rows: `identifiers_in_` a column or `identifiers_inside_` a text,
`small_classes` of fewer than k, `linked_by_` a key that ties the rows of a person together, `reversed_in_` a
column of digests, `traced_by_` a pseudonym whose mapping can be read. Nothing found is passed only where the
policy names the quasi-identifiers. Identifiers left in rows that a retention rule marks as anonymised are
told by `retention-incomplete-anonymisation`.

Remedy: mend what the finding names (each has a check of its own, with its remedy), or take the word out of
    the policy, the register and
the notice, and treat the table as personal data.

>>> import auditkit, pandas as pd
>>> answers = pd.DataFrame({"age_band": ["30-44"] * 9 + ["75+"], "contact": ["ana@example.org"] + [None] * 9})
>>> told = "{anonymous: true, quasi_identifiers: [age_band], columns: {contact: user.contact.email}}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{answers: {told}}}}}")
>>> audit = auditkit.audit({"answers": answers}, policy, checks=["reidentification-declared-anonymous"])
>>> [(f.severity.value, f.rows, f.of, f.detail["small_classes"], f.detail["identifiers_in_contact"]) for f in audit.findings]
[('critical', 2, 10, 1, 1)]
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.detection import Profile
from auditkit.facts.reidentification.classes import SIZE, classes, least
from auditkit.facts.reidentification.direct_identifiers import SINGLES_OUT
from auditkit.facts.reidentification.pseudonym_column import PseudonymColumn, pseudonyms
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import Policy, TablePolicy
from auditkit.relations import Relations
from auditkit.scanners.reidentification.reversible_pseudonym import Identifiers, ways_back
from auditkit.facts.anonymised import ANONYMISED, anonymised
from auditkit.vocabulary import ENTITIES

SCHEMA = pa.schema(
    [("rows", pa.int64()), ("of", pa.int64()), ("claim", pa.string()), ("evidence", pa.string()), ("confidence", pa.string()),
     ("told", pa.map_(pa.string(), pa.int64()))]
)  # fmt: skip
ANONYMOUS, MARKED, PSEUDONYMISED = "anonymous", "anonymised rows", "pseudonymised"


@fact
def anonymity(
    dataset: Dataset,
    policy: Policy,
    relations: Relations,
    relation: Examined,
    declared: TablePolicy,
    rows: ir.Table,
    as_of: date,
    profile: Profile,
    direct_identifiers: Identifiers,
    reversed_hashes: ir.Table,
    quasi_identifiers: tuple[str, ...] = (),
) -> ir.Table | Missing:
    """What speaks against what the policy says of the table, in one row; none where nothing does.

    The claim is that the table is anonymous, that some of its rows are anonymised, or that it is
    pseudonymised. What speaks against it is told in counts of rows: `identifiers_in_<column>`,
    `identifiers_inside_<column>` of a text, `small_classes` of fewer than k, `linked_by_<column>` that hold a
    key which others hold too, `reversed_in_<column>` digests, and `traced_by_<column>` pseudonyms.
    """
    claim = _claim(declared)
    if claim is None:
        return Missing(
            Cause.UNDECLARED, f"the policy does not say that {relation.name} is anonymous or pseudonymised"
        )
    if (failed := profile.failed.get(relation.name)) is not None:
        return failed
    marked = anonymised(rows, relation, declared, as_of) if claim == MARKED else rows
    assert not isinstance(marked, Missing)  # some rule says which rows are anonymised
    base = marked.filter(marked[ANONYMISED]).drop(ANONYMISED) if claim == MARKED else marked
    held = pseudonyms(rows, declared)
    counted, of, union = _counted(
        dataset, base, declared, claim, direct_identifiers.get(relation.name, {}), held, quasi_identifiers
    )
    if (
        claim != MARKED
    ):  # texts and digests are counted in all rows, and those of people who are still named say nothing of the others
        counted |= _inside(profile, relation.name) | _reversed(reversed_hashes, relation.name)
        counted |= {
            f"traced_by_{p.name}": max(int(r["rows"]) for r in found)
            for p in held
            if (found := ways_back(dataset, policy, relations, relation.name, p, direct_identifiers))
        }
    counted = {name: n for name, n in counted.items() if n}
    if not counted:
        if claim != PSEUDONYMISED and not quasi_identifiers:
            told = (
                "nothing was found that speaks against it, but the policy names no quasi-identifiers of"
                f" {relation.name}"
            )
            return Missing(
                Cause.UNDECLARED, f"{told}: whether they single people out together was not looked at"
            )
        return ibis.memtable(SCHEMA.empty_table())
    unsure = {
        f"identifiers_in_{c}" for c, sure in direct_identifiers.get(relation.name, {}).items() if not sure
    }
    unsure |= {name for name in counted if name.startswith("identifiers_inside_")}
    row = {
        "rows": min(of, max(union, *counted.values())), "of": of, "claim": claim,
        "evidence": ", ".join(sorted(counted)), "confidence": "high" if counted.keys() - unsure else "medium",
        "told": list(counted.items()),
    }  # fmt: skip
    return ibis.memtable(pa.Table.from_pylist([row], schema=SCHEMA))


def _claim(declared: TablePolicy) -> str | None:
    if declared.anonymous:
        return ANONYMOUS
    if declared.disclosure is not None and declared.disclosure.pseudonymised:
        return PSEUDONYMISED
    return MARKED if any(rule.anonymised for rule in declared.retention) else None


def _counted(
    dataset: Dataset,
    base: ir.Table,
    declared: TablePolicy,
    claim: str,
    identifiers: Mapping[str, bool],
    held: tuple[PseudonymColumn, ...],
    quasi_identifiers: tuple[str, ...],
) -> tuple[dict[str, int], int, int]:
    """Return how many rows have what speaks against the claim, of how many, and how many have any of it."""
    linked = [p.name for p in held if claim == ANONYMOUS]
    sized = classes(base, quasi_identifiers) if quasi_identifiers and claim != PSEUDONYMISED else base
    alike = {
        f"auditkit_alike_{i}": sized.count().over(ibis.window(group_by=[sized[c]]))
        for i, c in enumerate(linked)
    }
    table = sized.mutate(**alike) if alike else sized
    told = (
        {"small_classes": (table[SIZE] < least(declared)) & _any_filled(table, quasi_identifiers)}
        if SIZE in table.columns
        else {}
    )
    told |= {
        f"linked_by_{c}": (table[f"auditkit_alike_{i}"] > 1) & table[c].notnull()
        for i, c in enumerate(linked)
    }
    if claim != MARKED:  # what is left in marked rows is told by retention-incomplete-anonymisation
        told |= {f"identifiers_in_{c}": _any_filled(table, [c]) for c in identifiers}
    measures: dict[str, ir.Scalar] = {
        f"n{i}": table.count(where=there) for i, there in enumerate(told.values())
    }
    if told:
        measures["union"] = table.count(where=ibis.or_(*told.values()))
    found = dataset.fetch(table.aggregate(of=table.count(), **measures))[0]
    return (
        {name: int(found[f"n{i}"]) for i, name in enumerate(told)},
        int(found["of"]),
        int(found.get("union") or 0),
    )


def _any_filled(table: ir.Table, columns: Collection[str]) -> ir.BooleanValue:
    """Return whether any of some cells holds something: nobody is known by what has been emptied."""
    return ibis.or_(*[table[c].notnull() & (table[c].cast("string").strip() != "") for c in columns])


def _inside(profile: Profile, table: str) -> dict[str, int]:
    """Return in how many cells of each text an identifier stands."""
    texts = [c for c in profile.columns if c.table == table and c.entity == "FREE_TEXT"]
    return {
        f"identifiers_inside_{c.column}": max(
            (n for e, n in c.contains.items() if e in ENTITIES and ENTITIES[e].sensitivity in SINGLES_OUT),
            default=0,
        )
        for c in texts
    }


def _reversed(reversed_hashes: ir.Table, table: str) -> dict[str, int]:
    local: Any = ibis.duckdb.connect(autoinstall_known_extensions=False, autoload_known_extensions=False)
    here = local.to_pyarrow(reversed_hashes.filter(reversed_hashes.table == table)).to_pylist()
    return {f"reversed_in_{row['column']}": int(row["rows"]) for row in here}


@check(severity=Severity.CRITICAL, articles=("GDPR recital 26", "GDPR 4(5)", "GDPR 5(2)"))
def declared_anonymous(anonymity: ir.Table) -> ir.Table:
    """Return what speaks against the claim that a table is anonymous or pseudonymised, where anything
    does.
    """
    weaker = anonymity.claim == PSEUDONYMISED
    return anonymity.mutate(
        severity=weaker.ifelse(ibis.literal(Severity.HIGH.value), ibis.literal(Severity.CRITICAL.value))
    )
