"""Who may read personal data of which sensitivity on a database server, by what is granted; names and counts,
no values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from auditkit.examine import Examination
from auditkit.options import RunOptions
from auditkit.dataset import Dataset
from auditkit.dataset.rights import PUBLIC, READS, Rights
from auditkit.errors import UsageError
from auditkit.facts import seen_by
from auditkit.html_tables import elided
from auditkit.outcome import BLIND, Cause, Missing
from auditkit.policy import Policy
from auditkit.scanners.access.sensitive_grant import Held, sensitive_grant
from auditkit.vocabulary import Sensitivity

if TYPE_CHECKING:
    from auditkit.facts.access.server import Server

SCHEMA = "auditkit/grants/1"
ORDER = tuple(Sensitivity)
_HEAD = ("ROLE", "IS", "SENSITIVITY", "ROWS", "COLUMNS")


@dataclass(frozen=True)
class Reading:
    """That a role may read columns of one sensitivity of a relation.

    `declared` is what the policy calls the role (`application`, `low_trust`, `administrator`, or None),
    `rows` which rows it sees: `all`, `filtered` (by row-level security), or `view` (those that a view shows).
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
    """A relation, or a server (its table is None), of which it cannot be told."""

    table: str | None
    cause: str
    reason: str


@dataclass(frozen=True)
class Grants:
    """Who may read what of a source, the worst first."""

    source: str
    readings: tuple[Reading, ...]
    not_seen: tuple[NotSeen, ...] = ()

    @property
    def exit_code(self) -> int:
        """3 where something was out of sight, else 0."""
        return 3 if any(n.cause in {cause.value for cause in BLIND} for n in self.not_seen) else 0

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return {
            "schema": SCHEMA, "source": self.source,
            "grants": [{k: list(v) if isinstance(v, tuple) else v for k, v in asdict(r).items()} for r in self.readings],
            "not_assessed": [asdict(n) for n in self.not_seen],
        }  # fmt: skip

    def to_json(self) -> str:
        """Return `to_dict()` as JSON text."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False) + "\n"

    def to_text(self) -> str:
        """Return it as lines for a terminal: one for each role and sensitivity."""
        from auditkit.report.text import printable, table

        grouped: dict[tuple[str, str, str, str], list[str]] = {}
        for r in self.readings:
            key = (r.role, r.declared or ("-" if r.logs_in else "a group"), r.sensitivity, r.rows)
            grouped.setdefault(key, []).extend(f"{r.table}.{column}" for column in r.columns)
        rows = [
            (*(elided(printable(word)) for word in key), printable(_listed(columns)))
            for key, columns in grouped.items()
        ]
        nobody = (
            "no right to personal data was seen"
            if self.not_seen
            else "nobody but superusers may read personal data"
        )
        lines = [table([_HEAD, *rows])] if rows else [nobody]
        lines += [
            f"not assessed: {printable(n.table or 'the server')}: {n.cause}: {printable(n.reason)}"
            for n in self.not_seen
        ]
        return "\n".join(lines) + "\n"


def _listed(columns: list[str], most: int = 6) -> str:
    return ", ".join(map(elided, columns[:most])) + (
        f" and {len(columns) - most} more" if len(columns) > most else ""
    )


def of(
    dataset: Dataset, policy: Policy, options: RunOptions
) -> Grants:
    """Return who may read what of a source: what columns hold is declared by the policy, or searched for in
    their cells.

    Told of are the roles that log in, and those that one of them may act as without having their rights.
    Superusers, whom nothing binds, and the roles that a server or its provider brings are left out, unless
    the policy names them.

    Raises:
        UsageError: the source is no database server.
    """
    run = Examination(dataset, policy, options)
    servers = run.facts.get("server", {})
    if isinstance(servers, Missing):
        told = (
            f"{dataset.name} is no database server: files have no roles, their rights are those of the"
            " operating system"
        )
        raise UsageError(told if servers.cause is Cause.NOT_APPLICABLE else servers.reason)
    with run.bounded():
        held = run.facts.get("held_categories", {}, seen_by(sensitive_grant))
    if isinstance(held, Missing):
        raise UsageError(f"what the columns hold could not be told: {held.reason}")
    readings = [r for server in servers for r in _readings(server, policy, held)]
    unseen = [
        NotSeen(h.table, h.missing.cause.value, h.missing.reason) for h in held if h.missing is not None
    ]
    blind = [s.rights.unseen["grants"] for s in servers if "grants" in s.rights.unseen]
    unseen += [NotSeen(None, missing.cause.value, missing.reason) for missing in blind]
    ranked = sorted(
        readings, key=lambda r: (ORDER.index(Sensitivity(r.sensitivity)), r.server, r.role, r.table)
    )
    return Grants(dataset.name, tuple(ranked), tuple(unseen))


def _readings(server: Server, policy: Policy, held: Iterable[Held]) -> Iterator[Reading]:
    rights = server.rights
    by_table: dict[tuple[str, Sensitivity], list[Held]] = {}
    for one in held:
        if one.missing is None and one.table in rights.relations:
            by_table.setdefault((one.table, one.sensitivity), []).append(one)
    for role, declared in _roles(rights, policy):
        logs_in = role in rights.roles and rights.roles[role].logs_in
        for (table, level), columns in by_table.items():
            filtered = rights.filtered(role, table)
            may = [h for h in columns if filtered is not None and rights.may(role, READS, table, h.column)]
            if may:
                rows = "view" if rights.relations[table].kind == "view" else "filtered" if filtered else "all"
                names, categories = (
                    tuple(str(h.column) for h in may),
                    tuple(dict.fromkeys(h.category for h in may)),
                )
                yield Reading(
                    server.name, role, declared, logs_in, level.value, table, names, categories, rows
                )


def _roles(rights: Rights, policy: Policy) -> Iterator[tuple[str, str | None]]:
    """Yield the roles that are told of, with what the policy calls them; everybody is one."""
    told: dict[str, str] = {}
    for word in ("administrator", "low_trust", "application"):
        told |= dict.fromkeys(
            rights.called(getattr(policy.roles, word)) if policy.roles is not None else (), word
        )
    acted = rights.acted(name for name, role in rights.roles.items() if role.logs_in and not role.administers)
    for name, role in rights.roles.items():
        if name in told or ((role.logs_in or name in acted) and not role.administers and not role.built_in):
            yield name, told.get(name)
    yield PUBLIC, None
