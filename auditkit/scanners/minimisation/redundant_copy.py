"""A column repeats personal data that stands in the row it refers to.

Every copy is one more place to keep accurate, to erase and to protect, and tells nothing that the reference
does not (GDPR Art. 5(1)(c) and (d)). Compared are columns of the same kind of data along references; a copy
is equal in 99 % of 50 rows or more. `share` says how many, `original` what it repeats. Where the value must
stay as it was, such as the address on an invoice, that is a reason and is declared as the column's
`snapshot`; tables that are called like that weigh less.

Remedy: drop the column and join it where it is shown, or make it a view; or declare why the copy must stay:
`billing_address: {category: user.contact.address.street, snapshot: "the invoice shows the address of its
day"}`.

>>> import auditkit, pandas as pd
>>> users = pd.DataFrame({"id": range(80), "email": [f"p{n}@example.org" for n in range(80)]})
>>> tickets = pd.DataFrame({"id": range(400), "user_id": [n % 80 for n in range(400)]})
>>> tickets["requester_email"] = [f"p{n % 80}@example.org" for n in range(400)]
>>> audit = auditkit.audit({"users": users, "tickets": tickets}, checks=["minimisation-redundant-copy"])
>>> [(f.table, f.columns, f.target, f.rows, f.of, f.detail["original"]) for f in audit.findings]
[('tickets', ('requester_email',), 'users', 400, 400, 'email')]
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
from auditkit.relations.infer import family
from auditkit.relations.names import words
from auditkit.vocabulary import ENTITIES, PRESENT

NO_COPY = frozenset({"PSEUDONYM", "FREE_TEXT", "GENDER", "LANGUAGE"})
"""What a copy tells nothing by: keys are there to be copied, and there are few genders."""


@dataclass(frozen=True)
class Agreement:
    """How a column agrees with one of the row it refers to: in `equal` of `compared` rows with `values`
    different values.
    """

    column: str
    original: str
    reference: Reference
    equal: int
    compared: int
    values: int

    @property
    def share(self) -> float:
        """The share of the compared rows in which both are the same."""
        return self.equal / self.compared if self.compared else 0.0


@fact
def agreements(
    dataset: Dataset,
    policy: Policy,
    profile: Profile,
    relations: Relations,
    relation: Examined,
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> tuple[Agreement, ...] | Missing:
    """How the personal columns of the table agree with those of the tables it refers to: for each the
    reference where most are equal.

    Compared are columns of one kind of data: of one name where the names tell, else where the other table has
    only one of that kind.
    """
    if (failed := profile.failed.get(relation.name)) is not None:
        return failed
    if "view" in dataset.relations[relation.name].kind:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{relation.name} is a view: what it repeats or computes is not stored for it",
        )
    rows = dataset.tables[relation.name]
    best: dict[str, Agreement] = {}
    for reference in relations.of(relation.name):
        parent = dataset.tables[reference.parent]
        if reference.is_self or is_apart(rows, parent):
            continue
        theirs = _kinds(profile, reference.parent, _declared(policy, reference.parent))
        mine = {
            c: k
            for c, k in _kinds(profile, relation.name, columns or {}).items()
            if c not in reference.columns
        }
        pairs = list(
            _pairs(rows, parent, mine, {c: k for c, k in theirs.items() if c not in reference.parent_columns})
        )
        for found in _measured(dataset, rows, parent, reference, pairs):
            if found.column not in best or found.share > best[found.column].share:
                best[found.column] = found
    return tuple(best[c] for c in rows.columns if c in best)


def _declared(policy: Policy, table: str) -> Mapping[str, ColumnPolicy]:
    stated = policy.table(table)
    return stated.columns if stated is not None else {}


def _kinds(profile: Profile, table: str, stated: Mapping[str, ColumnPolicy]) -> dict[str, str]:
    """Return what kind of personal data the columns of a table hold: what was found, else what is
    declared.
    """
    innocent = {name for name, c in stated.items() if not c.personal}
    told = {
        name: c.category
        for name, c in stated.items()
        if c.personal and not c.category.startswith(("user.unique_id", "user.content"))
    }
    by_category = {e.category: e.name for e in reversed(tuple(ENTITIES.values()))}
    found = {
        c.column: str(c.entity)
        for c in profile.columns
        if c.table == table and c.verdict in PRESENT and c.entity is not None
    }
    kinds = {name: by_category.get(category, category) for name, category in told.items()} | found
    return {name: kind for name, kind in kinds.items() if name not in innocent and kind not in NO_COPY}


def _pairs(
    rows: ir.Table, parent: ir.Table, mine: Mapping[str, str], theirs: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield which column of the parent each column would be a copy of."""
    for column, kind in mine.items():
        if column not in rows.columns:
            continue
        alike = [c for c, k in theirs.items() if k == kind and c in parent.columns]
        alike = [
            c
            for c in alike
            if family(parent[c].type()) == family(rows[column].type())
            or parent[c].type() == rows[column].type()
        ]
        named = [c for c in alike if _ends_alike(words(column), words(c))]
        chosen = max(named, key=lambda c: len(words(c))) if named else alike[0] if len(alike) == 1 else None
        if chosen is not None:
            yield column, chosen


def _ends_alike(a: str, b: str) -> bool:
    """Return whether two names are one, or one is the other with a word before it: `billing_city` and
    `city`.
    """
    return a == b or a.endswith(f"_{b}") or b.endswith(f"_{a}")


def _measured(
    dataset: Dataset,
    rows: ir.Table,
    parent: ir.Table,
    reference: Reference,
    pairs: Collection[tuple[str, str]],
) -> Iterator[Agreement]:
    """Yield how some pairs of columns agree along a reference, all counted in one statement."""
    if not pairs:
        return
    joined = beside(rows, parent, reference, [original for _, original in pairs])
    measures: dict[str, ir.Scalar] = {}
    for i, (column, _) in enumerate(pairs):
        mine, theirs = plain(joined[column]), plain(joined[f"auditkit_original_{i}"])
        both = mine.notnull() & theirs.notnull()
        measures |= {
            f"n{i}": joined.count(where=both),
            f"same{i}": joined.count(where=both & (mine == theirs)),
        }
        measures[f"values{i}"] = joined[column].nunique(where=both)
    found = dataset.fetch(joined.aggregate(**measures))[0]
    for i, (column, original) in enumerate(pairs):
        yield Agreement(
            column, original, reference, *(int(found[f"{m}{i}"] or 0) for m in ("same", "n", "values"))
        )


def beside(rows: ir.Table, parent: ir.Table, reference: Reference, originals: Collection[str]) -> ir.Table:
    """Return the rows of a table, each with columns of the row it refers to, as `auditkit_original_0` and so
    on.
    """
    keys = {f"auditkit_key_{i}": parent[c] for i, c in enumerate(reference.parent_columns)}
    told = {f"auditkit_original_{i}": parent[c] for i, c in enumerate(originals)}
    theirs = parent.select(**keys, **told)
    joined = rows.left_join(
        theirs, [rows[c] == theirs[k] for c, k in zip(reference.columns, keys, strict=True)]
    )
    return joined.select(*[joined[c] for c in rows.columns], *told)


def plain(cell: ir.Column) -> ir.Column:
    """Return a value as it compares: text without case or blanks around it, and empty text as nothing."""
    return cell.strip().lower().nullif("") if cell.type().is_string() else cell


SHARE, COMPARED, VALUES = 0.99, 50, 5
"""A copy is equal in 99 % of 50 rows or more, with 5 values or more: few values agree by chance."""


@dataclass(frozen=True)
class CopiedColumn(Item, columns="agreement.column", target="agreement.reference.parent"):
    """A personal column that may repeat one of the row it refers to."""

    agreement: Agreement
    confidence: Confidence
    missing: Missing | None = None

    @property
    def is_copy(self) -> bool:
        """Whether it does."""
        told = self.agreement
        return told.compared >= COMPARED and told.values >= VALUES and told.share >= SHARE


@each
def copied_column(
    relation: Examined, agreements: tuple[Agreement, ...], columns: Mapping[str, ColumnPolicy] | None = None
) -> tuple[CopiedColumn, ...] | Missing:
    """The personal columns of the table that a table it refers to has, too; a declared `snapshot` must keep
    its copy.
    """
    stated = columns or {}
    found = tuple(_column(a, stated.get(a.column)) for a in agreements)
    return found or Missing(
        Cause.NOT_APPLICABLE,
        f"{relation.name} has no personal data of a kind that a table it refers to has, too",
    )


def _column(agreement: Agreement, stated: ColumnPolicy | None) -> CopiedColumn:
    sure = Confidence.MEDIUM if agreement.reference.origin is Origin.INFERRED else Confidence.HIGH
    kept = stated.snapshot if stated is not None else None
    return CopiedColumn(
        agreement, sure, Missing(Cause.EXCLUDED, f"declared to keep its copy: {kept}") if kept else None
    )


COPIED = "auditkit_copied"


@fact
def copied_cells(dataset: Dataset, relation: Examined, copied_column: CopiedColumn) -> ir.Table:
    """The rows of the table, with whether a column repeats what stands in the row they refer to; none does
    where the column is no copy.
    """
    told = copied_column.agreement
    rows, parent = dataset.tables[relation.name], dataset.tables[told.reference.parent]
    joined = beside(rows, parent, told.reference, [told.original])
    same = plain(joined[told.column]) == plain(joined["auditkit_original_0"])
    copied = same.fill_null(False) if copied_column.is_copy else ibis.literal(False) & same.notnull()
    return joined.select(*[joined[c] for c in rows.columns], **{COPIED: copied})


_OF_ITS_DAY = re.compile(
    r"(?:^|_)(?:invoice|billing|bill|order|shipping|shipment|delivery|receipt|contract|snapshot|history|quote)s?(?:_|$)"
)


@check(severity=Severity.MEDIUM, articles=("GDPR 5(1)(c)", "GDPR 5(1)(d)"))
def redundant_copy(copied_cells: ir.Table, copied_column: CopiedColumn, relation: Examined) -> Offending:
    """Return the rows whose cell repeats the row they refer to, where the column as a whole does."""
    told = copied_column.agreement
    severity = (
        Severity.LOW
        if _OF_ITS_DAY.search(f"{words(relation.name)}_{words(told.column)}")
        else Severity.MEDIUM
    )
    detail = {
        "original": told.original,
        "through": "+".join(told.reference.columns),
        "share": told.share,
        "compared": told.compared,
    }
    return Offending(
        copied_cells[COPIED], detail=detail, severity=severity, confidence=copied_column.confidence
    )
