"""A copy of the project in which a page about extending auditkit can be followed."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = (
    "auditkit",
    "tests/conftest.py",
    "tests/engines.py",
    "tests/servers.py",
    "tests/shown.py",
    "tests/offline",
    "tests/detection/recognizers",
    "pyproject.toml",
    "README.md",
    "LICENSE",
)


def copy(folder: Path) -> None:
    """Copy what a check, an identifier or an engine is added to, with the least that its test needs."""
    for part in PARTS:
        source, target = ROOT / part, folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)
