from __future__ import annotations

import auditkit
from tests.engines import on_one_engine

CLEAN = [
    "The printer on the second floor is broken again, please send somebody.",
    "Nothing works since the last update of the software on Monday.",
    "I would like to change the order of last week, is that possible?",
    "Thank you for the quick help, everything is fine now.",
] * 5
LEAKS = [
    "Please write to me at ana.kovac@example.org when it is done, thanks.",
    "My address is ben@example.com and the one of my colleague is eva@example.com, please use both.",
]


def inside(source, texts, columns: str = ""):
    policy = auditkit.Policy.parse(
        f"{{version: 1, name: Desk, tables: {{tickets: {{columns: {{{columns}}}}}}}}}"
    )
    rows = [{"id": n, "body": text} for n, text in enumerate(texts)]
    return auditkit.audit(source({"tickets": rows}), policy, checks=["pii-free-text"], strict=True)


def test_text_without_identifiers_passes(source):
    assert [o.table for o in inside(source, CLEAN).passed] == ["tickets"]


def test_identifiers_in_text_are_found_with_their_exact_count_until_redacted(source):
    (found,) = inside(source, CLEAN + LEAKS).findings
    assert (found.table, found.columns, found.rows, found.detail["EMAIL_ADDRESS"]) == (
        "tickets",
        ("body",),
        2,
        2,
    )
    assert inside(source, [*CLEAN, "Please write to [e-mail] when it is done, thanks."]).findings == ()


@on_one_engine
def test_a_category_that_covers_them_declares_them(source):
    assert inside(source, CLEAN + LEAKS, "body: user.contact").findings == ()
    assert inside(source, CLEAN + LEAKS, "body: user.financial").findings != ()


def test_web_addresses_alone_identify_nobody_and_count_beside_what_does(source):
    pages = [f"see https://www.example.org/page/{n} for more of it" for n in range(30)]
    assert inside(source, pages).findings == ()
    (found,) = inside(source, [*pages, "write to ana@example.org, or see https://www.example.org"]).findings
    assert (found.rows, found.detail["EMAIL_ADDRESS"], found.detail["URL"]) == (31, 1, 31)
