"""What people read is spelled right, and keeps to the words of `docs/style.md`."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tools import wording

ROOT = Path(__file__).parent.parent


def test_nothing_says_what_we_do_not_write():
    found = wording.offences(wording.read())
    assert not found, "\n" + "\n".join(map(str, found))


def test_everything_is_spelled_right():
    done = subprocess.run(
        [sys.executable, "-m", "codespell_lib", *wording.read()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "text", "line", "phrase"),
    [
        ("a.py", "x = 1\n# the table\n# is none\n", 2, "is none"),
        ("a.py", 'x = ("a date that is"\n     " none")\n', 1, "is none"),
        ("a.py", 'def f():\n    """Return it.\n\n    It is\n    told.\n    """\n', 5, "told"),
        ("a.py", 'x = f"what {1} told"\n', 1, "told"),
        ("a.md", "one\ntwo he three\n", 2, "he"),
        ("a.ipynb", '{"cells": [\n{"source": ["# All\\n", "that is told"]}\n]}', 2, "told"),
    ],
)
def test_a_phrase_is_found_wherever_people_read_it(file, text, line, phrase):
    lists = wording.Wording.load()
    found = [hit for passage in wording.passages(file, text) for hit in lists.in_prose(passage)]
    assert any(hit[1] == phrase for hit in found)
    assert min(hit[0] for hit in found if hit[1] == phrase) in (line, line + 1)


def test_a_name_is_found_by_its_parts():
    lists = wording.Wording.load()
    assert [name for _, name in wording.names("told_once = the_told = retold = 1\n")] == [
        "told_once",
        "the_told",
        "retold",
    ]
    assert list(lists.in_name("told_once")) and list(lists.in_name("theTold"))
    assert not list(lists.in_name("retold"))


def test_every_exception_has_a_reason_and_is_needed():
    listed = tomllib.loads((ROOT / "tools" / "wording-exceptions.toml").read_text(encoding="utf-8"))[
        "exception"
    ]
    assert all(entry["reason"] for entry in listed)
    assert len(listed) <= 12, "another word is better than an exception"
