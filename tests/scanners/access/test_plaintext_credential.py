from __future__ import annotations

import hashlib
import random

import pytest

import auditkit
from tests.engines import on_one_engine

BCRYPT = "$2b$12$" + "N9qo8uLOickgx2ZMRZoMye" * 2 + "IjZAgcfl"
SALTED = [
    BCRYPT,
    "pbkdf2_sha256$600000$salt$9f2c77aa9f2c77aa",
    "scrypt:32768:8:1$salt$9f2c",
    "{SSHA}c2FsdGVkIGFuZCBoYXNoZWQgYnkgb3VyIGxkYXA=",
    "sha1$x7$5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8",
    "***",
    "[redacted]",
    "vault:secret/users",
    "!",
    "!kQ2x",
    "ldap",
    None,
    "",
]
READABLE = ["correct horse", "hunter2", "letmein!", "Tr0ub4dor&3", "12345678"]


def md5(word):
    return hashlib.md5(word.encode()).hexdigest()


def sha1(word):
    return hashlib.sha1(word.encode()).hexdigest()


def sha256(word):
    return hashlib.sha256(word.encode()).hexdigest()


def stored(source, name, values, columns: str = "", **others):
    rows = [{"id": n, name: value, **{k: v[n] for k, v in others.items()}} for n, value in enumerate(values)]
    policy = auditkit.Policy.parse(
        f"{{version: 1, name: Desk, tables: {{users: {{columns: {{{columns}}}}}}}}}"
    )
    return auditkit.audit(
        source({"users": rows}), policy, checks=["access-plaintext-credential"], strict=True
    )


def test_readable_passwords_and_unsalted_hashes_are_counted_until_they_are_salted(source):
    assert [(o.columns, o.verdict) for o in stored(source, "password", SALTED).outcomes] == [
        (("password",), "passed")
    ]
    weak = [
        md5("a"),
        md5("b"),
        md5("b"),
        sha1("a"),
        sha256("a"),
        "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
        "*2470C0C06DEE42FD1618BBB99005ADCA2EC9D1E1",
    ]
    (found,) = stored(source, "password", [*SALTED, *READABLE, *weak]).findings
    assert (found.rows, found.of) == (12, 23)
    assert found.detail == {
        "readable": 5,
        "unsalted_md5": 3,
        "unsalted_sha1": 3,
        "unsalted_sha2": 1,
        "alike": 1,
    }
    assert (found.severity, found.confidence) == ("critical", "high")
    assert stored(source, "password", [*SALTED, *(BCRYPT + str(n) for n in range(12))]).findings == ()


@on_one_engine
def test_hashes_alone_weigh_less_and_pii_secret_is_silent_about_them(source):
    rows = [{"id": n, "password_hash": md5(str(n))} for n in range(4)]
    policy = auditkit.Policy.parse("{version: 1, name: Desk}")
    audit = auditkit.audit(
        source({"users": rows}), policy, checks=["access-plaintext-credential", "pii-secret"], strict=True
    )
    assert [(f.check, f.rows, f.severity) for f in audit.findings] == [
        ("access-plaintext-credential", 4, "high")
    ]


def test_a_salt_beside_a_hash_is_one(source):
    hashes = [md5("a"), md5("b"), md5("c")]
    assert stored(source, "password", hashes, password_salt=["x1", "x2", "x3"]).findings == ()
    (found,) = stored(source, "password", hashes, password_salt=["x1", None, "x3"]).findings
    assert found.rows == 1


@on_one_engine
def test_a_digest_of_a_random_key_is_as_it_should_be(source):
    digests = [f"{random.Random(n).getrandbits(256):064x}" for n in range(6)]
    assert stored(source, "secret_hash", digests).findings == ()
    assert stored(source, "token", digests).findings == ()
    assert (
        stored(source, "secret_hash", digests, "secret_hash: user.authorization.credentials").findings == ()
    )


@on_one_engine
def test_readable_keys_are_found_and_those_of_a_sandbox_are_not(source):
    keys = [f"live_{random.Random(n).getrandbits(120):030x}" for n in range(5)]
    (found,) = stored(source, "api_key", [*keys, "sk_test_9f2c77aab01d42e69f2c", "{API_KEY}"]).findings
    assert (found.rows, found.of, found.confidence, found.severity) == (5, 7, "medium", "high")
    (found,) = stored(source, "code", keys, "code: user.authorization.credentials").findings
    assert (found.rows, found.confidence, found.severity) == (5, "high", "critical")


@pytest.mark.parametrize(
    "name",
    [
        "password_changed_at",
        "password_hint",
        "reset_password_url",
        "csrf_token",
        "next_page_token",
        "public_api_key",
        "device_token",
        "token_symbol",
        "secretary",
    ],
)
@on_one_engine
def test_what_is_about_a_credential_or_opens_nothing_is_none(source, name):
    (outcome,) = stored(
        source, name, [f"live_{random.Random(n).getrandbits(120):030x}" for n in range(3)]
    ).outcomes
    assert (outcome.verdict, outcome.cause) == ("not_assessed", "not_applicable")


@on_one_engine
def test_words_in_a_column_called_token_are_no_tokens(source):
    assert stored(source, "token", ["the", "quick", "brown", "fox", "jumps"]).findings == ()
    assert (
        stored(
            source, "password", READABLE, "password: {category: none, reason: the names of games}"
        ).findings
        == ()
    )
