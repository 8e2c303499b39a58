"""Production data in a test system

## What it finds
Columns of a test system whose identifiers are those of production: e-mail addresses, telephone, identity,
card and account numbers. A column is found when more than 0.1 % of its different identifiers, and at least
five, also stand in production.

## Why it matters
More people see a test system, and its machines are guarded less. Nobody agreed to that use of their data
(GDPR Art. 5(1)(b), (c) and (f), 32).

## How to fix
Delete the copy. Fill test systems with invented data. Or mask the identifiers irreversibly when you make a
copy, before it leaves production.

## Limits
Give both systems as sources of one audit, `prod=... test=...`. Declare them as `environments: {production:
[...], test: [...]}`. Where only their names say which is which, the confidence is medium. The identifiers are
compared as HMAC digests under a key that is made for the audit. No engine sees the data of another.

## Example
>>> import auditkit, pandas as pd
>>> people = lambda first: pd.DataFrame({"email": [f"p{n}@example.org" for n in range(first, first + 200)]})
>>> source = {"prod.users": people(0), "staging.users": people(150)}
>>> audit = auditkit.audit(source, checks=["minimisation-production-in-test"])
>>> [(f.table, f.columns, f.target, f.rows, f.of, f.detail["share"]) for f in audit.findings]
[('staging.users', ('email',), 'prod', 50, 200, 0.25)]

## References
- GDPR Art. 5(1)(b), purpose limitation
- GDPR Art. 5(1)(f), integrity and confidentiality
- GDPR Art. 32, security of processing
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from auditkit.check import Item, check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.identity import is_apart
from auditkit.detection import Profile
from auditkit.facts.environments import is_production, is_staging, is_test
from auditkit.facts.minimisation.identifiers import is_identifier
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import Policy, PolicyError
from auditkit.vocabulary import ENTITIES, PRESENT, did_you_mean

SHARE, IDENTIFIERS = 0.001, 5
SCHEMA = pa.schema(
    [
        ("target", pa.string()),
        ("rows", pa.int64()),
        ("of", pa.int64()),
        ("identifiers", pa.int64()),
        ("of_identifiers", pa.int64()),
        ("share", pa.float64()),
        ("confidence", pa.string()),
    ]
)
_PUNCTUATION = re.compile(r"[\s().\-/+]")


@dataclass(frozen=True)
class Environments:
    """The tables of production and those of test systems, each with the name of its source."""

    production: Mapping[str, str]
    test: Mapping[str, str]
    confidence: Confidence


@fact
def environments(dataset: Dataset, policy: Policy) -> Environments | Missing:
    """The sources or schemas of the audit that are production, and those that are test systems.

    The policy declares them, or their names say so. A source is the part before the dot in the names of its
    tables, or the name of a lone frame.

    Raises:
        PolicyError: the policy names a source that is not there.
    """
    source_of = {name: name.partition(".")[0] for name in dataset.tables if policy.exclusion(name) is None}
    is_declared = policy.environments is not None and bool(policy.environments.test)
    if is_declared:
        production, test = _declared(policy, tuple(dict.fromkeys(source_of.values())))
    else:
        production, test = _named(dataset, source_of)
    if not test or not production:
        return Missing(
            Cause.NOT_APPLICABLE,
            "the audit has no production source and test source: give both, as prod=... test=...",
        )
    return Environments(
        {name: source for name, source in source_of.items() if source in production},
        {name: source for name, source in source_of.items() if source in test},
        Confidence.HIGH if is_declared else Confidence.MEDIUM,
    )


def _declared(policy: Policy, sources: Collection[str]) -> tuple[set[str], set[str]]:
    """Return the sources that the policy declares as production, and as test systems."""
    declared = policy.environments
    assert declared is not None  # asked for only where it is declared
    for key, names in (("test", declared.test), ("production", declared.production)):
        for i, source in enumerate(names):
            if source not in sources:
                reason = f"there is no source or schema {source!r}.{did_you_mean(source, sources)}"
                raise PolicyError.at(policy, ("environments", key, i), reason)
    test = set(declared.test)
    return set(declared.production) or set(sources) - test, test


def _named(dataset: Dataset, source_of: Mapping[str, str]) -> tuple[set[str], set[str]]:
    """Return the sources that are named like production, and like test systems.

    Where none is named like production, every other source counts as production.
    """
    sources = set(source_of.values())
    test = {source for source in sources if is_test(source)}
    test |= {source for source in sources if is_staging(source) and _stands_alone(dataset, source_of, source)}
    others = sources - test
    production = {source for source in others if is_production(source)}
    named = {source for source in others if any(name.startswith(f"{source}.") for name in source_of)}
    return production or named, test


def _stands_alone(dataset: Dataset, source_of: Mapping[str, str], source: str) -> bool:
    """Return whether a source is not a schema of a database with other schemas."""
    own = [name for name, other in source_of.items() if other == source]
    others = [name for name, other in source_of.items() if other != source]
    loose = all(dataset.relations[name].kind in ("frame", "file") for name in own)
    return loose or all(is_apart(dataset.tables[own[0]], dataset.tables[name]) for name in others)


@dataclass(frozen=True)
class Digests:
    """Different identifiers, as the first 8 bytes of their HMAC-SHA256: in order, each once."""

    sorted: npt.NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64), repr=False)

    @classmethod
    def of(cls, key: bytes, identifiers: Iterable[str | None]) -> Digests:
        """Return the digests of identifiers; case and punctuation make no difference.

        >>> len(Digests.of(b"key", ["Ana@example.org ", "ana@example.org", None, ""]).sorted)
        1
        """
        return cls.unique(digest for text in identifiers if (digest := digest_of(key, text)) is not None)

    @classmethod
    def unique(cls, digests: Iterable[int]) -> Digests:
        """Return digests in order, each once."""
        return cls(np.unique(np.fromiter(digests, np.uint64)))

    @classmethod
    def together(cls, parts: Iterable[Digests]) -> Digests:
        """Return the digests of all parts.

        They are sorted once. Adding them one by one would sort the first part as often as there are parts.
        """
        return cls(np.unique(np.concatenate([np.empty(0, np.uint64), *(part.sorted for part in parts)])))

    def __add__(self, other: Digests) -> Digests:
        return Digests.together((self, other))

    def __contains__(self, digest: int) -> bool:
        at = int(np.searchsorted(self.sorted, np.uint64(digest)))
        return at < len(self.sorted) and bool(self.sorted[at] == digest)


def digest_of(key: bytes, identifier: str | None) -> int | None:
    """Return the digest of an identifier as a number, or None where it is empty."""
    plain = _PUNCTUATION.sub("", identifier or "").lower()
    return int.from_bytes(hmac.digest(key, plain.encode(), "sha256")[:8]) if plain else None


def kind_of(entity: str | None) -> str | None:
    """Return the kind of an identifier, or None; identity numbers of all countries are one kind."""
    return (ENTITIES[str(entity)].kind or entity) if is_identifier(entity) else None


@dataclass(frozen=True)
class ProductionIdentifiers:
    """The identifiers of production, by kind and source, and the key of their digests.

    The key is made for the audit and never leaves it.
    """

    by_kind: Mapping[tuple[str, str], Digests]
    key: bytes = field(repr=False)


@fact
def production_identifiers(
    dataset: Dataset, profile: Profile, environments: Environments
) -> ProductionIdentifiers:
    """The identifiers of people in the production sources, as digests."""
    key, found = secrets.token_bytes(32), defaultdict[tuple[str, str], list[Digests]](list)
    for verdict in profile.columns:
        kind = kind_of(verdict.entity)
        if verdict.table in environments.production and verdict.verdict in PRESENT and kind is not None:
            table = dataset.tables[verdict.table]
            place = (kind, environments.production[verdict.table])
            for batch in dataset.stream(table.select(auditkit_identifier=table[verdict.column]).distinct()):
                found[place].append(Digests.of(key, (cell for (cell,) in batch)))
    return ProductionIdentifiers({place: Digests.together(parts) for place, parts in found.items()}, key)


@dataclass(frozen=True)
class IdentifierColumn(Item):
    """A column of a test system with identifiers of one kind.

    Where the audit could not read the table, `column` is empty and `missing` says why.
    """

    table: str
    column: str
    kind: str
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """The table, and the column where it is known."""
        return {"table": self.table, "columns": (self.column,)} if self.column else {"table": self.table}


@each
def identifier_column(profile: Profile, environments: Environments) -> tuple[IdentifierColumn, ...] | Missing:
    """The columns of the test systems with identifiers of people."""
    found = tuple(
        IdentifierColumn(verdict.table, verdict.column, kind)
        for verdict in profile.columns
        if verdict.table in environments.test
        and verdict.verdict in PRESENT
        and (kind := kind_of(verdict.entity)) is not None
    )
    unread = tuple(
        IdentifierColumn(table, "", "", profile.failed[table])
        for table in environments.test
        if table in profile.failed
    )
    return (*found, *unread) or Missing(Cause.NOT_APPLICABLE, "no test system has a column of identifiers")


@fact
def identifiers_of_production(
    dataset: Dataset,
    identifier_column: IdentifierColumn,
    environments: Environments,
    production_identifiers: ProductionIdentifiers,
) -> ir.Table:
    """How many identifiers of a test column are those of production: one row for each production source.

    `rows` of the `of` filled cells hold one, and `identifiers` of `of_identifiers` different ones do.
    """
    sources = {
        source: digests
        for (kind, source), digests in production_identifiers.by_kind.items()
        if kind == identifier_column.kind
    }
    rows, of, different = Counter[str](), 0, list[Digests]()
    shared: dict[str, list[Digests]] = {source: [] for source in sources}
    for batch in dataset.stream(_cells(dataset, identifier_column)):
        counts = [
            (digest, int(n or 0))
            for cell, n in batch
            if (digest := digest_of(production_identifiers.key, cell)) is not None
        ]
        of += sum(n for _, n in counts)
        different.append(Digests.unique(digest for digest, _ in counts))
        for source, digests in sources.items():
            known = [(digest, n) for digest, n in counts if digest in digests]
            rows[source] += sum(n for _, n in known)
            shared[source].append(Digests.unique(digest for digest, _ in known))
    total = len(Digests.together(different).sorted)
    identifiers = {source: len(Digests.together(parts).sorted) for source, parts in shared.items()}
    found = [
        {
            "target": source,
            "rows": rows[source],
            "of": of,
            "identifiers": identifiers[source],
            "of_identifiers": total,
            "share": identifiers[source] / total,
            "confidence": environments.confidence.value,
        }
        for source in sorted(sources)
        if rows[source]
    ]
    return ibis.memtable(pa.Table.from_pylist(found, schema=SCHEMA))


def _cells(dataset: Dataset, column: IdentifierColumn) -> ir.Table:
    """Return the different cells of a column, with how often each stands there."""
    table = dataset.tables[column.table]
    cells = table.select(auditkit_identifier=table[column.column]).filter(
        ibis._.auditkit_identifier.notnull()
    )
    return cells.group_by("auditkit_identifier").aggregate(n=cells.count())


@check(
    severity=Severity.HIGH,
    articles=("GDPR 5(1)(b)", "GDPR 5(1)(f)", "GDPR 32"),
    says="{identifiers} of {of_identifiers:different identifier} stand in production too ({share:.1%})",
)
def production_in_test(identifiers_of_production: ir.Table) -> ir.Table:
    """Return the production sources whose people stand in a column of a test system."""
    found = identifiers_of_production
    return found.filter((found.share > SHARE) & (found.identifiers >= IDENTIFIERS))
