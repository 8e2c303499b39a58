from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.policy import Policy, PolicyError

HEAD = "version: 1\nname: X\n"


def refusal(text):
    with pytest.raises(PolicyError) as refused:
        Policy.parse(text)
    return str(refused.value)


def test_two_keys_are_enough():
    policy = Policy.parse("{version: 1, name: X}")
    assert (policy.version, policy.name, policy.tables, policy.tenancy) == (1, "X", {}, None)


def test_a_policy_is_returned_as_it_is_and_a_path_is_read(tmp_path):
    file = tmp_path / "privacy.yaml"
    file.write_text(HEAD, encoding="utf-8")
    policy = Policy.load(str(file))
    assert Policy.load(policy) is policy
    assert (policy.file, len(policy.digest)) == ("privacy.yaml", 64)


def test_the_empty_policy_declares_nothing():
    policy = Policy.empty()
    assert (policy.name, policy.digest) == ("", "")
    assert (policy.table("users"), policy.line("tables")) == (None, None)


def test_a_file_that_is_not_there_is_named_without_its_folder(tmp_path):
    with pytest.raises(PolicyError) as refused:
        Policy.load(tmp_path / "none.yaml")
    assert str(refused.value).startswith("none.yaml: ")
    assert str(tmp_path) not in str(refused.value)


@pytest.mark.parametrize(
    "data, message",
    [
        (b"", "privacy.yaml:1:1: the file is empty"),
        (b"# only a comment\n", "privacy.yaml:1:1: the file is empty"),
        (b"- a\n- b\n", "privacy.yaml:1:1: a policy is a mapping"),
        (b"just words", "privacy.yaml:1:1: a policy is a mapping"),
        (b"version: 1\nname: \xe9t\xe9\n", "privacy.yaml:2:7: this is not UTF-8"),
        (b"version: 1\nname: a\x00b\n", "privacy.yaml:2:8: this character is not allowed"),
        (b"version: 1\n\tname: X\n", "privacy.yaml:2:1: this is not YAML"),
        (b"version: 1\nname: [a\n", "privacy.yaml:3:1: this is not YAML"),
        (b"version: 1\nname: X\n---\nversion: 1\n", "privacy.yaml:3:1: a policy is one document"),
        (b"version: 1\nname: X\n" + b"controller: " + b"[" * 3000, "nested too deep"),
    ],
)
def test_a_text_that_is_not_a_policy_is_refused_with_its_place(tmp_path, data, message):
    file = tmp_path / "privacy.yaml"
    file.write_bytes(data)
    with pytest.raises(PolicyError) as refused:
        Policy.load(file)
    assert message in str(refused.value)


def test_a_byte_order_mark_is_no_error(tmp_path):
    file = tmp_path / "privacy.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + HEAD.encode())
    assert Policy.load(file).name == "X"


@pytest.mark.parametrize(
    "text, message",
    [
        ("tabels: {}", "privacy.yaml:3:1: tabels: unknown key. Did you mean 'tables'?"),
        ("name: Y", "privacy.yaml:3:1: name: this key is already in line 2"),
        ("tables:\n  users: &u {k: 5}\n  people: *u", "privacy.yaml:5:11: tables.people: aliases"),
        ("dpo: !!python/object/apply:os.system [ls]", "privacy.yaml:3:6: dpo: tags"),
        (
            "tables: {users: {columns: {mail: user.contact.emial}}}",
            "privacy.yaml:3:28: tables.users.columns.mail.category: unknown data category",
        ),
        ("tables: {users: {columns: {mail: user.contact.emial}}}", "Did you mean 'user.contact.email'?"),
        (
            "purposes: {p: {legal_basis: contrakt}}",
            "privacy.yaml:3:16: purposes.p.legal_basis: unknown legal basis of Art. 6(1).",
        ),
        ("purposes: {p: {legal_basis: contrakt}}", "Did you mean 'contract'?"),
        ("purposes: {p: {article9: explicit_consnt}}", "Did you mean 'explicit_consent'?"),
        ("decision: {outcome: aproved}", "Did you mean 'approved'?"),
        (
            "tables: {users: {retention: {max: 3 years}}}",
            "privacy.yaml:3:30: tables.users.retention.max: expected an ISO 8601 period",
        ),
        (
            "tables: {users: {retention:\n {max: P3Y,\n min: P5Y}}}",
            "privacy.yaml:5:2: tables.users.retention.min: rows must be kept for P5Y",
        ),
        (
            "tables: {users: {retention: [{\n hold: a AND}]}}",
            "privacy.yaml:4:2: tables.users.retention.0.hold: this is not a condition (char",
        ),
        ("tables: {users: {retention: {start: at, via: x}}}", "leave out `start` or `via`"),
        (
            "tables: {users: {columns: {code: none}}}",
            "privacy.yaml:3:28: tables.users.columns.code.reason: `none` needs a reason",
        ),
        (
            "tables: {users: {columns: {code: {category: none, reason: plain, not personal}}}}",
            "a comma begins a new key",
        ),
        ("tables: {users: {references: {x: users}}}", "expected a table and its column"),
        ("tables: {users: {k: five}}", "privacy.yaml:3:18: tables.users.k: expected a whole number"),
        ("tables: {users: {purposes: support}}", "expected a list"),
        ("tables: {users: 5}", "expected keys with values, not the text '5'"),
        ("controller: Example SA", "privacy.yaml:3:1: controller: expected keys with values"),
        ("review: {next: tomorrow}", "expected a day such as 2026-12-31"),
        (
            "waivers: [{fingerprint: 3f9c, reason: r, owner: o, until: 2026-12-31}]",
            "expected 8 or more hexadecimal digits",
        ),
        (
            "waivers: [{fingerprint: 3f9c0a12, reason: r, until: 2026-12-31}]",
            "privacy.yaml:3:11: waivers.0.owner: this key is required",
        ),
        (
            "waivers: [{fingerprint: 3f9c0a12, reason: null, owner: o, until: 2026-12-31}]",
            "waivers.0.reason: this key is required",
        ),
        ("exclude: [{tables: 'a*'}]", "exclude.0.reason: this key is required"),
        (
            "purposes: {support: {}}\ntables: {users: {purposes: [suport]}}",
            "privacy.yaml:4:29: tables.users.purposes.0: unknown purpose",
        ),
        ("purposes: {support: {}}\ntables: {users: {purposes: [suport]}}", "Did you mean 'support'?"),
        ("? [a, b]\n: 1", "a key is a word"),
    ],
)
def test_a_mistake_is_shown_with_its_line_and_a_hint(text, message):
    assert message in refusal(HEAD + text)


def test_every_mistake_is_shown_at_once_in_the_order_of_the_file():
    text = (
        HEAD
        + "name: Y\ntabels: {}\ntables: {users: {k: five, columns: {a: user.nmae}}}\nreview: {next: soon}\n"
    )
    lines = refusal(text).splitlines()
    assert lines[0] == "5 problems:"
    assert [line.split(":")[1] for line in lines[1:]] == ["3", "4", "5", "5", "6"]


def test_no_secret_and_no_person_is_repeated_in_an_error():
    text = (
        HEAD
        + "postgres://me:hunter2@db/app: 1\ncontroller: 'postgresql://me:hunter2@db/app'\ndpo: {name: {a: b},"
        " contact: [ana@example.org]}\n"
    )
    message = refusal(text)
    assert "hunter2" not in message
    assert "ana@example.org" not in message
    assert "(not shown)" in message


def test_names_are_text_whatever_yaml_makes_of_them():
    policy = Policy.parse(
        HEAD + "tables: {no: {columns: {null: user.name, 1: user.name, on: user.contact}}, 2024-01-01:"
        " {}}\ntenancy: {root: yes}"
    )
    assert list(policy.tables) == ["no", "2024-01-01"]
    assert list(policy.table("no").columns) == ["null", "1", "on"]
    assert policy.tenancy.root == "yes"


def test_a_fingerprint_of_digits_is_no_number():
    waiver = Policy.parse(
        HEAD + "waivers: [{fingerprint: 01234567, reason: r, owner: o, until: 2026-12-31}]"
    ).waivers[0]
    assert waiver.fingerprint == "01234567"
    assert waiver.to_dict()["until"] == "2026-12-31"


def test_the_line_of_every_key_is_known():
    policy = Policy.parse(
        HEAD
        + "tables:\n  users:\n    columns:\n      email: user.contact.email\n    retention:\n      start:"
        " at\n      max: P3Y\n"
    )
    assert policy.line("tables", "users", "columns", "email") == 6
    assert policy.line("tables", "users", "retention", 0, "max") == 9
    assert policy.line("tables", "users", "retention", "max") == 9
    assert policy.line("tables", "users", "references", "x") == 4
    assert PolicyError.at(policy, ("tables", "users"), "there is no such table").problems[0].line == 4
    assert (
        str(PolicyError.at(policy, ("tables", "users"), "there is none"))
        == "privacy.yaml:4:3: tables.users: there is none"
    )


@given(st.text(max_size=200))
def test_whatever_is_written_it_loads_or_is_refused_with_a_policy_error(text):
    try:
        Policy.parse(text)
    except PolicyError as error:
        assert error.problems


keys = st.sampled_from("version name tables columns retention start max waivers tenancy users hold".split())
trees = st.recursive(
    st.none() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@given(trees)
def test_whatever_tree_it_is_it_loads_or_is_refused_with_a_policy_error(tree):
    try:
        Policy.parse(json.dumps(tree))
    except PolicyError as error:
        assert error.problems
