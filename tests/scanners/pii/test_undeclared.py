from __future__ import annotations

import auditkit
from tests.engines import on_one_engine

PEOPLE = [
    {"id": n, "email": f"{name}@example.org", "plan": "free"}
    for n, name in enumerate(("ana", "ben", "eva", "kim", "leo"))
]


def undeclared(source, columns: str, people=PEOPLE):
    policy = auditkit.Policy.parse(
        f"{{version: 1, name: Shop, tables: {{people: {{columns: {{{columns}}}}}}}}}"
    )
    return auditkit.audit(source({"people": people}), policy, checks=["pii-undeclared"], strict=True)


def test_a_declared_column_passes_also_under_a_broader_category(source):
    assert undeclared(source, "email: user.contact.email").findings == ()
    assert undeclared(source, "email: user.contact").findings == ()
    assert undeclared(source, "email: {category: none, reason: addresses of machines}").findings == ()


def test_an_undeclared_column_is_found_until_it_is_declared_or_dropped(source):
    (found,) = undeclared(source, "").findings
    assert (found.table, found.columns, found.entity, found.rows, found.of) == (
        "people",
        ("email",),
        "EMAIL_ADDRESS",
        5,
        5,
    )
    assert (found.severity, found.confidence) == ("high", "high")
    assert undeclared(source, "", [{"id": r["id"], "plan": r["plan"]} for r in PEOPLE]).findings == ()


@on_one_engine
def test_a_table_that_the_policy_does_not_name_has_declared_nothing(source):
    audit = auditkit.audit(
        source({"people": PEOPLE}),
        auditkit.Policy.parse("{version: 1, name: Shop}"),
        checks=["pii-undeclared"],
        strict=True,
    )
    assert [f.columns for f in audit.findings] == [("email",)]


@on_one_engine
def test_without_a_policy_it_is_not_assessed(source):
    audit = auditkit.audit(source({"people": PEOPLE}), checks=["pii-undeclared"])
    assert [(o.table, o.cause.value) for o in audit.not_assessed] == [("people", "undeclared")]
    assert [d["column"] for d in audit.detections if d["verdict"] == "certain"] == ["email"]


ORGANISATIONS = [{"id": f"00000000-0000-4000-8000-{n:012}", "name": f"Firm {n} Ltd"} for n in range(40)]


@on_one_engine
def test_a_reference_is_no_personal_data_by_its_words(source):
    rows = [
        {
            "id": n,
            "organization_id": ORGANISATIONS[n % 40]["id"],
            "customer_id": f"11111111-0000-4000-8000-{n:012}",
            "owner": f"p{n}@example.org",
            "billing_disabled": n % 2 == 0,
        }
        for n in range(80)
    ]
    tables = "customers: {references: {customer_id: customers.id, owner: customers.id}}"
    policy = auditkit.Policy.parse(
        "{version: 1, name: X, tenancy: {root: organizations, key: organization_id},"
        f" tables: {{{tables}}}}}"
    )
    opened = source({"organizations": ORGANISATIONS, "customers": rows})
    audit = auditkit.audit(opened, policy, checks=["pii-undeclared", "pii-special-category"], strict=True)
    # an e-mail address that is used as a key stays one: its form proves it
    assert {f.columns for f in audit.findings if f.table == "customers"} == {("owner",)}


@on_one_engine
def test_what_is_declared_for_all_tables_counts_beside_the_entry_of_a_table(source):
    every = "'*': {columns: {email: {category: none, reason: machines}}}"
    policy = auditkit.Policy.parse(
        f"{{version: 1, name: X, tables: {{{every}, people: {{columns: {{plan: user.content}}}}}}}}"
    )
    checks = ["pii-undeclared", "pii-declared-absent"]
    assert auditkit.audit(source({"people": PEOPLE}), policy, checks=checks, strict=True).findings == ()
