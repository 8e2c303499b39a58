from __future__ import annotations

import pytest

import auditkit
from tests.engines import on_one_engine

CODES = [f"P-{n * 7919 % 10007:05d}" for n in range(30)]
STUDY = [{"id": n, "subject_code": c, "score": n % 5} for n, c in enumerate(CODES * 2, 1)]
PEOPLE = [{"id": n, "full_name": f"Ana {n}", "email": f"ana.{n}@mail.example.org"} for n in range(1, 31)]
CLAIMED = "study: {subject: {key: subject_code}, disclosure: {pseudonymised: true}}"
PEOPLE_COLUMNS = "people: {columns: {full_name: user.name, email: user.contact.email}}"


def policy(*tables):
    return auditkit.Policy.parse(f"{{version: 1, name: Study, tables: {{{', '.join(tables)}}}}}")


def back(source, tables, *declared):
    return auditkit.audit(
        source(tables), policy(*declared), checks=["reidentification-reversible-pseudonym"], strict=True
    )


def mapped(codes=CODES):
    return [{**p, "code": c} for p, c in zip(PEOPLE, codes, strict=True)]


def test_pseudonyms_without_a_mapping_pass(source):
    assert [
        (o.table, o.columns)
        for o in back(source, {"study": STUDY, "people": PEOPLE}, CLAIMED, PEOPLE_COLUMNS).passed
    ] == [("study", ("subject_code",))]


def test_a_mapping_beside_names_is_found_until_removed(source):
    (found,) = back(source, {"study": STUDY, "people": mapped()}, CLAIMED, PEOPLE_COLUMNS).findings
    assert (found.table, found.columns, found.target, found.rows, found.of) == (
        "study",
        ("subject_code",),
        "people",
        60,
        60,
    )
    assert (found.severity.value, found.confidence.value) == ("high", "high")
    expected = {"pseudonyms": 30, "traced": 30, "through": "code", "identifiers": "full_name, email"}
    assert dict(found.detail) == expected
    assert (
        back(
            source, {"study": STUDY, "people": mapped([f"X-{n}" for n in range(30)])}, CLAIMED, PEOPLE_COLUMNS
        ).findings
        == ()
    )


@on_one_engine
def test_a_mapping_of_keys_leads_on_to_names(source):
    """The mapping holds no name, but a key of the table that does."""
    mapping = [{"code": c, "person_id": n} for n, c in enumerate(CODES, 1)]
    references = "mapping: {references: {person_id: people.id}}"
    (found,) = back(
        source, {"study": STUDY, "people": PEOPLE, "mapping": mapping}, CLAIMED, PEOPLE_COLUMNS, references
    ).findings
    assert (found.target, found.rows, found.detail["identifiers"]) == (
        "mapping",
        60,
        "people.full_name, people.email",
    )


def test_identifiers_in_the_same_row(source):
    study = [{**r, "email": f"ana.{r['id']}@mail.example.org" if r["id"] % 3 else None} for r in STUDY]
    claimed = CLAIMED.replace("disclosure", "columns: {email: user.contact.email}, disclosure")
    (found,) = back(source, {"study": study}, claimed).findings
    assert (found.target, found.rows, found.of, found.detail["identifiers"]) == ("study", 40, 60, "email")


@on_one_engine
def test_a_few_by_chance_are_no_mapping(source):
    codes = [*CODES[:4], *(f"X-{n:05d}" for n in range(26))]
    assert back(source, {"study": STUDY, "people": mapped(codes)}, CLAIMED, PEOPLE_COLUMNS).findings == ()


@pytest.mark.parametrize("source", ["sqlite", "frames"], indirect=True)
def test_an_ordinary_key_hides_nobody(source):
    """Orders refer to users; nobody says that they must not."""
    orders = [{"id": n, "person_id": p["id"], "amount": n} for n, p in enumerate(PEOPLE * 2, 1)]
    audit = back(
        source,
        {"orders": orders, "people": PEOPLE},
        PEOPLE_COLUMNS,
        "orders: {references: {person_id: people.id}}",
    )
    assert {o.cause for o in audit.not_assessed} == {"not_applicable"}
    assert len(audit.not_assessed) == len(audit.outcomes) == 2


@pytest.mark.parametrize("source", ["sqlite", "frames"], indirect=True)
def test_a_name_says_that_it_is_one_and_is_less_sure(source):
    study = [{"pseudonym": r["subject_code"], "score": r["score"]} for r in STUDY]
    people = [{**p, "pseudonym": c} for p, c in zip(PEOPLE, CODES, strict=True)]
    (found,) = back(source, {"study": study, "people": people}, PEOPLE_COLUMNS).findings
    assert (found.table, found.target, found.confidence.value, found.severity.value) == (
        "study",
        "people",
        "medium",
        "medium",
    )


@on_one_engine
def test_numbers_meet_by_chance(source):
    """Running numbers lie in every key; only a name or a reference says that they mean it."""
    study = [{"id": n, "subject_code": n, "score": 1} for n in range(1, 31)]
    assert back(source, {"study": study, "people": PEOPLE}, CLAIMED, PEOPLE_COLUMNS).findings == ()
    (found,) = back(
        source,
        {"study": study, "people": PEOPLE},
        CLAIMED.replace("disclosure", "references: {subject_code: people.id}, disclosure"),
        PEOPLE_COLUMNS,
    ).findings
    assert (found.target, found.rows) == ("people", 30)


def test_another_database_is_kept_apart(tmp_path):
    import sqlite3

    for name, rows in (("study", STUDY), ("people", mapped())):
        with sqlite3.connect(tmp_path / f"{name}.sqlite") as connection:
            connection.execute(f"CREATE TABLE {name} ({', '.join(rows[0])})")
            connection.executemany(
                f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})",
                [tuple(r.values()) for r in rows],
            )
        connection.close()
    source = [f"a={tmp_path / 'study.sqlite'}", f"b={tmp_path / 'people.sqlite'}"]
    declared = policy(CLAIMED.replace("study:", "a.study:"), PEOPLE_COLUMNS.replace("people:", "b.people:"))
    audit = auditkit.audit(source, declared, checks=["reidentification-reversible-pseudonym"], strict=True)
    assert [o.table for o in audit.passed] == ["a.study"]
