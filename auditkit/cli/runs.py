"""The commands that read runs: diff, verify, waive."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from auditkit.cli import arguments
from auditkit.cli.console import say, tell
from auditkit.audit.audit import Audit
from auditkit.outcome import Confidence, Severity


def add(command: arguments.Commands) -> None:
    """Add these commands."""
    made = command(
        "diff", _diff, "Say what changed from one run to another; exits with 1 for new or grown findings."
    )
    made.add_argument("before", type=Path, metavar="RUN", help="the earlier run folder, or its audit.json")
    made.add_argument("now", type=Path, metavar="RUN", help="the later one")
    made.add_argument("--format", choices=["text", "json"], default="text")
    arguments.failing(made, severity=Severity.LOW, confidence=Confidence.LOW)
    made = command(
        "verify", _verify, "Check that no byte of a run, or of a chain of runs, was changed, added or lost."
    )
    made.add_argument("folder", type=Path, metavar="RUN", help="a run folder, or a folder of runs")
    made = command(
        "waive", _waive, "Print waivers to be stated for the findings of a run; the policy is not touched."
    )
    made.add_argument("folder", type=Path, metavar="RUN", help="the run folder, or its audit.json")
    made.add_argument(
        "--check",
        action="append",
        metavar="ID",
        help="only findings of this check; may be given several times",
    )
    made.add_argument(
        "--table",
        action="append",
        metavar="NAME",
        help="only findings of this table; may be given several times",
    )


def _diff(given: argparse.Namespace) -> int:
    from auditkit.report import changes

    before, now = Audit.load(given.before), Audit.load(given.now)
    if given.format == "json":
        tell(json.dumps(changes.to_dict(before, now), indent=1, ensure_ascii=False))
    else:
        tell(changes.text(before, now))
    say(changes.summary(before, now))
    return now.exit_code(Severity(given.fail_on), Confidence(given.confidence), against=before)


def _verify(given: argparse.Namespace) -> int:
    from auditkit.html_tables import count
    from auditkit.report import verify

    found = verify.verify(given.folder)
    for line in (*found.faults, *found.notes):
        tell(line)
    runs = count(len(found.runs), "run")
    say(
        f"{runs}: every byte is as it was written"
        if found.intact
        else f"{runs}: {len(found.faults)} not as written"
    )
    return 0 if found.intact else 1


def _waive(given: argparse.Namespace) -> int:
    from auditkit.report import waivers

    findings = waivers.chosen(Audit.load(given.folder), given.check, given.table)
    if findings:
        tell(waivers.yaml(findings))
    say(
        f"{len(findings)} findings; the policy loads again when a person has stated reason, owner and day of"
        " each that stays"
    )
    return 0
