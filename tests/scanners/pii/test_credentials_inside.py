"""A key in a column of something else is one finding: `pii-secret` speaks of it, and no other check."""

from __future__ import annotations

from itertools import product

import pandas as pd
import pytest

import auditkit
from auditkit.facts.sensitive import is_credential
from auditkit.vocabulary import ENTITIES

KEY = "ghp_Zq8Xw2Lk9Vn4Rt6Yb1Mc3Pd5Fg7Hj0Ks2Ta{}"
MAIL = "ana{}@mail.example"
CELLS = {
    "keys in labels": [
        *["Build server", "Reporting", "Staging"] * 6, *(f"CI {KEY.format(n)}" for n in "abc"),
    ],
    "keys and addresses": [
        *["Build server", "Reporting", "Staging"] * 6, *(f"CI {KEY.format(n)}" for n in "ab"),
        *(MAIL.format(n) for n in range(4)),
    ],
    "keys in texts": [
        *["The printer on the second floor is broken again, please send somebody."] * 8,
        *(f"It works again, we have now set the new token {KEY.format(n)} for it." for n in "ab"),
    ],
    "passwords in texts": [
        *["Nothing works since the last update of the software on Monday."] * 8,
        "Please log in for me, the password is Tr0ub4dor&3x and then restart it.",
    ],
    "keys and addresses in texts": [
        *["I would like to change the order of last week, is that possible?"] * 8,
        f"We have now set the new token {KEY.format('a')}, thank you very much.",
        f"My address is {MAIL.format(1)}, please use it from now on for letters.",
    ],
    "addresses": [*["Build server", "Reporting", "Staging"] * 6, *(MAIL.format(n) for n in range(4))],
}  # fmt: skip
STATED = {
    "undeclared": "", "personal": "{note: user.contact}", "something else": "{note: user.behavior}",
    "not personal": "{note: {category: none, reason: labels}}",
}  # fmt: skip
TABLES = {f"{cells} {stated}".replace(" ", "_"): (cells, stated) for cells, stated in product(CELLS, STATED)}
CHECKS = ["pii-secret", "pii-undeclared", "pii-free-text"]


@pytest.fixture(scope="module")
def found():
    columns = "".join(f"\n  {table}: {{columns: {STATED[s] or '{}'}}}" for table, (_, s) in TABLES.items())
    policy = auditkit.Policy.parse(f"version: 1\nname: Desk\ntables:{columns}\n")
    frames = {table: pd.DataFrame({"note": CELLS[cells]}) for table, (cells, _) in TABLES.items()}
    audit = auditkit.audit(frames, policy, checks=CHECKS, as_of="2026-11-22")
    assert audit.to_json(), "a sum of counts is a number of JSON too"
    return {table: [f for f in audit.findings if f.table == table] for table in TABLES}


def entities(finding) -> set[str]:
    return {finding.entity, *finding.detail} & ENTITIES.keys()


def of_credentials(finding) -> bool:
    return any(is_credential(ENTITIES[entity].category) for entity in entities(finding))


@pytest.mark.parametrize("table", TABLES)
def test_one_check_speaks_of_the_credentials_in_a_column(table, found):
    cells, stated = TABLES[table]
    speaking = [f.check for f in found[table] if of_credentials(f)]
    expected = "pii-free-text" if stated == "not personal" else "pii-secret"
    assert speaking == ([] if cells == "addresses" else [expected])


@pytest.mark.parametrize("table", [t for t, (cells, _) in TABLES.items() if "addresses" in cells])
def test_what_else_is_inside_stays_a_finding_with_its_own_count(table, found):
    cells, stated = TABLES[table]
    mails = sum("@" in cell for cell in CELLS[cells])
    others = [f for f in found[table] if "EMAIL_ADDRESS" in entities(f)]
    assert bool(others) == (stated != "personal"), "user.contact covers an address"
    if stated != "not personal":
        assert {f.rows for f in others} <= {mails}
