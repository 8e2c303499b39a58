"""Personal data copied from the referenced row

## What it finds
Columns of personal data that repeat a column of the row they refer to, in 99 % of 50 rows or more. The detail
`original` names the repeated column, `through` the reference, and `share` the share of rows that are equal.

## Why it matters
Every copy must be kept accurate, erased and protected too, and it says nothing that the reference does not
say (GDPR Art. 5(1)(c) and (d)).

## How to fix
Drop the column and join the original where it is shown, or make a view. Where the value must stay as it was,
declare why: `billing_address: {category: user.contact.address.street, snapshot: "the invoice shows the
address of its day"}`.

## Limits
Compared are columns of the same kind of personal data, along references. Tables and columns that are named
like invoices, orders or deliveries have a low severity, because they may need the value of their day.

## Example
>>> import auditkit, pandas as pd
>>> users = pd.DataFrame({"id": range(80), "email": [f"p{n}@example.org" for n in range(80)]})
>>> tickets = pd.DataFrame({"id": range(400), "user_id": [n % 80 for n in range(400)]})
>>> tickets["requester_email"] = [f"p{n % 80}@example.org" for n in range(400)]
>>> audit = auditkit.audit({"users": users, "tickets": tickets}, checks=["minimisation-redundant-copy"])
>>> [(f.table, f.columns, f.target, f.rows, f.of, f.detail["original"]) for f in audit.findings]
[('tickets', ('requester_email',), 'users', 400, 400, 'email')]

## References
- GDPR Art. 5(1)(c), data minimisation
- GDPR Art. 5(1)(d), accuracy
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from auditkit.check import Item, Offending, check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import is_apart
from auditkit.detection import Profile
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import ColumnPolicy, Policy
from auditkit.relations import Origin, Reference, Relations
from auditkit.relations.key_text import same_key
from auditkit.relations.names import words
from auditkit.relations.tables import key_family
from auditkit.vocabulary import ENTITIES, THROUGHOUT

COPIED = "auditkit_copied"
SHARE, COMPARED, VALUES = 0.99, 50, 5
"""A copy is equal in 99 % of 50 rows or more, with 5 values or more: few values agree by chance."""
NOT_COPIES = frozenset({"PSEUDONYM", "FREE_TEXT", "GENDER", "LANGUAGE"})
"""Entities of which a copy means nothing: keys are there to be copied, and there are few genders."""
_OF_ITS_DAY = re.compile(
    r"(?:^|_)(?:invoice|billing|bill|order|shipping|shipment|delivery|receipt|contract|snapshot|history|quote)s?(?:_|$)"
)


@dataclass(frozen=True)
class Agreement:
    """A column and one of the referenced row: equal in `equal` of `compared` rows, with `values` values."""

    column: str
    original: str
    reference: Reference
    equal: int
    compared: int
    values: int

    @property
    def share(self) -> float:
        """The share of the compared rows in which both are equal."""
        return self.equal / self.compared if self.compared else 0.0

    @property
    def is_copy(self) -> bool:
        """Whether the column repeats the other one."""
        return self.compared >= COMPARED and self.values >= VALUES and self.share >= SHARE


@dataclass(frozen=True)
class CopiedColumn(Item, columns="agreement.column", target="agreement.reference.parent"):
    """A personal column that may repeat one of the row it refers to."""

    agreement: Agreement
    confidence: Confidence
    missing: Missing | None = None


@each
def copied_column(
    dataset: Dataset,
    policy: Policy,
    profile: Profile,
    relations: Relations,
    relation: Examined,
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> tuple[CopiedColumn, ...] | Missing:
    """The personal columns of the table that a referenced table has too, each with its best match."""
    name, declared = relation.name, columns or {}
    if (failed := profile.failed.get(name)) is not None:
        return failed
    if "view" in dataset.relations[name].kind:
        return Missing(Cause.NOT_APPLICABLE, f"{name} is a view, which stores nothing itself")
    mine = _kinds(profile, name, declared)
    best: dict[str, Agreement] = {}
    for reference in relations.of(name):
        if reference.is_self or is_apart(dataset.tables[name], dataset.tables[reference.parent]):
            continue
        stated = policy.table(reference.parent)
        theirs = _kinds(profile, reference.parent, stated.columns if stated is not None else {})
        for found in _agreements(dataset, name, reference, mine, theirs):
            if found.column not in best or found.share > best[found.column].share:
                best[found.column] = found
    found_columns = [best[column] for column in dataset.tables[name].columns if column in best]
    return tuple(
        _copied(agreement, declared.get(agreement.column)) for agreement in found_columns
    ) or Missing(
        Cause.NOT_APPLICABLE, f"{name} has no personal data of a kind that a table it refers to has too"
    )


def _copied(agreement: Agreement, declared: ColumnPolicy | None) -> CopiedColumn:
    inferred = agreement.reference.origin is Origin.INFERRED
    snapshot = declared.snapshot if declared is not None else None
    missing = Missing(Cause.EXCLUDED, f"declared to keep its copy: {snapshot}") if snapshot else None
    return CopiedColumn(agreement, Confidence.MEDIUM if inferred else Confidence.HIGH, missing)


def _kinds(profile: Profile, table: str, declared: Mapping[str, ColumnPolicy]) -> dict[str, str]:
    """Return which kind of personal data each column of a table holds: detected, or else declared."""
    entity_of = {entity.category: entity.name for entity in reversed(tuple(ENTITIES.values()))}
    kinds = {
        name: entity_of.get(column.category, column.category)
        for name, column in declared.items()
        if column.personal and not column.category.startswith(("user.unique_id", "user.content"))
    }
    kinds |= {
        verdict.column: str(verdict.entity)
        for verdict in profile.in_table(table)
        if verdict.verdict in THROUGHOUT and verdict.entity is not None
    }
    not_personal = {name for name, column in declared.items() if not column.personal}
    return {name: kind for name, kind in kinds.items() if name not in not_personal and kind not in NOT_COPIES}


def _agreements(
    dataset: Dataset, name: str, reference: Reference, mine: Mapping[str, str], theirs: Mapping[str, str]
) -> Iterator[Agreement]:
    """Yield how the columns of a table agree with those of a referenced one, counted in one statement."""
    rows, parent = dataset.tables[name], dataset.tables[reference.parent]
    mine = {column: kind for column, kind in mine.items() if column not in reference.columns}
    theirs = {column: kind for column, kind in theirs.items() if column not in reference.parent_columns}
    pairs = list(_pairs(rows, parent, mine, theirs))
    if not pairs:
        return
    joined = beside(rows, parent, reference, [original for _, original in pairs])
    measures: dict[str, ir.Scalar] = {}
    for i, (column, _) in enumerate(pairs):
        copy, original = comparable(joined[column]), comparable(joined[f"auditkit_original_{i}"])
        both = copy.notnull() & original.notnull()
        measures[f"equal{i}"] = joined.count(where=both & (copy == original))
        measures[f"compared{i}"] = joined.count(where=both)
        measures[f"values{i}"] = joined[column].nunique(where=both)
    found = dataset.fetch(joined.aggregate(**measures))[0]
    for i, (column, original_column) in enumerate(pairs):
        equal, compared, values = (int(found[f"{m}{i}"] or 0) for m in ("equal", "compared", "values"))
        yield Agreement(column, original_column, reference, equal, compared, values)


def _pairs(
    rows: ir.Table, parent: ir.Table, mine: Mapping[str, str], theirs: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield each column with the column of the parent that it may repeat.

    That is a column of the same kind with a similar name, or the only column of that kind.
    """
    for column, kind in mine.items():
        if column not in rows.columns:
            continue
        candidates = [
            c
            for c, other in theirs.items()
            if other == kind and c in parent.columns and _is_same_type(rows[column], parent[c])
        ]
        named = [c for c in candidates if _ends_alike(words(column), words(c))]
        if named:
            yield column, max(named, key=lambda c: len(words(c)))
        elif len(candidates) == 1:
            yield column, candidates[0]


def _is_same_type(a: ir.Column, b: ir.Column) -> bool:
    family = key_family(a.type())
    return a.type() == b.type() or (family is not None and family == key_family(b.type()))


def _ends_alike(a: str, b: str) -> bool:
    """Return whether two names are equal, or one has a word before the other: `billing_city` and `city`."""
    return a == b or a.endswith(f"_{b}") or b.endswith(f"_{a}")


def beside(rows: ir.Table, parent: ir.Table, reference: Reference, originals: Collection[str]) -> ir.Table:
    """Return rows with columns of the row they refer to, as `auditkit_original_0` and so on."""
    keys = {f"auditkit_key_{i}": parent[c] for i, c in enumerate(reference.parent_columns)}
    copies = {f"auditkit_original_{i}": parent[c] for i, c in enumerate(originals)}
    theirs = parent.select(**keys, **copies)
    joined = rows.left_join(
        theirs, [same_key(rows[c], theirs[k]) for c, k in zip(reference.columns, keys, strict=True)]
    )
    return joined.select(*[joined[c] for c in rows.columns], *copies)


def comparable(cell: ir.Column) -> ir.Column:
    """Return a value as it is compared: text without case or blanks around it, and empty text as null."""
    return cell.strip().lower().nullif("") if cell.type().is_string() else cell


@fact
def copied_cells(dataset: Dataset, relation: Examined, copied_column: CopiedColumn) -> ir.Table:
    """The rows of the table, with whether each repeats the row it refers to, if the column is a copy."""
    agreement = copied_column.agreement
    rows, parent = dataset.tables[relation.name], dataset.tables[agreement.reference.parent]
    joined = beside(rows, parent, agreement.reference, [agreement.original])
    same = comparable(joined[agreement.column]) == comparable(joined["auditkit_original_0"])
    copied = same.fill_null(False) if agreement.is_copy else ibis.literal(False) & same.notnull()
    return joined.select(*[joined[c] for c in rows.columns], **{COPIED: copied})


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 5(1)(c)", "GDPR 5(1)(d)"),
    says="copy of {original} through {through}; equal in {share:.1%} of {compared:row}",
)
def redundant_copy(copied_cells: ir.Table, copied_column: CopiedColumn, relation: Examined) -> Offending:
    """Return whether a cell repeats the row it refers to, where the column as a whole does."""
    agreement = copied_column.agreement
    is_of_its_day = _OF_ITS_DAY.search(f"{words(relation.name)}_{words(agreement.column)}")
    return Offending(
        copied_cells[COPIED],
        detail={
            "original": agreement.original,
            "through": "+".join(agreement.reference.columns),
            "share": agreement.share,
            "compared": agreement.compared,
        },
        severity=Severity.LOW if is_of_its_day else Severity.MEDIUM,
        confidence=copied_column.confidence,
    )
