from __future__ import annotations

import auditkit

VOTES = [{"day": "2026-01-01", "total": 1}]


def misnamed(source, rows, columns: str = ""):
    policy = auditkit.Policy.parse(f"{{version: 1, name: Desk, tables: {{t: {{columns: {{{columns}}}}}}}}}")
    return auditkit.audit(source({"t": rows}), policy, checks=["pii-misnamed"], strict=True)


def test_names_that_say_what_a_column_holds_pass(source):
    assert misnamed(source, VOTES).findings == ()


def test_a_name_that_is_a_value_is_found_and_never_shown_until_the_column_is_renamed(source):
    audit = misnamed(source, [{**VOTES[0], "ana@example.org": 1}])
    (found,) = audit.findings
    assert (found.columns, found.entity, found.severity) == (("column 3",), "EMAIL_ADDRESS", "medium")
    assert "ana@" not in audit.to_json()
    assert misnamed(source, [{**VOTES[0], "voter": 1}]).findings == ()


def test_a_column_declared_as_another_branch_is_found_until_the_policy_is_right(source):
    rows = [{"contact": f"{n}@example.org"} for n in ("ana", "ben", "eva", "kim")]
    (found,) = misnamed(source, rows, "contact: user.financial").findings
    assert (found.columns, found.entity) == (("contact",), "EMAIL_ADDRESS")
    assert misnamed(source, rows, "contact: user.contact").findings == ()
