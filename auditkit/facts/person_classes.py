from __future__ import annotations

import ibis
import ibis.expr.types as ir

from auditkit.dataset import Dataset
from auditkit.facts.classes import comparable
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing

PERSONS, ROWS_OF_PERSON = "auditkit_persons", "auditkit_rows_of_person"
_SEEDS = ((2_147_483_647, 48_271, 69_621), (2_147_483_629, 16_807, 39_373))
"""Two primes below 2^31, each with the factor and the summand of a generator of random numbers."""
_BUCKETS = 1_000_003


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
