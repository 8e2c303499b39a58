"""What the README says is true."""

from __future__ import annotations

import argparse
import ast
import re
from pathlib import Path

import pytest

import auditkit
from auditkit.cli import parser

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return [
        text
        for said, text in re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
        if said == language
    ]


def commands() -> set[str]:
    (groups,) = [a for a in parser()._actions if isinstance(a, argparse._SubParsersAction)]
    return set(groups.choices)


def test_every_command_is_named_and_every_named_command_is_there():
    lines = [line for block in blocks("") for line in block.splitlines() if line.startswith("auditkit ")]
    named = {
        part.split()[0]
        for line in lines
        for part in re.split(r" \| ", line.removeprefix("auditkit ").split("   ")[0])
    }
    assert named == commands()


def test_the_python_can_be_parsed_and_names_what_is_public():
    for block in blocks("python"):
        for node in ast.walk(ast.parse(block)):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id == "auditkit"
            ):
                assert node.attr in auditkit.__all__


def test_the_policy_loads():
    (text,) = blocks("yaml")
    assert auditkit.Policy.parse(text).name == "Helpdesk"


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_every_link_leads_somewhere(target):
    assert (ROOT / target).exists()


def test_the_two_commands_are_targets_of_make():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for line in blocks("")[0].splitlines():
        assert re.search(rf"^{line.split()[1]}:", makefile, re.MULTILINE)
