"""Re-identifiable people with several rows (k below the limit)

## What it finds
People whose rows, taken together, fewer than k people share. Two people are alike where their rows hold the
same combinations of quasi-identifiers, each as often. An empty cell is a value like another, and rows without
a data subject do not count. Where the policy states no k, it is 5, and 11 for data on health.

## Why it matters
Each row may hide among k others, and all rows of a person together among none. Two postal codes of somebody
who moved are known to every neighbour of both. A list of places, purchases or visits is a fingerprint (GDPR
recital 26, Art. 32(1)(a)).

## How to fix
Keep one row for each person, or fewer and coarser ones: a month instead of a day, a region instead of a
postal code. Cut the link between the rows of a person where nobody needs it. Leave out people with far more
rows than others.

## Limits
The check needs to know which column tells people apart (`subject`). Where nobody has several rows,
`reidentification-low-k` counts the same, and this check is not assessed. The finding is of low severity where
the policy states no k, unless the table is published or called anonymous.

## Example
>>> import auditkit, pandas as pd
>>> cities = ["Bern", "Basel", "Basel", "Bern", "Bern", "Bern"]
>>> visits = pd.DataFrame({"person": [1, 1, 2, 2, 3, 3], "city": cities})
>>> table = "{subject: {type: patient, key: person}, quasi_identifiers: [city], k: 2}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{visits: {table}}}}}")
>>> audit = auditkit.audit({"visits": visits}, policy, checks=["reidentification-low-person-k"])
>>> [(f.rows, f.subjects, f.detail["persons"], f.detail["smallest_class"]) for f in audit.findings]
[(2, 1, 3, 1)]

## References
- GDPR recital 26, means reasonably likely to be used to identify a person
- GDPR Art. 32(1)(a), pseudonymisation as a measure
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.dataset import Dataset
from auditkit.facts.column import comparable
from auditkit.facts.reidentification.classes import HISTOGRAM, histogram, k_of
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import TablePolicy

PERSONS, ROWS_OF_PERSON = "auditkit_persons", "auditkit_rows_of_person"
_SEEDS = ((2_147_483_647, 48_271, 69_621), (2_147_483_629, 16_807, 39_373))
"""Two primes below 2^31, each with the factor and the summand of a generator of random numbers."""
_BUCKETS = 1_000_003


@fact
def person_classes(
    rows: ir.Table, dataset: Dataset, relation: Examined, quasi_identifiers: tuple[str, ...], subject: str
) -> ir.Table | Missing:
    """The rows of each person, with how many people have the same rows (`PERSONS`).

    The rows of a person are a multiset of combinations. Each combination has a number, which polynomials
    modulo two primes scatter over 31 bits. Two multisets are equal when they are as large and both sums
    agree. Among a million people, two that differ are taken for equal with a chance of one in ten million.
    Sums need no order, so that every engine counts alike.
    """
    named = rows.filter(rows[subject].notnull())
    counted = dataset.fetch(named.aggregate(n=named.count(), persons=named[subject].nunique()))[0]
    if counted["n"] == counted["persons"]:
        reason = f"nobody has more than one row of {relation.name}: reidentification-low-k counts the same"
        return Missing(Cause.NOT_APPLICABLE, reason)
    combination = [c for c in quasi_identifiers if c != subject]
    bucketed = named.mutate(auditkit_bucket=_bucket([named[c] for c in combination]))
    order = [comparable(bucketed[c]) for c in combination] or [bucketed.auditkit_bucket]
    rank = ibis.dense_rank().over(ibis.window(group_by=bucketed.auditkit_bucket, order_by=order))
    numbered = bucketed.mutate(auditkit_number=rank * _BUCKETS + bucketed.auditkit_bucket)
    sums = {
        f"auditkit_sum_{i}": _scattered(numbered.auditkit_number, *seeds).sum()
        for i, seeds in enumerate(_SEEDS)
    }
    persons = numbered.group_by(auditkit_person=numbered[subject]).aggregate(
        **{ROWS_OF_PERSON: numbered.count()}, **sums
    )
    alike = ibis.window(group_by=[persons[c] for c in (ROWS_OF_PERSON, *sums)])
    sized = persons.mutate(**{PERSONS: persons.count().over(alike)}).select(
        "auditkit_person", ROWS_OF_PERSON, PERSONS
    )
    joined = named.join(sized, named[subject] == sized.auditkit_person)
    return joined.select(*[joined[c] for c in rows.columns], ROWS_OF_PERSON, PERSONS)


def _bucket(cells: list[ir.Column]) -> ir.IntegerValue:
    """Return a number that equal combinations share, so that they are ranked bucket by bucket."""
    bucket = ibis.literal(0, "int64")
    for cell in cells:
        bucket = (bucket * 31 + cell.cast("string").length().cast("int64").fill_null(1000)) % _BUCKETS
    return bucket


def _scattered(number: ir.IntegerColumn, prime: int, factor: int, summand: int) -> ir.IntegerValue:
    """Return a number below 2^31 that no sum of others gives by its form; no step leaves 63 bits."""
    small = number % prime
    first = (small * factor + summand) % prime
    second = (first * first + small) % prime
    return (second * second + first) % prime


@check(
    severity=Severity.HIGH,
    articles=("GDPR recital 26", "GDPR 32(1)(a)"),
    says=(
        "the smallest of {classes:class|classes} by {quasi_identifiers} has {smallest_class:person|people};"
        " k is {k}; {persons:person|people} with up to {most_rows:row};"
        f"{HISTOGRAM}"
    ),
)
def low_person_k(
    person_classes: ir.Table,
    quasi_identifiers: tuple[str, ...],
    declared: TablePolicy,
    subject: str,
    exposed: bool,
) -> Offending:
    """Return whether fewer than k people have the same rows as the person of a row."""
    persons, rows_of_person = person_classes[PERSONS], person_classes[ROWS_OF_PERSON]
    k, share = k_of(declared), 1 / (persons * rows_of_person)
    detail = {
        "k": k,
        "quasi_identifiers": ", ".join(c for c in quasi_identifiers if c != subject),
        "persons": person_classes[subject].nunique(),
        "most_rows": rows_of_person.max(),
        "smallest_class": persons.min(),
        "classes": share.sum().round(),
        **histogram(persons, share),
    }
    must_hide = exposed or declared.k is not None
    return Offending(persons < k, detail, severity=Severity.HIGH if must_hide else Severity.LOW)
