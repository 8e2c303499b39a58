"""A subject who was erased on request is back.

A restored backup, a synchronisation or an import brings erased people back, and nobody notices: erasure has
to hold (GDPR Art. 17(1), 5(2)). A ledger of erased subjects shows it without keeping anybody: it holds, for
each, the HMAC-SHA256 of the identifier (in lower case, without blanks around it) under the project's key, as
hexadecimal. The audit hashes the columns of that kind and compares, and the e-mail addresses that stand
inside texts. The key is in `AUDITKIT_KEY` or the project's key file, and must be the one that wrote the
ledger, for under another nothing is found: `control`, the hash of the word `auditkit` under it, shows that it
is; without it nobody can tell. It is what `hmac.digest(key, b"auditkit", "sha256").hex()` gives in Python.
Where the ledger says when (`at`), rows that came to be later are `back`, older ones are `residue`: they were
never erased.

Remedy: erase the rows again, find what brought them back, and let every restore and every import be followed
    by a run over the ledger.

>>> import auditkit, hmac, os, pandas as pd
>>> from unittest.mock import patch
>>> gone = hmac.digest(b"an example of a key", b"ana@example.org", "sha256").hex()
>>> users = pd.DataFrame({"id": [1, 2], "email": [" Ana@example.org", "ben@example.org"]})
>>> told = "erasure_ledger: {table: erasures, subject_hmac: h, identifier: users.email}"
>>> policy = auditkit.Policy.parse(f"{{version: 1, name: Shop, {told}}}")
>>> with patch.dict(os.environ, AUDITKIT_KEY="an example of a key"):
...     audit = auditkit.audit({"users": users, "erasures": pd.DataFrame({"h": [gone]})}, policy, checks=["retention-resurrected"])
>>> [(f.table, f.columns, f.rows, f.of, f.subjects) for f in audit.findings]
[('users', ('email',), 1, 2, 1)]
"""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit import project_key
from auditkit.check import check, fact
from auditkit.dataset import Dataset
from auditkit.dataset.clock import clock
from auditkit.detection import Profile
from auditkit.facts.relation import Examined
from auditkit.outcome import Cause, Missing, Severity
from auditkit.policy import ColumnPolicy, Policy, PolicyError
from auditkit.policy.models import ErasureLedger
from auditkit.relations.moments import begun, seconds_of
from auditkit.relations.stated import stated
from auditkit.vocabulary import ENTITIES, PRESENT, Sensitivity, did_you_mean, sensitivity

CONTROL = "auditkit"
"""The word whose hash in the policy shows whether the audit has the key under which the ledger was
written.
"""
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Erased:
    """Who was erased on request: hashes and nothing else, each with when (Unix time) where that is known, and
    the key of the hashes.
    """

    ledger: ErasureLedger
    hashes: Mapping[str, float | None] = field(repr=False)
    secret: bytes = field(repr=False)

    def hash_of(self, identifier: str) -> str:
        """Return what the ledger keeps of an identifier: HMAC-SHA256 of its text in lower case, without
        blanks around it.
        """
        return _hashed(self.secret, identifier.strip().lower())

    def among(self, identifiers: Iterable[str | None]) -> list[str]:
        """Return the hashes of those identifiers that were erased, one for each that was."""
        return [
            h for text in identifiers if text and text.strip() and (h := self.hash_of(text)) in self.hashes
        ]


@fact
def erased(dataset: Dataset, policy: Policy) -> Erased | Missing:
    """The declared ledger of those who were erased on request, with the project's key; a key is never made
    for it.
    """
    ledger = policy.erasure_ledger
    if ledger is None or ledger.subject_hmac is None:
        return Missing(
            Cause.UNDECLARED,
            "the policy names no ledger of erased subjects (`erasure_ledger`, with its table and"
            " subject_hmac)",
        )
    table = stated(dataset, policy, "erasure_ledger", ("subject_hmac", "at"))
    if isinstance(table, Missing):
        return table
    secret = _secret(ledger)
    if isinstance(secret, Missing):
        return secret
    cells = _erased_cells(dataset, table, ledger)
    hashes = {cell: at for cell, at in cells.items() if _HASH.fullmatch(cell)}
    if cells and not hashes:
        return Missing(
            Cause.UNSEEN,
            f"{ledger.table}.{ledger.subject_hmac} holds no HMAC-SHA256 in hexadecimal (64 digits)",
        )
    return (
        Erased(ledger, hashes, secret)
        if hashes
        else Missing(Cause.NOT_APPLICABLE, f"{ledger.table} is empty: nobody was erased yet")
    )


def _erased_cells(dataset: Dataset, table: ir.Table, ledger: ErasureLedger) -> dict[str, float | None]:
    """Return the cells of the ledger, each with its last moment, as Unix time, where it has any."""
    told = {"h": table[ledger.subject_hmac].cast("string").strip().lower()}
    if ledger.at is not None:
        told["at"] = seconds_of(clock(table[ledger.at]).moment)
    found: dict[str, float | None] = {}
    for batch in dataset.stream(table.select(**told)):
        for cell, *at in batch:
            if cell:
                moments = [float(m) for m in (*at, found.get(cell)) if m is not None]
                found[cell] = max(moments, default=None)
    return found


def _hashed(secret: bytes, text: str) -> str:
    return hmac.digest(secret, text.encode(), "sha256").hex()


def _secret(ledger: ErasureLedger) -> bytes | Missing:
    """Return the project's key where there is one, and the right one; another would match nothing, and that
    would look like clean.
    """
    try:
        secret = (
            project_key.key().secret
            if os.environ.get(project_key.VARIABLE) or project_key.place().exists()
            else b""
        )
    except (ValueError, OSError) as error:
        told = str(error) if isinstance(error, ValueError) else "the file of the project's key cannot be read"
        return Missing(Cause.UNSEEN, f"the ledger of erased subjects cannot be compared: {told}")
    mend = f"set {project_key.VARIABLE} to the key under which the ledger's hashes were made"
    if not secret:
        return Missing(
            Cause.UNSEEN, f"the ledger of erased subjects cannot be compared without its key: {mend}"
        )
    if ledger.control is not None and not hmac.compare_digest(ledger.control, _hashed(secret, CONTROL)):
        return Missing(
            Cause.UNSEEN,
            f"the project's key is not the one that `erasure_ledger.control` was made with: {mend}",
        )
    return secret


WHEN = ("back", "residue", "undated")
"""What a cell with an erased identifier is: it came to be after the erasure, it is of before, or no clock
tells.
"""
SCHEMA = pa.schema(
    [(n, pa.string()) for n in ("table", "column")]
    + [(n, pa.int64()) for n in ("rows", "of", "subjects", *WHEN)]
)
SINGLES_OUT = frozenset(
    {Sensitivity.CONTACT, Sensitivity.GOVERNMENT_ID, Sensitivity.FINANCIAL, Sensitivity.ONLINE_IDENTIFIER}
)
EMAIL = "user.contact.email"
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True)
class Recurrence:
    """How many cells of a column hold anything, how many an identifier of an erased subject, and how many of
    those when. Two add up.
    """

    of: int = 0
    rows: int = 0
    back: int = 0
    residue: int = 0
    subjects: frozenset[str] = field(default=frozenset(), repr=False)

    def __add__(self, other: Recurrence) -> Recurrence:
        back, residue = self.back + other.back, self.residue + other.residue
        return Recurrence(
            self.of + other.of, self.rows + other.rows, back, residue, self.subjects | other.subjects
        )


def recurrence(
    erased: Erased, cells: Iterable[str | None], since: Iterable[float | None] = (), *, inside: bool = False
) -> Recurrence:
    """Return how many of some cells hold an identifier, and how many that of an erased subject.

    Args:
        erased: the ledger.
        cells: the texts.
        since: when the row of each came to be, as Unix time.
        inside: only the e-mail addresses in the cells count; else a cell may be an identifier as a whole too.
    """
    of = rows = back = residue = 0
    subjects: set[str] = set()
    for cell, at in zip_longest(cells, since):
        if not cell or not cell.strip():
            continue
        of += 1
        if not (hashes := erased.among(_addresses(cell) | (set() if inside else {cell}))):
            continue
        rows += 1
        subjects.update(hashes)
        moments = [moment for h in hashes if (moment := erased.hashes[h]) is not None]
        if at is not None and moments:
            later = any(at > moment for moment in moments)
            back, residue = back + later, residue + (not later)
    return Recurrence(of, rows, back, residue, frozenset(subjects))


def _addresses(text: str) -> set[str]:
    """Return what has the shape of an e-mail address in a text; a full stop behind one ends the sentence.

    >>> sorted(_addresses("Ask ana@example.org. Or <ben+x@mail.example.org>!"))
    ['ana@example.org', 'ben+x@mail.example.org']
    """
    return set(_ADDRESS.findall(text)) if "@" in text else set()


@fact
def recurrences(
    dataset: Dataset,
    policy: Policy,
    relation: Examined,
    erased: Erased,
    profile: Profile,
    columns: Mapping[str, ColumnPolicy] | None = None,
) -> ir.Table | Missing:
    """How often subjects of the erasure ledger stand in the table: one row for each column that could hold
    their identifier.

    So do the texts in which an e-mail address could stand, where the ledger may be about those. Where the
    ledger says when each was erased and the table when a row came to be, cells are `back`, `residue` or
    `undated`.
    """
    ledger = erased.ledger
    if relation.name == ledger.table:
        if ledger.control is None:
            told = (
                "whether the audit has the key that wrote this ledger cannot be told, and with another"
                " nothing is found: give `control`"
            )
            return Missing(Cause.UNDECLARED, told)
        return Missing(Cause.NOT_APPLICABLE, f"{relation.name} is the ledger itself")
    chosen, mails = _chosen(dataset, policy, relation, erased, profile, columns or {})
    table = dataset.tables[relation.name]
    texts = [c for c in table.columns if mails and c not in chosen and table[c].type().is_string()]
    if not chosen and not texts:
        return Missing(
            Cause.NOT_APPLICABLE,
            f"{relation.name} has no column of the kind of identifier that the ledger is about",
        )
    counts = [Recurrence() for _ in (*chosen, *texts)]
    for since, cells in _cells(dataset, relation.name, [*chosen, *texts], dated=ledger.at is not None):
        counts = [
            n + recurrence(erased, c, since, inside=i >= len(chosen))
            for i, (n, c) in enumerate(zip(counts, cells, strict=True))
        ]
    rows = [
        {"table": relation.name, "column": c, "rows": n.rows, "of": n.of, "subjects": len(n.subjects)}
        | ({"back": n.back, "residue": n.residue, "undated": n.rows - n.back - n.residue} if ledger.at is not None else {})
        for c, n in zip((*chosen, *texts), counts, strict=True)
    ]  # fmt: skip
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _cells(
    dataset: Dataset, name: str, columns: list[str], *, dated: bool
) -> Iterator[tuple[Sequence[float | None], list[Sequence[str | None]]]]:
    """Yield cells by column, with when their rows came to be where that is asked for and told."""
    table = dataset.tables[name]
    since = begun(table) if dated else None
    if since is None:
        yield from (
            ((), [batch.column(i).to_pylist() for i in range(len(columns))])
            for batch in dataset.batches(name, columns=columns)
        )
        return
    for rows in dataset.stream(
        table.select(auditkit_begun=seconds_of(clock(table[since]).moment), **{c: table[c] for c in columns})
    ):
        at, *cells = zip(*rows, strict=True)
        yield [None if moment is None else float(moment) for moment in at], [*cells]


def _chosen(
    dataset: Dataset,
    policy: Policy,
    relation: Examined,
    erased: Erased,
    profile: Profile,
    declared: Mapping[str, ColumnPolicy],
) -> tuple[list[str], bool]:
    """Return the columns that could hold an identifier of the ledger: those of its kind, else those that
    single a person out.

    Beside them, whether it may be about e-mail addresses.
    """
    entities = {
        (c.table, c.column): c.entity
        for c in profile.columns
        if c.verdict in PRESENT and c.entity in ENTITIES
    }
    here = {column: entity for (table, column), entity in entities.items() if table == relation.name}
    stated = {name: c.category for name, c in declared.items() if c.personal}
    names = relation.table.columns if relation.table is not None else ()
    if erased.ledger.identifier is None:
        kinds = {
            **{c: sensitivity(k) for c, k in stated.items()},
            **{c: ENTITIES[str(e)].sensitivity for c, e in here.items()},
        }
        return [c for c in names if kinds.get(c) in SINGLES_OUT], True
    table, _, column = erased.ledger.identifier.rpartition(".")
    if table not in dataset.tables or column not in dataset.tables[table].columns:
        known = [f"{t}.{c}" for t, expr in dataset.tables.items() for c in expr.columns]
        told = (
            f"there is no column {erased.ledger.identifier!r}.{did_you_mean(erased.ledger.identifier, known)}"
        )
        raise PolicyError.at(policy, ("erasure_ledger", "identifier"), told)
    of = policy.table(table)
    category = of.columns[column].category if of is not None and column in of.columns else None
    entity = entities.get((table, column))
    alike = [
        c
        for c in names
        if (relation.name, c) == (table, column)
        or (entity is not None and here.get(c) == entity)
        or (category is not None and stated.get(c) == category)
    ]
    mailed = {
        told
        for told in (category, ENTITIES[str(entity)].category if entity is not None else None)
        if told is not None
    }
    return alike, not mailed or EMAIL in mailed


@check(severity=Severity.CRITICAL, articles=("GDPR 17(1)", "GDPR 5(2)"))
def resurrected(recurrences: ir.Table) -> ir.Table:
    """Return the columns in which identifiers of erased subjects stand."""
    return recurrences.filter(recurrences.rows > 0)
