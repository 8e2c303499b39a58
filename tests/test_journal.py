"""The log of the audits: one line a run, however it ends, and nothing in it that must not be told."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from auditkit.cli import main
from auditkit.running import audit_log

CANARY = "canary.roe@mail.example"


def lines(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text().splitlines()]


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "canary-folder" / "people.csv"
    path.parent.mkdir()
    pd.DataFrame({"id": range(6), "email": [f"c{i}.{CANARY}" for i in range(6)]}).to_csv(path, index=False)
    (path.parent / "privacy.yaml").write_text("{version: 1, name: Shop, tables: {people: {columns: {}}}}")
    return path


def test_an_audit_leaves_who_what_when_and_the_result(people, tmp_path):
    log = tmp_path / "log" / "audits.jsonl"
    policy = str(people.parent / "privacy.yaml")
    code = main(["audit", str(people), "-p", policy, "--as-of", "2026-11-22", "--log", str(log)])
    main(["profile", str(people), "--log", str(log)])
    audited, profiled = lines(log)
    assert code == 1 and audited["exit_code"] == 1 and audited["error"] is None and audited["user"]
    assert (audited["program"], audited["source"], audited["as_of"]) == (
        "auditkit audit",
        "people.csv",
        "2026-11-22",
    )
    assert audited["policy"]["name"] == "Shop" and len(audited["policy"]["digest"]) == 64
    assert audited["findings"]["high"] == 1 and audited["counts"]["planned"] > 0
    assert audited["started"] <= audited["finished"]
    assert (profiled["program"], profiled["source"], profiled["exit_code"]) == (
        "auditkit profile",
        "people.csv",
        0,
    )
    assert audited.keys() == profiled.keys()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert "canary" not in log.read_text() and str(tmp_path) not in log.read_text()


def test_the_variable_names_the_log_and_the_option_goes_before_it(people, tmp_path, monkeypatch):
    monkeypatch.setenv("AUDITKIT_LOG", str(tmp_path / "by-variable"))
    main(["profile", str(people)])
    main(["profile", str(people), "--log", str(tmp_path / "by-option")])
    assert len(lines(tmp_path / "by-variable")) == len(lines(tmp_path / "by-option")) == 1


@pytest.mark.parametrize(
    ("argv", "source", "error"),
    [
        (["profile", "canary-folder/none.csv"], "none.csv", "SourceError"),
        (["profile", "postgresql://me@/nowhere?host=/no/such/socket"], "postgresql", "SourceError"),
        (["profile", "crm=postgresql://me@/nowhere?host=/no"], "crm=postgresql", "SourceError"),
        (["profile", "env:AUDITKIT_NO_SUCH"], "env:AUDITKIT_NO_SUCH", "SourceError"),
        (["profile", "env:AUDITKIT_A_URL"], "env:AUDITKIT_A_URL", "SourceError"),
        (["profile", f"{CANARY}.csv"], "source", "SourceError"),
        (["audit", "canary-folder/people.csv", "--as-of", CANARY], "people.csv", "UsageError"),
    ],
)
def test_a_run_that_fails_leaves_the_name_of_its_error_and_no_text(
    argv, source, error, people, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUDITKIT_A_URL", "postgresql://me:hunter2@/nowhere?host=/no/such/socket")
    assert main([*argv, "--log", "log"]) == 2
    (line,) = lines(tmp_path / "log")
    assert (line["source"], line["error"], line["exit_code"]) == (source, error, 2)
    assert not any(word in (tmp_path / "log").read_text() for word in ("hunter2", "canary", "no/such"))


def test_where_no_line_can_be_left_nothing_is_audited(people, tmp_path, capsys):
    assert main(["profile", str(people), "--log", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert out == "" and "people.csv" not in err


def test_lines_of_processes_that_write_at_once_do_not_mix(tmp_path):
    code = (
        "import sys; from auditkit import journal\nfor i in range(40):\n with audit_log.line(sys.argv[1], 'p' *"
        " 3000) as said: said.ended(i)"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "log")]) for _ in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert sorted(line["exit_code"] for line in lines(tmp_path / "log")) == sorted([*range(40)] * 3)


def test_an_interrupted_run_leaves_its_line_too(tmp_path):
    with pytest.raises(KeyboardInterrupt), audit_log.line(tmp_path / "log", "p"):
        raise KeyboardInterrupt
    assert [line["error"] for line in lines(tmp_path / "log")] == ["KeyboardInterrupt"]


def test_a_log_may_be_a_stream(people):
    command = [sys.executable, "-m", "auditkit", "profile", str(people), "--log", "/dev/stderr"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and '"program": "auditkit profile"' in done.stderr
