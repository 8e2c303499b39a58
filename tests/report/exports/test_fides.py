"""The Fides manifest, against the rules that fideslang 3.1 publishes; fideslang itself pins packages."""

from __future__ import annotations

import re
from dataclasses import replace

import yaml

from auditkit.policy import Policy
from auditkit.report.exports import fides
from auditkit.vocabulary import ARTICLE_9_CONDITIONS, DATA_CATEGORIES, DATA_USES, LEGAL_BASES
from tests.report.conftest import POLICY

KEY = re.compile(r"^[a-zA-Z0-9_.<>-]+$")
LEGAL = {
    "Consent",
    "Contract",
    "Legal obligations",
    "Vital interests",
    "Public interest",
    "Legitimate interests",
}
DECLARATION = {
    "name", "data_categories", "data_use", "data_subjects", "dataset_references", "egress", "ingress",
    "features",
    "flexible_legal_basis_for_processing", "legal_basis_for_processing", "impact_assessment_location",
    "retention_period", "processes_special_category_data", "special_category_legal_basis",
    "data_shared_with_third_parties", "third_parties", "shared_categories",
}  # fmt: skip


def checked(text: str) -> dict:
    """Return a manifest after the rules of its reader: keys, names, enumerations, references."""
    manifest = yaml.safe_load(text)
    for kind in manifest.values():
        for resource in kind:
            assert KEY.fullmatch(resource["fides_key"]) and KEY.fullmatch(resource["organization_fides_key"])
    (dataset,), (system,) = manifest["dataset"], manifest["system"]
    unique([c["name"] for c in dataset["collections"]])
    for collection in dataset["collections"]:
        unique([f["name"] for f in collection["fields"]])
        for field in collection["fields"]:
            assert set(field.get("data_categories", ())) <= DATA_CATEGORIES
    subjects = {s["fides_key"] for s in manifest.get("data_subject", ())} | fides.SUBJECTS
    assert system["system_type"] and set(system["responsibility"]) <= {
        "Controller",
        "Processor",
        "Sub-Processor",
    }
    for declared in system["privacy_declarations"]:
        assert set(declared) <= DECLARATION
        assert declared["data_use"] in DATA_USES and set(declared["data_categories"]) <= DATA_CATEGORIES
        assert set(declared["data_subjects"]) <= subjects
        assert declared["dataset_references"] == [dataset["fides_key"]]
        assert declared.get("legal_basis_for_processing", "Consent") in LEGAL
        special = declared.get("special_category_legal_basis")
        assert special is None or special in fides.SPECIAL_BASIS.values()
    return manifest


def unique(names: list[str]) -> None:
    assert len(names) == len(set(names))


def declared(run, old: str, new: str):
    policy = Policy.parse(POLICY.replace(old, new))
    return replace(run, audit=replace(run.audit, declared=policy.to_dict()))


def test_every_basis_has_the_words_of_fides():
    assert set(fides.LEGAL_BASIS) == set(LEGAL_BASES) and set(fides.LEGAL_BASIS.values()) == LEGAL
    assert set(fides.SPECIAL_BASIS) == set(ARTICLE_9_CONDITIONS)


def test_a_manifest_fits_the_rules_of_its_reader(run, hostile):
    for one in (run, hostile, replace(run, audit=replace(run.audit, columns=()))):
        checked(fides.render(one))


def test_a_purpose_is_declared_with_its_use_and_one_without_is_named(run):
    text = fides.render(
        declared(run, "legal_basis: contract", "legal_basis: contract, data_use: essential.service")
    )
    (support,) = checked(text)["system"][0]["privacy_declarations"]
    assert (support["name"], support["data_use"]) == ("support", "essential.service")
    assert support["legal_basis_for_processing"] == "Contract"
    assert support["data_categories"] == ["user.contact.email", "user.health_and_medical"]
    assert (
        support["processes_special_category_data"]
        and support["retention_period"] == "3 years after last_seen_at"
    )
    assert text.startswith("# Left out: the purpose care has no `data_use`")


def test_people_that_fides_does_not_know_are_declared(run):
    told = declared(
        run,
        "purposes: [support]",
        "subject: {type: ticket holder}, purposes: [support]".replace(", p", "\n    p"),
    )
    assert checked(fides.render(told))["data_subject"][0]["fides_key"] == "ticket_holder"
