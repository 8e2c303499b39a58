"""People stand alone, or nearly, in what all of their rows say together.

Each row may hide among k others, and the rows of a person taken together among none: two postal codes of
somebody who moved are known to every neighbour of both, and a list of places, purchases or visits is a
fingerprint. So k is counted over persons by the key of the `subject`: two persons are alike where their rows
hold the same combinations of quasi-identifiers, each as often (GDPR recital 26, Art. 32(1)(a)). An empty cell
counts as a value of its own; rows that name nobody are left out. Where everybody has one row, this is
`reidentification-low-k`, and not assessed.

Remedy: keep one row a person, or fewer and coarser ones (a month instead of a day, a region instead of a
    postal code); cut the link
between the rows of a person where nobody needs it; leave out who has far more rows than others.

>>> import auditkit, pandas as pd
>>> visits = pd.DataFrame({"person": [1, 1, 2, 2, 3, 3], "city": ["Bern", "Basel", "Basel", "Bern", "Bern", "Bern"]})
>>> told = "{subject: {type: patient, key: person}, quasi_identifiers: [city], k: 2}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Demo, tables: {{visits: {told}}}}}")
>>> audit = auditkit.audit({"visits": visits}, policy, checks=["reidentification-low-person-k"])
>>> [(f.rows, f.subjects, f.detail["persons"], f.detail["smallest_class"]) for f in audit.findings]
[(2, 1, 3, 1)]
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.check import Offending, check, fact
from auditkit.dataset import Dataset
from auditkit.facts.reidentification.classes import comparable, histogram, least
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
    """The rows of each person, with how many persons there are whose rows hold the same combinations, each as
    often.

    A person's rows are one multiset of combinations. Each combination has a number, which polynomials modulo
    two primes scatter over 31 bits; two multisets are equal when they are as large and both sums agree. Among
    a million people two that differ are taken for equal with a chance of one in ten million, and sums need no
    order, so that every engine counts alike. Rows that name nobody are left out.
    """
    told = rows.filter(rows[subject].notnull())
    counted = dataset.fetch(told.aggregate(n=told.count(), persons=told[subject].nunique()))[0]
    if counted["n"] == counted["persons"]:
        reason = f"nobody has more than one row of {relation.name}: reidentification-low-k counts the same"
        return Missing(Cause.NOT_APPLICABLE, reason)
    bucketed = told.mutate(auditkit_bucket=_bucket([told[c] for c in quasi_identifiers if c != subject]))
    order = [comparable(bucketed[c]) for c in quasi_identifiers if c != subject] or [bucketed.auditkit_bucket]
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
    joined = told.join(sized, told[subject] == sized.auditkit_person)
    return joined.select(*[joined[c] for c in rows.columns], ROWS_OF_PERSON, PERSONS)


def _bucket(cells: list[ir.Column]) -> ir.IntegerValue:
    """Return a number that equal combinations have in common, so that they are ranked in many places and not
    in one.
    """
    bucket = ibis.literal(0, "int64")
    for cell in cells:
        bucket = (bucket * 31 + cell.cast("string").length().cast("int64").fill_null(1000)) % _BUCKETS
    return bucket


def _scattered(number: ir.IntegerColumn, prime: int, one: int, other: int) -> ir.IntegerValue:
    """Return a number below 2^31 that no sum of others gives by its form; no step of it leaves 63 bits."""
    small = number % prime
    first = (small * one + other) % prime
    second = (first * first + small) % prime
    return (second * second + first) % prime


@check(severity=Severity.HIGH, articles=("GDPR recital 26", "GDPR 32(1)(a)"))
def low_person_k(
    person_classes: ir.Table,
    quasi_identifiers: tuple[str, ...],
    declared: TablePolicy,
    subject: str,
    held_out: bool,
) -> Offending:
    """Return whether fewer than k persons have the same rows as the person of a row, with how many classes
    there are of which size.
    """
    persons, k = person_classes[PERSONS], least(declared)
    share = 1 / (persons * person_classes[ROWS_OF_PERSON])
    detail = {
        "k": k,
        "quasi_identifiers": ", ".join(c for c in quasi_identifiers if c != subject),
        "persons": person_classes[subject].nunique(),
        "most_rows": person_classes[ROWS_OF_PERSON].max(),
        "smallest_class": persons.min(),
        "classes": share.sum().round(),
        **histogram(persons, share),
    }
    promised = held_out or declared.k is not None
    return Offending(persons < k, detail, severity=Severity.HIGH if promised else Severity.LOW)
