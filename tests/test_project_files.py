"""The files that contributors and forges read are valid, agree with each other, and ask for no real data."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
import yaml

from auditkit.version import __version__

ROOT = Path(__file__).parent.parent
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
QUESTIONS = [path for path in FORMS if path.name != "config.yml"]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def project() -> dict[str, object]:
    return tomllib.loads(read("pyproject.toml"))["project"]


def test_there_is_a_form_for_each_kind_of_issue():
    assert {path.stem for path in QUESTIONS} == set(
        "false_positive false_negative new_check new_identifier new_engine".split()
    )
    assert yaml.safe_load(read(".github/ISSUE_TEMPLATE/config.yml"))["blank_issues_enabled"] is False


@pytest.mark.parametrize("form", QUESTIONS, ids=lambda path: path.stem)
def test_a_form_asks_for_no_real_data(form):
    asked = yaml.safe_load(form.read_text(encoding="utf-8"))
    assert {"name", "description", "body"} <= asked.keys()
    head, *fields = asked["body"]
    assert head["type"] == "markdown" and "**Never paste " in head["attributes"]["value"]
    (promise,) = [field for field in fields if field["type"] == "checkboxes"]
    assert all(option["required"] for option in promise["attributes"]["options"])
    ids = [field["id"] for field in fields]
    assert len(ids) == len(set(ids))


def test_the_workflows_run_what_everybody_runs():
    tests = yaml.safe_load(read(".github/workflows/tests.yml"))
    assert tests["permissions"] == {"contents": "read"}
    assert ".ci/run" in [step.get("run") for step in tests["jobs"]["tests"]["steps"]]
    assert (ROOT / ".ci" / "run").is_file()
    site = yaml.safe_load(read(".github/workflows/documentation.yml"))
    assert site["permissions"] == {"contents": "read"}
    assert "make docs" in [step.get("run") for step in site["jobs"]["site"]["steps"]]


def test_the_hooks_before_a_commit_use_the_tools_of_make():
    hooks = [
        hook for repo in yaml.safe_load(read(".pre-commit-config.yaml"))["repos"] for hook in repo["hooks"]
    ]
    assert {hook["id"] for hook in hooks} >= {"ruff-format", "ruff-check", "mypy", "imports", "wording"}
    assert all(hook["language"] == "system" and hook["entry"].startswith(".venv/bin/") for hook in hooks)


def test_the_files_about_a_release_agree():
    cited = yaml.safe_load(read("CITATION.cff"))
    released = re.search(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", read("CHANGELOG.md"), re.MULTILINE)
    assert released is not None
    assert (cited["version"], str(cited["date-released"])) == released.groups()
    assert date.fromisoformat(released[2]) >= date(2026, 11, 30)
    assert __version__.startswith(released[1])
    assert cited["license"] == project()["license"]


def test_the_changelog_keeps_its_form():
    text = read("CHANGELOG.md")
    assert text.index("## [Unreleased]") < text.index("## [0.1.0]")
    kinds = set("Added Changed Deprecated Removed Fixed Security".split())
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= kinds
    for version in re.findall(r"^## \[(.+?)\]", text, re.MULTILINE):
        assert f"\n[{version}]: https://" in text


def test_a_part_of_the_changelog_with_subjects_has_no_line_outside_them():
    unreleased = read("CHANGELOG.md").partition("## [Unreleased]")[2].partition("\n## [")[0]
    parts = [part.partition("\n")[2].strip() for part in re.split(r"^### ", unreleased, flags=re.MULTILINE)]
    assert [part[:60] for part in parts if "\n**" in part and not part.startswith("**")] == []


def test_no_file_has_the_marks_of_an_unfinished_merge():
    marks = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)
    files = [*ROOT.glob("*.md"), *ROOT.glob("*.toml")]
    for folder in ("auditkit", "docs", "tests", "tools", "benchmarks"):
        files += [p for kind in ("py", "md", "toml", "txt") for p in (ROOT / folder).rglob(f"*.{kind}")]
    assert len(files) > 1000
    assert [str(path) for path in files if marks.search(path.read_text(encoding="utf-8"))] == []


def test_the_package_says_where_it_comes_from():
    urls = project()["urls"]
    cited = yaml.safe_load(read("CITATION.cff"))
    assert urls["Source"] == cited["repository-code"]
    assert {"Source", "Issues", "Changelog", "Documentation"} <= urls.keys()
    assert project()["authors"] == [{"name": cited["authors"][0]["name"]}]
    addresses = {
        found
        for name in ("SECURITY.md", "CODE_OF_CONDUCT.md", ".github/ISSUE_TEMPLATE/config.yml", "CHANGELOG.md")
        for found in re.findall(r"https://github\.com/[\w-]+/[\w-]+", read(name))
    }
    assert addresses == {urls["Source"]}


def test_the_map_of_the_layers_is_the_contract_row_by_row():
    contract = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"][0]
    layers = [{part.strip() for part in layer.split("|")} for layer in contract["layers"]]
    table = read("CONTRIBUTING.md").partition("## Where things are")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    assert [set(re.findall("`(.+?)`", row)) for row in rows] == layers


def test_the_security_page_supports_this_version():
    minor = ".".join(__version__.split(".")[:2])
    assert f"| {minor}.x | yes |" in read("SECURITY.md")
