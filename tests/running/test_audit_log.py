"""The log of the runs: one line for each run, however it ends, and no value in it."""

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


def test_a_line_says_who_audited_what_when_and_with_what_result(people, tmp_path):
    log = tmp_path / "log" / "audits.jsonl"
    policy = str(people.parent / "privacy.yaml")
    code = main(["audit", str(people), "-p", policy, "--as-of", "2026-11-22", "--log", str(log)])
    main(["profile", str(people), "--log", str(log)])
    audited, profiled = lines(log)
    assert code == 1
    assert (audited["exit_code"], audited["error"]) == (1, None)
    assert audited["user"]
    assert (audited["program"], audited["source"]) == ("auditkit audit", "people.csv")
    assert audited["as_of"] == "2026-11-22"
    assert audited["policy"]["name"] == "Shop"
    assert len(audited["policy"]["digest"]) == 64
    assert audited["findings"]["high"] == 1
    assert audited["counts"]["planned"] > 0
    assert audited["started"] <= audited["finished"]
    assert (profiled["program"], profiled["source"]) == ("auditkit profile", "people.csv")
    assert profiled["exit_code"] == 0
    assert audited.keys() == profiled.keys()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert "canary" not in log.read_text()
    assert str(tmp_path) not in log.read_text()


def test_the_option_goes_before_the_environment_variable(people, tmp_path, monkeypatch):
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


def test_nothing_is_audited_where_the_log_cannot_be_written(people, tmp_path, capsys):
    assert main(["profile", str(people), "--log", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "people.csv" not in err


def test_lines_of_several_processes_do_not_mix(tmp_path):
    code = (
        "import sys; from auditkit.running import audit_log\n"
        "for i in range(40):\n"
        " with audit_log.line(sys.argv[1], 'p' * 3000) as run: run.ended(i)"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "log")]) for _ in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert sorted(line["exit_code"] for line in lines(tmp_path / "log")) == sorted([*range(40)] * 3)


def test_an_interrupted_run_leaves_a_line(tmp_path):
    with pytest.raises(KeyboardInterrupt), audit_log.line(tmp_path / "log", "p"):
        raise KeyboardInterrupt
    assert [line["error"] for line in lines(tmp_path / "log")] == ["KeyboardInterrupt"]


def test_the_log_may_be_a_stream(people):
    command = [sys.executable, "-m", "auditkit", "profile", str(people), "--log", "/dev/stderr"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert '"program": "auditkit profile"' in done.stderr
