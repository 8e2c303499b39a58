"""--notify: what a command gets of a run, and what happens where it fails."""

from __future__ import annotations

import json
import shlex
import sys

import pytest

from auditkit.cli import main

KEEP = "import sys; open(sys.argv[1], 'w').write(sys.stdin.read())"


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("id,email\n" + "".join(f"{i},canary{i}@mail.example\n" for i in range(9)))
    return path


@pytest.fixture
def keeps(tmp_path):
    """Return a command that keeps its notice, and the file where it does."""
    kept = tmp_path / "it's a notice.json"
    return shlex.join([sys.executable, "-c", KEEP, str(kept)]), kept


def run(capsys, *argv):
    code = main([str(a) for a in argv])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_command_gets_counts_and_names_and_no_value(people, keeps, tmp_path, capsys):
    command, kept = keeps
    policy = tmp_path / "privacy.yaml"
    policy.write_text("{version: 1, name: Shop, tables: {people: {columns: {}}}}")
    code, *_ = run(
        capsys,
        "audit",
        people,
        "-p",
        policy,
        "--as-of",
        "2026-11-22",
        "--notify",
        command,
        "--format",
        "json",
    )
    text = kept.read_text(encoding="utf-8")
    notice = json.loads(text)
    assert (code, notice["exit_code"], notice["schema"]) == (1, 1, "auditkit/notice/1")
    assert notice["findings"]["high"] >= 1 and notice["source"] == "people.csv"
    assert notice["worst"][0]["check"] == "pii-undeclared" and notice["worst"][0]["tables"] == ["people"]
    assert notice["error"] is None and notice["since"] is None
    assert "canary" not in text and str(tmp_path) not in text


def test_a_run_that_fails_is_notified_with_the_name_of_its_error_only(keeps, tmp_path, capsys):
    command, kept = keeps
    assert run(capsys, "audit", tmp_path / "none.csv", "--notify", command)[0] == 2
    notice = json.loads(kept.read_text(encoding="utf-8"))
    assert (notice["exit_code"], notice["error"]) == (2, "SourceError")
    assert str(tmp_path) not in kept.read_text(encoding="utf-8")


def test_a_command_that_fails_is_named_and_changes_no_exit_code(people, capsys):
    quiet = run(capsys, "audit", people, "--check", "pii-secret")
    command = shlex.join([sys.executable, "-c", "import sys; print('x'); sys.exit(7)"])
    code, out, err = run(capsys, "audit", people, "--check", "pii-secret", "--notify", command)
    assert (code, out) == quiet[:2]
    assert f"of --notify ended with exit code 7. The exit code of the run stays {code}" in err


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("", "is empty"),
        ("mail 'x", "quotation mark"),
        ("no-such-command-here now", "finds no command no-such-command-here"),
        ("curl -u auditor https://me:hunter2@hooks.example.org", "password or a key"),
        ("tell --token=abc123", "password or a key"),
        ("tell --password hunter2 --to ana", "password or a key"),
        ("curl -H 'Authorization: Bearer hunter2'", "password or a key"),
    ],
)
def test_a_command_that_cannot_be_run_ends_before_anything_is_read(command, reason, people, capsys):
    code, out, err = run(capsys, "audit", people, "--notify", command)
    assert (code, out) == (2, "")
    assert reason in err and "hunter2" not in err and "people.csv:" not in err


def test_a_file_with_the_secret_may_be_named(people, keeps, capsys):
    command, kept = keeps
    run(capsys, "audit", people, "--check", "pii-secret", "--notify", f"{command} --token-file /run/x")
    assert kept.exists()


def test_no_shell_reads_the_command(people, tmp_path, keeps, capsys):
    command, kept = keeps
    made = tmp_path / "made"
    run(
        capsys,
        "audit",
        people,
        "--check",
        "pii-secret",
        "--notify",
        f"{command} ; touch {made} $(touch {made})",
    )
    assert kept.exists() and not made.exists()
