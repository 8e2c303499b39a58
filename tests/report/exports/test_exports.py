"""Every format: found by walking, made from a run folder alone, with no personal value and no active name."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from auditkit.cli import main
from auditkit.errors import UsageError
from auditkit.report import exports, folder, office
from auditkit.report.saved import SavedRun
from auditkit.report.selfscan import PersonalValueError
from tests.report.exports.conftest import HOSTILE

CANARY = "canary.roe@mail.example"
FORMATS = exports.formats()


def texts(content: str | bytes) -> str:
    """Return what can be read in an export: of an office file the texts of all its parts."""
    return content if isinstance(content, str) else "\n".join(office.texts(content).values())


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_made_from_the_folder_alone(name, run, tmp_path):
    saved = folder.save(run.audit, tmp_path / "runs" / "one", policy=run.audit.declared_policy)
    content, withheld = exports.made(name, SavedRun.load(saved))
    assert content and not withheld
    assert exports.export(name).title, "the page of the format begins with what it is"


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_run_gives_the_same_bytes(name, run):
    assert exports.made(name, run) == exports.made(name, run)


@pytest.mark.parametrize("name", FORMATS)
def test_names_of_a_source_do_not_act(name, hostile):
    content, _ = exports.made(name, hostile)
    text = texts(content)
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]", text)


@pytest.mark.parametrize("name", FORMATS)
def test_no_personal_value_comes_out(name, run):
    column = replace(run.audit.columns[0], evidence=f"like {CANARY}", names_seen=CANARY)
    planted = replace(run, audit=replace(run.audit, columns=(column,), source=CANARY))
    try:
        content, _ = exports.made(name, planted)
    except PersonalValueError as error:
        content = str(error)
    assert CANARY not in texts(content)


@pytest.mark.parametrize("name", ["../../out", "..", "/{place}/out", "..\\..\\out", "~/out", "-o"], ids=ascii)
def test_no_name_in_a_run_leads_out_of_a_folder(name, run, tmp_path, monkeypatch, capsys):
    """Whoever wrote the run chose its id, the names of its source and its policy, and those of the tables."""
    monkeypatch.setenv("HOME", str(tmp_path))
    name = name.format(place=tmp_path)
    found = tuple(replace(finding, table=name) for finding in run.audit.findings[:2])
    policy = {**run.audit.policy, "name": name, "file": name}
    audit = replace(run.audit, outcomes=found, source=name, policy=policy, run={**run.audit.run, "id": name})
    audit = replace(audit, declared={**audit.declared, "name": name})
    (place := tmp_path / "a" / "b" / "run").mkdir(parents=True)
    (place / "audit.json").write_text(audit.to_json())
    (place / "report.json").write_text((run.folder / "report.json").read_text())
    monkeypatch.chdir(place.parent)
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    formats = [part for name in FORMATS for part in ("--format", name)]
    assert main(["export", "run", *formats, "-o", "made"]) == 0
    assert main(["register", "run", "-o", "made/register"]) in (0, 1, 3)
    made = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    files = {exports.export(name).file for name in FORMATS}
    assert {path.relative_to(place.parent / "made").name for path in made} == files


def test_an_unknown_format_is_named_with_the_nearest():
    with pytest.raises(UsageError, match="Did you mean 'inventory'"):
        exports.export("inventry")


def test_the_command_writes_files_and_never_overwrites(run, tmp_path, capsys):
    saved = folder.save(run.audit, tmp_path / "runs" / "one", policy=run.audit.declared_policy)
    out = tmp_path / "out"
    argv = ["export", str(saved), "--format", "inventory", "--format", "odcs", "-o", str(out)]
    assert main(argv) == 0
    assert sorted(p.name for p in out.iterdir()) == ["inventory.csv", "odcs.yaml"]
    assert (out / "inventory.csv").read_bytes() == (saved / "inventory.csv").read_bytes()
    assert main(argv) == 2 and "overwritten" in capsys.readouterr().err
    assert main([*argv[:4], "-o", str(saved)]) == 2 and "seal" in capsys.readouterr().err


def test_the_command_prints_one_text(run, tmp_path, capsys):
    saved = folder.save(run.audit, tmp_path / "runs" / "one")
    assert main(["export", str(saved), "--format", "inventory"]) == 0
    assert capsys.readouterr().out.startswith("table,column,")
    assert main(["export", str(saved), "--format", "inventory", "--format", "odcs"]) == 2


def test_a_folder_that_holds_no_run_is_refused(tmp_path, capsys):
    (tmp_path / "audit.json").write_text("[" * 100_000)
    assert main(["export", str(tmp_path), "--format", "inventory"]) == 2
    assert "does not hold an audit" in capsys.readouterr().err


def test_hostile_names_are_there_for_a_reader(hostile):
    assert len(HOSTILE) ** 2 < len(hostile.audit.columns)
