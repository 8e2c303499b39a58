from __future__ import annotations

import pytest

import auditkit
from tests.engines import on_one_engine

QUIET = [
    "not found",
    "The password is wrong.",
    "Please select a date from the calendar where you are free.",
    "Payment declined",
    "timeout after 30 s",
    "upstream closed the connection",
    None,
    "",
]
LEAKS = {
    "sql": [
        "sqlite3.IntegrityError: UNIQUE constraint failed: users.email",
        'psycopg2.errors.UniqueViolation: duplicate key value violates unique constraint "users_email"',
        "You have an error in your SQL syntax; check the manual near '1'",
        "no such column: body in SELECT id, body FROM drafts WHERE tenant_id = ?",
        "failed: UPDATE accounts SET balance = 5 WHERE id = 7",
        "ORA-00942: table or view does not exist",
        "SQLSTATE[42S02]: Base table or view not found",
    ],
    "stack": [
        "Traceback (most recent call last):\n  File \"/srv/app/views.py\", line 12, in show\nKeyError: 'x'",
        "java.lang.NullPointerException\n\tat com.example.shop.Cart.total(Cart.java:42)",
        "TypeError: x is undefined\n    at render (/app/dist/main.js:10:221)",
        "PHP Fatal error: Uncaught Error in /var/www/html/index.php:12",
        "panic: runtime error\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:8",
    ],
}


def request(n, error):
    return {"id": n, "route": "/orders/{id}", "status": 200 if not error else 500, "error": error}


def leaks(source, tables, policy="{version: 1, name: Desk}"):
    return auditkit.audit(
        source(tables), auditkit.Policy.parse(policy), checks=["access-error-leak"], strict=True
    )


def test_errors_that_show_sql_or_a_stack_are_counted_until_they_are_redacted(source):
    clean = [request(n, error) for n, error in enumerate(QUIET)]
    assert [(o.table, o.columns, o.verdict) for o in leaks(source, {"requests": clean}).outcomes] == [
        ("requests", ("error",), "passed")
    ]
    errors = [*QUIET, *LEAKS["sql"], *LEAKS["stack"]]
    audit = leaks(source, {"requests": [request(n, error) for n, error in enumerate(errors)]})
    (found,) = audit.findings
    assert not any(text[:30] in audit.to_json() for text in errors if text in LEAKS["sql"])
    assert (found.table, found.columns, found.rows, found.of) == ("requests", ("error",), 12, 18)
    assert (found.detail["sql"], found.detail["stack"], found.severity) == (7, 5, "medium")
    redacted = [
        request(n, error if error in QUIET else "internal error 7f3a") for n, error in enumerate(errors)
    ]
    assert leaks(source, {"requests": redacted}).findings == ()


@on_one_engine
def test_a_value_in_an_answer_counts_and_a_bounced_address_among_mails_does_not(source):
    answered = [request(1, "no account for eva.lind@mail.example"), request(2, "not found")]
    (found,) = leaks(source, {"requests": answered}).findings
    assert (found.rows, found.detail["identifiers"], found.detail["sql"]) == (1, 1, 0)
    mails = [{"id": 1, "last_error": "550 5.1.1 <eva.lind@mail.example>: user unknown"}]
    assert leaks(source, {"mails": mails}).findings == ()


@on_one_engine
def test_what_is_for_engineers_weighs_less_until_it_holds_a_value(source):
    jobs = [{"id": 1, "queue": "mail", "exception": LEAKS["stack"][0]}]
    (found,) = leaks(source, {"failed_jobs": jobs}).findings
    assert (found.rows, found.severity) == (1, "low")
    text = (
        'duplicate key value violates unique constraint "users_email" DETAIL: Key'
        " (email)=(eva.lind@mail.example) already exists."
    )
    (found,) = leaks(source, {"failed_jobs": [*jobs, {"id": 2, "queue": "mail", "exception": text}]}).findings
    assert (found.rows, found.detail["identifiers"], found.severity) == (2, 1, "medium")


@on_one_engine
def test_the_declared_access_log_is_one_of_requests(source):
    rows = [
        {"id": n, "url": "/a", "status": status, "body": LEAKS["sql"][1]}
        for n, status in enumerate((200, 500))
    ]
    assert [f.rows for f in leaks(source, {"requests": rows}).findings] == [1], (
        "what succeeded is no error, whatever it says"
    )
    rows = [{"id": 1, "message": "Traceback (most recent call last): KeyError"}]
    assert [o.verdict for o in leaks(source, {"entries": rows}).outcomes] == ["not_assessed"]
    (found,) = leaks(
        source, {"entries": rows}, "{version: 1, name: Desk, access_log: {table: entries}}"
    ).findings
    assert (found.columns, found.rows) == (("message",), 1)


@pytest.mark.parametrize("column", ["error_code", "error_count", "terror", "note"])
@on_one_engine
def test_what_is_no_text_of_an_error_is_not_looked_at(source, column):
    (outcome,) = leaks(source, {"runs": [{"id": 1, column: "Traceback (most recent call last)"}]}).outcomes
    assert (outcome.verdict, outcome.cause) == ("not_assessed", "not_applicable")
