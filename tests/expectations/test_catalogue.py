"""Every row check of two scanners becomes an expectation; the others are listed here, each with the reason.

The data are those of the checks' own tests. Each audit that such a test runs is compiled too, and the queries
must count what the audit counted.
"""

from __future__ import annotations

import functools
import importlib.util
import inspect
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import auditkit
from auditkit.catalogue import catalogue
from auditkit.expectations import compile
from auditkit.expectations.query import METADATA
from auditkit.options import day

pytestmark = pytest.mark.slow
SCANNERS = ("retention", "tenancy")
STORIES = Path(__file__).parents[1] / "scanners"
NO_ROW_CHECKS = {
    "retention-conflict": "about the rules of the policy",
    "retention-resurrected": "hashes under the project's key, which no suite may hold",
    "retention-undeclared": "about what a search of the cells found",
    "tenancy-bare-foreign-key": "about the schema",
    "tenancy-canary": "about words inside text",
    "tenancy-embedded-identifier": "about words inside text",
    "tenancy-global-unique": "about the schema",
    "tenancy-json-reference": "about keys inside documents",
    "tenancy-object-key": "about parts of paths",
    "tenancy-unscoped-query": "about the text of queries",
}
NOT_ON = {("tenancy-schema-crossing", "sqlite"): "SQLite has no schemas"}
ROW_CHECKS = sorted(
    name for name, c in catalogue().items() if c.scanner in SCANNERS and name not in NO_ROW_CHECKS
)


def loaded(check: str) -> ModuleType:
    """Return the module with the tests of a check."""
    scanner, _, name = check.partition("-")
    path = STORIES / scanner / f"test_{name.replace('-', '_')}.py"
    spec = importlib.util.spec_from_file_location(f"story_of_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stories(check: str, engine: str, request: pytest.FixtureRequest) -> Iterator[Callable[[], None]]:
    """Yield the tests of a check on an engine, with their fixtures; a table of cases yields one for each."""
    module = loaded(check)
    fixtures = {n: f for n, f in vars(module).items() if type(f).__name__ == "FixtureFunctionDefinition"}
    asking = SimpleNamespace(param=engine, getfixturevalue=request.getfixturevalue, node=request.node)

    def value(name: str) -> Any:
        if name not in fixtures:
            return asking if name == "request" else request.getfixturevalue(name)
        made = fixtures[name]._get_wrapped_function()
        result = made(**{n: value(n) for n in inspect.signature(made).parameters})
        if not inspect.isgenerator(result):
            return result
        request.addfinalizer(lambda: next(result, None))
        return next(result)

    for name, fixture in fixtures.items():
        if fixture._fixture_function_marker.autouse:
            value(name)
    for name, story in vars(module).items():
        if not name.startswith("test_") or "hypothesis" in vars(story):
            continue
        marks = [m for m in getattr(story, "pytestmark", ()) if m.name == "parametrize"]
        cases = [m for m in marks if not m.kwargs.get("indirect")]  # the engine is chosen here
        keys = [
            k.strip()
            for m in cases
            for k in (m.args[0].split(",") if isinstance(m.args[0], str) else m.args[0])
        ]
        rows = [m.args[1] if "," in m.args[0] else [[case] for case in m.args[1]] for m in cases]
        for row in itertools.product(*rows):
            case = dict(zip(keys, itertools.chain.from_iterable(row), strict=True))
            others = {n: value(n) for n in inspect.signature(story).parameters if n not in case}
            yield functools.partial(story, **case, **others)


@pytest.fixture
def compiled(monkeypatch, request):
    """Return a function that runs the tests of a check and compiles each of their audits.

    It returns what the queries count, and the reasons of the checks that were not compiled.
    """
    scenario, real = request.getfixturevalue("scenario"), auditkit.audit

    def run(check: str, engine: str) -> tuple[list[int], set[str]]:
        counts, reasons = [], set()

        def audited(where, policy, **options):
            audit = real(where, policy, **options)
            with auditkit.open(where) as dataset:
                suites = compile(dataset, policy, as_of=day(options.get("as_of")), checks=[check])
            expected, found = scenario.counts(audit), scenario.counted(where, suites)
            assert found == {fingerprint: expected[fingerprint] for fingerprint in found}
            counts.extend(found.values())
            reasons.update(n["reason"] for s in suites for n in s.not_compiled)
            return audit

        monkeypatch.setattr(auditkit, "audit", audited)
        for story in stories(check, engine, request):
            story()
            if METADATA in reasons or (sum(counts) and 0 in counts):
                break
        return counts, reasons

    return run


@pytest.mark.parametrize("source", ["sqlite", "postgres"], indirect=True)
@pytest.mark.parametrize("check", ROW_CHECKS)
def test_a_row_check_becomes_an_expectation_with_the_same_count(check, source, compiled, request):
    if (check, engine := request.node.callspec.params["source"]) in NOT_ON:
        pytest.skip(NOT_ON[check, engine])
    counts, reasons = compiled(check, engine)
    assert sum(counts) > 0, reasons


@pytest.mark.parametrize("source", ["sqlite"], indirect=True)
@pytest.mark.parametrize("check", sorted(NO_ROW_CHECKS))
def test_another_check_says_why_it_is_not_compiled(check, source, compiled):
    counts, reasons = compiled(check, "sqlite")
    assert counts == []
    assert METADATA in reasons
