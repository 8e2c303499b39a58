"""The same credential serves two environments.

Whoever gets into the staging system, which more people reach and fewer watch, holds a key of production
(CWE-653; GDPR Art. 5(1)(f), 25, 32(1)(b)). Compared are the columns of credentials of several sources of one
audit (`prod=... staging=...`), or of those that the policy calls `environments`: as they are, and as plain
hashes of each other. They are compared here as digests under a key that is made for the audit and forgotten
with it; counts leave it, and nothing else. What is called a backup or a replica is meant to hold the same.

Remedy: issue credentials for each environment, revoke the shared ones, production first; empty columns of
    credentials when production is
copied into a test system (`UPDATE staging.api_keys SET secret_hash = NULL`), and let each environment have a
store of secrets of its own.

>>> import auditkit, sqlite3, tempfile
>>> folder = tempfile.mkdtemp()
>>> for name, keys in {"prod": ["9f2c77aa01", "b01d42e6c3"], "staging": ["9f2c77aa01", "000042e6c3"]}.items():
...     with sqlite3.connect(f"{folder}/{name}.sqlite") as db:
...         _ = db.execute("CREATE TABLE api_keys (secret_hash TEXT)")
...         _ = db.executemany("INSERT INTO api_keys VALUES (?)", [(k,) for k in keys])
>>> audit = auditkit.audit([f"prod={folder}/prod.sqlite", f"staging={folder}/staging.sqlite"], checks=["access-environment-reuse"])
>>> [(f.table, f.columns, f.target, f.rows, f.of) for f in audit.findings]
[('prod.api_keys', ('secret_hash',), 'staging.api_keys.secret_hash', 1, 2)]
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import Item, check, each, fact
from auditkit.dataset import Dataset, SourceError
from auditkit.dataset.identity import is_apart
from auditkit.facts.credentials import (
    DIGEST,
    HASHED,
    NO_KEY,
    NO_PASSWORD,
    SEALED,
    UNSALTED,
    StoredCredential,
    credential_of,
)
from auditkit.facts.environments import is_production, is_staging, is_test
from auditkit.outcome import BLIND, Cause, Missing, Severity
from auditkit.policy import Policy
from auditkit.relations.names import words

_MORE = re.compile(r"(?:^|_)(?:demo|acceptance|acc|preview|local|ci)\d*(?:_|$)")
"""What is called an environment among sources; as a schema it may be something else."""
_COPY = re.compile(
    r"(?:^|_)(?:backup|backups|bak|replica|standby|mirror|archive|snapshot|copy|old|before|after|restored?|dump)\d*(?:_|$)"
)


@dataclass(frozen=True)
class EnvironmentPair(Item):
    """Two environments of one audit, the one that is production first; `sure` says that they are called
    so.
    """

    one: str
    other: str
    sure: bool
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"target": f"{self.one} | {self.other}"}


@each
def environment_pair(dataset: Dataset, policy: Policy) -> tuple[EnvironmentPair, ...] | Missing:
    """Each two environments of the audit: sources (`prod=... staging=...`) that the policy or their names
    call so, or different databases.

    What is called a backup, a replica or a snapshot is meant to hold the same.
    """
    stated = policy.environments
    production = set(stated.production) if stated is not None else set[str]()
    tests = set(stated.test) if stated is not None else set[str]()
    named = {n: name for name in dataset.tables if (n := environment_of(name)) is not None}
    found = [n for n in named if n in production | tests or not _COPY.search(words(n))]
    pairs = list(_paired(dataset, named, found, production, tests))
    if not pairs:
        told = (
            "the audit has no two environments: give them as sources with names of their own, as in prod=..."
            " staging=..."
        )
        return Missing(Cause.NOT_APPLICABLE, told)
    return tuple(pairs)


def environment_of(table: str) -> str | None:
    """Return the source, or schema, that a table's name begins with.

    >>> environment_of("prod.users"), environment_of("users")
    ('prod', None)
    """
    name, dot, _ = table.partition(".")
    return name if dot else None


def _paired(
    dataset: Dataset, named: Mapping[str, str], found: list[str], production: set[str], tests: set[str]
) -> Iterator[EnvironmentPair]:
    def called(name: str) -> bool:
        known = is_production(name) or is_test(name) or is_staging(name) or _MORE.search(words(name))
        return name in production | tests or bool(known)

    def first(name: str) -> tuple[bool, bool]:
        return name not in production, not is_production(name)

    for one, other in combinations(found, 2):
        sure = called(one) and called(other)
        if sure or is_apart(dataset.tables[named[one]], dataset.tables[named[other]]):
            ahead, behind = sorted((one, other), key=first)
            yield EnvironmentPair(ahead, behind, sure)


MOST = 1_000_000
"""Different credentials of one column that are kept in memory at most."""
_SHORTEST, _LONG = 8, 12
_HASHED, _SEALED, _NONE, _UNFIT, _DIGEST, _UNSALTED = (
    re.compile(p) for p in (HASHED, SEALED, NO_PASSWORD, NO_KEY, DIGEST, UNSALTED)
)


@dataclass
class Digests:
    """The credentials of one column as digests under a key that is forgotten: `own` with the number of rows
    that hold each.

    `of_hash` leads from the digest of the SHA-256, SHA-1 or MD5 of a readable credential to its own; `common`
    are hashes of passwords without salt, which two people may share by chance.
    """

    table: str
    column: str
    own: Counter[bytes] = field(default_factory=Counter)
    of_hash: dict[bytes, bytes] = field(default_factory=dict)
    common: set[bytes] = field(default_factory=set)

    @property
    def environment(self) -> str:
        """The source, or schema, of the table."""
        return environment_of(self.table) or ""

    def shared_with(self, other: Digests) -> set[bytes]:
        """Return the credentials of this column that stand in another, as they are or as a plain hash of each
        other.
        """
        known = self.own.keys() & other.own.keys()
        known |= self.own.keys() & other.of_hash.keys()
        known |= {own for hashed, own in self.of_hash.items() if hashed in other.own}
        alike, least = known & self.common, min(len(self.common), len(other.common))
        return known if 5 * len(alike) >= least else known - alike


@dataclass(frozen=True)
class Held:
    """The credentials of every table of several environments, and the tables that could not be read."""

    digests: tuple[Digests, ...]
    unread: Mapping[str, Missing]


@fact
def credential_digests(dataset: Dataset, policy: Policy) -> Held:
    """The credentials of every table that belongs to an environment, as digests under a key that nobody
    keeps.

    Left out are masks and placeholders, public and sandbox keys, what is shorter than 8 characters, and
    passwords that are readable and shorter than 12, which two people may choose.
    """
    key = secrets.token_bytes(32)
    found: list[Digests] = []
    unread: dict[str, Missing] = {}
    for name, relation in dataset.relations.items():
        if environment_of(name) is None or policy.exclusion(name) is not None:
            continue
        if relation.table is None:
            unread |= {name: relation.missing} if relation.missing is not None else {}
            continue
        table, stated = relation.table, policy.table(name)
        declared = stated.columns if stated is not None else {}
        columns = [
            c
            for column in table.columns
            if (c := credential_of(table, column, declared.get(column))) is not None
        ]
        if not columns:
            continue
        kept = [Digests(name, c.name) for c in columns]
        try:
            for batch in dataset.stream(table.select(*(c.name for c in columns))):
                for told, column, cells in zip(kept, columns, zip(*batch, strict=True), strict=True):
                    _add(told, column, cells, key)
        except SourceError as error:
            unread[name] = error.missing
            continue
        found += kept
    return Held(tuple(found), unread)


def _add(told: Digests, column: StoredCredential, cells: tuple[str | None, ...], key: bytes) -> None:
    for cell in cells:
        text = (cell or "").strip()
        if len(text) < _SHORTEST or _SEALED.search(text) or _NONE.search(text):
            continue
        hashed = _HASHED.search(text) is not None and not _UNSALTED.search(text)
        if not hashed and _UNFIT.search(text):
            continue
        digest = not hashed and (_DIGEST.search(text) is not None or _UNSALTED.search(text) is not None)
        if column.is_password and not hashed and not digest and len(text) < _LONG:
            continue
        own = _digest(text.lower() if digest else text, key)
        told.own[own] += 1
        if column.is_password and digest:
            told.common.add(own)
        if not hashed and not digest:
            told.of_hash |= {_digest(plain, key): own for plain in _hashes(text)}
        if len(told.own) > MOST:
            raise SourceError(
                f"{told.column} holds more than {MOST:,} different credentials, which are too many to"
                " compare",
                code="unseen",
            )


def _hashes(text: str) -> Iterator[str]:
    data = text.encode()
    yield hashlib.sha256(data).hexdigest()
    yield hashlib.sha1(data, usedforsecurity=False).hexdigest()
    yield hashlib.md5(data, usedforsecurity=False).hexdigest()


def _digest(text: str, key: bytes) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=key, digest_size=12).digest()


SCHEMA = pa.schema(
    [("table", pa.string()), ("column", pa.string()), ("target", pa.string()), ("rows", pa.int64()), ("of", pa.int64()),
     ("credentials", pa.int64()), ("confidence", pa.string())]
)  # fmt: skip


@fact
def reused_credentials(environment_pair: EnvironmentPair, credential_digests: Held) -> ir.Table | Missing:
    """The columns of the first environment whose credentials stand in the other: one row for each two
    columns, with counts alone.
    """
    there = [
        [d for d in credential_digests.digests if d.environment == name]
        for name in (environment_pair.one, environment_pair.other)
    ]
    sure = "high" if environment_pair.sure else "medium"
    found = []
    for one in there[0]:
        for other in there[1]:
            if shared := one.shared_with(other):
                told = {
                    "rows": sum(one.own[d] for d in shared),
                    "of": one.own.total(),
                    "credentials": len(shared),
                    "confidence": sure,
                }
                found.append(
                    {
                        "table": one.table,
                        "column": one.column,
                        "target": f"{other.table}.{other.column}",
                        **told,
                    }
                )
    if not found:
        both = (environment_pair.one, environment_pair.other)
        blind = {
            n: m
            for n, m in credential_digests.unread.items()
            if environment_of(n) in both and m.cause in BLIND
        }
        if blind:
            return Missing(
                next(iter(blind.values())).cause,
                f"not every table could be read, so that none can be called clean: {', '.join(blind)}",
            )
        if not all(there):
            empty = " and ".join(name for name, held in zip(both, there, strict=True) if not held)
            return Missing(
                Cause.NOT_APPLICABLE,
                f"{empty} has no column that is declared as a credential or named like one",
            )
    return ibis.memtable(pa.Table.from_pylist(found, schema=SCHEMA))


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(f)", "GDPR 25", "GDPR 32(1)(b)"))
def environment_reuse(reused_credentials: ir.Table) -> ir.Table:
    """Return the columns of credentials of one environment some of which stand in another one, too."""
    return reused_credentials.mutate(
        sensitive=ibis.literal(False)
    )  # that it is a credential is in the severity already
