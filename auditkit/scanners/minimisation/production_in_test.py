"""A test system holds people of production.

Who tests sees more than who works, on machines that are guarded less; nobody agreed to that (GDPR Art.
5(1)(b), (c) and (f), 32). Give both as sources of one audit, `prod=... test=...`: e-mail addresses,
telephone, identity, card and account numbers of the test source are compared with those of production, as
HMAC digests under a key that is made for the run, and engines are never joined. Found is a column in which
more than 0.1 % of the different identifiers, and five at least, are those of production. Which source is a
test is declared as `environments: {production: [...], test: [...]}`, or told by its name, with medium
confidence.

Remedy: delete the copy; fill test systems with made-up data, or mask identifiers when a copy is drawn,
    irreversibly and before it leaves
production.

>>> import auditkit, pandas as pd
>>> people = lambda first: pd.DataFrame({"email": [f"p{n}@example.org" for n in range(first, first + 200)]})
>>> audit = auditkit.audit({"prod.users": people(0), "staging.users": people(150)}, checks=["minimisation-production-in-test"])
>>> [(f.table, f.columns, f.target, f.rows, f.of, f.detail["share"]) for f in audit.findings]
[('staging.users', ('email',), 'prod', 50, 200, 0.25)]
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
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


@dataclass(frozen=True)
class Environments:
    """Which tables are of a production source, and which of one for tests; both by table, with the source's
    name.
    """

    production: Mapping[str, str]
    test: Mapping[str, str]
    confidence: Confidence


@fact
def environments(dataset: Dataset, policy: Policy) -> Environments | Missing:
    """The sources of the audit (`prod=... test=...`), or schemas, that are production, and those that are
    tests.

    They are declared in the policy, or told by their names; a source is what stands before the dot in the
    names of its tables, or the name of a lone frame.

    Raises:
        PolicyError: the policy names a source that is not there.
    """
    names = {name: name.partition(".")[0] for name in dataset.tables if policy.exclusion(name) is None}
    sources = dict.fromkeys(names.values())
    stated = policy.environments
    if stated is not None and stated.test:
        for key, declared in (("test", stated.test), ("production", stated.production)):
            for i, source in enumerate(declared):
                if source not in sources:
                    told = f"there is no source or schema {source!r}.{did_you_mean(source, sources)}"
                    raise PolicyError.at(policy, ("environments", key, i), told)
        tests = set(stated.test)
        live = set(stated.production) or set(sources) - tests
    else:
        stages = {s for s in sources if is_staging(s)}
        tests = {s for s in sources if is_test(s)} | {s for s in stages if _stands_alone(dataset, names, s)}
        live = {s for s in sources if s not in tests and is_production(s)}
        live = live or {s for s in sources if s not in tests and any(n.startswith(f"{s}.") for n in names)}
    if not tests or not live:
        return Missing(
            Cause.NOT_APPLICABLE,
            "the audit has no production source beside one for tests: give both, as prod=... test=...",
        )
    sure = Confidence.HIGH if stated is not None and stated.test else Confidence.MEDIUM
    production, test = (
        {name: source for name, source in names.items() if source in chosen} for chosen in (live, tests)
    )
    return Environments(production, test, sure)


def _stands_alone(dataset: Dataset, names: Mapping[str, str], source: str) -> bool:
    """Return whether a source is no schema of a database that has others, too."""
    mine, others = ([n for n, s in names.items() if (s == source) is own] for own in (True, False))
    loose = all(dataset.relations[n].kind in ("frame", "file") for n in mine)
    return loose or all(is_apart(dataset.tables[a], dataset.tables[b]) for a in mine[:1] for b in others)


_MARKS = re.compile(r"[\s().\-/+]")


@dataclass(frozen=True)
class Digests:
    """Different identifiers, as the first 8 bytes of their HMAC-SHA256: in order, each once. `a + b` are
    those of both.
    """

    sorted: npt.NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64), repr=False)

    @classmethod
    def of(cls, key: bytes, identifiers: Iterable[str | None]) -> Digests:
        """Return the digests of identifiers; how somebody wrote one makes no difference.

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
        """Return those of all parts, sorted once: adding them up one by one would sort the first as often as
        there are parts.
        """
        return cls(np.unique(np.concatenate([np.empty(0, np.uint64), *(part.sorted for part in parts)])))

    def __add__(self, other: Digests) -> Digests:
        return Digests.together((self, other))

    def __contains__(self, digest: int) -> bool:
        at = int(np.searchsorted(self.sorted, np.uint64(digest)))
        return at < len(self.sorted) and bool(self.sorted[at] == digest)


def digest_of(key: bytes, identifier: str | None) -> int | None:
    """Return the digest of an identifier as a number, or None where there is none; how somebody wrote it
    makes no difference.
    """
    plain = _MARKS.sub("", identifier or "").lower()
    return int.from_bytes(hmac.digest(key, plain.encode(), "sha256")[:8]) if plain else None


@dataclass(frozen=True)
class ProductionIdentifiers:
    """The identifiers of production, by kind and source; the key of their digests is made for this audit, and
    never leaves it.
    """

    by_kind: Mapping[tuple[str, str], Digests]
    key: bytes = field(repr=False)


def kind_of(entity: str | None) -> str | None:
    """Return the kind of identifier that an entity is, or None: identity numbers of all countries are one
    kind.
    """
    return (ENTITIES[str(entity)].kind or entity) if is_identifier(entity) else None


@fact
def production_identifiers(
    dataset: Dataset, profile: Profile, environments: Environments
) -> ProductionIdentifiers:
    """The e-mail addresses, telephone, identity, card and account numbers of the production sources, as
    digests.

    They are read where they are; no engine ever sees those of another.
    """
    key, found = secrets.token_bytes(32), defaultdict[tuple[str, str], list[Digests]](list)
    for c in profile.columns:
        kind = kind_of(c.entity)
        if c.table in environments.production and c.verdict in PRESENT and kind is not None:
            table, place = dataset.tables[c.table], (kind, environments.production[c.table])
            for batch in dataset.stream(table.select(auditkit_identifier=table[c.column]).distinct()):
                found[place].append(Digests.of(key, (cell for (cell,) in batch)))
    return ProductionIdentifiers({place: Digests.together(parts) for place, parts in found.items()}, key)


@dataclass(frozen=True)
class MirroredColumn(Item):
    """A column of a test source with identifiers of some kind."""

    table: str
    column: str
    kind: str
    confidence: Confidence
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {"table": self.table, "columns": (self.column,)} if self.column else {"table": self.table}


@each
def mirrored_column(
    dataset: Dataset, profile: Profile, environments: Environments
) -> tuple[MirroredColumn, ...] | Missing:
    """The columns of the test sources with identifiers of people, whoever these are; a table that cannot be
    read says so.
    """
    sure = environments.confidence
    lost = tuple(
        MirroredColumn(t, "", "", sure, profile.failed[t]) for t in environments.test if t in profile.failed
    )
    found = tuple(
        MirroredColumn(c.table, c.column, kind, sure)
        for c in profile.columns
        if c.table in environments.test and c.verdict in PRESENT and (kind := kind_of(c.entity)) is not None
    )
    return (*found, *lost) or Missing(Cause.NOT_APPLICABLE, "no source for tests has a column of identifiers")


SCHEMA = pa.schema(
    [("target", pa.string()), ("rows", pa.int64()), ("of", pa.int64()), ("identifiers", pa.int64()), ("of_identifiers", pa.int64()),
     ("share", pa.float64()), ("confidence", pa.string())]
)  # fmt: skip


@fact
def real_people(
    dataset: Dataset, mirrored_column: MirroredColumn, production_identifiers: ProductionIdentifiers
) -> ir.Table:
    """How many identifiers of a column for tests are those of production: one row for each production source
    (`target`) with any.

    `rows` of `of` cells hold one; `identifiers` of `of_identifiers` different ones do.
    """
    table = dataset.tables[mirrored_column.table]
    cells = table.select(auditkit_identifier=table[mirrored_column.column]).filter(
        ibis._.auditkit_identifier.notnull()
    )
    each = cells.group_by("auditkit_identifier").aggregate(n=cells.count())
    sources = {
        source: held
        for (kind, source), held in production_identifiers.by_kind.items()
        if kind == mirrored_column.kind
    }
    rows, of, every = Counter[str](), 0, list[Digests]()
    shared: dict[str, list[Digests]] = {source: [] for source in sources}
    for batch in dataset.stream(each):
        told = [
            (one, int(n or 0))
            for cell, n in batch
            if (one := digest_of(production_identifiers.key, cell)) is not None
        ]
        of += sum(n for _, n in told)
        every.append(Digests.unique(one for one, _ in told))
        for source, held in sources.items():
            here = [(one, n) for one, n in told if one in held]
            rows[source] += sum(n for _, n in here)
            shared[source].append(Digests.unique(one for one, _ in here))
    total = len(Digests.together(every).sorted)
    different = {source: Digests.together(parts) for source, parts in shared.items()}
    found = [
        {"target": source, "rows": rows[source], "of": of, "identifiers": len(held.sorted), "of_identifiers": total,
         "share": len(held.sorted) / total, "confidence": mirrored_column.confidence.value}
        for source, held in sorted(different.items()) if rows[source]
    ]  # fmt: skip
    return ibis.memtable(pa.Table.from_pylist(found, schema=SCHEMA))


SHARE, IDENTIFIERS = 0.001, 5


@check(severity=Severity.HIGH, articles=("GDPR 5(1)(b)", "GDPR 5(1)(f)", "GDPR 32"))
def production_in_test(real_people: ir.Table) -> ir.Table:
    """Return the production sources whose people stand in a column for tests: more than one identifier of a
    thousand.
    """
    return real_people.filter((real_people.share > SHARE) & (real_people.identifiers >= IDENTIFIERS))
