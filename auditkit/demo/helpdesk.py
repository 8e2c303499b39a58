"""A helpdesk that many companies share, while its rows are being written."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from auditkit.demo.schema import Row

AS_OF = datetime(2026, 11, 22)  # noqa: DTZ001 (the database, like SQLite, knows no time zone)
"""The day of the audit. The example is made for it, so that the file does not depend on the clock."""


@dataclass
class Helpdesk:
    """The rows of every table while they are being written, and which of them a fault has taken already."""

    seed: int
    tables: dict[str, list[Row]] = field(default_factory=dict)
    taken: dict[str, set[int]] = field(default_factory=dict)

    def rng(self, purpose: str) -> random.Random:
        """Return the source of chance for one purpose, so that a change in one part leaves the others as they
        are.
        """
        return random.Random(f"{self.seed}/{purpose}")

    def rows(self, table: str, where: Callable[[Row], bool] = lambda _: True) -> list[Row]:
        """Return the rows of a table for which the test holds."""
        return [row for row in self.tables[table] if where(row)]

    def take(
        self, table: str, count: int, rng: random.Random, where: Callable[[Row], bool] = lambda _: True
    ) -> list[Row]:
        """Return so many rows that nobody has taken yet, and take them: one row never carries two faults."""
        taken = self.taken.setdefault(table, set())
        chosen = rng.sample(self.rows(table, lambda row: row["id"] not in taken and where(row)), count)
        taken.update(row["id"] for row in chosen)
        return chosen

    def tenant(self, tenant_id: int) -> Row:
        """Return the row of a tenant."""
        return next(row for row in self.tables["tenants"] if row["id"] == tenant_id)

    def of_tenant(self, table: str, tenant_id: int) -> list[Row]:
        """Return the rows of a table that carry this tenant."""
        return self.rows(table, lambda row: row["tenant_id"] == tenant_id)

    def another(self, tenant_id: int, rng: random.Random) -> int:
        """Return some other tenant, never the operator's own, which is the first."""
        return int(rng.choice([row["id"] for row in self.tables["tenants"][1:] if row["id"] != tenant_id]))

    def anyone(self, tenant_id: int, rng: random.Random, *, role: str = "customer") -> int:
        """Return a living user of a tenant that no fault has taken."""
        taken = self.taken.get("users", set())
        fits = lambda u: u["tenant_id"] == tenant_id and u["role"] == role and u["id"] not in taken
        return int(rng.choice(self.rows("users", fits))["id"])

    def lonely(self) -> Callable[[Row], bool]:
        """Return the test for tickets that no comment, attachment or log entry knows: a fault in them stays
        where it is.
        """
        known = {c["ticket_id"] for c in self.tables["comments"]} | {
            a["ticket_id"] for a in self.tables["attachments"]
        }
        known |= {
            entry["object_id"] for entry in self.tables["access_log"] if entry["route"] == "/tickets/{id}"
        }
        return lambda ticket: ticket["id"] not in known


def having(column: str, value: object) -> Callable[[Row], bool]:
    """Return the test for rows with this value in this column."""
    return lambda row: bool(row[column] == value)


def days_before(rng: random.Random, nearest: float, farthest: float) -> datetime:
    """Return a second between so many days before the audit and so many."""
    return (AS_OF - timedelta(days=rng.uniform(nearest, farthest))).replace(microsecond=0)
