"""The manifest and its verification: one byte, anywhere, is found and named."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from auditkit.audit.audit import Audit
from auditkit.report import folder, manifest, run_index
from auditkit.report.verify import verify
from auditkit.running import audit_log

FILES = tuple(
    "audit.json findings.csv findings.sarif inventory.csv manifest.json report.html report.json".split()
)


@pytest.fixture
def runs(audit: Audit, tmp_path: Path) -> Path:
    """Return a folder of three runs of one policy."""
    for name in ("a", "b", "c"):
        folder.save(audit, tmp_path / "runs" / name)
    return tmp_path / "runs"


def faults(place: Path) -> list[str]:
    return [str(fault) for fault in verify(place).faults]


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))


def test_a_run_is_intact_as_it_was_written(runs):
    assert verify(runs / "b").intact and verify(runs).intact and verify(runs.parent).intact
    assert len(verify(runs).runs) == 3


@pytest.mark.parametrize("where", ["first", "middle", "last"])
@pytest.mark.parametrize("file", FILES)
def test_one_byte_is_found_and_its_file_named(runs, file, where):
    size = (runs / "b" / file).stat().st_size
    flip(runs / "b" / file, {"first": 0, "middle": size // 2, "last": size - 1}[where])
    assert f"b/{file}: changed" in faults(runs / "b")
    assert any(line.startswith("b/") for line in faults(runs))


def test_every_byte_of_a_manifest_counts(runs):
    """It has no byte that could be changed without notice: not a space, not a digit of a version."""
    path, whole = runs / "a" / "manifest.json", (runs / "a" / "manifest.json").read_bytes()
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert faults(runs / "a"), at
    for other in (
        whole + b"\n",
        whole[:-1],
        whole.replace(b"\n", b"\r\n"),
        json.dumps(json.loads(whole)).encode(),
        b"",
        b"[]",
        b"\xff",
    ):
        path.write_bytes(other)
        assert faults(runs / "a") == ["a/manifest.json: changed"], other[:20]


def test_what_is_added_or_missing_is_named(runs):
    (runs / "a" / "extra.txt").write_text("x")
    (runs / "a" / ".hidden").mkdir()
    (runs / "a" / "findings.csv").unlink()
    assert faults(runs / "a") == ["a/.hidden: added", "a/extra.txt: added", "a/findings.csv: missing"]
    (runs / "b" / "manifest.json").unlink()
    assert faults(runs / "b") == ["b/manifest.json: missing"]


def test_a_link_in_the_place_of_a_file_is_no_file(runs, tmp_path):
    shutil.copy(runs / "a" / "report.html", tmp_path / "elsewhere.html")
    (runs / "a" / "report.html").unlink()
    (runs / "a" / "report.html").symlink_to(tmp_path / "elsewhere.html")
    assert faults(runs / "a") == ["a/report.html: not a plain file"]


def forge(run: Path, **changes: object) -> None:
    """Write a manifest that says something else and is consistent in itself, as somebody would who knows the
    format.
    """
    changed = {**json.loads((run / "manifest.json").read_text()), **changes}
    changed["digest"] = manifest.digest({k: v for k, v in changed.items() if k != "digest"})
    (run / "manifest.json").write_text(manifest.canonical(changed))


def test_a_run_that_is_rewritten_with_its_manifest_breaks_the_chain(runs):
    flip(runs / "b" / "findings.csv", 0)
    assert faults(runs) == ["b/findings.csv: changed"]
    forge(
        runs / "b",
        files=[manifest.entry(p) for p in sorted((runs / "b").iterdir()) if p.name != "manifest.json"],
    )
    assert verify(runs / "b").intact, "alone it looks whole"
    assert faults(runs) == ["b/manifest.json: not the one that run c followed"]
    assert faults(runs / "c") == ["b/manifest.json: not the one that run c followed"]


def test_a_manifest_never_leads_out_of_its_folder(runs):
    for path in ("../b/audit.json", "/etc/hostname", "..", "manifest.json"):
        forge(runs / "a", files=[{"path": path, "size": 1, "sha256": "0"}])
        assert faults(runs / "a") == ["a/manifest.json: changed"]


@pytest.mark.parametrize(
    "previous",
    [
        "x",
        1,
        ["run", "manifest_sha256"],
        {"run": [], "manifest_sha256": ""},
        {"run": "a"},
        {"run": "a", "manifest_sha256": {}},
    ],
)
def test_a_run_before_of_another_type_stops_no_later_run(audit, runs, previous):
    """Whoever may write into the folder must not be able to keep the next report from being written."""
    file = runs / "b" / manifest.NAME
    contents = {k: v for k, v in json.loads(file.read_text()).items() if k != "digest"}
    contents["previous"] = previous
    file.write_text(manifest.canonical({**contents, "digest": manifest.digest(contents)}))
    folder.save(audit, runs / "next")
    assert not verify(runs).intact
    run_index.update(runs)


def test_each_run_names_the_one_before_it(runs):
    a, b, c = (manifest.read(runs / name) for name in ("a", "b", "c"))
    assert a.previous is None
    assert b.previous == {"run": "a", "manifest_sha256": a.sha256} and c.previous == {
        "run": "b",
        "manifest_sha256": b.sha256,
    }


def test_a_run_that_is_gone_from_the_middle_is_missed(runs):
    shutil.rmtree(runs / "b")
    assert faults(runs) == ["c/manifest.json: the run before it, b, is gone"]


def test_the_oldest_run_may_be_deleted_and_the_result_says_so(runs):
    shutil.rmtree(runs / "a")
    assert verify(runs).intact and verify(runs).notes == (
        "the chain begins with run b; the run before it, a, is not here",
    )


def test_a_run_that_is_put_in_is_found(audit, runs, tmp_path):
    put = folder.save(replace(audit, run={"id": "x"}), tmp_path / "other" / "x")
    shutil.copytree(put, runs / "x")
    assert faults(runs) == ["x/manifest.json: it follows no run, and others came before"]
    forge(runs / "x", previous={"run": "a", "manifest_sha256": manifest.read(runs / "a").sha256})
    assert faults(runs) == ["a/manifest.json: followed by b and x"]


def test_each_policy_has_a_chain_of_its_own(audit, runs):
    folder.save(replace(audit, policy={"name": "Other"}), runs / "d")
    folder.save(replace(audit, policy={}, source="x.csv"), runs / "e")
    last = folder.save(audit, runs / "f")
    assert manifest.read(runs / "d").previous is None and manifest.read(runs / "e").previous is None
    assert manifest.read(last).previous == {"run": "c", "manifest_sha256": manifest.read(runs / "c").sha256}
    assert verify(runs).intact


def test_a_clock_that_goes_back_does_not_fork_the_chain(audit, runs):
    forge(runs / "c", sealed="1999-01-01T00:00:00+00:00")
    assert manifest.read(folder.save(audit, runs / "d")).previous == {
        "run": "c",
        "manifest_sha256": manifest.read(runs / "c").sha256,
    }
    assert verify(runs).intact


def test_the_log_is_a_witness_of_the_last_run(audit, runs):
    for name in ("a", "b", "c"):
        with audit_log.line(runs.parent / audit_log.NAME, "auditkit report") as line:
            line.add(**audit.log_details())
            line.ended(0, run=name, manifest_sha256=manifest.read(runs / name).sha256)
    (runs.parent / audit_log.NAME).open("a").write("no JSON\n[]\n{}\n")
    for place in (runs.parent, runs, runs / "c"):
        assert verify(place).intact, place
    forge(runs / "c", source="another.sqlite")
    for place in (runs.parent, runs, runs / "c"):
        assert faults(place) == ["c/manifest.json: not the one that audit.log.jsonl names"]
    shutil.rmtree(runs / "c")
    assert faults(runs) == ["c/manifest.json: gone; audit.log.jsonl names it"]
    assert verify(runs / "b").intact


@pytest.mark.parametrize("place", ["nowhere", "empty"])
def test_where_no_run_is_there_is_nothing_to_verify(place, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="a run folder, or a folder of them"):
        verify(tmp_path / place)


def test_a_file_that_was_made_later_is_sealed_too(runs):
    (runs / "c" / "notebook.ipynb").write_text("{}")
    assert faults(runs / "c") == ["c/notebook.ipynb: added"]
    manifest.seal(runs / "c", runs)
    assert verify(runs).intact
    assert manifest.read(runs / "c").previous["run"] == "b", "a run does not follow itself"
