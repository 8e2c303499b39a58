from __future__ import annotations

import auditkit
from tests.engines import on_one_engine

POLICY = """{version: 1, name: Study, population: {table: register, columns: {city: town}},
    tables: {study: {quasi_identifiers: [city, gender], k: 3}}}"""


def mapped(source, study, register, policy=POLICY):
    tables = {
        "register": [{"town": c, "gender": g} for c, g, n in register for _ in range(n)],
        "study": [{"city": c, "gender": g} for c, g, n in study for _ in range(n)],
    }
    audit = auditkit.audit(
        source(tables), auditkit.Policy.parse(policy), checks=["reidentification-k-map"], strict=True
    )
    return {o.table: o for o in audit.outcomes}


EVERYBODY = [("Bern", "f", 40), ("Bern", "m", 40), ("Chur", None, 4)]


def test_who_is_alone_in_the_study_hides_in_the_population(source):
    found = mapped(source, [("Bern", "f", 1), ("Chur", None, 1)], EVERYBODY)
    assert (found["study"].verdict, found["study"].of) == ("passed", 2)
    assert found["register"].verdict == "not_assessed"


def test_who_cannot_hide_there_is_found_until_left_out(source):
    everybody = [*EVERYBODY, ("Zermatt", "m", 2)]
    found = mapped(source, [("Bern", "f", 2), ("Zermatt", "m", 1)], everybody)["study"]
    assert (found.rows, found.of, found.detail["smallest_class"], found.detail["delta_presence"]) == (
        1,
        3,
        2,
        0.5,
    )
    assert mapped(source, [("Bern", "f", 2)], everybody)["study"].verdict == "passed"


@on_one_engine
def test_a_register_that_lacks_the_people_is_no_population(source):
    blind = mapped(source, [("Bern", "f", 2), ("Zug", "m", 2)], EVERYBODY)["study"]
    assert (blind.verdict, blind.cause) == ("not_assessed", "unseen")


@on_one_engine
def test_without_a_population_nothing_is_claimed(source):
    policy = "{version: 1, name: Study, tables: {study: {quasi_identifiers: [city, gender]}}}"
    assert mapped(source, [("Bern", "f", 1)], EVERYBODY, policy)["study"].cause == "undeclared"


def test_a_register_may_count_people(source):
    policy = POLICY.replace("{city: town}", "{city: town}, count: people")
    tables = {
        "register": [
            {"town": "Bern", "gender": "f", "people": 900},
            {"town": "Chur", "gender": "f", "people": 2},
        ],
        "study": [{"city": "Bern", "gender": "f"}, {"city": "Chur", "gender": "f"}],
    }
    audit = auditkit.audit(
        source(tables), auditkit.Policy.parse(policy), checks=["reidentification-k-map"], strict=True
    )
    assert [(f.table, f.rows, f.detail["smallest_class"]) for f in audit.findings] == [("study", 1, 2)]


@on_one_engine
def test_a_register_that_does_not_say_enough_is_of_no_use(source):
    tables = {"register": [{"town": "Bern"}], "study": [{"city": "Bern", "gender": "f"}]}
    audit = auditkit.audit(
        source(tables), auditkit.Policy.parse(POLICY), checks=["reidentification-k-map"], strict=True
    )
    assert {o.table: o.cause for o in audit.not_assessed}["study"] == "not_applicable"
