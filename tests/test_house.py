"""The rules that keep the code in order: where facts stand, what may import what, how long a module is."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

import auditkit
from auditkit.catalogue import catalogue
from auditkit.dataset import engines
from auditkit.facts import seen_by, shared

ROOT = Path(auditkit.__file__).parent
LONGEST_MODULE = 400
LARGEST_CIRCLE = 10
VAGUE_NAMES = frozenset("utils util helpers helper manager base core common misc".split())
"""Names of modules that do not say what the module holds."""
ENGINE_NAMES = frozenset("postgres postgresql mysql mariadb sqlite duckdb spark pyspark".split())

Imports = Mapping[str, set[str]]


@cache
def modules() -> Mapping[str, Path]:
    """Return the path of every module of auditkit by its dotted name."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def nodes_of(module: str) -> tuple[ast.AST, ...]:
    """Return every node of the syntax tree of a module."""
    return tuple(ast.walk(ast.parse(modules()[module].read_text(encoding="utf-8"))))


@cache
def imports() -> Imports:
    """Return the modules of auditkit that each module imports, also those it imports inside functions."""
    return {module: set(_imports_of(module)) & modules().keys() - {module} for module in modules()}


def _imports_of(module: str) -> Iterator[str]:
    for node in nodes_of(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in modules() else str(node.module)


def reachable(start: str, imported: Imports) -> set[str]:
    """Return the modules that a module imports, directly or not."""
    found: set[str] = set()
    left = list(imported[start])
    while left:
        module = left.pop()
        if module not in found:
            found.add(module)
            left.extend(imported[module])
    return found


def circles(imported: Imports) -> list[list[str]]:
    """Return the groups of modules that all import each other, directly or not.

    They are the strongly connected components of the imports with more than one member.
    """
    below = {module: reachable(module, imported) for module in imported}
    groups = {frozenset(m for m in below[module] if module in below[m]) for module in imported}
    return sorted(sorted(group) for group in groups if len(group) > 1)


def check_modules() -> set[str]:
    """Return the modules that hold a check."""
    return {check.function.__module__ for check in catalogue().values()}


# Facts


def facts_asked_by_name() -> set[str]:
    """Return the shared facts that a module other than a fact or a check asks for by their names.

    Such a module calls `facts.get`, and the name of the fact is a text in it.
    """
    asked = set()
    for module in modules():
        if not module.startswith("auditkit.facts") and any(map(_gets_a_fact, nodes_of(module))):
            asked |= {node.value for node in nodes_of(module) if isinstance(node, ast.Constant)}
    return asked & shared().keys()


def _gets_a_fact(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="get", value=ast.Name("facts") | ast.Attribute(attr="facts"))):
            return True
        case _:
            return False


def checks_of_facts() -> Mapping[str, set[str]]:
    """Return the checks that rest on each fact."""
    users: dict[str, set[str]] = defaultdict(set)
    for check in catalogue().values():
        known = seen_by(check)
        for fact in {below for need in check.needs for below in known.rests_on(need)}:
            users[fact].add(check.id)
    return users


def test_every_shared_fact_has_several_users():
    """A fact that only one check uses stands in the module of that check."""
    users = checks_of_facts()
    lonely = {fact: users[fact] for fact in shared() if len(users[fact]) < 2}
    assert lonely.keys() - facts_asked_by_name() == set()


def test_every_fact_in_the_module_of_a_check_is_used():
    unused = {}
    for check in catalogue().values():
        known = seen_by(check)
        used = {below for need in check.needs for below in known.rests_on(need)}
        unused[check.id] = known.keys() - shared().keys() - used
    assert {id: facts for id, facts in unused.items() if facts} == {}


# Imports


def test_no_check_imports_another_check():
    checks = check_modules()
    assert {module: found for module in checks if (found := imports()[module] & checks)} == {}


def test_no_large_group_of_modules_imports_each_other():
    assert [circle for circle in circles(imports()) if len(circle) > LARGEST_CIRCLE] == []


def test_a_circle_of_imports_is_seen():
    imported = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": {"e"}, "e": {"d"}, "f": {"a"}}
    assert circles(imported) == [["a", "b", "c"], ["d", "e"]]
    assert circles({"a": {"b"}, "b": set()}) == []


# Engines


@cache
def engine_classes() -> set[str]:
    """Return the names of the classes of the engines."""
    names = {"Engine"}
    for module in pkgutil.iter_modules(engines.__path__, f"{engines.__name__}."):
        names |= {engine.__name__ for engine in importlib.import_module(module.name).ENGINES}
    return names


def _names_an_engine(node: ast.AST) -> bool:
    match node:
        case ast.Compare():
            compared = [node.left, *node.comparators]
        case ast.MatchValue():
            compared = [node.value]
        case _:
            return False
    parts = (part for side in compared for part in ast.walk(side))
    return any(isinstance(part, ast.Constant) and part.value in ENGINE_NAMES for part in parts)


def _tests_an_engine_class(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name("isinstance" | "issubclass"), args=[_, classes]):
            named = {getattr(part, "id", getattr(part, "attr", None)) for part in ast.walk(classes)}
            return bool(named & engine_classes())
        case _:
            return False


def lines_where(asks: Callable[[ast.AST], bool], *, outside: str) -> dict[str, list[int]]:
    """Return the lines in which a module outside a package asks something."""
    inspected = [module for module in modules() if not module.startswith(outside)]
    lines = {module: [node.lineno for node in nodes_of(module) if asks(node)] for module in inspected}
    return {module: found for module, found in lines.items() if found}


def test_only_an_engine_knows_its_name():
    """Everything else asks what an engine can do, so that a new engine needs no change there."""
    assert lines_where(_names_an_engine, outside="auditkit.dataset.engines") == {}


QUESTIONS = (
    "engine.dialect.name == 'postgres'",
    "dialect in ('mysql', 'mariadb')",
    "match name:\n    case 'duckdb': pass",
    "isinstance(engine, LocalDatabase)",
)


@pytest.mark.parametrize("code", QUESTIONS)
def test_a_question_which_engine_it_is_is_seen(code):
    nodes = list(ast.walk(ast.parse(code)))
    assert any(map(_names_an_engine, nodes)) or any(map(_tests_an_engine_class, nodes))


def test_only_the_package_that_opens_data_knows_the_classes_of_engines():
    assert lines_where(_tests_an_engine_class, outside="auditkit.dataset") == {}


# Modules


def test_no_module_is_too_long():
    lengths = {m: path.read_text(encoding="utf-8").count("\n") for m, path in modules().items()}
    assert {module: lines for module, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_the_name_of_a_module_says_what_it_holds():
    assert [module for module in modules() if not VAGUE_NAMES.isdisjoint(module.split("."))] == []


def stray_texts(module: str) -> Iterator[int]:
    """Yield the lines of texts that stand alone, and under no name that they could document."""
    for node in nodes_of(module):
        if isinstance(node, ast.Module | ast.ClassDef):
            for before, part in pairwise(node.body):
                is_text = isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)
                if is_text and not isinstance(before, ast.Assign | ast.AnnAssign):
                    yield part.lineno


def test_every_text_under_a_name_documents_it():
    """What a name stood for is left behind as a text where the name is removed or moved."""
    assert {module: found for module in modules() if (found := list(stray_texts(module)))} == {}
