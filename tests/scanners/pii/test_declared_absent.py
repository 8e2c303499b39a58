from __future__ import annotations

import auditkit
from tests.engines import on_one_engine

USERS = [
    {"id": n, "email": f"member{n}@example.org", "phone": f"+44 20 7946 0{100 + n}", "code": f"K-{n}"}
    for n in range(30)
]


def absent(source, columns: str, rows=USERS, **more):
    policy = auditkit.Policy.parse(
        f"{{version: 1, name: Club, tables: {{users: {{columns: {{{columns}}}}}}}}}"
    )
    return auditkit.audit(
        source({"users": rows}), policy, checks=["pii-declared-absent"], strict=True, **more
    )


def absences(audit):
    return [(f.columns, f.detail["absent"], f.severity.value, f.confidence.value) for f in audit.findings]


def test_what_is_declared_and_there_passes(source):
    audit = absent(
        source,
        "email: user.contact.email, phone: user.contact.phone_number, code: {category: none, reason: a code}",
    )
    assert [(o.table, o.verdict) for o in audit.outcomes] == [("users", "passed")]


def test_a_declared_column_that_is_missing_is_named_until_the_policy_names_the_right_one(source):
    audit = absent(source, "e_mail: user.contact.email")
    assert absences(audit) == [(("e_mail",), "the column", "medium", "high")]
    assert audit.findings[0].detail["hint"] == "Did you mean 'email'?"
    assert absent(source, "email: user.contact.email").findings == ()
    assert absent(source, "gone: {category: none, reason: no personal data}").findings == ()


def test_a_column_that_nobody_fills_is_found_until_somebody_does(source):
    empty = [{**row, "fax": "" if row["id"] % 2 else "  "} for row in USERS]
    audit = absent(source, "fax: user.contact.fax_number", empty)
    assert absences(audit) == [(("fax",), "any content", "low", "high")]
    assert (audit.findings[0].of, audit.findings[0].detail["category"]) == (30, "user.contact.fax_number")
    assert (
        absent(
            source, "fax: user.contact.fax_number", [*empty, {**USERS[0], "fax": "+44 20 7946 0018"}]
        ).findings
        == ()
    )


@on_one_engine
def test_a_sample_that_saw_nothing_is_not_believed(source):
    rare = [{**row, "fax": "+44 20 7946 0018" if row["id"] == 29 else ""} for row in USERS]
    assert absent(source, "fax: user.contact.fax_number", rare, sample=3).findings == ()


@on_one_engine
def test_a_category_that_was_never_seen_is_found_with_low_confidence(source):
    rows = [{**row, "email": f"box {row['id']}"} for row in USERS]
    assert absences(absent(source, "email: user.contact.email", rows)) == [
        (("email",), "the category", "low", "low")
    ]
    assert absent(source, "email: user.contact.email", rows[:10]).findings == (), "too few to tell"
    assert absent(source, "code: user.name", rows).findings == (), "names have no form of their own"
    assert absent(source, "email: user.contact.email", [*rows, USERS[0]]).findings == ()


@on_one_engine
def test_without_a_policy_nothing_is_declared(source):
    audit = auditkit.audit(source({"users": USERS}), checks=["pii-declared-absent"])
    assert [o.cause for o in audit.not_assessed] == ["undeclared"]
