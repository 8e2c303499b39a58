"""The commands that read runs: diff, verify and waive."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from auditkit.cli import arguments
from auditkit.cli.console import print_message, print_on_terminal, print_result, print_scanned
from auditkit.html_tables import count
from auditkit.outcome import Confidence, Severity


def add(command: arguments.Commands) -> None:
    """Add these commands."""
    purpose = "Show what changed between two runs; the exit code is 1 where findings are new or have grown."
    parser = command("diff", _diff, purpose, example="reports/shop/EARLIER reports/shop/LATER")
    parser.add_argument("before", type=Path, metavar="RUN", help="the earlier run folder, or its audit.json")
    parser.add_argument("now", type=Path, metavar="RUN", help="the later run folder, or its audit.json")
    arguments.add_threshold(parser, severity=Severity.LOW, confidence=Confidence.LOW)
    parser.add_argument("--format", choices=["text", "json"], default="text", help="the output format")

    purpose = "Check that no file of a run, or of a chain of runs, was changed, added or removed."
    parser = command("verify", _verify, purpose, example="reports")
    parser.add_argument("folder", type=Path, metavar="RUN", help="a run folder, or a folder of runs")
    text = "also check the SSH signatures of the runs and of statements against this file of allowed signers"
    parser.add_argument("--allowed-signers", type=Path, metavar="FILE", help=text)

    purpose = "Print waivers for the findings of a run, for a person to complete and add to the policy."
    parser = command("waive", _waive, purpose, example="reports/shop/RUN --check pii-undeclared")
    parser.add_argument("folder", type=Path, metavar="RUN", help="the run folder, or its audit.json")
    text = "only findings of this check; may be given several times"
    parser.add_argument("--check", action="append", metavar="ID", help=text)
    text = "only findings of this table; may be given several times"
    parser.add_argument("--table", action="append", metavar="NAME", help=text)


def _diff(args: argparse.Namespace) -> int:
    from auditkit.audit.audit import Audit
    from auditkit.report import changes
    from auditkit.report.folder import allowance

    before, now = Audit.load(args.before), Audit.load(args.now)
    if args.format == "json":
        listed = json.dumps(changes.to_dict(before, now), indent=1, ensure_ascii=False)
        print_scanned("changes.json", listed, allowance(None, now, before))
    else:
        print_on_terminal(changes.text(before, now), allowance(None, now, before))
    print_message(changes.summary(before, now))
    return now.exit_code(Severity(args.fail_on), Confidence(args.confidence), against=before)


def _verify(args: argparse.Namespace) -> int:
    from auditkit.report import verify

    found = verify.verify(args.folder)
    for line in (*found.faults, *found.notes):
        print_result(line)
    wrong = 0
    if args.allowed_signers:
        for run in found.runs:
            for is_valid, text in verify.signatures(run, args.allowed_signers):
                wrong += not is_valid
                print_result(text)
    result = "every byte is as it was written" if found.intact else count(len(found.faults), "fault")
    print_message(f"{count(len(found.runs), 'run')}: {result}")
    if wrong:
        print_message(f"{count(wrong, 'signature')} missing or not valid")
    return 0 if found.intact and not wrong else 1


def _waive(args: argparse.Namespace) -> int:
    from auditkit.audit.audit import Audit
    from auditkit.report import waivers

    findings = waivers.chosen(Audit.load(args.folder), args.check, args.table)
    if findings:
        print_result(waivers.yaml(findings))
    print_message(
        f"{count(len(findings), 'finding')}: state the reason, the owner and the last day of each waiver that"
        " you keep; until then the policy does not load"
    )
    return 0
