"""A role of low trust may read personal data of high sensitivity.

Special categories, criminal records, credentials, payment data and government ids harm people when they get
out; a role that anonymous visitors or an API use has no need of them (GDPR Art. 25(2), 32(1)(b)). Which roles
these are the policy says by `roles.low_trust`; which columns, the policy, and what was detected in them. The
right may come through PUBLIC or another role (`detail.through`). A table whose row policies show the role no
row is none that it may read.

Remedy: grant columns instead of the table; the statements are in `detail.ddl`: `REVOKE SELECT ON users FROM
    anon; GRANT SELECT (id, name)
ON users TO anon`. Where the right stands on a whole schema of MySQL, it is taken there, and other tables are
granted one by one.

>>> import auditkit, pandas as pd
>>> audit = auditkit.audit({"people": pd.DataFrame({"id": [1]})}, checks=["access-sensitive-grant"])
>>> [(o.verdict, o.cause.value) for o in audit.outcomes]
[('not_assessed', 'not_applicable')]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from auditkit.check import Item, check, each, fact
from auditkit.dataset import Dataset
from auditkit.dataset.rights import PUBLIC, READS, Grant, Rights
from auditkit.detection import Profile
from auditkit.facts.access.server import Server
from auditkit.facts.sensitive import is_sensitive
from auditkit.outcome import Cause, Confidence, Missing, Severity
from auditkit.policy import Policy
from auditkit.vocabulary import PRESENT, Sensitivity, did_you_mean, sensitivity

SURE = {"certain": Confidence.HIGH, "likely": Confidence.MEDIUM}


@dataclass(frozen=True)
class Held:
    """What a column of a server's relation holds: a data category, declared or detected; of a whole relation
    why nobody can tell.
    """

    table: str
    column: str | None
    category: str = ""
    confidence: Confidence = Confidence.HIGH
    missing: Missing | None = None

    @property
    def sensitivity(self) -> Sensitivity:
        """How much harm it can do."""
        return sensitivity(self.category)


@fact
def held_categories(
    dataset: Dataset, rights: tuple[Rights, ...], policy: Policy, profile: Profile
) -> tuple[Held, ...]:
    """The columns of the servers' relations that hold personal data, with its category: what the policy says,
    else what was detected.
    """
    on_servers = {name for one in rights for name in one.relations}
    found = []
    for name, relation in dataset.relations.items():
        if name not in on_servers or policy.exclusion(name) is not None:
            continue
        declared = policy.table(name)
        stated = {c: p.category for c, p in declared.columns.items()} if declared is not None else {}
        columns = (
            set(relation.table.columns)
            if relation.table is not None
            else {c for one in rights for c in _columns(one, name)}
        )
        found += [
            Held(name, c, category) for c, category in stated.items() if c in columns and category != "none"
        ]
        for c in profile.columns:
            if (
                c.table == name
                and c.column not in stated
                and c.verdict in PRESENT
                and (category := profile.custom.category(c.entity))
            ):
                found.append(Held(name, c.column, category, SURE[c.verdict]))
        if (missing := profile.failed.get(name) or relation.missing or relation.closed) is not None:
            found.append(Held(name, None, missing=missing))
    return tuple(found)


def _columns(rights: Rights, table: str) -> frozenset[str]:
    return frozenset(rights.relations[table].types) if table in rights.relations else frozenset()


@fact
def low_trust(server: Server, policy: Policy) -> tuple[str, ...] | Missing:
    """The roles of a server that may see little, by the policy's `roles.low_trust`."""
    told, rights = policy.roles, server.rights
    if told is None or not told.low_trust:
        return Missing(
            Cause.UNDECLARED, "the policy does not say which roles may see little: declare `roles.low_trust`"
        )
    if "grants" in rights.unseen:
        return rights.unseen["grants"]
    for name in told.low_trust:
        if not rights.called([name]):
            hint = did_you_mean(name, rights.users)
            return Missing(
                Cause.UNSEEN, f"the policy names the role {name}, which {server.name} does not have.{hint}"
            )
    return rights.called(told.low_trust)


HIGH = frozenset(
    {
        Sensitivity.SPECIAL_CATEGORY,
        Sensitivity.CRIMINAL,
        Sensitivity.CREDENTIAL,
        Sensitivity.FINANCIAL,
        Sensitivity.GOVERNMENT_ID,
    }
)
"""What harms people when it gets out."""


@dataclass(frozen=True)
class SensitiveColumn(Item):
    """A column with personal data of high sensitivity; of a relation of which nobody can tell, that one and
    why.
    """

    held: Held
    others: tuple[str, ...] = ()
    missing: Missing | None = None

    @property
    def locus(self) -> Mapping[str, Any]:
        """What it decides of an outcome's locus."""
        return {
            "table": self.held.table,
            "columns": (self.held.column,) if self.held.column is not None else (),
            "target": None,
        }


@each
def sensitive_column(
    server: Server, low_trust: tuple[str, ...], held_categories: tuple[Held, ...]
) -> tuple[SensitiveColumn, ...] | Missing:
    """The columns of a server with personal data of high sensitivity; `others` of its relation hold none."""
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
    assert low_trust  # without such roles nothing is read for personal data
    return tuple(found) or Missing(
        Cause.NOT_APPLICABLE, f"no column of {server.name} holds personal data of high sensitivity"
    )


SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("target", "category", "confidence", "through")]
    + [("sensitive", pa.bool_()), ("filtered", pa.bool_()), ("ddl", pa.string())]
)


@fact
def low_trust_reads(
    server: Server, low_trust: tuple[str, ...], sensitive_column: SensitiveColumn
) -> ir.Table:
    """Which roles of low trust may read a column of high sensitivity: one row for each, with the statements
    that take it away.

    `filtered` says that row-level security shows them some rows only; where it shows them none, they may not
    read it.
    """
    rights, held = server.rights, sensitive_column.held
    rows = []
    for role in low_trust:
        filtered = rights.filtered(role, held.table)
        if filtered is None or not rights.may(role, READS, held.table, held.column):
            continue
        granted = rights.through(role, READS, held.table, held.column)
        through = sorted({g.grantee for g in granted} - {role})
        rows.append({
            "target": role, "category": held.category, "confidence": str(held.confidence),
            "through": ", ".join(through) or None, "sensitive": is_sensitive(held.category),
            "filtered": filtered or None,
            "ddl": "; ".join(s for g in granted for s in _taken(rights, g, role, sensitive_column)) or None,
        })  # fmt: skip
    return ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))


def _taken(rights: Rights, grant: Grant, role: str, column: SensitiveColumn) -> list[str]:
    """Return the statements that take a right to a column away, and leave the others of the table; nothing is
    granted to everybody.
    """
    to, on = (
        PUBLIC if grant.grantee == PUBLIC else rights.sql(grant.grantee),
        rights.relations[grant.table].sql,
    )
    if grant.columns:
        return [f"REVOKE SELECT ({rights.sql(str(column.held.column))}) ON {grant.on} FROM {to}"]
    others, whom = (
        ", ".join(map(rights.sql, column.others)),
        rights.sql(role) if grant.grantee == PUBLIC else to,
    )
    return [
        f"REVOKE SELECT ON {grant.on} FROM {to}",
        *([f"GRANT SELECT ({others}) ON {on} TO {whom}"] if others else []),
    ]


@check(severity=Severity.MEDIUM, articles=("GDPR 25(2)", "GDPR 32(1)(b)"))
def sensitive_grant(low_trust_reads: ir.Table) -> ir.Table:
    """Return the roles of low trust that may read the column."""
    return low_trust_reads
