"""Keys, tokens and password hashes of each issuer, built so that no scanner takes the test for a leak."""

from __future__ import annotations

import random
import re
import string

import numpy as np
import pyarrow as pa
import pytest
from faker import Faker

from auditkit.detection import profile_batch
from auditkit.detection.found import found
from auditkit.detection.recognizers import FAMILIES
from auditkit.detection.recognizers.secret import _ANNOUNCED, _HASHED, _ISSUED

RNG = random.Random(9)
MIXED, HEX, UPPER = (
    string.ascii_letters + string.digits,
    "0123456789abcdef",
    string.ascii_uppercase + string.digits,
)


def some(n: int, alphabet: str = MIXED) -> str:
    return "".join(RNG.choices(alphabet, k=n))


SECRETS = {
    "AWS": "AK" + "IA" + some(16, string.ascii_uppercase),
    "AWS, temporary": "AS" + "IA" + some(16, string.ascii_uppercase),
    "GitHub": "gh" + "p_" + some(36),
    "GitHub, app": "gh" + "s_" + some(36),
    "GitHub, fine-grained": "github" + "_pat_" + some(22) + "_" + some(59),
    "GitLab": "gl" + "pat-" + some(20),
    "Slack": "xo" + "xb-" + some(12, string.digits) + "-" + some(24),
    "Slack app": "xa" + "pp-1-A0123456789-1234567890123-" + some(64, HEX),
    "Slack webhook": (
        "https://hooks.sl" + "ack.com/services/T" + some(8, UPPER) + "/B" + some(8, UPPER) + "/" + some(24)
    ),
    "Stripe": "sk" + "_live_" + some(24),
    "Stripe, restricted": "rk" + "_test_" + some(24),
    "Stripe webhook": "wh" + "sec_" + some(32),
    "OpenAI": "sk" + "-proj-" + some(48),
    "Anthropic": "sk" + "-ant-api03-" + some(80),
    "Google": "AI" + "za" + some(35),
    "Google OAuth": "ya" + "29." + some(60),
    "Twilio": "S" + "K" + some(32, HEX),
    "SendGrid": "S" + "G." + some(22) + "." + some(43),
    "Mailgun": "ke" + "y-" + some(32, HEX),
    "Mailchimp": some(32, HEX) + "-us" + "14",
    "npm": "np" + "m_" + some(36),
    "PyPI": "py" + "pi-AgEIcHlwaS5vcmc" + some(70),
    "RubyGems": "ruby" + "gems_" + some(48, HEX),
    "Docker": "dck" + "r_pat_" + some(27),
    "Hugging Face": "h" + "f_" + some(34, string.ascii_letters),
    "Shopify": "shp" + "at_" + some(32, HEX),
    "DigitalOcean": "do" + "p_v1_" + some(64, HEX),
    "Databricks": "da" + "pi" + some(32, HEX),
    "Telegram": "123456789:" + "AA" + some(33),
    "Discord": "MTk4NjIyNDgzNDcxOTI1MjQ4" + "." + some(6) + "." + some(38),
    "Discord webhook": "https://discord.com/api/web" + "hooks/" + some(18, string.digits) + "/" + some(68),
    "Vault": "hv" + "s." + some(24),
    "Square": "sq0" + "atp-" + some(22),
    "Azure storage": (
        "DefaultEndpointsProtocol=https;AccountName=x;Account"
        + "Key="
        + some(86)
        + "==;EndpointSuffix=core.windows.net"
    ),
    "Azure SAS": (
        "https://x.blob.core.windows.net/c/b?sv=2022-11-02&se=2030-01-01&sr=b&sp=r&s"
        + "ig="
        + some(43)
        + "%3D"
    ),
    "Azure app": some(3) + "8" + "Q~" + some(34),
    "JWT": "ey" + "JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.ey" + "JzdWIiOiIxMjM0NTY3ODkwIn0." + some(43),
    "PEM": "-----BEGIN EC PRIV" + "ATE KEY-----",
    "PGP": "-----BEGIN PGP PRIV" + "ATE KEY BLOCK-----",
    "OTP": "otp" + "auth://totp/x:jane?secret=" + some(16, UPPER),
    "URL": "postgres" + "ql://app:" + some(10) + "@db.example.org/app",
    "ODBC": "Server=db;Database=x;Uid=sa;P" + "wd=" + some(10) + ";",
    "ADO at the end": "Server=db;Pass" + "word=" + some(10),
    "header": "Author" + "ization: Bearer " + some(40),
}
ANNOUNCED = {
    "header in a list": '[{"k": "Author' + 'ization", "v": "Bearer ' + some(40, HEX) + '"}]',
    "header in JSON": '{"Author' + 'ization": "Basic ' + some(24) + '=="}',
    "header in JSON in JSON": r'{"log": "{\"Author' + r"ization\": \"Bearer " + some(24) + r'\"}"}',
    "password in JSON": '{"user": "x", "pass' + 'word": "hunter22"}',
    "password in JSON in JSON": r'{"log": "{\"pass' + r'word\":\"hunter22\"}"}',
    "password of a database": "{'db_PASS" + "WORD': 'correct-horse!'}",
    "key and value": '{"key": "client_' + 'secret", "value": "' + some(12) + '"}',
    "camel case": '{"api' + 'Key":"' + some(12) + '", "refresh' + 'Token": null}',
    "short for password": '{"pwd": "hunter22", "x": 1}',
    "secret in a query": "https://example.org/p?sec" + "ret=" + some(12) + "&x=1",
    "query": "https://example.org/p?x=1&api_" + "key=" + some(12),
    "form": "grant_type=code&client_" + "secret=" + some(12) + "&x=1",
}
AT_LEAST = {"Slack", "OpenAI", "PEM", "PGP", "OTP", "URL", "ODBC", "ADO at the end"}  # of no fixed length
HASHES = {
    "bcrypt": "$2b" + "$12$" + some(53),
    "bcrypt of PHP": "$2y" + "$10$" + some(53),
    "argon2": "$argon2id" + "$v=19$m=65536,t=3,p=4$" + some(22) + "$" + some(43),
    "argon2 of Django": "argon2$argon2id" + "$v=19$m=102400,t=2,p=8$" + some(22) + "$" + some(43),
    "PBKDF2 of Django": "pbkdf2" + "_sha256$600000$" + some(22) + "$" + some(43) + "=",
    "PBKDF2 of passlib": "$pbkdf2" + "-sha256$29000$" + some(22) + "$" + some(43),
    "PBKDF2 of Werkzeug": "pbkdf2" + ":sha256:260000$" + some(16) + "$" + some(64, HEX),
    "SHA-512 crypt": "$6" + "$" + some(16) + "$" + some(86),
    "SHA-256 crypt with rounds": "$5" + "$rounds=80000$" + some(16) + "$" + some(43),
    "MD5 crypt": "$1" + "$" + some(8) + "$" + some(22),
    "Apache": "$apr1" + "$" + some(8) + "$" + some(22),
    "yescrypt": "$y" + "$j9T$" + some(22) + "$" + some(43),
    "scrypt of Werkzeug": "scrypt" + ":32768:8:1$" + some(16) + "$" + some(128, HEX),
    "phpass": "$P" + "$B" + some(30),
    "Django, SHA-1": "sha1" + "$" + some(12) + "$" + some(40, HEX),
    "LDAP": "{SS" + "HA}" + some(38) + "==",
    "LDAP, 512": "{SSHA" + "512}" + some(96),
    "PostgreSQL": "SCRAM" + "-SHA-256$4096:" + some(22) + "==$" + some(43) + "=:" + some(43) + "=",
    "PostgreSQL, old": "md" + "5" + some(32, HEX),
    "MySQL": "*" + some(40, "0123456789ABCDEF"),
}


def hits(*cells: str) -> dict[str, int]:
    inside = found(pa.array(cells, pa.large_string()), np.ones(len(cells), np.int64), FAMILIES)
    return {e: f.cells for e, f in inside.entities.items() if f.cells}


@pytest.mark.parametrize("name", SECRETS)
def test_a_key_is_a_secret(name):
    assert hits(SECRETS[name]).get("SECRET") == 1
    assert hits(f"use {SECRETS[name]} for now").get("SECRET") == 1


@pytest.mark.parametrize("name", ANNOUNCED)
def test_a_key_announces_what_no_issuer_marks(name):
    assert hits(ANNOUNCED[name]).get("SECRET") == 1
    assert hits(f"from the log: {ANNOUNCED[name]} and so on").get("SECRET") == 1


@pytest.mark.parametrize("name", HASHES)
def test_a_hash_is_a_password(name):
    assert hits(HASHES[name]).get("PASSWORD") == 1


@pytest.mark.parametrize("name", [n for n in SECRETS if len(SECRETS[n]) < 60 and n not in AT_LEAST])
def test_half_a_key_is_no_secret(name):
    assert "SECRET" not in hits(SECRETS[name][: len(SECRETS[name]) // 2])


def test_a_row_of_the_table_finds_what_its_gate_lets_pass():
    every = [*SECRETS.values(), *ANNOUNCED.values(), *HASHES.values()]
    for name, gate, form in (*_ISSUED, *_ANNOUNCED, *_HASHED):
        assert re.compile(form), name
        assert all(re.search(gate, text) for text in every if re.search(form, text)), name


@pytest.mark.parametrize(
    "text",
    [
        "task-force",
        "desk-top",
        "risk-averse people",
        "skill",
        "$5 or $12.50",
        "$ 1,000",
        "a3t",
        "key-note",
        "the password is wrong",
        "eyJ",
        "sha1 and md5",
        "https://example.org:8080/path",
        "AKIA",
        "Account",
        "pull request #12",
        "a * b",
        "{SHA}",
        "basic research",
        "bearer of news",
        "md5sum",
        "no password=",
        "DB_PASSWORD=${SECRET}",
        '{"password": null, "secret": true}',
        '{"password": "***", "api_key": ""}',
        '{"password": "null", "client_secret": "[REDACTED]", "token": "xxxx"}',
        '{"password": "must be longer than this"}',
        '{"type": "password", "name": "secret"}',
        '{"password_hint": "mothers-garden", "passwordless": "enabled"}',
        '{"k": "Authorization", "v": "Bearer ***"}',
        "the password is wrong, and the secret: nobody knows it",
        'he said "password", "value" and "secret": three words',
        "?api_key=&access_token=null&x=1",
        "Authorization: Basic research needs a permit",
        '{"pwd": "", "passwd": "none"}',
        "no secret= and no passwd= here",
        "sort_key=name",
    ],
)
def test_ordinary_words_are_no_secrets(text):
    batch = pa.RecordBatch.from_pydict({"c1": pa.array([text], pa.large_string())})
    assert not {"SECRET", "PASSWORD"} & profile_batch("t", batch).columns[0].contains.keys()


def test_sentences_names_and_digests_are_no_secrets():
    fake = Faker(["en_US", "de_DE", "fr_FR"])
    fake.seed_instance(4)
    texts = (
        [fake.sentence() for _ in range(500)]
        + [fake.name() for _ in range(500)]
        + [fake.sha256() for _ in range(200)]
        + [fake.uuid4() for _ in range(200)]
    )
    texts += [fake.md5() for _ in range(200)] + [some(40) for _ in range(500)]
    assert not {"SECRET", "PASSWORD"} & hits(*texts).keys()
