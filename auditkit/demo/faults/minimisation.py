"""Columns that are collected for nearly nobody."""

from __future__ import annotations

import random

from auditkit.demo import people
from auditkit.demo.expected import Expected
from auditkit.demo.helpdesk import Helpdesk


def plant_fax_numbers(desk: Helpdesk, rng: random.Random) -> tuple[Expected, ...]:
    """A column that is collected for nine people out of some six hundred."""
    filled = rng.sample(desk.rows("users", lambda row: row["full_name"] is not None), 9)
    for user in filled:
        user["fax_number"] = people.phone(rng)
    empty = {"empty": len(desk.tables["users"]) - len(filled)}
    return (
        Expected("minimisation-empty-column", "users", ("fax_number",), None, "nine users have a fax: is the column needed at all?", empty),
    )
