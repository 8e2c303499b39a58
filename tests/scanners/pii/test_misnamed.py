from __future__ import annotations

import auditkit
from tests.engines import on_one_engine

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


@on_one_engine
def test_a_column_declared_as_another_branch_is_found_until_the_policy_is_right(source):
    rows = [{"contact": f"{n}@example.org"} for n in ("ana", "ben", "eva", "kim")]
    (found,) = misnamed(source, rows, "contact: user.financial").findings
    assert (found.columns, found.entity) == (("contact",), "EMAIL_ADDRESS")
    assert misnamed(source, rows, "contact: user.contact").findings == ()


MAILS = [f"{n}@example.org" for n in ("ana", "ben", "eva", "kim", "leo", "max")]
CARDS = [
    "4111 1111 1111 1111",
    "5555 5555 5555 4444",
    "4242 4242 4242 4242",
    "4000 0566 5566 5556",
    "3782 822463 10005",
]


def test_content_that_contradicts_the_name_is_found_until_the_column_is_renamed_or_declared(source):
    rows = [{"user_name": mail, "notes": card} for mail, card in zip(MAILS, CARDS, strict=False)]
    found = misnamed(source, rows).findings
    assert [(f.columns, f.entity, f.rows, f.detail["named"]) for f in found] == [
        (("notes",), "CREDIT_CARD", 5, "user.content"),
        (("user_name",), "EMAIL_ADDRESS", 5, "user.account.username"),
    ]
    assert [(f.confidence, f.severity) for f in found] == [
        ("medium", "medium"),
        ("medium", "low"),
    ], "payment data is graver"
    assert (
        misnamed(source, [{"email": r["user_name"], "card_number": r["notes"]} for r in rows]).findings == ()
    )
    assert (
        misnamed(source, rows, "user_name: user.contact.email, notes: user.financial.credit_card").findings
        == ()
    )


@on_one_engine
def test_names_that_leave_it_open_and_text_with_a_few_addresses_pass(source):
    texts = [
        "The printer on the second floor is broken again, please send somebody.",
        "Nothing works since the last update of the software on Monday.",
        "Please write to me at ana.kovac@example.org when it is done, thanks.",
    ] * 2
    rows = [
        {"contact": m, "address": m, "value": m, "c1": m, "email_or_phone": m, "name": m, "notes": t}
        for m, t in zip(MAILS, texts, strict=True)
    ]
    assert misnamed(source, rows).findings == ()
