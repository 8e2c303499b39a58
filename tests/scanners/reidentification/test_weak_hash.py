from __future__ import annotations

import base64
import hashlib
import hmac
import random
import uuid

import pytest

import auditkit
from auditkit.facts.reidentification import reversed_hashes
from auditkit.facts.reidentification.hash_shapes import digest_of, length_of
from tests.engines import on_one_engine

MAILS = [f"{name}.{n}@mail.example.org" for n in range(8) for name in ("ana", "ben", "eva", "ola")]
USERS = [{"id": n, "email": m, "phone": f"+44207946{n:04d}"} for n, m in enumerate(MAILS, 1)]
USER_COLUMNS = "users: {columns: {email: user.contact.email, phone: user.contact.phone_number}}"
POLICY = f"{{version: 1, name: Study, tables: {{{USER_COLUMNS}}}}}"


@pytest.fixture(autouse=True)
def _short_plan(monkeypatch):
    """Try twenty thousand numbers instead of a million: nothing here is made from a larger one."""
    monkeypatch.setattr(reversed_hashes, "NUMBERS", 20_000)


def sha(text, function="sha256"):
    return hashlib.new(function, text.encode()).hexdigest()


def hashed(source, digests, policy=POLICY, users=USERS):
    tables = {"users": users, "study": [{"id": n, "person": d} for n, d in enumerate(digests, 1)]}
    audit = auditkit.audit(
        source(tables), auditkit.Policy.parse(policy), checks=["reidentification-weak-hash"], strict=True
    )
    return next(o for o in audit.outcomes if o.table == "study")


def keyed(text):
    return hmac.new(b"kept elsewhere", text.encode(), "sha256").hexdigest()


def test_digests_under_a_key_pass(source):
    outcome = hashed(source, map(keyed, MAILS))
    assert (outcome.verdict, outcome.columns) == ("passed", ("person",))


def test_digests_of_addresses_are_found_until_keyed(source):
    """Some are of people who are not among the users any more: these cannot be found."""
    gone = [f"left.{n}@mail.example.org" for n in range(8)]
    digests = [sha(m) for m in MAILS + gone]
    found = hashed(source, [*digests, digests[0]])
    assert (found.rows, found.of, found.severity.value, found.confidence.value) == (33, 41, "high", "high")
    assert dict(found.detail) == {
        "digests": 40,
        "reversed": 32,
        "algorithm": "sha256",
        "plain": "users.email",
        "beside": False,
    }
    assert hashed(source, map(keyed, MAILS + gone)).verdict == "passed"


@pytest.mark.parametrize("made", [
    lambda m: sha(m, "md5"), lambda m: sha(m.upper(), "sha1"), lambda m: sha(m).upper(),
    lambda m: "0x" + sha(m), lambda m: sha(m)[:20], lambda m: sha(m, "sha3_256"), lambda m: sha(m, "sha512"),
    lambda m: str(uuid.UUID(sha(m, "md5"))),
    lambda m: base64.b64encode(hashlib.sha256(m.encode()).digest()).decode(), lambda m: "sha256:" + sha(m),
])  # fmt: skip
@pytest.mark.parametrize("source", ["frames", "sqlite"], indirect=True)
def test_however_they_are_made_and_written(source, made):
    assert hashed(source, map(made, MAILS)).rows == 32


@pytest.mark.parametrize("form", [lambda p: p, lambda p: p[1:], lambda p: "00" + p[1:]])
@on_one_engine
def test_forms_of_a_telephone_number(source, form):
    found = hashed(source, [sha(form(u["phone"])) for u in USERS])
    assert (found.rows, found.detail["plain"]) == (32, "users.phone")


@on_one_engine
def test_a_numbering_plan_is_tried_on_a_hundred(source):
    """The numbers are of people whom nobody knows here, in a block that somebody else's number tells."""
    rng = random.Random(1)
    strangers = [f"+44207946{n:04d}" for n in rng.sample(range(5000, 9999), 150)]
    found = hashed(source, [sha(p) for p in strangers])
    assert (found.rows, found.of, found.detail["plain"], found.confidence.value) == (
        100,
        150,
        "a numbering plan",
        "medium",
    )
    customers = hashed(source, [sha(str(n), "md5") for n in rng.sample(range(20_000), 60)])
    assert (customers.rows, customers.detail["algorithm"]) == (60, "md5")


@on_one_engine
def test_chance_is_no_digest_of_anything(source):
    rng = random.Random(2)
    assert hashed(source, [f"{rng.getrandbits(256):064x}" for _ in range(200)]).verdict == "passed"
    assert hashed(source, [f"{rng.getrandbits(32):08x}" for _ in range(2000)]).verdict == "passed"
    assert (
        hashed(source, [str(uuid.UUID(int=rng.getrandbits(128), version=4)) for _ in range(50)]).cause
        == "not_applicable"
    )
    assert hashed(source, [f"{rng.randrange(10**16):016d}" for _ in range(50)]).cause == "not_applicable"


@on_one_engine
def test_a_digest_beside_its_value_hides_nothing(source):
    users = [{**u, "email_hash": sha(u["email"])} for u in USERS]
    parsed = auditkit.Policy.parse(POLICY)
    audit = auditkit.audit(
        source({"users": users}), parsed, checks=["reidentification-weak-hash"], strict=True
    )
    assert [(f.rows, f.severity.value, f.detail["beside"]) for f in audit.findings] == [(32, "low", True)]


@on_one_engine
def test_it_is_critical_where_the_table_is_held_out_to_be_anonymous(source):
    policy = POLICY.replace(USER_COLUMNS, f"{USER_COLUMNS}, study: {{anonymous: true}}")
    assert hashed(source, [sha(m) for m in MAILS], policy).severity.value == "critical"


@on_one_engine
def test_digests_that_begin_late_in_the_table_are_found(source):
    """The first thousand rows are of before the column came."""
    found = hashed(source, [None] * 1200 + [sha(m) for m in MAILS])
    assert (found.rows, found.of) == (32, 32)


@pytest.mark.parametrize("source", ["frames", "sqlite"], indirect=True)
def test_a_column_may_be_called_self(source):
    tables = {"study": [{"self": "no", "person": sha(m)} for m in MAILS]}
    audit = auditkit.audit(source(tables), checks=["reidentification-weak-hash"], strict=True)
    assert [(o.verdict, o.columns) for o in audit.outcomes] == [("passed", ("person",))]


@on_one_engine
def test_no_value_is_shown(source):
    found = hashed(source, [sha(m) for m in MAILS])
    shown = repr(found) + str(dict(found.detail))
    assert not any(m in shown or sha(m) in shown for m in MAILS)


def test_shapes():
    digests = [sha(str(n)) for n in range(10)]
    assert length_of(digests) == 64
    assert length_of([*digests, "not one"]) is None
    assert length_of([*digests[:9], None, ""]) == 64
    assert length_of(["ab12"] * 10) is None
    assert length_of([sha("always the same")] * 10) is None, "a constant hides nobody"
    assert digest_of("a" * 7) is None
    assert digest_of(None) is None
