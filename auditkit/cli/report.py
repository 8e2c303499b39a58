"""The command that writes the privacy impact assessment: report."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from auditkit.cli import arguments, notify
from auditkit.cli.audit import exit_code, last_line
from auditkit.cli.console import print_message, print_result, watching
from auditkit.cli.run_log import source_in_log
from auditkit.errors import UsageError
from auditkit.running import audit_log

if TYPE_CHECKING:
    from auditkit.audit.audit import Audit
    from auditkit.report.manifest import Sealed


def add(command: arguments.Commands) -> None:
    """Add this command."""
    purpose = "Write the privacy impact assessment of a source, and print the path of its page."
    parser = command("report", _report, purpose, example="app.sqlite -p privacy.yaml -o reports")
    arguments.add_source(parser)
    arguments.add_policy(parser)
    arguments.add_day(parser)
    arguments.add_folder(parser, "the folder of the runs; each run is a new folder in it", "reports")
    text = "the run to compare with (default: the last run of the same policy in the folder)"
    parser.add_argument("--previous", type=Path, metavar="RUN", help=text)
    parser.add_argument(
        "--view",
        metavar="AUTHORITY",
        help="follow the template of an authority: edpb, ico or cnil (default: the report's own order)",
    )
    text = "sign the run with this SSH key; ssh-keygen asks for a passphrase itself"
    parser.add_argument("--key", type=Path, metavar="FILE", help=text)
    text = "check the SSH signatures of statements against this file of allowed signers"
    parser.add_argument("--allowed-signers", type=Path, metavar="FILE", help=text)
    parser.add_argument(
        "--language",
        metavar="LANGUAGE",
        help="the language of the report: en, de or fr (default: that of the policy, else en)",
    )
    arguments.add_sample(parser)
    arguments.add_budget(parser)
    arguments.add_strict(parser)
    arguments.add_threshold(parser)
    notify.add(parser)


def _report(args: argparse.Namespace) -> int:
    from auditkit import notebooks
    from auditkit.audit.audit import Audit
    from auditkit.dataset import check
    from auditkit.report import manifest, ssh

    if len(args.source) != 1:
        raise UsageError("a report is about one source: put several sources into one folder")
    if args.key and not args.key.is_file():
        raise UsageError(f"there is no key {args.key.name}")
    if args.allowed_signers:
        os.environ[ssh.SIGNERS] = str(args.allowed_signers.absolute())  # the notebook's kernel inherits it
    log, source = args.out / audit_log.NAME, source_in_log(args.source)
    with (
        notify.notifying(args, "auditkit report", source) as notified,
        audit_log.line(log, "auditkit report", failed=2, source=source) as line,
    ):
        check(args.source[0])
        print_message("the notebook opens the source and reads it; large sources take a while")
        with watching() as progress:
            page = notebooks.assess(
                args.source[0],
                args.policy,
                args.out,
                as_of=args.as_of,
                sample=args.sample,
                previous=args.previous,
                view=args.view,
                language=args.language,
                budget=args.budget,
                progress=progress,
                strict=args.strict,
            )
        if args.key:
            ssh.sign_run(page.parent, args.key)
        found, sealed = Audit.load(page.parent), manifest.read(page.parent)
        line.add(**found.log_details())
        code = exit_code(args, found)
        line.ended(code, run=sealed.run, manifest_sha256=sealed.sha256)
    notified(code, found, _compared(args, page, sealed), run=sealed.run)
    print_message(last_line(args, found))
    print_result(page)
    return code


def _compared(args: argparse.Namespace, page: Path, sealed: Sealed) -> Audit | None:
    """Return the audit that a run was compared with; None where no such audit can be read."""
    from auditkit.audit.audit import Audit

    before = page.parent.parent / sealed.previous["run"] if sealed.previous else None
    place = args.previous or before
    try:
        return Audit.load(place) if place else None
    except (OSError, UsageError):
        return None
