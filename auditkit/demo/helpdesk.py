"""The rows of the helpdesk while the generator writes them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from auditkit.demo.schema import Row

AS_OF = datetime(2026, 11, 22)  # noqa: DTZ001  SQLite has no time zones
"""The day of the audit. The rows are made for this day, so that the file never depends on the clock."""


@dataclass
class Helpdesk:
    """The rows of every table, and which of them carry a fault already.

    Attributes:
        seed: the seed of all random choices.
        tables: the rows, by table.
        taken: the ids of the rows that carry a fault, by table.
    """

    seed: int
    tables: dict[str, list[Row]] = field(default_factory=dict)
    taken: dict[str, set[int]] = field(default_factory=dict)

    def rng(self, purpose: str) -> random.Random:
        """Return the random generator for one purpose; a change of one part leaves the others as they are."""
        return random.Random(f"{self.seed}/{purpose}")

    def rows(self, table: str, where: Callable[[Row], bool] = lambda _: True) -> list[Row]:
        """Return the rows of a table for which a test holds."""
        return [row for row in self.tables[table] if where(row)]

    def take(
        self, table: str, count: int, rng: random.Random, where: Callable[[Row], bool] = lambda _: True
    ) -> list[Row]:
        """Take some rows of a table for a fault and return them; a row never carries two faults."""
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
        """Return another tenant, but never the operator, which is the first tenant."""
        return int(rng.choice([row["id"] for row in self.tables["tenants"][1:] if row["id"] != tenant_id]))

    def anyone(self, tenant_id: int, rng: random.Random, *, role: str = "customer") -> int:
        """Return a user of a tenant that carries no fault."""
        taken = self.taken.get("users", set())
        fits = lambda u: u["tenant_id"] == tenant_id and u["role"] == role and u["id"] not in taken
        return int(rng.choice(self.rows("users", fits))["id"])

    def unreferenced(self) -> Callable[[Row], bool]:
        """Return a test for tickets without a comment, an attachment or a log entry.

        A fault in such a ticket shows in no other table.
        """
        commented = {comment["ticket_id"] for comment in self.tables["comments"]}
        attached = {attachment["ticket_id"] for attachment in self.tables["attachments"]}
        requests = self.rows("access_log", having("route", "/tickets/{id}"))
        referenced = commented | attached | {request["object_id"] for request in requests}
        return lambda ticket: ticket["id"] not in referenced


def having(column: str, value: object) -> Callable[[Row], bool]:
    """Return a test for rows with a value in a column."""
    return lambda row: bool(row[column] == value)


def days_before(rng: random.Random, nearest: float, farthest: float) -> datetime:
    """Return a random moment between two numbers of days before the audit, in whole seconds."""
    return (AS_OF - timedelta(days=rng.uniform(nearest, farthest))).replace(microsecond=0)
