"""Progress: on a terminal, and from one process to another."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

import auditkit
from auditkit.cli import console
from auditkit.cli.bars import lines
from auditkit.running.progress import VARIABLE, listening, progress

STEPS = [
    ("notebook", 0, 0),
    ("personal data: users", 0, 2),
    ("checks: a" + "b" * 300, 3, 12),
    ("checks", 12, 12),
]


@pytest.mark.parametrize("width", [30, 80, 200])
def test_a_terminal_shows_stage_table_and_times_within_its_width_and_then_nothing(width, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    screen = io.StringIO()
    shown = Console(file=screen, force_terminal=True, width=width)
    with lines(shown) as report:
        for done in STEPS:
            report(*done)
        report("checks: [red]x\x1b[2J", 3, 12)
    rows = re.split(r"\r|\n|\x1b\[\??[0-9]*[A-Za-z]", screen.getvalue())
    assert max(map(len, rows)) <= width
    assert "\x1b[2J" not in screen.getvalue() and "\x1b[3" not in screen.getvalue()
    assert screen.getvalue().endswith("\x1b[2K"), "the lines are removed"
    if width > 30:
        assert "personal data: users" in screen.getvalue() and "0 of 2" in screen.getvalue()
        assert "[red]x" in screen.getvalue() and "0:00:00" in screen.getvalue()


def test_nobody_watches_a_pipe():
    with console.watching() as report, listening(report) as variables:
        assert (report, variables) == (None, {})


def test_a_process_hands_its_progress_on():
    """Every step comes, in order, also the last one, and nothing is left on the disk."""
    seen = []
    code = (
        "from auditkit.running.progress import progress\n"
        "with progress() as report:\n"
        f"    [report(*step) for step in {STEPS}]\n"
    )
    with listening(lambda *done: seen.append(done)) as variables:
        path = f"{Path(auditkit.__file__).parents[1]}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, **variables, "PYTHONPATH": path}, check=True
        )
    assert seen == STEPS
    assert not Path(variables[VARIABLE]).exists()


def test_a_step_that_is_half_written_waits_for_its_end(monkeypatch):
    seen = []
    with listening(lambda *done: seen.append(done)) as variables:
        monkeypatch.setenv(VARIABLE, variables[VARIABLE])
        file = Path(variables[VARIABLE])
        file.write_text('["checks: us', encoding="utf-8")
        with file.open("a", encoding="utf-8") as more:
            more.write('ers", 1, 2]\n["che')
        with progress() as report:
            assert report is not None
    assert seen == [("checks: users", 1, 2)]
