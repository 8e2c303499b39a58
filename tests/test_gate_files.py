"""The action for GitHub and the template for GitLab: their scripts run, and their commands exist."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import auditkit
from auditkit.cli import parser
from tools.markdown import blocks

ROOT = Path(__file__).parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
PAGE = {b.file: b.text for b in blocks((ROOT / "docs/how-to/use-as-a-gate.md").read_text(encoding="utf-8"))}


def step(name: str) -> dict:
    (found,) = [s for s in ACTION["runs"]["steps"] if s["name"] == name]
    return found


@pytest.fixture
def runner(tmp_path):
    """Return what runs a step of the action as a runner does, with the inputs that are given."""
    (tmp_path / "auditkit" / "bin").mkdir(parents=True)
    command = tmp_path / "auditkit" / "bin" / "auditkit"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m auditkit "$@"\n')
    command.chmod(0o700)

    def run(name: str, **inputs: str) -> tuple[int, str]:
        given = {key: str(value.get("default", "")) for key, value in ACTION["inputs"].items()} | inputs
        names = {
            k: re.sub(r"\$\{\{ inputs\.([\w-]+) }}", lambda m: given[m[1]], v)
            for k, v in step(name)["env"].items()
        }
        names |= {"RUNNER_TEMP": str(tmp_path), "GITHUB_OUTPUT": str(tmp_path / "output")}
        path = f"{Path(auditkit.__file__).parents[1]}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", step(name)["run"]],
            env={**os.environ, **names, "PYTHONPATH": path}, cwd=tmp_path, check=False, capture_output=True,
            text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return int((tmp_path / "output").read_text().rpartition("=")[2]), done.stderr

    return run


def test_the_action_audits_and_keeps_the_exit_code_for_the_end(runner, tmp_path):
    (tmp_path / "people.csv").write_text("id,email\n1,canary@mail.example\n2,ben@mail.example\n")
    (tmp_path / "privacy.yaml").write_text("{version: 1, name: Shop, tables: {people: {columns: {}}}}")
    code, messages = runner("Audit", source="people.csv")
    assert code == 1, messages
    assert json.loads((tmp_path / "findings.sarif").read_text())["version"] == "2.1.0"
    code, _ = runner("Audit", source="$(touch made); people.csv", against="; touch made")
    assert code == 2 and not (tmp_path / "made").exists(), "an input is never run"
    for number in (0, 1, 3):
        done = subprocess.run(["bash", "-c", step("Result")["run"]], env={"CODE": str(number)}, check=False)
        assert done.returncode == number


def test_no_step_has_an_expression_inside_its_script():
    for one in ACTION["runs"]["steps"]:
        assert "${{" not in one.get("run", "")
        assert "run" not in one or one["shell"] == "bash"
    assert step("Upload")["uses"].startswith("github/codeql-action/upload-sarif@")


def test_the_page_uses_inputs_that_the_action_has():
    workflow = yaml.safe_load(PAGE[".github/workflows/privacy.yml"])
    last = workflow["jobs"]["audit"]["steps"][-1]
    assert set(last["with"]) <= set(ACTION["inputs"])
    assert {k for k, v in ACTION["inputs"].items() if v.get("required")} <= set(last["with"])
    assert workflow["permissions"] == {"contents": "read", "security-events": "write"}


def test_the_template_for_gitlab_has_commands_that_exist():
    job = yaml.safe_load(PAGE[".gitlab-ci.yml"])["privacy"]
    script = "\n".join(job["script"])
    assert subprocess.run(["sh", "-n", "-c", script], check=False).returncode == 0
    for arguments in re.findall(r"auditkit (\w+ [^|;\n]+?)(?: \|\||$)", script, re.MULTILINE):
        assert parser().parse_args(shlex.split(arguments)).run
    assert job["artifacts"]["when"] == "always"
    made = {job["artifacts"]["reports"]["junit"], *job["artifacts"]["paths"]}
    assert made == {"findings.sarif", "findings.junit.xml", "reports"}


def test_the_page_of_hooks_names_hooks_that_exist():
    hooks = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    (repository,) = yaml.safe_load(PAGE[".pre-commit-config.yaml"])["repos"]
    assert {hook["id"] for hook in repository["hooks"]} == hooks
