"""Each snippet of the documentation runs, and the site is whole and needs no network."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import auditkit
from auditkit import detection, expectations
from auditkit.catalogue import scanners
from tools import development
from tools.markdown import blocks
from tools.snippets import Session

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
TRIED_ELSEWHERE = {"how-to/schedule.md": "tests/test_scheduling.py"}
IN_A_CHECKOUT = {"how-to/add-a-check.md", "how-to/add-an-identifier.md", "how-to/add-an-engine.md"}
"""Pages that add files to auditkit itself: they are followed in a copy of the project."""
RUN = {"console", "python"}
SHOWN = {"text", "pycon", "toctree", "include", "glossary", "eval-rst", "", "json"}
"""Blocks that a reader only reads; every other block is a file, or runs."""


def pages() -> list[str]:
    """Return the pages that people wrote and that have snippets."""
    found = (path.relative_to(DOCS).as_posix() for path in sorted(DOCS.rglob("*.md")))
    return [
        name
        for name in found
        if not name.startswith("reference/checks/")
        and name not in TRIED_ELSEWHERE
        and any(b.language in RUN for b in blocks((DOCS / name).read_text(encoding="utf-8")))
    ]


@pytest.mark.slow
@pytest.mark.parametrize("page", pages())
def test_every_snippet_does_what_the_page_says(page, tmp_path):
    if page in IN_A_CHECKOUT:
        development.copy(tmp_path)
    session = Session(tmp_path)
    for block in blocks((DOCS / page).read_text(encoding="utf-8")):
        session.run(block, page)


def test_every_block_runs_or_is_a_file_or_is_only_read():
    for path in sorted(DOCS.rglob("*.md")):
        page = path.relative_to(DOCS).as_posix()
        if page in TRIED_ELSEWHERE:
            assert (ROOT / TRIED_ELSEWHERE[page]).is_file()
            continue
        for block in blocks(path.read_text(encoding="utf-8")):
            assert block.file or block.language in RUN | SHOWN, f"{page}:{block.line}: {block.language}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the built site; a warning of Sphinx is an error."""
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", str(DOCS), str(folder)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
def test_the_site_loads_nothing_from_the_network(site):
    remote = re.compile(
        r"""(?:src|srcset|poster|data)\s*=\s*["']?(?:https?:)?//|<link\b[^>]*href=["'](?:https?:)?//"""
        r"""|url\(\s*["']?(?:https?:)?//|@import\s+["'](?:https?:)?//"""
    )
    for path in site.rglob("*"):
        if path.suffix in (".html", ".css"):
            assert not remote.search(path.read_text(encoding="utf-8")), path.name
        if path.suffix == ".js":
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"""(?:fetch|import|importScripts)\(\s*["']https?://""", text), path.name


@pytest.mark.slow
def test_the_site_can_be_searched_without_a_server(site):
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert "reference/checks/retention-overdue" in index and "tutorial" in index
    assert "searchindex.js" in (site / "search.html").read_text(encoding="utf-8")


def public_names() -> set[str]:
    """Return every name of the Python API, with its package."""
    named = {f"auditkit.{name}" for name in auditkit.__all__}
    named |= {f"auditkit.scanners.{name}.scan" for name in scanners()}
    named |= {f"auditkit.expectations.{name}" for name in expectations.__all__}
    inner = {"Profile", "profile", "profile_batch"}
    return named | {f"auditkit.detection.{name}" for name in set(detection.__all__) - inner}


def test_the_reference_of_python_has_every_public_name():
    page = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"auto(?:function|class|exception):: (\S+)", page))
    assert public_names() <= documented


def test_every_public_name_of_the_reference_says_what_it_is():
    page = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
    for name in re.findall(r"auto(?:function|class|exception):: (\S+)", page):
        module, _, attribute = name.rpartition(".")
        __import__(module)
        assert inspect.getdoc(getattr(sys.modules[module], attribute)), name


def test_every_public_function_of_the_reference_has_an_example():
    page = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
    functions = re.findall(r"autofunction:: (\S+)\.(\w+)", page)
    texts = {(module, name): inspect.getdoc(getattr(sys.modules[module], name)) for module, name in functions}
    assert texts and {place for place, text in texts.items() if ">>>" not in str(text)} == set()


def test_every_variable_of_the_environment_is_documented():
    page = (DOCS / "reference" / "exit-codes.md").read_text(encoding="utf-8")
    internal = {"AUDITKIT_URL", "AUDITKIT_MOMENT", "AUDITKIT_PROGRESS"}
    """Names inside a statement or a subprocess; no user sets them."""
    for path in sorted((ROOT / "auditkit").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for name in re.findall(r"\bAUDITKIT_[A-Z]+\b", node.value):
                    assert name in internal or name in page, f"{path.name}: {name}"
