"""Where a policy meets a source."""

from __future__ import annotations

import pandas as pd
import pytest

import auditkit
from auditkit.errors import UsageError

PEOPLE = pd.DataFrame({"id": [1, 2, 3], "email": [f"{n}@example.org" for n in ("ana", "ben", "eva")]})
ONE_TABLE = "{version: 1, name: X, tables: {people: {columns: {email: user.contact.email}}}}"
TWO_TABLES = ONE_TABLE.replace("}}}}", "}}, orders: {}}}")
CHECK = ["pii-undeclared"]


def audited(source, policy, **more):
    return auditkit.audit(source, auditkit.Policy.parse(policy), checks=CHECK, **more)


def test_a_lone_frame_has_the_name_of_the_only_table_of_the_policy():
    found = audited(PEOPLE, ONE_TABLE, strict=True)
    assert [(o.table, o.verdict) for o in found.outcomes] == [("people", "passed")]
    assert [o.table for o in auditkit.audit(PEOPLE, checks=CHECK).outcomes] == ["data"]


def test_a_lone_frame_gets_the_given_name():
    found = audited(PEOPLE, TWO_TABLES, name="people")
    assert [(o.table, o.verdict) for o in found.outcomes] == [
        ("orders", "not_assessed"),
        ("people", "passed"),
    ]
    with pytest.raises(UsageError, match="lone DataFrame"):
        audited({"a": PEOPLE}, TWO_TABLES, name="people")


def test_a_table_that_the_source_lacks_is_named_and_an_error_where_the_audit_is_strict():
    policy = ONE_TABLE.replace("}}}}", "}}}, tenancy: {shared: [poeple]}}")
    found = audited({"people": PEOPLE}, policy)
    assert found.absent == ("the source has no table 'poeple'. Did you mean 'people'?",)
    assert found.exit_code() == 3
    with pytest.raises(
        auditkit.PolicyError, match=r"privacy\.yaml:1:\d+: tenancy\.shared\.0: the source has"
    ):
        audited({"people": PEOPLE}, policy, strict=True)


def test_an_entity_without_a_form_is_shown_with_every_other_problem():
    policy = (
        "version: 1\nname: X\ndetection:\n  allow: [{entity: ORGANIZATION, values: [a], reason: b}]\n"
        "tables:\n  people: {subject: {key: idd}}\n"
    )
    with pytest.raises(auditkit.PolicyError) as caught:
        audited({"people": PEOPLE}, policy)
    assert [(p.line, p.path[0]) for p in caught.value.problems] == [(4, "detection"), (6, "tables")]


@pytest.mark.parametrize("start", ["status", "number"])
def test_a_start_without_any_moment_is_an_error_of_the_policy(source, start):
    rows = [{"number": n, "status": "open", "closed_at": "2020-01-01"} for n in range(4)]
    policy = (
        f"{{version: 1, name: X, tables: {{orders: {{retention: {{start: {start}, max: P1Y, basis: b}}}}}}}}"
    )
    with pytest.raises(auditkit.PolicyError, match=f"orders.{start} holds no days and no times: none of its"):
        audited(source({"orders": rows}), policy)
    right = policy.replace(f"start: {start}", "start: closed_at")
    assert audited(source({"orders": rows}), right).absent == ()
