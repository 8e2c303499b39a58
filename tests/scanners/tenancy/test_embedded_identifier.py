from __future__ import annotations

import auditkit
from tests.engines import on_one_engine

POLICY = "{version: 1, name: Desk, tenancy: {root: tenants, key: tenant_id}}"
TENANTS = [
    {"id": 101, "slug": "acme-corp", "domain": "acme.example"},
    {"id": 102, "slug": "globex-ag", "domain": "globex.example"},
    {"id": 103, "slug": "initech-inc", "domain": "initech.example"},
]
QUIET = [
    "nothing to see", "our own https://acme-corp.desk.example/t/1", "written by eva@globex.example",
    "a word like acme-corporation", "order 102 was shipped to room 103",
]  # fmt: skip
LOUD = [
    "see https://Globex-AG.desk.example/t/1",
    "mirror at www.initech.example",
    '{"tenant_id": 103}',
    "GET /tenants/102/files",
]


def naming(source, texts):
    notes = [{"id": n, "tenant_id": 101, "body": text} for n, text in enumerate(texts)]
    data = source({"tenants": TENANTS, "notes": notes})
    return auditkit.audit(
        data, auditkit.Policy.parse(POLICY), checks=["tenancy-embedded-identifier"], strict=True
    )


def test_own_names_addresses_of_people_numbers_without_a_key_and_longer_words_are_no_leak(source):
    assert naming(source, QUIET).findings == ()


def test_slugs_domains_and_keyed_numbers_of_another_tenant_are_found_until_corrected(source):
    audit = naming(source, QUIET + LOUD)
    (found,) = audit.findings
    assert (found.table, found.columns, found.rows, found.of, found.severity) == (
        "notes",
        ("body",),
        4,
        9,
        "high",
    )
    assert "globex" not in audit.to_json().lower()
    assert naming(source, QUIET).findings == ()


@on_one_engine
def test_each_alone_is_found(source):
    assert [naming(source, [text]).findings[0].rows for text in LOUD] == [1] * 4


@on_one_engine
def test_a_column_that_names_everybody_is_no_boundary(source):
    (found,) = naming(source, [f"deal {n} with globex.example" for n in range(300)]).findings
    assert (found.confidence, found.severity) == ("low", "medium")
