"""The data contract, against the JSON Schema that the standard publishes."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pytest
import yaml

from auditkit.report.exports import odcs


@pytest.fixture(scope="module")
def schema() -> dict:
    return json.loads(
        files("open_data_contract_standard").joinpath("schema.json").read_text(encoding="utf-8")
    )


def test_a_contract_fits_the_schema_of_the_standard(run, hostile, schema):
    checker = jsonschema.Draft201909Validator(schema)
    for one in (run, hostile):
        contract = yaml.safe_load(odcs.render(one))
        assert list(checker.iter_errors(contract)) == []
        assert contract["apiVersion"] == "v3.1.0"


def test_a_wrong_contract_would_not(run, schema):
    contract = yaml.safe_load(odcs.render(run))
    contract["schema"][0]["properties"][0]["pii"] = True
    assert list(jsonschema.Draft201909Validator(schema).iter_errors(contract))


def test_a_contract_says_what_is_found_declared_and_kept(run):
    contract = yaml.safe_load(odcs.render(run))
    users = next(t for t in contract["schema"] if t["name"] == "users")
    columns = {c["name"]: c for c in users["properties"]}
    assert columns["email"]["tags"] == ["pii", "user.contact.email"]
    assert columns["email"]["authoritativeDefinitions"][0]["url"] == "https://w3id.org/dpv/pd#EmailAddress"
    assert columns["diagnosis"]["classification"] == "restricted" and "tags" not in columns["id"]
    (kept,) = contract["slaProperties"]
    assert (kept["value"], kept["unit"], kept["element"]) == (3, "y", "users.last_seen_at")
    assert contract["status"] == "draft", "that a contract is in force, people say"
