from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

SAMPLE = Path(__file__).parent.parent.parent / "reports" / "sample"


def test_the_committed_sample_is_as_it_was_written():
    done = subprocess.run(
        [sys.executable, "-m", "auditkit", "verify", SAMPLE], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_committed_sample_names_no_place_of_the_machine_that_made_it():
    text = "".join(p.read_text(encoding="utf-8") for p in SAMPLE.iterdir())
    places = {str(Path.home()), str(SAMPLE.parent.parent), tempfile.gettempdir(), "/home/", "/Users/"}
    assert [place for place in places if place in text] == []
