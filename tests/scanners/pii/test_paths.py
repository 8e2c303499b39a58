"""Paths of documents in cells: a column has one finding, which lists its paths, until they are declared."""

from __future__ import annotations

import json

import pytest

import auditkit
from auditkit.policy import PolicyError
from tests.engines import on_one_engine

EVENTS = [
    {
        "id": n,
        "payload": json.dumps(
            {
                "user": {"email": f"user{n}@example.org", "religion": ["catholic", "muslim", "hindu"][n % 3]},
                "note": "please write to ana.k@example.org about the late order of last week"
                if n < 3
                else "the order of last week did not arrive here at all",
            }
        ),
    }
    for n in range(24)
]
DECLARED = (
    "payload.$.user.email: user.contact.email, payload.$.user.religion: user.demographic.religious_belief"
)


def audited(source, columns, checks, rows=EVENTS):
    policy = auditkit.Policy.parse(
        f"{{version: 1, name: Desk, tables: {{events: {{columns: {{{columns}}}}}}}}}"
    )
    return auditkit.audit(source({"events": rows}), policy, checks=checks, strict=True)


def test_a_column_has_one_finding_that_lists_its_paths_until_these_are_declared(source):
    (found,) = audited(source, "", ["pii-free-text"]).findings
    assert (found.columns, found.rows, found.of) == (("payload",), 24, 24)
    assert found.detail == {
        "EMAIL_ADDRESS": 24,
        "RELIGION": 24,
        "paths": "payload.$.note, payload.$.user.email, payload.$.user.religion",
    }
    (found,) = audited(source, DECLARED, ["pii-free-text"]).findings
    assert (found.columns, found.rows, found.detail) == (
        ("payload",),
        3,
        {"EMAIL_ADDRESS": 3, "paths": "payload.$.note"},
    )
    assert audited(source, f"{DECLARED}, payload.$.note: user.contact", ["pii-free-text"]).findings == ()


@on_one_engine
def test_a_path_of_a_special_category_is_found(source):
    for columns in ("", DECLARED):
        (found,) = audited(source, columns, ["pii-special-category"]).findings
        assert (found.columns, found.detail["paths"]) == (("payload",), "payload.$.user.religion")


@on_one_engine
def test_a_declared_path_that_no_document_has_is_absent(source):
    columns = "payload.$.user.emial: user.contact.email, payload.$.note: user.contact"
    (found,) = audited(source, columns, ["pii-declared-absent"]).findings
    assert (found.columns, found.detail["absent"], found.detail["hint"]) == (
        ("payload.$.user.emial",),
        "the path",
        "Did you mean 'payload.$.user.email'?",
    )
    # where a cell is no document, the path may stand in it
    others = [*EVENTS, {"id": 99, "payload": "{broken"}]
    assert audited(source, columns, ["pii-declared-absent"], others).findings == ()


@on_one_engine
def test_a_path_that_is_declared_as_something_else_is_misnamed(source):
    (found,) = audited(source, "payload.$.user.email: user.financial", ["pii-misnamed"]).findings
    assert (found.columns, found.entity) == (("payload.$.user.email",), "EMAIL_ADDRESS")


@on_one_engine
def test_personal_paths_need_a_retention_rule(source):
    (found,) = audited(source, "", ["retention-undeclared"]).findings
    assert found.detail["personal_columns"] == 1


def test_what_only_a_column_can_have_is_refused_for_a_path():
    with pytest.raises(PolicyError, match="is a path inside cells: state `retention` for payload"):
        auditkit.Policy.parse(
            "{version: 1, name: D, tables: {events: {columns: {payload.$.mail:"
            " {category: user.contact.email, retention: P1Y}}}}}"
        )


@on_one_engine
def test_a_path_is_refused_where_only_a_column_can_be_named(source):
    policy = auditkit.Policy.parse(
        "{version: 1, name: D, tables: {events: {quasi_identifiers: [payload.$.user.email]}}}"
    )
    with pytest.raises(PolicyError, match="can be declared under `columns` alone"):
        auditkit.audit(source({"events": EVENTS}), policy, checks=["pii-misnamed"])
