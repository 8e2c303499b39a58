"""What holds for every check of the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from auditkit import facts
from auditkit.scanners import catalogue, chosen, scanners

TESTS = Path(__file__).parent
IDS = sorted(catalogue())


@pytest.mark.parametrize("id", IDS)
def test_its_page_says_what_why_remedy_and_shows_an_example(id):
    check = catalogue()[id]
    assert re.fullmatch(r"[A-Z].*[.]", check.title), "the first line is the fault, as a sentence"
    assert len(check.doc.split("\n\n")) >= 4
    assert check.remedy
    assert "Art." in check.doc or "recital" in check.doc
    assert ">>> " in check.doc
    assert check.articles


@pytest.mark.parametrize("id", IDS)
def test_its_place_is_its_id_and_its_test_stands_beside(id):
    scanner, _, name = id.partition("-")
    module = catalogue()[id].function.__module__
    assert module == f"auditkit.scanners.{scanner}.{name.replace('-', '_')}"
    assert (TESTS / "scanners" / scanner / f"test_{name.replace('-', '_')}.py").is_file()


@pytest.mark.parametrize("id", IDS)
def test_it_asks_for_facts_that_there_are(id):
    check = catalogue()[id]
    assert set(check.needs) <= facts.catalogue().keys() | set(facts.GIVEN)


@pytest.mark.parametrize("id", IDS)
def test_its_annotation_says_which_of_the_three_results_it_gives(id):
    told = catalogue()[id].function.__annotations__["return"]
    assert told in ("ir.BooleanValue", "ir.Table", "Measure", "Offending")


def test_every_scanner_has_a_scan_of_the_same_signature():
    import importlib
    import inspect

    signatures = {str(inspect.signature(importlib.import_module(f"auditkit.scanners.{name}").scan)) for name in scanners()}
    assert len(signatures) == 1


def test_an_unknown_name_is_refused_with_the_nearest_one():
    with pytest.raises(ValueError, match="retention-overdue"):
        chosen(None, ["retention-overdu"])
    with pytest.raises(ValueError, match="retention"):
        chosen(["retension"], None)
