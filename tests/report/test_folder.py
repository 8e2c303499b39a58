"""The run folder: whole or not at all, private, and never overwritten."""

import hashlib
import json
import os
import stat
from dataclasses import replace

import pytest

from auditkit.assess import Run
from auditkit.audit.audit import Audit
from auditkit.cli import main
from auditkit.outcome import Cause, NotAssessed
from auditkit.report import exports, folder, office, verify
from auditkit.report.saved import SavedRun
from auditkit.report.selfscan import PersonalValueError

FILES = "audit.json findings.csv findings.sarif inventory.csv manifest.json report.html report.json".split()
CANARY = "canary.roe@mail.example"


def names(path):
    return sorted(p.relative_to(path).as_posix() for p in path.rglob("*"))


def test_a_run_is_written_whole_and_private(audit, policy, tmp_path):
    target = folder.save(audit, tmp_path / "runs" / "one", policy=policy)
    assert names(tmp_path) == ["runs", "runs/one", *(f"runs/one/{name}" for name in FILES)]
    assert stat.S_IMODE(target.stat().st_mode) == 0o700
    assert {stat.S_IMODE(p.stat().st_mode) for p in target.iterdir()} == {0o600}
    read = Audit.load(target)
    assert read.run["id"] == "one" and replace(read, run={}).to_json() == replace(audit, run={}).to_json()
    assert json.loads((target / "report.json").read_text())["name"] == "Helpdesk"


def test_a_run_names_its_key_by_its_id_alone(audit, tmp_path, monkeypatch):
    monkeypatch.setenv("AUDITKIT_KEY", "a key that nobody must see")
    target = folder.save(audit, tmp_path / "one")
    key_id = Audit.load(target).run["key"]
    assert len(key_id) == 8 and json.loads((target / "manifest.json").read_text())["key"] == key_id
    assert not any("nobody must see" in p.read_text() for p in target.iterdir())


def test_a_run_where_no_key_can_be_kept_is_written_all_the_same(audit, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    assert Audit.load(folder.save(audit, tmp_path / "one")).run["key"] is None


def test_the_page_names_the_digests_of_the_files_beside_it(audit, policy, tmp_path):
    target = folder.save(audit, tmp_path / "one", policy=policy)
    page = (target / "report.html").read_text()
    for name in ("audit.json", "findings.csv", "findings.sarif", "report.json"):
        assert hashlib.sha256((target / name).read_bytes()).hexdigest() in page, name
    assert "auditkit verify one" in page and "auditkit report helpdesk.sqlite --as-of 2026-11-22" in page


def test_nothing_is_overwritten(audit, tmp_path):
    target = folder.save(audit, tmp_path / "one")
    before = {p.name: p.read_bytes() for p in target.iterdir()}
    with pytest.raises(FileExistsError, match="never overwritten"):
        folder.save(replace(audit, source="other"), target)
    assert {p.name: p.read_bytes() for p in target.iterdir()} == before and names(tmp_path)[0] == "one"


def test_a_personal_value_is_withheld_from_every_file_and_its_place_is_named(audit, tmp_path):
    """A report is never made impossible by a name that nobody saw: it is there, without the value."""
    bad = replace(
        audit,
        outcomes=(
            *audit.outcomes,
            NotAssessed(check="pii-undeclared", table=CANARY, cause=Cause.ERROR, reason=f"near {CANARY}"),
        ),
    )
    target = folder.save(bad, tmp_path / "runs" / "one")
    texts = {path.name: path.read_text() for path in target.iterdir()}
    assert not [name for name, text in texts.items() if CANARY in text]
    assert "[withheld: e-mail address]" in texts["report.html"]
    for name in ("audit.json", "findings.csv", "report.html"):
        assert f"{name}: an e-mail address was withheld from" in texts["withheld.txt"]
    assert Audit.load(target).not_assessed
    assert verify.verify(target).intact
    assert "withheld.txt" not in {p.name for p in folder.save(audit, tmp_path / "two").iterdir()}


def test_no_format_on_the_terminal_shows_a_personal_value(tmp_path, capsys, monkeypatch):
    """What the search of names misses, the scan of what is printed withholds, and names the place."""
    monkeypatch.setattr("auditkit.naming.names.kind_of_value", lambda name: None)
    file = tmp_path / "t.csv"
    file.write_text(f"id,{CANARY}\n1,2\n2,3\n")
    for form in ("json", "csv", "table"):
        main(["profile", "--all", str(file), "--format", form])
        printed = capsys.readouterr()
        assert CANARY not in printed.out + printed.err
        assert "was withheld from" in printed.err, form
    for form in ("json", "html"):
        main(["audit", str(file), "--format", form, "--scanner", "pii"])
        printed = capsys.readouterr()
        assert CANARY not in printed.out + printed.err


def test_the_contacts_of_the_policy_may_be_shown(audit, policy, tmp_path):
    target = folder.save(audit, tmp_path / "one", policy=policy)
    assert "privacy@example.org" in (target / "report.html").read_text()


def test_a_fingerprint_that_looks_like_a_card_does_not_stop_a_run(audit, tmp_path, monkeypatch):
    monkeypatch.setattr(NotAssessed, "fingerprint", property(lambda self: "4111111111111111"))
    folder.save(audit, tmp_path / "one")


def test_a_failed_write_leaves_nothing(tmp_path, monkeypatch):
    def full(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(OSError, match="No space"):
        folder.write(tmp_path / "one", {"audit.json": "{}"})
    assert names(tmp_path) == []


def test_each_run_has_a_folder_of_its_own(tmp_path):
    places = {folder.place(tmp_path, "Help desk") for _ in range(50)}
    assert len(places) == 50 and {p.parent for p in places} == {tmp_path / "help-desk"}


@pytest.mark.parametrize("name", ["../../etc", "/abs", "..", "", "a/b", "C:\\x", "\x00"])
def test_a_name_never_leads_out_of_the_folder(name, tmp_path):
    assert folder.place(tmp_path, name).parent.parent == tmp_path


def test_a_run_shows_its_folder_but_no_path(audit, tmp_path):
    run = Run(tmp_path / "20261122T093000Z-aa", audit)
    assert "1 critical, 1 high, 1 medium; 1 waived; 2 not assessed" in repr(run)
    assert str(tmp_path) not in repr(run) + run._repr_html_() and 'href="report.html"' in run._repr_html_()
    assert (
        list(run.not_assessed.columns) == ["check", "table", "cause", "reason"] and len(run.not_assessed) == 2
    )


def test_an_audit_saves_itself(audit, tmp_path):
    assert names(audit.save(tmp_path / "one")) == FILES
    assert audit.to_html().startswith("<!doctype html>") and "Severity" in audit._repr_html_()


ACTING = (
    "<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "{{ 7 * 7 }}", "\x1b[2J\u202e",
    "=cmd|' /C calc'!A0", "](javascript:alert(1))", "\\input{/etc/passwd}", "' onmouseover='alert(1)",
)  # fmt: skip
"""Names that act in HTML, templates, terminals, spreadsheets, Markdown and LaTeX."""


@pytest.mark.parametrize("view", ["edpb", "ico", "cnil"])
def test_no_view_shows_a_value_and_no_name_in_it_acts(view, audit, policy, tmp_path):
    """Also not in the documents that are made of the run."""
    places = [f"to {CANARY} of may", *ACTING]
    found = tuple(replace(audit.findings[0], table=name, columns=(name,), target=name) for name in places)
    columns = tuple(replace(audit.columns[0], table=name, column=name) for name in places)
    named = replace(audit, outcomes=(*audit.outcomes, *found), columns=(*audit.columns, *columns))
    run = folder.save(named, tmp_path / "one", policy=policy, view=view)
    written = {p.name: p.read_text(encoding="utf-8") for p in run.iterdir()}
    assert "e-mail address was withheld" in written["withheld.txt"]
    saved = SavedRun.load(run)
    for name in exports.formats():
        try:
            content, _ = exports.made(name, saved)
        except PersonalValueError as error:
            content = str(error)
        text = content if isinstance(content, str) else "\n".join(office.texts(content).values())
        written[f"export {name}"] = text
    assert {name for name, text in written.items() if CANARY in text or "\x1b" in text} == set()
    pages = {name: text for name, text in written.items() if "<html" in text}
    assert len(pages) > 1
    for text in pages.values():
        assert not [act for act in ("<img src=x", "alert(1)</script>", "' onmouseover='") if act in text]
