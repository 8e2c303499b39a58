from __future__ import annotations

import json

import auditkit
from auditkit.outcome import Cause
from tests.engines import on_one_engine

CHECK = "minimisation-raw-payload"


def hooks(personal: int, of: int = 400) -> list[dict]:
    """Webhooks as they came; so many of them are about somebody."""
    return [
        {
            "id": n,
            "kind": "paid",
            "payload": json.dumps(
                {
                    "event": "paid",
                    "amount": n,
                    **({"customer": {"email": f"p{n}@example.org"}} if n < personal else {}),
                }
            ),
        }
        for n in range(of)
    ]


def payloads(source, rows, policy=None, table="webhooks"):
    return auditkit.audit(source({table: rows}), policy, checks=[CHECK], strict=True)


def test_messages_about_nobody_pass(source):
    audit = payloads(source, hooks(0))
    assert audit.findings == ()
    assert [(o.table, o.columns) for o in audit.passed] == [("webhooks", ("payload",))]


def test_messages_about_people_are_found_until_they_are_extracted(source):
    rows = hooks(90)
    (found,) = payloads(source, rows).findings
    assert (found.columns, found.rows, found.of, found.severity, found.confidence) == (
        ("payload",),
        400,
        400,
        "medium",
        "high",
    )
    assert {k: found.detail[k] for k in ("personal", "kinds")} == {"personal": 90, "kinds": 1}
    assert found.detail["characters"] == sum(len(r["payload"]) for r in rows)
    extracted = [{"id": r["id"], "kind": r["kind"], "email": f"p{r['id']}@example.org"} for r in rows]
    assert payloads(source, extracted).findings == ()


def test_headers_with_addresses_are_messages(source):
    head = "Host: shop.example\nUser-Agent: curl/8\nX-Forwarded-For: 198.51.100.{}"
    rows = [{"id": n, "path": "/", "headers": head.format(n % 200 + 1)} for n in range(300)]
    (found,) = payloads(source, rows, table="visits").findings
    assert (found.columns, found.rows, found.detail["personal"]) == (("headers",), 300, 300)


@on_one_engine
def test_the_body_of_a_letter_is_no_payload(source):
    rows = [
        {
            "id": n,
            "response": f"Thank you, write to p{n}@example.org.",
            "payload": f"crate of p{n}@example.org",
        }
        for n in range(300)
    ]
    assert payloads(source, rows, table="letters").findings == ()


@on_one_engine
def test_what_the_policy_calls_nobodys_is_left_alone(source):
    policy = (
        "{version: 1, name: D, tables: {webhooks: {columns: {payload: {category: none, reason: made up by a"
        " test}}}}}"
    )
    audit = payloads(source, hooks(90), auditkit.Policy.parse(policy))
    assert {o.cause for o in audit.not_assessed} == {Cause.NOT_APPLICABLE}
    assert audit.findings == ()
