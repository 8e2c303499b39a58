"""Low-trust role may read sensitive personal data

## What it finds
Columns of high sensitivity that a role of the policy's `roles.low_trust` may read. Such columns hold special
categories, criminal records, credentials, payment data or government ids. The policy declares them, or the
search for personal data finds them. The right may come through PUBLIC or another role (`through`).

## Why it matters
Such data harms people when it becomes known, and a role that anonymous visitors or an API use does not need
it (GDPR Art. 25(2), 32(1)(b)).

## How to fix
Grant columns instead of the table. Run the statements of the finding, such as `REVOKE SELECT ON <table> FROM
anon; GRANT SELECT (id, name) ON <table> TO anon`. Where MySQL grants the right on a whole schema, revoke it
there, and grant the other tables one by one.

## Limits
The detail `filtered` says that row-level security shows the role some rows only. A row policy that is always
true filters nothing. Where row-level security shows the role no row, the role counts as unable to read the
table.

## Example
>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-sensitive-grant"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]

## References
- GDPR Art. 25(2), data protection by default
- GDPR Art. 32(1)(b), confidentiality and integrity of systems
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import Item, check, each, fact
from auditkit.dataset import Dataset, Relation
from auditkit.dataset.rights import PUBLIC, READS, Grant, Rights
from auditkit.detection import Profile
from auditkit.detection.verdict import flattened
from auditkit.facts.access.server import Server
from auditkit.facts.sensitive import is_sensitive
from auditkit.naming.paths import column_of
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import Policy
from auditkit.row_security.guards import rows_shown
from auditkit.vocabulary import PRESENT, Sensitivity, sensitivity

SURE = {"certain": Confidence.HIGH, "likely": Confidence.MEDIUM, "mixed": Confidence.HIGH}
HIGH = frozenset(
    {
        Sensitivity.SPECIAL_CATEGORY,
        Sensitivity.CRIMINAL,
        Sensitivity.CREDENTIAL,
        Sensitivity.FINANCIAL,
        Sensitivity.GOVERNMENT_ID,
    }
)
"""The sensitivities of data that harms people when it becomes known."""
SCHEMA = pa.schema(
    [
        ("target", pa.string()),
        ("may_read", pa.bool_()),
        ("category", pa.string()),
        ("confidence", pa.string()),
        ("through", pa.string()),
        ("sensitive", pa.bool_()),
        ("filtered", pa.bool_()),
        ("ddl", pa.string()),
    ]
)


@dataclass(frozen=True)
class Held:
    """The data category that a column holds, declared or detected.

    Where the audit cannot see what a whole relation holds, there is no `column`, and `missing` says why.
    """

    table: str
    column: str | None
    category: str = ""
    confidence: Confidence = Confidence.HIGH
    missing: Missing | None = None

    @property
    def sensitivity(self) -> Sensitivity:
        """How much harm the data can do."""
        return sensitivity(self.category)


@fact
def held_categories(
    dataset: Dataset, rights: tuple[Rights, ...], policy: Policy, profile: Profile
) -> tuple[Held, ...]:
    """The columns on the servers that hold personal data, each with its category.

    The category is the declared one, or else the detected one.
    """
    on_servers = {name for known in rights for name in known.relations}
    found: list[Held] = []
    for name, relation in dataset.relations.items():
        if name in on_servers and policy.exclusion(name) is None:
            found += _held(name, relation, rights, policy, profile)
    return tuple(found)


def _held(
    name: str, relation: Relation, rights: tuple[Rights, ...], policy: Policy, profile: Profile
) -> Iterator[Held]:
    stated = policy.table(name)
    declared = {c: p.category for c, p in stated.columns.items()} if stated is not None else {}
    columns = (
        set(relation.table.columns)
        if relation.table is not None
        else {c for known in rights if name in known.relations for c in known.relations[name].types}
    )
    yield from _gravest(_of_columns(name, declared, columns, profile))
    if (missing := profile.failed.get(name) or relation.missing or relation.closed) is not None:
        yield Held(name, None, missing=missing)


def _of_columns(
    name: str, declared: Mapping[str, str], columns: Collection[str], profile: Profile
) -> Iterator[Held]:
    """Yield what the columns of a table hold; a right to a column is one to all paths of its documents."""
    for place, category in declared.items():
        if column_of(place) in columns and category != "none":
            yield Held(name, column_of(place), category)
    for verdict in flattened(profile.in_table(name)):
        column = column_of(verdict.column)
        if not {verdict.column, column} & declared.keys() and verdict.verdict in PRESENT:
            detected = profile.custom.category(verdict.entity)
            if detected:
                yield Held(name, column, detected, SURE[verdict.verdict])


def _gravest(held: Iterable[Held]) -> Iterator[Held]:
    """Yield the gravest category of each column."""
    by_column: dict[str | None, list[Held]] = {}
    for one in held:
        by_column.setdefault(one.column, []).append(one)
    levels = tuple(Sensitivity)
    yield from (min(found, key=lambda one: levels.index(one.sensitivity)) for found in by_column.values())


@fact
def low_trust(server: Server, policy: Policy) -> tuple[str, ...] | Missing:
    """The roles of a server that should see little, by the policy's `roles.low_trust`."""
    roles, rights = policy.roles, server.rights
    if roles is None or not roles.low_trust:
        return Missing(
            Cause.UNDECLARED,
            "the policy does not say which roles should see little: declare `roles.low_trust`",
        )
    if "grants" in rights.unseen:
        return rights.unseen["grants"]
    for name in roles.low_trust:
        if not rights.called([name]):
            return server.lacks(name)
    return rights.called(roles.low_trust)


@dataclass(frozen=True)
class SensitiveColumn(Item):
    """A column of high sensitivity, or a relation of which the audit cannot see what it holds.

    `others` are the columns of the same relation that are not of high sensitivity.
    """

    held: Held
    others: tuple[str, ...] = ()
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """The column, in place of the server that would be the target."""
        columns = (self.held.column,) if self.held.column is not None else ()
        return {"table": self.held.table, "columns": columns, "target": None}


@each
def sensitive_column(
    server: Server, low_trust: tuple[str, ...], held_categories: tuple[Held, ...]
) -> tuple[SensitiveColumn, ...] | Missing:
    """The columns of a server that hold personal data of high sensitivity."""
    assert low_trust  # without such roles the audit does not search the columns
    here = [held for held in held_categories if held.table in server.rights.relations]
    high = {
        (held.table, held.column) for held in here if held.column is not None and held.sensitivity in HIGH
    }
    found = []
    for held in here:
        if held.missing is not None:
            found.append(SensitiveColumn(held, missing=held.missing))
        elif (held.table, held.column) in high:
            columns = server.rights.relations[held.table].types
            found.append(SensitiveColumn(held, tuple(c for c in columns if (held.table, c) not in high)))
    return tuple(found) or Missing(
        Cause.NOT_APPLICABLE, f"no column of {server.name} holds personal data of high sensitivity"
    )


@fact
def low_trust_rights(
    server: Server, low_trust: tuple[str, ...], sensitive_column: SensitiveColumn
) -> ir.Table:
    """Whether each role of low trust may read a column of high sensitivity, and the statements against it."""
    rights, held = server.rights, sensitive_column.held
    rows = []
    for role in low_trust:
        shown = rows_shown(rights, role, held.table)
        granted = rights.through(role, READS, held.table, held.column)
        through = sorted({grant.grantee for grant in granted} - {role})
        revokes = [sql for grant in granted for sql in _revoked(rights, grant, role, sensitive_column)]
        rows.append(
            {
                "target": role,
                "may_read": shown is not None and rights.may(role, READS, held.table, held.column),
                "category": held.category,
                "confidence": str(held.confidence),
                "through": ", ".join(through) or None,
                "sensitive": is_sensitive(held.category),
                "filtered": shown == "filtered" or None,
                "ddl": "; ".join(revokes) or None,
            }
        )
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _revoked(rights: Rights, grant: Grant, role: str, column: SensitiveColumn) -> list[str]:
    """Return the statements that revoke the right to a column and keep the right to the other columns.

    A right of PUBLIC to the other columns becomes a right of the role alone.
    """
    grantee = PUBLIC if grant.grantee == PUBLIC else rights.sql(grant.grantee)
    if grant.columns:
        return [f"REVOKE SELECT ({rights.sql(str(column.held.column))}) ON {grant.on} FROM {grantee}"]
    revoke = f"REVOKE SELECT ON {grant.on} FROM {grantee}"
    if not column.others:
        return [revoke]
    others = ", ".join(map(rights.sql, column.others))
    reader = rights.sql(role) if grant.grantee == PUBLIC else grantee
    return [revoke, f"GRANT SELECT ({others}) ON {rights.relations[grant.table].sql} TO {reader}"]


@check(
    severity=Severity.MEDIUM,
    articles=("GDPR 25(2)", "GDPR 32(1)(b)"),
    says="category: {category}; through {through}; {filtered:row-level security shows it some rows only}",
)
def sensitive_grant(low_trust_rights: ir.Table) -> ir.Table:
    """Return the roles of low trust that may read the column."""
    return low_trust_rights.filter(low_trust_rights.may_read).drop("may_read")
