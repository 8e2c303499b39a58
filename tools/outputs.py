"""Show that a change of the code leaves what it writes the same but for words.

    python -m tools.outputs save FOLDER SOURCE -p POLICY [--as-of 2026-11-22]
    python -m tools.outputs compare BEFORE NOW

`save` writes `profile.json`, `audit.json`, `report.json` and the suites of a source into a folder. Run it
once with the old code and once with the new. `compare` walks both folders: only sentences may differ.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Difference = tuple[str, Any, Any]
_EXACT = frozenset("sql fingerprint check table column columns target entity verdict cause".split())


def save(folder: Path, source: str, policy: Path, as_of: str) -> None:
    """Write what auditkit makes of a source into a folder; the code that runs is that of this checkout."""
    folder.mkdir(parents=True, exist_ok=True)
    profile = _run("profile", source, "--format", "json")
    (folder / "profile.json").write_text(profile, encoding="utf-8")
    with tempfile.TemporaryDirectory() as runs:
        _run("report", source, "-p", str(policy), "--as-of", as_of, "-o", runs)
        for name in ("audit.json", "report.json"):
            shutil.copy(next(Path(runs).rglob(name)), folder / name)
    _run("expectations", source, "-p", str(policy), "--as-of", as_of, "-o", str(folder / "suites"))


def _run(*arguments: str) -> str:
    """Run a command of auditkit and return what it prints; findings (1) and gaps (3) are no failures."""
    done = subprocess.run(
        [sys.executable, "-m", "auditkit", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1, 3) and arguments[0] != "expectations":
        raise SystemExit(done.stderr)
    return done.stdout


def compare(before: Path, now: Path) -> tuple[list[Difference], Counter[str]]:
    """Return the differences that are not words, and how many sentences differ, by key."""
    differences: list[Difference] = []
    words: Counter[str] = Counter()
    names = {path.relative_to(folder) for folder in (before, now) for path in folder.rglob("*.json")}
    for name in sorted(names):
        old, new = before / name, now / name
        if not old.exists() or not new.exists():
            differences.append((str(name), old.exists(), new.exists()))
            continue
        for place, x, y in _walk(json.loads(old.read_text()), json.loads(new.read_text()), (str(name),)):
            key = next((part for part in reversed(place) if not part.isdecimal()), "")
            if isinstance(x, str) and isinstance(y, str) and " " in x and " " in y and key not in _EXACT:
                words[key] += 1
            else:
                differences.append(("/".join(place), x, y))
    return differences, words


def _walk(x: Any, y: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Yield each place where two JSON values differ; the block `run` holds times, and may always differ."""
    if place[1:2] == ("run",):
        return
    if isinstance(x, dict) and isinstance(y, dict):
        for key in x.keys() | y.keys():
            yield from _walk(x.get(key), y.get(key), (*place, key))
    elif isinstance(x, list) and isinstance(y, list) and len(x) == len(y):
        for number, (old, new) in enumerate(zip(x, y, strict=True)):
            yield from _walk(old, new, (*place, str(number)))
    elif x != y and not (isinstance(x, float) and isinstance(y, float) and math.isnan(x) and math.isnan(y)):
        yield place, x, y


def main() -> int:
    """Save, or compare and print; 1 where something else than words differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    saving = commands.add_parser("save")
    saving.add_argument("folder", type=Path)
    saving.add_argument("source")
    saving.add_argument("-p", "--policy", type=Path, required=True)
    saving.add_argument("--as-of", default="2026-11-22")
    comparing = commands.add_parser("compare")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("now", type=Path)
    given = parser.parse_args()
    if given.command == "save":
        save(given.folder, given.source, given.policy, given.as_of)
        return 0
    differences, words = compare(given.before, given.now)
    print(f"{len(differences)} differences that are not words; sentences that differ: {dict(words)}")
    for place, x, y in differences:
        print(f"  {place}: {str(x)[:100]} -> {str(y)[:100]}")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
