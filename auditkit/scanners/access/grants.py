"""Who may read personal data on a database server: what the command `auditkit grants` prints.

This module is not a check. It lists which tables and columns each role may read, by their sensitivity. It
shows names and counts, and no values.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from auditkit.dataset import Dataset
from auditkit.dataset.rights import PUBLIC, READS, Rights
from auditkit.errors import UsageError
from auditkit.examine import Examination
from auditkit.facts import seen_by
from auditkit.facts.access.server import Server
from auditkit.html_tables import elided
from auditkit.options import RunOptions
from auditkit.outcome import BLIND, Cause, Missing
from auditkit.policy import Policy
from auditkit.row_security.guards import rows_shown
from auditkit.scanners.access.sensitive_grant import Held, sensitive_grant
from auditkit.vocabulary import Sensitivity

SCHEMA = "auditkit/grants/1"
ORDER = tuple(Sensitivity)
_HEAD = ("ROLE", "IS", "SENSITIVITY", "ROWS", "COLUMNS")
_COLUMNS_SHOWN = 6


@dataclass(frozen=True)
class Reading:
    """A right of a role to read columns of one sensitivity in a relation.

    Attributes:
        server: the server.
        role: the role, or PUBLIC.
        declared: what the policy calls the role: `application`, `low_trust`, `administrator`, or None.
        logs_in: the role may log in.
        sensitivity: how much harm the data can do.
        table: the relation.
        columns: the columns.
        categories: their data categories.
        rows: the rows that the role sees: `all`, `filtered` (by a row policy that hides some), or `view`.
    """

    server: str
    role: str
    declared: str | None
    logs_in: bool
    sensitivity: str
    table: str
    columns: tuple[str, ...]
    categories: tuple[str, ...]
    rows: str


@dataclass(frozen=True)
class NotSeen:
    """A relation whose content the audit cannot see, or a server (without a table) whose rights it cannot."""

    table: str | None
    cause: str
    reason: str


@dataclass(frozen=True)
class Grants:
    """The rights to read personal data of a source, the most sensitive data first."""

    source: str
    readings: tuple[Reading, ...]
    not_seen: tuple[NotSeen, ...] = ()

    @property
    def exit_code(self) -> int:
        """3 where the audit could not see everything, else 0."""
        blind = {cause.value for cause in BLIND}
        return 3 if any(unseen.cause in blind for unseen in self.not_seen) else 0

    def to_dict(self) -> dict[str, Any]:
        """Return the rights as JSON types."""
        return {
            "schema": SCHEMA,
            "source": self.source,
            "grants": [_plain(reading) for reading in self.readings],
            "not_assessed": [asdict(unseen) for unseen in self.not_seen],
        }

    def to_json(self) -> str:
        """Return `to_dict()` as JSON text."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False) + "\n"

    def to_text(self) -> str:
        """Return lines for a terminal: one for each role, sensitivity and kind of rows."""
        from auditkit.report.text import printable, table

        grouped: dict[tuple[str, str, str, str], list[str]] = {}
        for reading in self.readings:
            kind = reading.declared or ("-" if reading.logs_in else "a group")
            columns = grouped.setdefault((reading.role, kind, reading.sensitivity, reading.rows), [])
            columns.extend(f"{reading.table}.{column}" for column in reading.columns)
        rows = [
            (*(elided(printable(word)) for word in key), printable(_listed(columns)))
            for key, columns in grouped.items()
        ]
        lines = [table([_HEAD, *rows])] if rows else [self._nobody]
        for unseen in self.not_seen:
            place = printable(unseen.table or "the server")
            lines.append(f"not assessed: {place}: {unseen.cause}: {printable(unseen.reason)}")
        return "\n".join(lines) + "\n"

    @property
    def _nobody(self) -> str:
        if self.not_seen:
            return "no right to personal data was seen"
        return "nobody but superusers may read personal data"


def _plain(reading: Reading) -> dict[str, Any]:
    return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(reading).items()}


def _listed(columns: list[str]) -> str:
    shown = ", ".join(map(elided, columns[:_COLUMNS_SHOWN]))
    more = len(columns) - _COLUMNS_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def of(dataset: Dataset, policy: Policy, options: RunOptions) -> Grants:
    """Return who may read what in a source.

    The policy says what columns hold, or a search of their cells does. Listed are the roles that log in, and
    those that one of them may act as without having their rights. Superusers, whom nothing binds, and the
    roles that a server or its provider brings are left out, unless the policy names them.

    Raises:
        UsageError: the source is not a database server.
    """
    run = Examination(dataset, policy, options)
    servers = run.facts.get("server", {})
    if isinstance(servers, Missing):
        raise UsageError(_no_server(dataset) if servers.cause is Cause.NOT_APPLICABLE else servers.reason)
    with run.bounded():
        held = run.facts.get("held_categories", {}, seen_by(sensitive_grant))
    if isinstance(held, Missing):
        raise UsageError(f"auditkit could not find out what the columns hold: {held.reason}")
    readings = [reading for server in servers for reading in _readings(server, policy, held)]
    missing = [(h.table, h.missing) for h in held if h.missing is not None]
    missing += [(None, s.rights.unseen["grants"]) for s in servers if "grants" in s.rights.unseen]
    unseen = tuple(NotSeen(table, why.cause.value, why.reason) for table, why in missing)
    return Grants(dataset.name, tuple(sorted(readings, key=_rank)), unseen)


def _no_server(dataset: Dataset) -> str:
    return (
        f"{dataset.name} is not a database server: files have no roles, and the operating system grants the"
        " rights to them"
    )


def _rank(reading: Reading) -> tuple[int, str, str, str]:
    return ORDER.index(Sensitivity(reading.sensitivity)), reading.server, reading.role, reading.table


def _readings(server: Server, policy: Policy, held: Iterable[Held]) -> Iterator[Reading]:
    """Yield what each role of a server may read."""
    rights = server.rights
    groups: dict[tuple[str, Sensitivity], list[Held]] = {}
    for column in held:
        if column.missing is None and column.table in rights.relations:
            groups.setdefault((column.table, column.sensitivity), []).append(column)
    for role, declared in _roles(rights, policy):
        logs_in = role in rights.roles and rights.roles[role].logs_in
        for (table, level), columns in groups.items():
            rows = rows_shown(rights, role, table)
            may = [c for c in columns if rows is not None and rights.may(role, READS, table, c.column)]
            if not may:
                continue
            is_view = rights.relations[table].kind == "view"
            yield Reading(
                server=server.name,
                role=role,
                declared=declared,
                logs_in=logs_in,
                sensitivity=level.value,
                table=table,
                columns=tuple(str(column.column) for column in may),
                categories=tuple(dict.fromkeys(column.category for column in may)),
                rows="view" if is_view else str(rows),
            )


def _roles(rights: Rights, policy: Policy) -> Iterator[tuple[str, str | None]]:
    """Yield the roles to list, PUBLIC as the last, each with what the policy calls it."""
    declared: dict[str, str] = {}
    if (roles := policy.roles) is not None:
        declared |= dict.fromkeys(rights.called(roles.administrator), "administrator")
        declared |= dict.fromkeys(rights.called(roles.low_trust), "low_trust")
        declared |= dict.fromkeys(rights.called(roles.application), "application")
    acted = rights.acted(name for name, role in rights.roles.items() if role.logs_in and not role.administers)
    for name, role in rights.roles.items():
        is_ordinary = not role.administers and not role.built_in
        if name in declared or (is_ordinary and (role.logs_in or name in acted)):
            yield name, declared.get(name)
    yield PUBLIC, None
