from __future__ import annotations

from pathlib import Path

import pytest

from auditkit import document

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", sorted(document.pages()))
def test_the_committed_page_is_what_the_code_says(name):
    assert (ROOT / name).read_text(encoding="utf-8") == document.pages()[name], "run `make docs`"


def test_the_imports_of_the_package_point_one_way():
    import subprocess
    import sys

    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
