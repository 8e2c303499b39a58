"""Runs over time: the index lists them with their trend, and `latest` leads to the last one."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from auditkit.policy import Policy
from auditkit.report import folder, manifest, run_index
from auditkit.report.manifest import canonical, digest
from auditkit.report.verify import verify
from tests.report.conftest import LEAK, POLICY


@pytest.fixture
def runs(audit, tmp_path) -> Path:
    """Return a folder of two runs, of which the second found one thing less."""
    policy = Policy.parse(POLICY)
    first = replace(audit, declared=policy.to_dict())
    fewer = replace(first, outcomes=tuple(o for o in audit.outcomes if o != LEAK))
    place = tmp_path / "runs"
    folder.save(first, place / "a", policy=policy)
    folder.save(fewer, place / "b", policy=policy, previous=first)
    run_index.update(place)
    return place


def rows(runs: Path) -> list[list[str]]:
    text = (runs / "index.html").read_text()
    lines = re.findall(r'<tr><th scope="row">(.*?)</tr>', text)
    return [[re.sub("<[^>]*>", "", cell) for cell in re.split(r"</t[hd]>", line)[:-1]] for line in lines]


def test_the_index_lists_the_runs_the_last_first(runs):
    last, first = rows(runs)
    assert (last[0], first[0]) == ("b", "a") and last[1] == "22 Nov 2026"
    assert (first[3], last[3]) == ("1 critical, 1 high, 1 medium", "1 high, 1 medium")
    assert (first[4], first[5], last[5]) == ("1", "1", "0")
    assert "very high" in first[6] and first[7] == "1, 1 late" and first[8] == "5 of 7 checks"


def test_the_trend_is_drawn_and_said_in_words(runs):
    text = (runs / "index.html").read_text()
    assert text.count("<polyline") == 2
    assert "3 in the first run and 2 in the last; critical and high: 2 and 1." in text


def test_a_page_loads_nothing_and_its_links_lead_to_reports(runs):
    text = (runs / "index.html").read_text()
    assert (
        "default-src 'none'" in text
        and "<script" not in text
        and "http" not in text.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
    )
    for link in re.findall(r'href="([^"]+)"', text):
        assert (runs / link).is_file()


def test_latest_leads_to_the_last_run(runs):
    assert (runs / "latest").is_symlink() and (runs / "latest").resolve() == (runs / "b").resolve()
    assert (runs / "latest" / "report.html").is_file()


def test_a_system_without_links_has_a_file(runs, monkeypatch):
    def refuse(*_, **__):
        raise NotImplementedError

    monkeypatch.setattr(Path, "symlink_to", refuse)
    run_index.update(runs)
    assert (runs / "latest").read_text() == "b\n" and not (runs / "latest").is_symlink()


def test_a_folder_of_somebody_is_left_as_it_is(runs):
    (runs / "latest").unlink()
    (runs / "latest").mkdir()
    run_index.update(runs)
    assert (runs / "latest").is_dir() and not (runs / "latest").is_symlink()


def test_verification_and_the_chain_pass_over_both(runs):
    found = verify(runs)
    assert found.intact and len(found.runs) == 2 and verify(runs / "latest").intact
    assert len(manifest.sealed_in(runs)) == 2


def test_a_manifest_of_somebody_shows_no_words_as_numbers(runs):
    file = runs / "b" / "manifest.json"
    contents = json.loads(file.read_text())
    wrong = {
        "findings": {"critical": "<b>"},
        "risks": ["x"],
        "waived": True,
        "actions": 7,
        "incidents": 9999,
    }
    rest = {k: v for k, v in contents.items() if k != "digest"}
    contents = {**rest, "tally": wrong, "coverage": "x\u202e"}
    file.write_text(canonical({**contents, "digest": digest(contents)}))
    run_index.update(runs)
    last = rows(runs)[0]
    assert last[3:] == ["none", "", "9,999", "", "", ""]


def test_a_run_of_an_older_version_is_listed(runs):
    file = runs / "a" / "manifest.json"
    contents = {k: v for k, v in json.loads(file.read_text()).items() if k not in ("digest", "tally")}
    file.write_text(canonical({**contents, "digest": digest(contents)}))
    run_index.update(runs)
    assert [line[0] for line in rows(runs)] == ["b", "a"]


def test_nothing_is_written_where_there_is_no_run(tmp_path):
    run_index.update(tmp_path)
    assert list(tmp_path.iterdir()) == []
