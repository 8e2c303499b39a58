"""Write the pages and files that are generated from the code: `python -m tools.reference`.

They are the reference part of `docs/`, the JSON Schema of the policy, and the suites of the example below
`expectations/`. The tests fail where a committed file differs from what the code says now.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tools import (
    check_pages,
    command_page,
    country_names,
    example_suites,
    fact_page,
    licences,
    policy_page,
    statement_page,
)

ROOT = Path(__file__).resolve().parent.parent
CHECKS = "docs/reference/checks"


@cache
def pages() -> Mapping[str, str]:
    """Return the generated files of the documentation by their paths below the project."""
    return {
        **check_pages.pages(CHECKS),
        "docs/reference/facts.md": fact_page.page(),
        "docs/reference/command-line.md": command_page.page(),
        "docs/reference/licences.md": licences.page(),
        "docs/reference/statements.md": statement_page.page(),
        **policy_page.pages("docs/reference"),
        **country_names.files("auditkit/report/strings"),
    }


def left_over() -> list[Path]:
    """Return the pages of checks that do not exist any more."""
    wanted = pages()
    found = sorted((ROOT / CHECKS).glob("*.md"))
    return [path for path in found if path.relative_to(ROOT).as_posix() not in wanted]


def main() -> int:
    """Write every file, whole or not at all, and remove the pages that are left over."""
    for name, text in {**pages(), **example_suites.pages()}.items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".new")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    for path in left_over():
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
