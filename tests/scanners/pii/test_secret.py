from __future__ import annotations

import random

import pandas as pd
import pytest

import auditkit
from tests.engines import on_one_engine

BCRYPT = "$2b$12$" + "N9qo8uLOickgx2ZMRZoMye" * 2 + "IjZAgcfl"
WORDS = ("correct horse", "hunter2", "letmein!", "Tr0ub4dor&3", "qwerty12", "pa55 word")
TOKEN = "gh" + "p_" + "aZ09bY18cX27dW36eV45fU54gT63hS72iR81"
TALK = [
    "The printer on the second floor is broken again, please send somebody.",
    "Nothing works since the last update of the software on Monday.",
    "I would like to change the order of last week, is that possible?",
    "Thank you for the quick help, everything is fine now.",
] * 5


def secrets(source, rows, columns: str = ""):
    policy = auditkit.Policy.parse(
        f"{{version: 1, name: Desk, tables: {{users: {{columns: {{{columns}}}}}}}}}"
    )
    return auditkit.audit(source({"users": rows}), policy, checks=["pii-secret"], strict=True)


def column(name, values):
    return [{"id": n, name: value} for n, value in enumerate(values)]


def test_readable_passwords_are_counted_until_they_are_hashed(source):
    readable = column("password", [*WORDS, *(BCRYPT + str(n) for n in range(3)), None, ""])
    (found,) = secrets(source, readable).findings
    assert (found.table, found.columns, found.entity, found.rows, found.of) == (
        "users",
        ("password",),
        "PASSWORD",
        6,
        9,
    )
    assert (found.severity, found.confidence, found.detail.get("unsalted_hashes")) == (
        "critical",
        "high",
        None,
    )
    hashed = column("password", [*(BCRYPT + str(n) for n in range(9)), None, ""])
    assert [(o.table, o.verdict) for o in secrets(source, hashed).outcomes] == [("users", "passed")]


def test_what_hides_a_password_is_no_finding_and_hashes_without_salt_are_counted(source):
    digest = f"{random.Random(1).getrandbits(128):032x}"
    hidden = [
        "!", "LDAP", "***", "[redacted]", "<removed>", "vault:secret/users", "gAAAAABlZm9v", digest,
        "{SSHA}c2FsdGVkIGFuZCBoYXNoZWQgYnkgb3VyIGxkYXA=", "pbkdf2_sha256$600000$salt$9f2c77aa9f2c77aa",
        "scrypt:32768:8:1$salt$9f2c",
    ]  # fmt: skip
    assert secrets(source, column("password", hidden), "password: user.authorization.password").findings == ()
    (found,) = secrets(
        source, column("password", [*hidden, "hunter2"]), "password: user.authorization.password"
    ).findings
    assert (found.rows, found.of, found.detail["unsalted_hashes"]) == (1, 12, 1)


@on_one_engine
def test_a_digest_of_a_key_is_recognised_by_the_name_of_its_column(source):
    digests = [f"{random.Random(n).getrandbits(256):064x}" for n in range(6)]
    assert secrets(source, column("secret_hash", digests)).findings == ()
    assert (
        secrets(
            source, column("secret_hash", digests), "secret_hash: user.authorization.credentials"
        ).findings
        == ()
    )
    (found,) = secrets(source, column("api_key", digests)).findings
    assert (found.entity, found.rows) == ("SECRET", 6)


@on_one_engine
def test_what_only_the_name_calls_a_token_must_look_like_one(source):
    assert secrets(source, column("token", ["the", "quick", "brown", "fox", "jumps"])).findings == ()
    (found,) = secrets(
        source, column("token", [f"{random.Random(n).getrandbits(128):032x}" for n in range(5)])
    ).findings
    assert (found.rows, found.confidence, found.severity) == (5, "medium", "high")


def test_keys_inside_text_are_counted_exactly_until_redacted(source):
    texts = [
        *TALK,
        f"Use {TOKEN} for the import, it works everywhere.",
        f"I pasted {TOKEN} into the form, sorry for that!",
    ]
    (found,) = secrets(source, column("body", texts)).findings
    assert (found.columns, found.entity, found.rows, found.of) == (("body",), "SECRET", 2, 22)
    assert (found.severity, found.confidence) == ("critical", "high")
    assert TOKEN not in secrets(source, column("body", texts)).to_json()
    assert secrets(source, column("body", [t.replace(TOKEN, "[key]") for t in texts])).findings == ()


@on_one_engine
def test_keys_among_other_values_of_a_short_column(source):
    labels = [*(f"export {n}" for n in range(40)), TOKEN, f"import {TOKEN}"]
    (found,) = secrets(source, column("label", labels)).findings
    assert (found.rows, found.of) == (2, 42)
    assert (
        secrets(
            source, column("label", labels), "label: {category: none, reason: made up for a course}"
        ).findings
        == ()
    )


@pytest.mark.parametrize(
    "name", ["password_changed_at", "password_hint_shown", "token_count", "email_verified"]
)
@on_one_engine
def test_what_describes_a_credential_is_not_one(source, name):
    assert secrets(source, column(name, [1, 0, 1, 1, 0, 3])).findings == ()


def test_what_is_counted_in_every_row_is_exact_whatever_the_sample():
    users = pd.DataFrame(
        {"password": [f"hunter{n}!" for n in range(400)], "note": ["call jane@example.org"] * 400}
    )
    audit = auditkit.audit({"users": users}, checks=["pii-secret", "pii-free-text"], sample=50)
    found = {f.check: f for f in audit.findings}
    assert (found["pii-secret"].rows, found["pii-secret"].of, found["pii-secret"].interval) == (
        400,
        400,
        None,
    )
