"""The command line: results on stdout, messages on stderr, and exit codes that mean something."""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import shlex
import sqlite3
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import auditkit
from auditkit.cli import main, parser

EMAILS = [f"{name}@example.org" for name in ("ana", "ben", "eva", "kim", "leo", "mia")]


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    pd.DataFrame({"id": range(6), "email": EMAILS, "plan": "free"}).to_csv(path, index=False)
    return path


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "privacy.yaml"
    path.write_text("{version: 1, name: Shop, tables: {people: {columns: {}}}}")
    return path


def run(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, str, str]:
    code = main([str(a) for a in argv])
    out, err = capsys.readouterr()
    return code, out, err


def test_profile_shows_verdicts_without_a_value(people, capsys):
    code, out, err = run(capsys, "profile", people)
    assert code == 0
    assert "EMAIL_ADDRESS" in out
    assert "certain" in out
    assert "people.csv: 1 table, 6 rows" in err
    assert "ana@" not in out + err


@pytest.mark.parametrize("form", ["json", "csv"])
def test_profile_for_machines(people, form, capsys):
    _, out, _ = run(capsys, "profile", people, "--format", form)
    rows = json.loads(out) if form == "json" else list(csv.DictReader(io.StringIO(out)))
    assert {r["column"]: r["verdict"] for r in rows}["email"] == "certain"


def test_a_column_without_an_entity_is_null_for_machines(people, capsys):
    _, out, _ = run(capsys, "profile", people, "--format", "json")
    assert "NaN" not in out
    assert {r["column"]: r["entity"] for r in json.loads(out)} == {
        "id": None, "email": "EMAIL_ADDRESS", "plan": None,
    }  # fmt: skip


def test_a_policy_that_does_not_fit_ends_before_a_row_is_read(people, policy, capsys):
    policy.write_text("version: 1\nname: X\ntables:\n  people: {sensitive: [emial]}\n")
    for command in (["audit"], ["tenants"], ["expectations"], ["retention", "--what-if", "P1Y"]):
        code, out, err = run(capsys, command[0], people, "-p", policy, *command[1:])
        assert (code, out) == (2, "")
        problem = "tables.people.sensitive.0: people has no column 'emial'. Did you mean 'email'?"
        assert err == f"auditkit: privacy.yaml:4:24: {problem}\n", "before the rows are counted"


def test_a_table_that_the_source_lacks_is_shown_first_and_last(people, policy, capsys):
    policy.write_text("version: 1\nname: X\ntables:\n  poeple: {}\n")
    args = ("audit", people, "-p", policy, "--check", "pii-secret")
    code, out, err = run(capsys, *args)
    lack = "the source has no table 'poeple'. Did you mean 'people'?"
    first, *_, last = err.splitlines()
    assert code == 3
    assert first == f"absent: privacy.yaml:4:3: tables.poeple: {lack}"
    assert out.splitlines()[0].endswith(lack)
    assert last.startswith(lack) and "exit code 3: the source lacks 1 table" in last
    code, out, err = run(capsys, *args, "--strict")
    assert (code, out) == (2, "") and lack in err


def test_audit_exits_with_1_for_findings_that_count(people, policy, capsys):
    code, out, err = run(capsys, "audit", people, "-p", policy, "--as-of", "2026-11-22")
    assert code == 1
    assert out.startswith("HIGH ")
    assert "pii-undeclared" in out
    assert "6 of 6 rows" in out
    assert "worst high" in err.splitlines()[-1]
    assert "not assessed" in err.splitlines()[-1]
    assert err.splitlines()[-1].endswith("exit code 1: 1 finding of severity high or above")
    assert run(capsys, "audit", people, "-p", policy, "--fail-on", "critical")[0] == 0


def test_audit_shows_what_does_not_apply_only_where_it_is_asked_for(people, policy, capsys):
    short, whole = (run(capsys, "audit", people, "-p", policy, *more)[1] for more in ((), ("--all",)))
    assert "do not apply here" in short and "not applicable:" not in short
    assert "not applicable: " in whole and len(whole.splitlines()) > len(short.splitlines())


def test_audit_in_every_format(people, policy, capsys):
    formats = ("json", "sarif", "csv", "html")
    texts = {form: run(capsys, "audit", people, "-p", policy, "--format", form)[1] for form in formats}
    assert json.loads(texts["json"])["schema"] == "auditkit/audit/1"
    assert json.loads(texts["sarif"])["runs"][0]["results"][0]["ruleId"] == "pii-undeclared"
    assert next(csv.DictReader(io.StringIO(texts["csv"])))["table"] == "people"
    assert texts["html"].lstrip().lower().startswith("<!doctype html>")
    assert not any("ana@" in text for text in texts.values())


def test_audit_against_an_earlier_run_counts_only_what_is_new(people, policy, tmp_path, capsys):
    before = tmp_path / "audit.json"
    before.write_text(run(capsys, "audit", people, "-p", policy, "--format", "json")[1])
    assert run(capsys, "audit", people, "-p", policy, "--against", before)[0] == 0
    pd.DataFrame({"email": EMAILS, "phone": ["+44 20 7946 0018"] * 6}).to_csv(people, index=False)
    assert run(capsys, "audit", people, "-p", policy, "--against", before)[0] == 1


def test_audit_against_an_earlier_run_reports_the_changes_and_the_baseline(people, policy, tmp_path, capsys):
    before = tmp_path / "audit.json"
    before.write_text(run(capsys, "audit", people, "-p", policy, "--format", "json")[1])
    pd.DataFrame({"email": EMAILS, "phone": ["+44 20 7946 0018"] * 6}).to_csv(people, index=False)
    _, out, err = run(capsys, "audit", people, "-p", policy, "--against", before, "--format", "sarif")
    states = {
        r["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]: r["baselineState"]
        for r in json.loads(out)["runs"][0]["results"]
    }
    assert states["people.email"] == "unchanged" and states["people.phone"] == "new"
    assert "1 new, 0 grown" in err


@pytest.fixture
def two_runs(people, policy, tmp_path):
    """Return the folders of two runs; the later has one new finding, and one is gone."""
    for name, frame in (
        ("one", {"email": EMAILS, "fax": [None] * 6}),
        ("two", {"email": EMAILS, "phone": ["+44 20 7946 0018"] * 6}),
    ):
        pd.DataFrame(frame).to_csv(people, index=False)
        auditkit.audit(people, policy, as_of="2026-11-22").save(tmp_path / "runs" / name)
    return tmp_path / "runs" / "one", tmp_path / "runs" / "two"


def test_diff_exits_with_1_where_findings_are_new(two_runs, capsys):
    one, two = two_runs
    code, out, err = run(capsys, "diff", one, two)
    assert code == 1
    assert "people.phone" in out
    assert "1 new" in err
    assert run(capsys, "diff", one, two, "--fail-on", "critical")[0] == 0
    assert run(capsys, "diff", two, one)[0] == 0
    assert run(capsys, "diff", one, one)[1].splitlines() == [
        "Policy: the same text",
        "No finding has changed.",
    ]
    assert (
        json.loads(run(capsys, "diff", one / "audit.json", two, "--format", "json")[1])["schema"]
        == "auditkit/diff/1"
    )


def test_verify_exits_with_0_1_or_2_and_names_the_file(two_runs, tmp_path, capsys):
    one, _ = two_runs
    assert run(capsys, "verify", one)[0] == run(capsys, "verify", one.parent)[0] == 0
    (one / "findings.csv").write_bytes((one / "findings.csv").read_bytes() + b"x")
    code, out, err = run(capsys, "verify", tmp_path / "runs")
    assert (code, out.splitlines()) == (1, ["one/findings.csv: changed"])
    assert "2 runs: 1 fault" in err
    code, _, err = run(capsys, "verify", tmp_path / "nowhere")
    assert code == 2
    assert "a run folder, or a folder of them" in err


def test_waive_prints_statements_to_complete_and_changes_nothing(two_runs, policy, capsys):
    before = policy.read_bytes()
    code, out, err = run(capsys, "waive", two_runs[1], "--check", "pii-undeclared", "--table", "people")
    assert code == 0
    assert out.count("null  # to be stated") == 6
    assert "2 findings" in err
    assert policy.read_bytes() == before
    assert run(capsys, "waive", two_runs[1], "--check", "retention-overdue")[0] == 2


@pytest.mark.parametrize("command", ["diff", "waive"])
def test_a_folder_that_is_not_a_run_is_refused(command, tmp_path, capsys):
    (tmp_path / "audit.json").write_text("{}")
    for place in (tmp_path, tmp_path / "nowhere"):
        code, out, err = run(capsys, command, place, *([place] if command == "diff" else []))
        assert code == 2
        assert out == ""
        assert "Traceback" not in err
        assert str(tmp_path) not in err


def test_a_budget_is_a_time_in_words(people, policy, capsys):
    assert run(capsys, "audit", people, "-p", policy, "--budget", "1h")[0] == 1
    with pytest.raises(SystemExit) as stopped:
        main(["audit", str(people), "--budget", "soon"])
    assert stopped.value.code == 2
    assert "90s, 10m, 2h" in capsys.readouterr().err


def test_a_sample_is_a_number_of_rows(people, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["profile", str(people), "--sample", "0"])
    assert stopped.value.code == 2
    assert "1 or more" in capsys.readouterr().err


def test_audit_runs_one_scanner_or_one_check(people, policy, capsys):
    _, out, _ = run(capsys, "audit", people, "-p", policy, "--scanner", "pii", "--format", "json")
    assert {o["scanner"] for o in json.loads(out)["outcomes"]} == {"pii"}
    _, out, _ = run(capsys, "audit", people, "-p", policy, "--check", "pii-undeclared", "--format", "json")
    assert {o["check"] for o in json.loads(out)["outcomes"]} == {"pii-undeclared"}


def test_init_drafts_a_policy_that_declares_what_was_found_once_a_person_has_reviewed_it(
    people, tmp_path, capsys
):
    code, out, _ = run(capsys, "init", people)
    drafted = tmp_path / "drafted.yaml"
    drafted.write_text(out)
    assert code == 0
    assert "null  # to be stated by" in out
    check = ("audit", people, "-p", drafted, "--check", "pii-undeclared", "--format", "json")
    _, out, _ = run(capsys, *check)
    assert {o["verdict"] for o in json.loads(out)["outcomes"]} == {"not_assessed"}
    assert run(capsys, "attest", drafted, "reviewed", "--by", "Ana Costa", "--role", "owner")[0] == 0
    _, out, _ = run(capsys, *check)
    assert {o["verdict"] for o in json.loads(out)["outcomes"]} == {"passed"}


def test_several_named_sources_are_read_as_one(people, tmp_path, capsys):
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE t (n INTEGER)")
    connection.close()
    code, out, _ = run(capsys, "profile", f"crm={people}", f"app={other}", "--all", "--format", "json")
    assert code == 0
    assert {r["table"] for r in json.loads(out)} == {"crm.people", "app.t"}


def test_long_names_are_shortened_on_a_terminal_only(tmp_path, capsys):
    long = "e_mail_" + "x" * 300
    (tmp_path / "people.csv").write_text(f"{long}\n" + "".join(f"ana{n}@mail.example\n" for n in range(50)))
    shown = {
        form: run(capsys, "profile", tmp_path / "people.csv", "--format", form)[1]
        for form in ("table", "csv")
    }
    assert "EMAIL_ADDRESS" in shown["table"] and long not in shown["table"] and long in shown["csv"]


def commands() -> dict[str, argparse.ArgumentParser]:
    (group,) = [a for a in parser()._actions if isinstance(a, argparse._SubParsersAction)]
    return dict(group.choices)


@pytest.mark.parametrize("name", commands())
def test_the_help_of_a_command_is_a_sentence_with_an_example_that_is_accepted(name):
    command = commands()[name]
    assert re.fullmatch(r"[A-Z][^.]*\.", command.description)
    example = re.fullmatch(rf"Example: auditkit ({name}\b[^>]*)(> \S+)?", command.epilog)
    assert parser().parse_args(shlex.split(example[1])).run
    assert all(action.help for action in command._actions)


def test_explain_prints_the_page_of_a_check(capsys):
    code, out, _ = run(capsys, "explain", "retention-overdue")
    assert code == 0
    assert "Rows kept past their retention period" in out
    assert "## How to fix" in out


def test_checks_lists_the_catalogue(capsys):
    _, out, _ = run(capsys, "checks")
    assert "tenancy-cross-reference" in out


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["profile", "no-such-file.csv"], "no-such-file.csv"),
        (["profile", "env:AUDITKIT_NO_SUCH"], "AUDITKIT_NO_SUCH"),
        (["explain", "retention-overdu"], "Did you mean 'retention-overdue'"),
        (["audit", "{people}", "--scanner", "retension"], "Did you mean 'retention'"),
        (["audit", "{people}", "--as-of", "yesterday"], "as_of is a date like 2026-11-22"),
        (["audit", "{people}", "--scanner", "tenancy", "--check", "pii-secret"], "no check is left to run"),
        (["audit", "{people}", "-p", "nowhere.yaml"], "nowhere.yaml"),
        (["audit", "{people}", "-p", "{broken}"], "broken.yaml:3"),
        (["profile", "postgresql://me:hunter2@/nowhere?host=/no/such/socket"], "env:NAME"),
        (["profile", "postgresql://me@/nowhere?host=/no/such/socket"], "could not connect"),
        (["report", "{people}", "-p", "{broken}"], "broken.yaml:3"),
        (["audit", "postgresql://me:hunter2@host:5432/shop"], "env:NAME"),
        (["init", "mysql://host/shop?user=me&password=hunter2"], "env:NAME"),
        (
            ["locate", "crm=postgresql://me:hunter/2@host/shop", "--subject", "env:AUDITKIT_NO_SUCH"],
            "env:NAME",
        ),
        (["report", "postgresql://me:hunter2@host/shop"], "env:NAME"),
    ],
)
def test_wrong_use_exits_with_2_and_a_helpful_sentence(people, tmp_path, argv, words, capsys):
    broken = tmp_path / "broken.yaml"
    broken.write_text("version: 1\nname: Shop\ntabels: {}\n")
    code, out, err = run(capsys, *[a.format(people=people, broken=broken) for a in argv])
    assert code == 2
    assert words in err
    assert out == ""
    assert "Traceback" not in err
    assert "hunter2" not in err


def test_no_traceback_is_printed_where_the_reader_of_the_output_ends(people):
    shell = f"{sys.executable} -m auditkit checks | head -1"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr


def test_an_unexpected_error_shows_where_it_happened_and_not_its_text(people, capsys, monkeypatch):
    monkeypatch.setattr("auditkit.detection.profile", lambda *_, **__: 1 / 0)
    code, _, err = run(capsys, "profile", people)
    assert code == 2
    assert "ZeroDivisionError at test_cli.py" in err
    assert "division" not in err


def test_retention_tries_other_periods(tmp_path, capsys):
    path = tmp_path / "shop.csv"
    path.write_text("id,closed_at\n" + "".join(f"{y},{y}-05-01 00:00:00\n" for y in range(2015, 2026)))
    policy = tmp_path / "privacy.yaml"
    policy.write_text(
        "{version: 1, name: Shop, tables: {shop: {retention: {start: closed_at, max: P3Y, basis: warranty}}}}"
    )
    code, out, _ = run(
        capsys, "retention", path, "-p", policy, "--as-of", "2026-01-01", "--what-if", "P1Y,P5Y"
    )
    assert code == 0
    assert "10 of 11 rows overdue after P1Y" in out
    code, _, err = run(capsys, "retention", path, "-p", policy, "--what-if", "3 years")
    assert (code, "ISO 8601 periods" in err) == (2, True)


def test_profile_explains_one_column(people, capsys):
    code, out, _ = run(capsys, "profile", people, "--explain", "people.email")
    assert code == 0
    assert "EMAIL_ADDRESS, certain" in out
    code, _, err = run(capsys, "profile", people, "--explain", "people.emial")
    assert (code, "Did you mean 'people.email'" in err) == (2, True)
    code, _, err = run(capsys, "profile", people, "--explain", "email")
    assert (code, "a table and a column with a dot between" in err) == (2, True)


def test_report_opens_the_source_once_and_prints_the_path_of_the_page(people, policy, tmp_path, capsys):
    code, out, err = run(
        capsys, "report", people, "-p", policy, "-o", tmp_path / "reports", "--as-of", "2026-11-22"
    )
    assert code == 1
    assert err.splitlines()[0].startswith("the notebook opens the source")
    page = Path(out.splitlines()[-1])
    assert page.name == "report.html"
    assert page.is_file()


def test_a_strict_report_ends_with_2_where_the_source_lacks_a_table(
    people, policy, tmp_path, capsys, monkeypatch
):
    policy.write_text(policy.read_text().replace("people:", "poeple:"))
    seen = {}

    def kernel(notebook, parameters, out, *, environment, **options):
        seen.update(environment)
        with monkeypatch.context() as patch:
            patch.setenv("AUDITKIT_STRICT", environment["AUDITKIT_STRICT"])
            auditkit.report(parameters["source"], parameters["policy"], parameters["out"])
        raise AssertionError("the source lacks a table")

    monkeypatch.setattr("auditkit.notebooks.assessment.run", kernel)
    code, _, err = run(capsys, "report", people, "-p", policy, "-o", tmp_path / "runs", "--strict")
    assert (code, seen["AUDITKIT_STRICT"]) == (2, "1")
    assert "tables.poeple" in err
