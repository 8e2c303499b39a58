"""Same credential used in several environments

## What it finds
Columns of credentials whose values also stand in another environment, as they are or as a plain hash of each
other. Environments are the sources of one audit (`prod=... staging=...`), or those that the policy declares
as `environments`.

## Why it matters
More people reach the staging system, and fewer watch it. Whoever gets into it holds a key of production (GDPR
Art. 5(1)(f), 25, 32(1)(b)).

## How to fix
Issue credentials for each environment. Revoke the shared ones, production first. Empty columns of credentials
when you copy production into a test system (`UPDATE staging.api_keys SET secret_hash = NULL`). Give each
environment its own store of secrets.

## Limits
A source that is named like a backup or a replica is meant to hold the same, and is left out. Credentials are
compared as digests under a key that exists only during the audit. Nothing but counts leaves it.

## Example
>>> import auditkit, sqlite3, tempfile
>>> folder = tempfile.mkdtemp()
>>> for name, keys in {"prod": ["9f2c77aa01", "b01d42e6c3"], "staging": ["9f2c77aa01", "000042e6c3"]}.items():
...     with sqlite3.connect(f"{folder}/{name}.sqlite") as db:
...         _ = db.execute("CREATE TABLE api_keys (secret_hash TEXT)")
...         _ = db.executemany("INSERT INTO api_keys VALUES (?)", [(k,) for k in keys])
>>> sources = [f"prod={folder}/prod.sqlite", f"staging={folder}/staging.sqlite"]
>>> audit = auditkit.audit(sources, checks=["access-environment-reuse"])
>>> [(f.table, f.columns, f.target, f.rows, f.of) for f in audit.findings]
[('prod.api_keys', ('secret_hash',), 'staging.api_keys.secret_hash', 1, 2)]

## References
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 25, data protection by design
- GDPR Art. 32(1)(b), confidentiality and integrity of systems
- CWE-653, improper isolation
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

MOST = 1_000_000
"""The most different credentials of one column that the audit keeps in memory."""
SCHEMA = pa.schema(
    [
        ("table", pa.string()),
        ("column", pa.string()),
        ("target", pa.string()),
        ("rows", pa.int64()),
        ("of", pa.int64()),
        ("credentials", pa.int64()),
        ("confidence", pa.string()),
    ]
)
_SHORTEST, _SHORTEST_PASSWORD = 8, 12
"""Shorter credentials are not compared, because two people may choose the same."""
_HASHED, _UNSALTED, _DIGEST = re.compile(HASHED), re.compile(UNSALTED), re.compile(DIGEST)
_SEALED, _NO_PASSWORD, _NO_KEY = re.compile(SEALED), re.compile(NO_PASSWORD), re.compile(NO_KEY)
_OTHER = re.compile(r"(?:^|_)(?:demo|acceptance|acc|preview|local|ci)\d*(?:_|$)")
"""The name of an environment, where it names a source; a schema with such a name may be something else."""
_COPY = re.compile(
    r"(?:^|_)(?:backup|backups|bak|replica|standby|mirror|archive|snapshot|copy|old|before|after|restored?|dump)\d*(?:_|$)"
)


@dataclass(frozen=True)
class EnvironmentPair(Item):
    """Two environments of one audit, production first.

    `sure` says that both are declared or named as environments.
    """

    first: str
    second: str
    sure: bool
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """Both environments, as the target."""
        return {"target": f"{self.first} | {self.second}"}


@each
def environment_pair(dataset: Dataset, policy: Policy) -> tuple[EnvironmentPair, ...] | Missing:
    """Each two environments of the audit that should not share credentials.

    An environment is a source or schema that the policy or its name calls so, or a different database. A
    backup, a replica or a snapshot is meant to hold the same, and is left out.
    """
    declared = policy.environments
    production = set(declared.production) if declared is not None else set[str]()
    stated = production | set(declared.test) if declared is not None else set[str]()
    by_environment = {
        environment: name
        for name in dataset.tables
        if (environment := environment_of(name)) is not None
        and (environment in stated or not _COPY.search(words(environment)))
    }
    found = []
    for pair in combinations(by_environment, 2):
        sure = all(name in stated or _is_environment(name) for name in pair)
        if sure or is_apart(*(dataset.tables[by_environment[name]] for name in pair)):
            first, second = sorted(pair, key=lambda name: (name not in production, not is_production(name)))
            found.append(EnvironmentPair(first, second, sure))
    return tuple(found) or Missing(
        Cause.NOT_APPLICABLE,
        "the audit has no two environments: give them as sources with names, as in prod=... staging=...",
    )


def environment_of(table: str) -> str | None:
    """Return the source, or schema, with which the name of a table begins.

    >>> environment_of("prod.users"), environment_of("users")
    ('prod', None)
    """
    name, dot, _ = table.partition(".")
    return name if dot else None


def _is_environment(name: str) -> bool:
    return is_production(name) or is_test(name) or is_staging(name) or bool(_OTHER.search(words(name)))


@dataclass
class ColumnDigests:
    """The credentials of one column, as digests under a key that nobody keeps.

    Attributes:
        table: the table of the column.
        column: the column.
        own: how many rows hold each credential.
        of_hash: the credential of the digest of its SHA-256, SHA-1 or MD5, where it is readable.
        common: hashes of passwords without salt; two people may share one by chance.
    """

    table: str
    column: str
    own: Counter[bytes] = field(default_factory=Counter)
    of_hash: dict[bytes, bytes] = field(default_factory=dict)
    common: set[bytes] = field(default_factory=set)

    @property
    def environment(self) -> str | None:
        """The source, or schema, of the table."""
        return environment_of(self.table)

    def add(self, cell: str | None, credential: StoredCredential, key: bytes) -> None:
        """Add a cell, unless it holds no credential or one that two people may choose.

        Raises:
            SourceError: the column holds too many different credentials.
        """
        text = (cell or "").strip()
        if len(text) < _SHORTEST or _SEALED.search(text) or _NO_PASSWORD.search(text):
            return
        is_unsalted = _UNSALTED.search(text) is not None
        is_hashed = _HASHED.search(text) is not None and not is_unsalted
        is_digest = not is_hashed and (_DIGEST.search(text) is not None or is_unsalted)
        if not is_hashed and _NO_KEY.search(text):
            return
        is_readable = not is_hashed and not is_digest
        if credential.is_password and is_readable and len(text) < _SHORTEST_PASSWORD:
            return
        own = _digest(text.lower() if is_digest else text, key)
        self.own[own] += 1
        if credential.is_password and is_digest:
            self.common.add(own)
        if is_readable:
            self.of_hash |= {_digest(plain_hash, key): own for plain_hash in _plain_hashes(text)}
        if len(self.own) > MOST:
            raise SourceError(
                f"{self.column} holds more than {MOST:,} different credentials, too many to compare",
                code="unseen",
            )

    def shared_with(self, other: ColumnDigests) -> set[bytes]:
        """Return the credentials that another column holds too, as they are or as a plain hash."""
        known = self.own.keys() & other.own.keys()
        known |= self.own.keys() & other.of_hash.keys()
        known |= {own for hashed, own in self.of_hash.items() if hashed in other.own}
        alike, least = known & self.common, min(len(self.common), len(other.common))
        return known if 5 * len(alike) >= least else known - alike


def _plain_hashes(text: str) -> Iterator[str]:
    data = text.encode()
    yield hashlib.sha256(data).hexdigest()
    yield hashlib.sha1(data, usedforsecurity=False).hexdigest()
    yield hashlib.md5(data, usedforsecurity=False).hexdigest()


def _digest(text: str, key: bytes) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=key, digest_size=12).digest()


@dataclass(frozen=True)
class CredentialDigests:
    """The credentials of all environments, and why some tables could not be read."""

    columns: tuple[ColumnDigests, ...]
    unread: Mapping[str, Missing]


@fact
def credential_digests(dataset: Dataset, policy: Policy) -> CredentialDigests:
    """The credentials of every table of an environment, as digests under a key that nobody keeps.

    Left out are masks and placeholders, public and sandbox keys, credentials of fewer than 8 characters, and
    readable passwords of fewer than 12, which two people may choose.
    """
    key = secrets.token_bytes(32)
    found: list[ColumnDigests] = []
    unread: dict[str, Missing] = {}
    for name, relation in dataset.relations.items():
        if environment_of(name) is None or policy.exclusion(name) is not None:
            continue
        if relation.table is None:
            unread |= {name: relation.missing} if relation.missing is not None else {}
            continue
        try:
            found += _digests_of(dataset, policy, name, relation.table, key)
        except SourceError as error:
            unread[name] = error.missing
    return CredentialDigests(tuple(found), unread)


def _digests_of(
    dataset: Dataset, policy: Policy, name: str, table: ir.Table, key: bytes
) -> list[ColumnDigests]:
    """Return the credentials of one table, by column."""
    stated = policy.table(name)
    declared = stated.columns if stated is not None else {}
    stored = [credential_of(name, table, column, declared.get(column)) for column in table.columns]
    credentials = [credential for credential in stored if credential is not None]
    digests = [ColumnDigests(name, credential.name) for credential in credentials]
    if not credentials:
        return []
    for batch in dataset.stream(table.select(*(credential.name for credential in credentials))):
        for column, credential, cells in zip(digests, credentials, zip(*batch, strict=True), strict=True):
            for cell in cells:
                column.add(cell, credential, key)
    return digests


@fact
def reused_credentials(
    environment_pair: EnvironmentPair, credential_digests: CredentialDigests
) -> ir.Table | Missing:
    """Each two columns of the environments, with how many credentials of the first stand in the second.

    Missing where they share none, and a table could not be read, or an environment has no credentials.
    """
    firsts, seconds = (
        [column for column in credential_digests.columns if column.environment == environment]
        for environment in (environment_pair.first, environment_pair.second)
    )
    rows = []
    for first in firsts:
        for second in seconds:
            shared = first.shared_with(second)
            rows.append(
                {
                    "table": first.table,
                    "column": first.column,
                    "target": f"{second.table}.{second.column}",
                    "rows": sum(first.own[digest] for digest in shared),
                    "of": first.own.total(),
                    "credentials": len(shared),
                    "confidence": "high" if environment_pair.sure else "medium",
                }
            )
    if not any(row["credentials"] for row in rows):
        missing = _unknown(environment_pair, credential_digests.unread, firsts, seconds)
        if missing is not None:
            return missing
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _unknown(
    pair: EnvironmentPair,
    unread: Mapping[str, Missing],
    firsts: list[ColumnDigests],
    seconds: list[ColumnDigests],
) -> Missing | None:
    """Return why nobody can say that two environments share no credential, or None."""
    blind = {
        name: missing
        for name, missing in unread.items()
        if environment_of(name) in (pair.first, pair.second) and missing.cause in BLIND
    }
    if blind:
        reason = f"the audit could not read every table of both environments: {', '.join(blind)}"
        return Missing(next(iter(blind.values())).cause, reason)
    columns = {pair.first: firsts, pair.second: seconds}
    empty = " and ".join(environment for environment, found in columns.items() if not found)
    if not empty:
        return None
    return Missing(
        Cause.NOT_APPLICABLE, f"{empty} has no column that is declared as a credential or named like one"
    )


@check(
    severity=Severity.HIGH,
    articles=("GDPR 5(1)(f)", "GDPR 25", "GDPR 32(1)(b)"),
    says="{credentials:different credential}",
)
def environment_reuse(reused_credentials: ir.Table) -> ir.Table:
    """Return the columns of credentials of one environment that stand, in part, in the other one too."""
    shared = reused_credentials.filter(reused_credentials.credentials > 0)
    # the severity already says that the data is a credential
    return shared.mutate(sensitive=ibis.literal(False))
