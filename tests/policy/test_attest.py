"""`auditkit attest` signs in a policy file and touches nothing else; every way to break a signature shows."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import pytest

from auditkit.cli import main
from auditkit.policy import Policy
from auditkit.policy.signing import Flaw, Signed, Unsigned, standing

TODAY = datetime.now(UTC).date()
POLICY = """\
# The policy of a shop.
version: 1
name:   'Shop'   # a name
measures:
- {id: M1, title: Encryption, status: implemented}   # by operations
attestations:
  # Why is the processing necessary?
  - field: necessity
    text: |
      Orders need an address.

      And a name.
  - {field: criterion.monitoring, text: "Nobody is watched"}
  - field: proportionality
    value: It is small.   # the older name
decision: null   # to be stated by the controller

# the end
"""
WHO = ["--by", "Ana Kovač", "--role", "process owner"]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "privacy.yaml"
    path.write_text(POLICY, encoding="utf-8")
    return path


@pytest.fixture
def run(tmp_path):
    """A run folder with a manifest."""
    from auditkit.audit.audit import Audit
    from auditkit.report import folder

    made = tmp_path / "run"
    folder.save(Audit(outcomes=(), source="shop.csv", as_of=TODAY, run={"id": "run-1"}), made)
    return made


def attest(file, field, *more):
    return main(["attest", str(file), field, *WHO, *more])


def state(file, field):
    policy = Policy.load(file)
    (found,) = [a for a in policy.attestations if a.field == field]
    return standing(found, TODAY)


def removed(text, kept):
    """Return the lines of a text that another one does not have."""
    lines = kept.splitlines()
    return [line for line in text.splitlines() if line not in lines]


def test_it_shows_the_text_signs_it_and_leaves_every_other_byte(file, capsys):
    assert attest(file, "necessity") == 0
    shown = capsys.readouterr()
    assert "Ana Kovač (process owner) signs `necessity`" in shown.err and "And a name." in shown.err
    assert "signed necessity in privacy.yaml, valid to" in shown.out
    assert isinstance(state(file, "necessity"), Signed)
    text = file.read_text(encoding="utf-8")
    assert text.startswith(POLICY[: POLICY.index("  - {field")])
    assert text.endswith(POLICY[POLICY.index("  - {field") :])


def test_a_statement_of_one_line_in_braces_and_one_under_its_older_name(file):
    assert attest(file, "criterion.monitoring") == 2, "the answer is missing"
    assert attest(file, "criterion.monitoring", "--answer", "no") == 0
    assert attest(file, "proportionality", "--text", "It is very small.") == 0
    text = file.read_text(encoding="utf-8")
    assert 'value: "It is very small."   # the older name' in text
    assert isinstance(state(file, "criterion.monitoring"), Signed)
    assert isinstance(state(file, "proportionality"), Signed)
    assert removed(POLICY, text) == [
        '  - {field: criterion.monitoring, text: "Nobody is watched"}',
        "    value: It is small.   # the older name",
    ]


def test_a_field_that_the_file_does_not_have_yet_is_added(file, monkeypatch, tmp_path):
    assert attest(file, "scope") == 2, "there is no text"
    monkeypatch.setattr("sys.stdin", io.StringIO("All shops.\n\nNot the website.\n"))
    assert attest(file, "scope", "--text-file", "-") == 0
    assert isinstance(state(file, "scope"), Signed)
    assert Policy.load(file).attestations[-1].text == "All shops.\n\nNot the website."
    assert removed(POLICY, file.read_text(encoding="utf-8")) == []


def test_a_decision_names_the_run_it_is_made_on(file, run, capsys):
    assert attest(file, "decision", "--outcome", "approved") == 2
    assert "names no run" in capsys.readouterr().err
    assert attest(file, "decision", "--outcome", "approved", "--text", "Low.", "--run", str(run)) == 0
    made = Policy.load(file).decision
    assert (made.run.id, made.reason) == ("run-1", "Low.")
    assert isinstance(standing(made, TODAY), Signed)
    assert "# to be stated by the controller" in file.read_text(encoding="utf-8")


def test_an_advice_and_a_measure_are_signed_too(file, run):
    assert attest(file, "dpo_advice", "--text", "Go on.", "--run", str(run)) == 0
    assert isinstance(state(file, "dpo_advice"), Signed)
    assert attest(file, "measures.M1") == 0
    assert isinstance(standing(Policy.load(file).measures[0], TODAY), Signed)
    assert "}   # by operations" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("field", "more", "message"),
    [
        ("necesity", [], "Did you mean 'necessity'"),
        ("controller", [], "not a statement"),
        ("measures.M2", [], "there are M1"),
        ("necessity", ["--answer", "yes"], "does not belong"),
        ("measures.M1", ["--text", "x"], "it has no `text`"),
        ("necessity", ["--at", str(TODAY + timedelta(days=2))], "in the future"),
        ("necessity", ["--until", "2020-01-01"], "before the day of the signature"),
        ("scope", ["--text", "x", "--by", " "], "`by` is empty"),
        ("dpo_advice", ["--text", "x", "--run", "nowhere"], "no run folder"),
    ],
)
def test_a_wrong_use_says_what_is_wrong_and_writes_nothing(file, field, more, message, capsys):
    assert attest(file, field, *more) == 2
    assert message in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == POLICY


def test_line_ends_the_mark_at_the_beginning_and_rights_stay(file):
    file.write_bytes(b"\xef\xbb\xbf" + POLICY.replace("\n", "\r\n").encode())
    file.chmod(0o640)
    assert attest(file, "necessity") == 0
    data = file.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf#") and data.count(b"\n") == data.count(b"\r\n")
    assert file.stat().st_mode & 0o777 == 0o640
    assert isinstance(state(file, "necessity"), Signed)


@pytest.mark.parametrize(
    ("old", "new", "flaw"),
    [
        ("need an address", "need en address", Flaw.TEXT_CHANGED),
        ("Ana Kovač", "", Flaw.NO_NAME),
        (str(TODAY), str(TODAY + timedelta(days=30)), Flaw.FUTURE_DAY),
    ],
)
def test_whoever_changes_what_is_signed_breaks_it(file, old, new, flaw):
    assert attest(file, "necessity") == 0
    text = file.read_text(encoding="utf-8")
    changed = text.replace('by: "Ana Kovač"', "by: null") if new == "" else text.replace(old, new, 1)
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    assert state(file, "necessity") == Unsigned((flaw,))


def test_signing_again_renews_the_days(file):
    assert attest(file, "necessity", "--at", "2020-01-01", "--until", "2021-01-01") == 0
    assert attest(file, "necessity") == 0
    assert state(file, "necessity").at == TODAY
    assert file.read_text(encoding="utf-8").count("text_sha256") == 1
    assert state(file, "necessity").until > TODAY + timedelta(days=300)
    assert isinstance(state(file, "necessity").until, date)


def test_a_review_of_a_draft_is_noted_with_name_and_day(file, capsys):
    assert attest(file, "tables.orders") == 2 and "has no table" in capsys.readouterr().err
    assert attest(file, "reviewed") == 0
    policy = Policy.load(file)
    assert policy.reviewed.holds(TODAY) and not policy.reviewed.holds(TODAY - timedelta(days=1))
    assert "noted the review 'reviewed' in privacy.yaml" in capsys.readouterr().out
    assert removed(POLICY, file.read_text(encoding="utf-8")) == []
