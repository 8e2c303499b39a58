"""What the README says is true, and what it shows runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.markdown import blocks
from tools.snippets import Session

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted(path.name for path in ROOT.glob("*.md"))


def test_every_snippet_does_what_the_readme_says(tmp_path):
    session = Session(tmp_path)
    for block in blocks(README):
        session.run(block, "README.md")


def test_the_two_commands_are_targets_of_make():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    commands = next(blocks(README)).text.splitlines()
    assert [command.split()[:2] for command in commands] == [["make", "report"], ["make", "test"]]
    for command in commands:
        assert re.search(rf"^{command.split()[1]}:", makefile, re.MULTILINE)


def test_the_two_commands_come_first_and_the_page_is_short():
    before = README[: README.index("## Two commands")]
    assert len(before.splitlines()) <= 12 and len(README.splitlines()) <= 100


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in set(re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)):
        assert (ROOT / target).exists(), target
