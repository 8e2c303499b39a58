from __future__ import annotations

import hashlib

import auditkit
from tests.engines import on_one_engine

ANSWERS = [
    {"id": n, "age_band": a, "region": r, "note": "fine, thank you"}
    for n, (a, r) in enumerate([(a, r) for a in ("18", "30") for r in "ns"] * 8)
]
TABLE = "anonymous: true, quasi_identifiers: [age_band, region], columns: {email: user.contact.email}"


def claimed(source, rows, table=TABLE, **others):
    users = ", users: {columns: {email: user.contact.email}}" if "users" in others else ""
    policy = auditkit.Policy.parse(f"{{version: 1, name: Survey, tables: {{answers: {{{table}}}{users}}}}}")
    audit = auditkit.audit(
        source({"answers": rows, **others}),
        policy,
        checks=["reidentification-declared-anonymous"],
        strict=True,
    )
    return next(o for o in audit.outcomes if o.table == "answers")


def test_crowds_without_a_name_pass(source):
    assert claimed(source, ANSWERS).verdict == "passed"


def test_identifiers_and_small_classes_are_found_until_removed(source):
    rows = [{**r, "email": f"ana.{r['id']}@mail.example.org" if r["id"] < 3 else None} for r in ANSWERS]
    rows += [{**rows[0], "id": 99, "age_band": "90"}, {**rows[-1], "id": 100, "age_band": "80"}]
    found = claimed(source, rows)
    assert (found.severity.value, found.confidence.value, found.rows, found.of) == ("critical", "high", 5, 34)
    expected = {
        "claim": "anonymous",
        "evidence": "identifiers_in_email, small_classes",
        "identifiers_in_email": 4,
        "small_classes": 2,
    }
    assert dict(found.detail) == expected
    assert claimed(source, [{**r, "email": None} for r in rows[:-2]]).verdict == "passed"


def test_a_key_that_ties_the_rows_of_a_person_together(source):
    keyed = TABLE.replace("anonymous: true", "anonymous: true, subject: {key: person}")
    rows = [{**r, "person": r["id"] % 10} for r in ANSWERS]
    found = claimed(source, rows, keyed)
    assert (found.rows, found.detail["evidence"], found.detail["linked_by_person"]) == (
        32,
        "linked_by_person",
        32,
    )
    assert claimed(source, [{**r, "person": r["id"]} for r in ANSWERS], keyed).verdict == "passed", (
        "a number for each row ties nothing"
    )


@on_one_engine
def test_digests_of_addresses_and_a_mapping(source):
    mails = [f"ana.{n}@mail.example.org" for n in range(32)]
    rows = [{**r, "who": hashlib.sha256(mails[r["id"]].encode()).hexdigest()} for r in ANSWERS]
    keyed = TABLE.replace("anonymous: true", "disclosure: {pseudonymised: true}, subject: {key: who}")
    found = claimed(source, rows, keyed, users=[{"email": m} for m in mails])
    assert (found.severity.value, dict(found.detail)) == (
        "high",
        {"claim": "pseudonymised", "evidence": "reversed_in_who", "reversed_in_who": 32},
    )
    mapping = [{"email": m, "code": r["who"]} for m, r in zip(mails, rows, strict=True)]
    assert claimed(source, rows, keyed, users=mapping).detail["traced_by_who"] == 32


def test_rows_that_a_rule_marks_as_anonymised(source):
    table = "quasi_identifiers: [age_band, region], retention: {start: at, max: P2Y, anonymised: done = 1}"
    rows = [{**r, "at": "2026-01-01", "done": int(r["id"] < 24)} for r in ANSWERS]
    assert claimed(source, rows, table).verdict == "passed"
    found = claimed(
        source, [{**r, "region": "islands" if r["id"] in (1, 30) else r["region"]} for r in rows], table
    )
    assert (found.rows, found.of, found.detail["claim"]) == (1, 24, "anonymised rows")


@on_one_engine
def test_digests_of_people_who_are_still_named_say_nothing_of_anonymised_rows(source):
    table = (
        "quasi_identifiers: [region], columns: {email: user.contact.email}, retention: {start: at, max: P2Y,"
        " anonymised: done = 1}"
    )
    mails = [f"ana.{n}@mail.example.org" for n in range(32)]
    rows = [
        {**r, "at": "2026-01-01", "done": 0, "email": m, "email_hash": hashlib.sha256(m.encode()).hexdigest()}
        for r, m in zip(ANSWERS, mails, strict=True)
    ]
    gone = [{**r, "done": 1, "email": None, "email_hash": None, "region": "n"} for r in rows[:8]]
    assert claimed(source, rows[8:] + gone, table).verdict == "passed"


@on_one_engine
def test_the_first_few_that_were_emptied_are_known_by_nothing(source):
    table = "quasi_identifiers: [age_band, region], retention: {start: at, max: P2Y, anonymised: done = 1}"
    rows = [{**r, "at": "2026-01-01", "done": int(r["id"] < 2)} for r in ANSWERS]
    assert (
        claimed(
            source, [{**r, "age_band": None, "region": ""} if r["done"] else r for r in rows], table
        ).verdict
        == "passed"
    )
    kept = claimed(source, [{**r, "age_band": None} if r["done"] else r for r in rows], table)
    assert (kept.rows, kept.detail["small_classes"]) == (2, 2), "the region is left"


@on_one_engine
def test_what_was_not_looked_at_is_not_passed(source):
    blind = claimed(source, ANSWERS, "anonymous: true")
    assert (blind.verdict, blind.cause) == ("not_assessed", "undeclared")
    assert claimed(source, ANSWERS, "quasi_identifiers: [age_band]").cause == "undeclared", (
        "nobody claims anything"
    )


@on_one_engine
def test_identifiers_inside_a_text_are_less_sure(source):
    words = [
        "I waited for a long time, and nobody came to help me.",
        "Everything was all right, thank you very much for that.",
    ]
    rows = [
        {
            **r,
            "note": (
                words[r["id"] % 2]
                + (" Write to ana@mail.example.org then." if r["id"] == 3 else f" Visit {r['id']}.")
            ),
        }
        for r in ANSWERS
    ]
    found = claimed(source, rows)
    assert (found.confidence.value, found.severity.value, found.rows) == ("medium", "high", 1)
    assert found.detail["identifiers_inside_note"] == 1
