"""The pages that are generated from the code are as fresh as the code, and leave nothing out."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditkit.catalogue import catalogue
from tools import reference

ROOT = Path(__file__).parent.parent


def test_every_committed_page_is_what_the_code_says():
    stale = [
        name
        for name, text in reference.pages().items()
        if not (ROOT / name).is_file() or (ROOT / name).read_text(encoding="utf-8") != text
    ]
    assert not stale, "run `make reference`"


def test_no_page_is_left_over_from_a_check_that_is_gone():
    assert not reference.left_over(), "run `make reference`"


@pytest.mark.parametrize("check", catalogue())
def test_every_check_has_a_page_and_a_line_in_the_list(check):
    pages = reference.pages()
    assert f"| id | `{check}` |" in pages[f"{reference.CHECKS}/{check}.md"]
    assert f"[`{check}`]({check}.md)" in pages[f"{reference.CHECKS}/index.md"]


def test_the_imports_of_the_package_point_one_way():
    import subprocess
    import sys

    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
