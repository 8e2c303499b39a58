"""The recipes of docs/how-to/schedule.md: every block of code on the page is run or parsed."""

import ast
import configparser
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import yaml

import auditkit
from auditkit import cli
from auditkit.running import lock

PAGE = (Path(__file__).parent.parent / "docs" / "how-to" / "schedule.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
TIME = r"(?:\*|\d+(?:-\d+)?)(?:/\d+)?(?:,(?:\*|\d+(?:-\d+)?)(?:/\d+)?)*"
CRON = re.compile(rf"((?:{TIME} ){{5}})(\S.*)")


DATABASE = """
CREATE TABLE tenants (id INTEGER PRIMARY KEY, title TEXT);
INSERT INTO tenants VALUES (1, 'One'), (2, 'Two');
CREATE TABLE attachments (id INTEGER PRIMARY KEY, tenant_id INTEGER REFERENCES tenants(id), size INTEGER);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
INSERT INTO attachments SELECT i, CASE WHEN i % 100 THEN 1 + i % 2 END, i * 7 FROM n;
"""
POLICY = "version: 1\nname: Helpdesk\ntenancy: {root: tenants, key: tenant_id}\n"


def block(language, holding=""):
    (text,) = [text for kind, text in BLOCKS if kind == language and holding in text]
    return text


def schedule():
    """Return the five fields of the line of the crontab, and its command."""
    (line,) = [line for line in block("cron").splitlines() if not re.match(r"#|\w+=", line)]
    return CRON.fullmatch(line).groups()


def commands(text):
    """Return the arguments of every auditkit command in a shell text, with its variables filled in."""
    flat = text.replace('${before:+--against "$before"}', "--against RUN").replace(
        '"$(dirname "$page")"', "RUN"
    )
    found = re.findall(r"(?<![\w/.-])auditkit ([^\n|>&)]+)", flat)
    return [shlex.split(re.sub(r'"\$\w+"', "RUN", command)) for command in found]


def workflow():
    return yaml.safe_load(block("yaml"))


def steps():
    return [step["run"] for step in workflow()["jobs"]["audit"]["steps"] if "run" in step]


def airflow():
    """Return the keyword arguments of the operators in the Airflow recipe, by the name of the operator."""
    calls = [
        n
        for n in ast.walk(ast.parse(block("python")))
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    ]
    return {
        c.func.id: {k.arg: ast.literal_eval(k.value) for k in c.keywords}
        for c in calls
        if c.func.id.endswith("Operator")
    }


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Return the folder of the recipes, with a small helpdesk as its source, and the command on the path."""
    database = tmp_path / "helpdesk.sqlite"
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(DATABASE)
    (tmp_path / "privacy.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "env").write_text(re.sub(r"'.*'", f"'{database}'", block("sh", "export ")), encoding="utf-8")
    script = tmp_path / "nightly.sh"
    script.write_text(block("sh", "nightly.sh"), encoding="utf-8")
    script.chmod(0o700)
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "auditkit"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m auditkit "$@"\n', encoding="utf-8")
    command.chmod(0o700)
    monkeypatch.setenv("PATH", f"{command.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv(
        "PYTHONPATH", f"{Path(auditkit.__file__).parents[1]}{os.pathsep}{os.environ['PYTHONPATH']}"
    )
    return tmp_path


def shell(command, place):
    done = subprocess.run(
        ["sh", "-c", command.replace("/srv/privacy", str(place))], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_every_block_has_a_language_that_is_tested():
    assert sorted(kind for kind, _ in BLOCKS) == ["cron", "ini", "ini", "python", "sh", "sh", "yaml"]


SHELL = [text for kind, text in BLOCKS if kind != "python"]


@pytest.mark.parametrize("arguments", [c for text in SHELL for c in commands(text)], ids=lambda c: c[0])
def test_every_command_of_a_recipe_exists(arguments):
    assert cli.parser().parse_args(arguments).run


def test_every_command_and_option_in_the_text_exists():
    (sub,) = [a for a in cli.parser()._actions if a.choices and "audit" in a.choices]
    mentioned = re.findall(r"`auditkit ([a-z]+)([^`]*)`", PAGE)
    assert len(mentioned) > 3
    for name, rest in mentioned:
        options = sub.choices[name]._option_string_actions
        assert all(flag in options for flag in re.findall(r"--[\w-]+", rest)), name
    bare = set(re.findall(r"`(--[\w-]+)[^`]*`", PAGE))
    assert bare and all(
        any(flag in command._option_string_actions for command in sub.choices.values()) for flag in bare
    )


def test_no_block_holds_a_secret_or_the_address_of_a_registry():
    assert not re.search(r"(?i)pypi|ghcr|docker\.io|registry", PAGE)
    assert not re.search(r"://\w+:(?!\.\.\.)[^@\s]+@", PAGE)


def test_a_source_that_cannot_be_read_exits_with_2(capsys, monkeypatch):
    monkeypatch.delenv("HELPDESK_URL", raising=False)
    assert cli.main(["audit", "env:HELPDESK_URL"]) == 2
    assert "HELPDESK_URL" in capsys.readouterr().err


def test_a_second_run_does_nothing_and_exits_with_2(place, capsys):
    policy, out = ["-p", str(place / "privacy.yaml")], ["-o", str(place / "reports")]
    with lock.held(place / "reports" / "helpdesk"):
        code = cli.main(["report", str(place / "helpdesk.sqlite"), *policy, *out])
    assert code == 2
    assert "another run" in capsys.readouterr().err
    files = {path.name for path in (place / "reports").rglob("*") if path.is_file()}
    assert files <= {".lock", "audit.log.jsonl"}


@pytest.mark.slow
def test_the_line_of_the_crontab_runs_and_reports_only_new_findings(place):
    fields, command = schedule()
    assert len(fields.split()) == 5 and "%" not in command, (
        "cron turns a percent sign into the end of the command"
    )
    assert shell(command, place)[0] == 0
    log = (place / "nightly.log").read_text()
    assert "1 finding" in log and str(place) not in log
    assert len(list((place / "reports" / "helpdesk").glob("[0-9]*/report.html"))) == 1
    code, out, _ = shell(command, place)  # the data is the same, so nothing is printed and nothing is mailed
    assert (code, out) == (0, "")
    assert len(list((place / "reports" / "helpdesk").glob("[0-9]*/report.html"))) == 2
    with closing(sqlite3.connect(place / "helpdesk.sqlite")) as connection, connection:
        connection.execute("UPDATE attachments SET tenant_id = NULL WHERE id % 5 = 0")
    code, _, messages = shell(f"cd {place} && . ./env && set -e\n{steps()[1]}", place)
    assert code == 1
    assert "1 grown" in messages, messages
    assert '"version": "2.1.0"' in (place / "findings.sarif").read_text()


def test_systemd_accepts_the_units(tmp_path):
    names = []
    for kind in ("service", "timer"):
        text = block("ini", f"auditkit-helpdesk.{kind}")
        (path,) = re.findall(r"^# (/etc/systemd/system/\S+)$", text, re.MULTILINE)
        names.append(tmp_path / Path(path).name)
        names[-1].write_text(text.replace("/srv/privacy/nightly.sh", "/bin/true"), encoding="utf-8")
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str
        unit.read_string(text)
        assert set(unit.sections()) == {"Unit", {"service": "Service", "timer": "Timer"}[kind]} | (
            {"Install"} if kind == "timer" else set()
        )
    if shutil.which("systemd-analyze"):
        done = subprocess.run(
            ["systemd-analyze", "verify", *names], capture_output=True, text=True, check=False
        )
        assert (done.returncode, [line for line in done.stderr.splitlines() if "auditkit" in line]) == (0, [])
        (when,) = re.findall(r"^OnCalendar=(.+)$", names[1].read_text(), re.MULTILINE)
        assert (
            subprocess.run(["systemd-analyze", "calendar", when], capture_output=True, check=False).returncode
            == 0
        )


def test_the_service_writes_only_where_it_may():
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read_string(block("ini", "[Service]"))
    service = unit["Service"]
    assert service["ReadWritePaths"] == service["WorkingDirectory"] + "/reports"
    written = set(re.findall(r"-o (\S+)", block("sh", "nightly.sh")))
    assert written == {"reports"} and ">nightly" not in block("sh", "nightly.sh")


def test_the_airflow_recipe_runs_the_script_and_holds_no_secret_and_no_parameter():
    compile(block("python"), "dag.py", "exec")
    (call,) = airflow().values()
    assert call["bash_command"] == "/srv/privacy/nightly.sh ", (
        "without the space Airflow looks for a template"
    )
    assert call["append_env"] and call["retries"] == 0
    assert not {"env", "params"} & set(call) and "{{" not in block("python")


def test_the_workflow_asks_for_no_more_rights_than_it_needs():
    found = workflow()
    triggers = found[True]  # YAML 1.1 reads the word `on` as a boolean
    assert CRON.fullmatch(triggers["schedule"][0]["cron"] + " x")
    assert found["permissions"] == {"contents": "read", "security-events": "write"}
    (job,) = found["jobs"].values()
    assert all("secrets." in value for value in job["env"].values())
    always = [s.get("if") for s in job["steps"]][5:]
    assert always == ["always()"] * len(always), (
        "what is kept as evidence is kept when there are findings, too"
    )
    for run in steps():
        assert subprocess.run(["sh", "-n", "-c", run], check=False).returncode == 0
    assert sum(len(commands(run)) for run in steps()) == 2
