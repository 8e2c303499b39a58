"""A policy that anybody wrote loads, or is refused with the place of the problem."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

import ibis
import pytest
from hypothesis import given

from auditkit.dataset.rights import RowPolicy
from auditkit.outcome import Severity
from auditkit.policy import Policy, PolicyError
from auditkit.policy.predicate import predicate
from auditkit.row_security.surroundings import OwnerColumns, Surroundings
from auditkit.row_security.weaknesses import Place, is_readable, weaknesses_of
from tests.fuzz.mutations import mutated

pytestmark = pytest.mark.fuzz

EXAMPLE = (files("auditkit.demo") / "privacy.yaml").read_text(encoding="utf-8")
BLOCKS = [block for block in EXAMPLE.split("\n\n") if block.strip()]
KEYS = [
    "tables:",
    "  users:",
    "    retention: {start: a, max: P1Y}",
    "null",
    "true",
    "P3Y",
    "2026-02-30",
    "- ",
    "'*'",
]


@given(mutated([EXAMPLE, *(f"version: 1\nname: x\n{block}" for block in BLOCKS)], tokens=KEYS))
def test_a_policy_loads_or_is_refused_with_a_place(text):
    try:
        Policy.parse(text)
    except PolicyError as error:
        assert error.problems and "\x1b" not in str(error)


CONDITIONS = [
    "status = 'open' AND NOT legal_hold", "closed_at IS NULL OR closed_at > '2024-01-01'", "n IN (1, 2, 3)",
    "COALESCE(status, 'x') LIKE '%a_'", "n BETWEEN 1 AND 5", "LOWER(status) <> 'done'",
    "closed_at < today - P30D", "EXISTS(holds.ticket_id)",
]  # fmt: skip
WORDS = [
    " AND ",
    " OR ",
    " NOT ",
    " IN ",
    "(",
    ")",
    "(SELECT 1)",
    " IS ",
    "NULL",
    "status",
    "n",
    "today",
    "::int",
]
ROWS = ibis.memtable(
    {"status": ["open", None], "legal_hold": [True, None], "n": [1, 2], "closed_at": ["2024-01-01", None]}
)


@given(mutated(CONDITIONS, tokens=WORDS))
def test_a_condition_is_bound_or_refused(text):
    try:
        bound = predicate(text, ROWS, date(2026, 1, 1))
    except PolicyError:
        return
    assert ROWS.filter(bound).count().execute() + ROWS.filter(~bound).count().execute() == 2


POLICIES = [
    "org_id = (current_setting('app.org', true))::uuid",
    "EXISTS (SELECT 1 FROM members m WHERE m.org_id = files.org_id AND m.user_id = auth.uid())",
    "(org_id IN (SELECT get_orgs(auth.uid()))) OR (CASE WHEN public THEN true ELSE false END)",
    "COALESCE(org_id = NULLIF(current_setting('a.b', true), '')::int, false)",
]
PLACE = Place(
    OwnerColumns("files", frozenset({"org_id"}), frozenset({"id"}), frozenset({"id", "org_id"})),
    Surroundings(kept=frozenset({"members"}), tenanted=frozenset({"members", "files"})),
)


@given(mutated(POLICIES, tokens=[*WORDS, "org_id", "true", "auth.uid()", " = ANY(ARRAY[1])", "COALESCE("]))
def test_a_row_policy_is_judged_or_cannot_be_read(text):
    """Its text comes from a server, which may know more than the parser: it never ends a run."""
    policy = RowPolicy("files", "p", "p", "SELECT", True, frozenset({"app"}), text)
    if is_readable(policy):
        assert weaknesses_of(policy, PLACE).severity in {None, *Severity}
