"""What holds for every check of the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import ibis.expr.operations as ops
import ibis.expr.types as ir
import pytest

import auditkit
from auditkit import demo, facts
from auditkit.catalogue import catalogue, chosen, scanners
from auditkit.check import Measure
from auditkit.check_page import HEADINGS, Page, pages
from auditkit.examine import Examination, Question, ask
from auditkit.options import RunOptions, day
from auditkit.phrase import names, phrase

TESTS = Path(__file__).parent
IDS = sorted(catalogue())


@pytest.mark.parametrize("id", IDS)
def test_its_page_has_a_title_the_headings_and_an_example(id):
    check = catalogue()[id]
    assert re.fullmatch(r"[A-Z].*[^.]", check.title), "the title names the fault, without a full stop"
    assert len(check.title) <= 80
    headings = re.findall(r"^## (.+)$", check.doc, re.MULTILINE)
    assert headings == list(HEADINGS)
    assert all(check.section(heading) for heading in HEADINGS)
    assert re.search(r"Art\.|Recital|recital", check.doc), "it says which law it rests on"
    assert ">>> " in check.section("Example")
    assert check.articles


@pytest.mark.parametrize("id", IDS)
def test_what_it_says_of_its_details_is_a_phrase(id):
    says = catalogue()[id].says
    assert phrase(says, {}) == ""
    assert "ddl" not in names(says), "statements have a place of their own"


@pytest.mark.parametrize("id", IDS)
def test_its_place_is_its_id_and_its_test_stands_beside(id):
    scanner, _, name = id.partition("-")
    module = catalogue()[id].function.__module__
    assert module == f"auditkit.scanners.{scanner}.{name.replace('-', '_')}"
    assert (TESTS / "scanners" / scanner / f"test_{name.replace('-', '_')}.py").is_file()


@pytest.mark.parametrize("id", IDS)
def test_it_asks_for_facts_that_there_are(id):
    check = catalogue()[id]
    assert set(check.needs) <= facts.seen_by(check).keys() | set(facts.GIVEN)


@pytest.mark.parametrize("id", IDS)
def test_its_annotation_says_which_of_the_three_results_it_gives(id):
    result = catalogue()[id].function.__annotations__["return"]
    assert result in ("ir.BooleanValue", "ir.Table", "Measure", "Offending")


def test_every_scanner_has_a_scan_of_the_same_signature():
    import importlib
    import inspect

    signatures = {
        str(inspect.signature(importlib.import_module(f"auditkit.scanners.{name}").scan))
        for name in scanners()
    }
    assert len(signatures) == 1


def test_an_unknown_name_is_refused_with_the_nearest_one():
    with pytest.raises(ValueError, match="retention-overdue"):
        chosen(None, ["retention-overdu"])
    with pytest.raises(ValueError, match="retention"):
        chosen(["retension"], None)


def test_no_check_brings_all_rows_of_a_table_to_one_place(tmp_path):
    """A window without a partition does, on Spark."""
    example = demo.write(tmp_path)
    whole = set()
    with auditkit.open(example.database) as data:
        run = Examination(
            data, auditkit.Policy.load(example.policy), RunOptions(day("2026-11-22"), sample=100)
        )
        questions = [q for q in ask(run, catalogue().values()) if isinstance(q, Question)]
        for question in questions:
            result = question.answer.result
            parts = [result.value, result.breaks] if isinstance(result, Measure) else [result]
            expressions = [*parts, *(v for v in question.answer.detail.values() if isinstance(v, ir.Expr))]
            windows = [w for part in expressions for w in part.op().find(ops.WindowFunction)]
            whole |= {question.check.id for w in windows if not w.group_by}
    assert {"pii-child", "retention-unreliable-clock", "tenancy-session-flip"} <= {
        q.check.id for q in questions
    }
    assert whole == set()


def test_the_page_of_a_check_is_read_without_running_it():
    assert set(pages()) == set(IDS)
    for id, check in catalogue().items():
        page = Page(check.id, check.severity, check.confidence, check.articles, check.doc)
        assert pages()[id] == page
        assert (page.title, page.why, page.remedy) == (check.title, check.why, check.remedy)
