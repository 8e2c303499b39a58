"""The committed suites are those of the example."""

from __future__ import annotations

from pathlib import Path

import pytest

import auditkit
from auditkit import demo
from auditkit.expectations import compile, run
from tools.example_suites import pages

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_committed_suites_are_fresh():
    folder = ROOT / "expectations"
    assert {p.relative_to(ROOT).as_posix() for p in folder.rglob("*.json")} == set(pages()), (
        "run `make reference`"
    )
    assert all((ROOT / name).read_text(encoding="utf-8") == text for name, text in pages().items()), (
        "run `make reference`"
    )


@pytest.mark.slow
def test_on_the_example_they_count_what_an_audit_of_today_counts(tmp_path, scenario):
    made = demo.write(tmp_path)
    with auditkit.open(made.database) as dataset:
        results = run(compile(dataset, made.policy), made.database)
    expected = scenario.counts(auditkit.audit(made.database, made.policy, checks={r.check for r in results}))
    assert {r.fingerprint: r.count for r in results} == {
        r.fingerprint: expected.get(r.fingerprint) for r in results
    }
    assert {r.verdict for r in results} == {"passed", "failed"}
    assert any(r.waived for r in results if r.verdict == "failed")
