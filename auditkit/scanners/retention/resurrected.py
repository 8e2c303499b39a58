"""Erased people that came back

## What it finds
Cells that hold the identifier of a person who was erased on request, by a ledger of erasures. The audit
hashes the columns of that kind of identifier, and the e-mail addresses inside texts, and compares them with
the ledger. Where the ledger says when (`at`), rows that were made later are `back`; older rows are `residue`,
and were never erased.

## Why it matters
An erasure must last (GDPR Art. 17(1) and 5(2)). A restored backup, a synchronisation or an import brings
erased people back, and nobody notices.

## How to fix
Erase the rows again, and find what brought them back. After every restore and every import, run this check.

## Limits
The ledger keeps for each person the HMAC-SHA256 of the identifier, in lower case and without outer blanks, in
hexadecimal, under the project's key (`AUDITKIT_KEY` or the key file). Under another key nothing would be
found. `control` shows that the key is right: it is `hmac.digest(key, b"auditkit", "sha256").hex()` in Python.

## Example
>>> import auditkit, hmac, os, pandas as pd
>>> from unittest.mock import patch
>>> key = "an example of a key"
>>> hashed = hmac.digest(key.encode(), b"ana@example.org", "sha256").hex()
>>> users = pd.DataFrame({"id": [1, 2], "email": [" Ana@example.org", "ben@example.org"]})
>>> source = {"users": users, "erasures": pd.DataFrame({"h": [hashed]})}
>>> ledger = "{table: erasures, subject_hmac: h, identifier: users.email}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, erasure_ledger: {ledger}}}")
>>> with patch.dict(os.environ, AUDITKIT_KEY=key):
...     audit = auditkit.audit(source, policy, checks=["retention-resurrected"])
>>> [(f.table, f.columns, f.rows, f.of, f.subjects) for f in audit.findings]
[('users', ('email',), 1, 2, 1)]

## References
- GDPR Art. 17(1), right to erasure
- GDPR Art. 5(2), accountability
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.detection import Profile
from auditkit.facts.identifying_columns import SINGLES_OUT
from auditkit.facts.relation import Examined
from auditkit.facts.retention.erasure_ledger import Erased, Recurrence, key_of, recurrence
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import ColumnPolicy, Policy, PolicyError
from auditkit.policy.logs import ErasureLedger
from auditkit.relations.declared_tables import declared_table
from auditkit.relations.moments import creation_column, unix_seconds
from auditkit.vocabulary import ENTITIES, PRESENT, did_you_mean, sensitivity

EMAIL = ENTITIES["EMAIL_ADDRESS"].category
_HASH = re.compile(r"[0-9a-f]{64}")


@fact
def erased(dataset: Dataset, policy: Policy) -> Erased | Missing:
    """The declared ledger of those who were erased on request, with the project's key."""
    ledger = policy.erasure_ledger
    if ledger is None or ledger.subject_hmac is None:
        reason = (
            "the policy names no ledger of erased subjects (`erasure_ledger`, with table and subject_hmac)"
        )
        return Missing(Cause.UNDECLARED, reason)
    table = declared_table(dataset, policy, "erasure_ledger", ("subject_hmac", "at"))
    if isinstance(table, Missing):
        return table
    secret = key_of(ledger)
    if isinstance(secret, Missing):
        return secret
    cells = _ledger_cells(dataset, table, ledger)
    if not cells:
        return Missing(Cause.NOT_APPLICABLE, f"{ledger.table} is empty: nobody was erased yet")
    hashes = {cell: at for cell, at in cells.items() if _HASH.fullmatch(cell)}
    if not hashes:
        reason = f"{ledger.table}.{ledger.subject_hmac} holds no HMAC-SHA256 in hexadecimal (64 digits)"
        return Missing(Cause.UNSEEN, reason)
    return Erased(ledger, hashes, secret)


def _ledger_cells(dataset: Dataset, table: ir.Table, ledger: ErasureLedger) -> dict[str, float | None]:
    """Return the cells of the ledger, each with its last moment as Unix time, or None."""
    columns = {"h": table[ledger.subject_hmac].cast("string").strip().lower()}
    if ledger.at is not None:
        columns["at"] = unix_seconds(clock(table[ledger.at]).moment)
    found: dict[str, float | None] = {}
    for batch in dataset.stream(table.select(**columns)):
        for cell, *at in batch:
            if cell:
                moments = [float(m) for m in (*at, found.get(cell)) if m is not None]
                found[cell] = max(moments, default=None)
    return found


SCHEMA = pa.schema(
    [(n, pa.string()) for n in ("table", "column")]
    + [(n, pa.int64()) for n in ("rows", "of", "subjects", "back", "residue", "undated")]
)


@fact
def recurrences(
    dataset: Dataset,
    policy: Policy,
    relation: Examined,
    erased: Erased,
    profile: Profile,
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> ir.Table | Missing:
    """How often erased subjects stand in the table: one row for each column that could hold an identifier.

    A text could hold one where the ledger may be about e-mail addresses. `back`, `residue` and `undated` are
    there where the ledger says when each person was erased.
    """
    ledger = erased.ledger
    if relation.name == ledger.table:
        if ledger.control is None:
            reason = (
                "nothing shows that the audit has the key that made this ledger, and with another key nothing"
                " would be found: give `control`"
            )
            return Missing(Cause.UNDECLARED, reason)
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} is the ledger itself")
    chosen, about_email = _identifier_columns(dataset, policy, relation, ledger, profile, columns or {})
    table = dataset.tables[relation.name]
    texts = [c for c in table.columns if about_email and c not in chosen and table[c].type().is_string()]
    names = [*chosen, *texts]
    if not names:
        reason = f"{relation.name} has no column with the kind of identifier that the ledger is about"
        return Missing(Cause.NOT_APPLICABLE, reason)
    counts = [Recurrence() for _ in names]
    for since, cells in _cells(dataset, relation.name, names, dated=ledger.at is not None):
        for i, column in enumerate(cells):
            counts[i] += recurrence(erased, column, since, inside=i >= len(chosen))
    rows = [
        _row(relation.name, name, n, dated=ledger.at is not None)
        for name, n in zip(names, counts, strict=True)
    ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _row(table: str, column: str, n: Recurrence, *, dated: bool) -> dict[str, object]:
    row = {"table": table, "column": column, "rows": n.rows, "of": n.of, "subjects": len(n.subjects)}
    return {**row, "back": n.back, "residue": n.residue, "undated": n.undated} if dated else row


def _cells(
    dataset: Dataset, name: str, columns: list[str], *, dated: bool
) -> Iterator[tuple[Sequence[float | None], list[Sequence[str | None]]]]:
    """Yield cells by column, with when their rows were made where that is asked for and known."""
    table = dataset.tables[name]
    since = creation_column(table) if dated else None
    if since is None:
        for batch in dataset.batches(name, columns=columns):
            yield (), [batch.column(i).to_pylist() for i in range(len(columns))]
        return
    made = unix_seconds(clock(table[since]).moment)
    for rows in dataset.stream(table.select(auditkit_begun=made, **{c: table[c] for c in columns})):
        at, *cells = zip(*rows, strict=True)
        yield [None if moment is None else float(moment) for moment in at], [*cells]


def _identifier_columns(
    dataset: Dataset,
    policy: Policy,
    relation: Examined,
    ledger: ErasureLedger,
    profile: Profile,
    declared: Mapping[str, ColumnPolicy],
) -> tuple[list[str], bool]:
    """Return the columns that could hold an identifier of the ledger, and whether it may be about e-mail.

    These are the columns of the same kind as the declared identifier, or else those that single a person out.
    """
    found = _entities(profile, relation.name)
    categories = {name: c.category for name, c in declared.items() if c.personal}
    names = relation.table.columns if relation.table is not None else ()
    if ledger.identifier is None:
        kinds = {c: sensitivity(category) for c, category in categories.items()}
        kinds |= {c: ENTITIES[entity].sensitivity for c, entity in found.items()}
        return [c for c in names if kinds.get(c) in SINGLES_OUT], True
    table, column = _place_of(dataset, policy, ledger.identifier)
    entity, category = _entities(profile, table).get(column), _category_of(policy, table, column)
    alike = [
        c
        for c in names
        if (relation.name, c) == (table, column)
        or (entity is not None and found.get(c) == entity)
        or (category is not None and categories.get(c) == category)
    ]
    of_the_identifier = {category, ENTITIES[entity].category if entity is not None else None} - {None}
    return alike, not of_the_identifier or EMAIL in of_the_identifier


def _entities(profile: Profile, table: str) -> Mapping[str, str]:
    """Return what the columns of a table hold."""
    present = [v for v in profile.in_table(table) if v.verdict in PRESENT and v.entity in ENTITIES]
    return {v.column: str(v.entity) for v in present}


def _place_of(dataset: Dataset, policy: Policy, identifier: str) -> tuple[str, str]:
    """Return the table and the column of the identifier that the ledger is about.

    Raises:
        PolicyError: there is no such column.
    """
    table, _, column = identifier.rpartition(".")
    if table not in dataset.tables or column not in dataset.tables[table].columns:
        known = [f"{t}.{c}" for t, expr in dataset.tables.items() for c in expr.columns]
        problem = f"there is no column {identifier!r}.{did_you_mean(identifier, known)}"
        raise PolicyError.at(policy, ("erasure_ledger", "identifier"), problem)
    return table, column


def _category_of(policy: Policy, table: str, column: str) -> str | None:
    declared = policy.table(table)
    return declared.columns[column].category if declared is not None and column in declared.columns else None


@check(
    severity=Severity.CRITICAL,
    articles=("GDPR 17(1)", "GDPR 5(2)"),
    says=(
        "{back:cell} made after the erasure; {residue:cell} that were never erased;"
        " {undated:cell} without a date"
    ),
)
def resurrected(recurrences: ir.Table) -> ir.Table:
    """Return the columns in which identifiers of erased subjects stand."""
    return recurrences.filter(recurrences.rows > 0)
