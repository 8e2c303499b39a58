"""The command that writes the register of processing (Art. 30): register."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from auditkit.cli import arguments
from auditkit.cli.console import opened, print_message, print_result
from auditkit.cli.run_log import logged, source_in_log
from auditkit.errors import UsageError
from auditkit.extras import require

if TYPE_CHECKING:
    from auditkit.report.saved import SavedRun


def add(command: arguments.Commands) -> None:
    """Add this command."""
    purpose = "Write the register of processing (Article 30) of one or more sources, each with its policy."
    parser = command("register", _register, purpose, example="crm.sqlite hr.csv -p crm.yaml hr.yaml")
    text = (
        "a source, or the folder of a run, which has its policy; with several policies, the sources are"
        " theirs in the same order; with one policy, several sources are NAME=SOURCE"
    )
    parser.add_argument("source", nargs="+", metavar="SOURCE", help=text)
    text = "the policies of the sources"
    parser.add_argument("-p", "--policy", nargs="+", action="extend", type=Path, metavar="FILE", help=text)
    arguments.add_day(parser)
    arguments.add_sample(parser)
    arguments.add_budget(parser)
    arguments.add_folder(
        parser, "the folder to write register.csv and register.xlsx into; without it, the CSV is printed"
    )
    text = "the language of the register: en, de or fr (default: that of the policies, else en)"
    parser.add_argument("--language", metavar="LANGUAGE", help=text)
    arguments.add_log(parser)


def _register(args: argparse.Namespace) -> int:
    from auditkit.report import exports, register
    from auditkit.report.exports import register as lines
    from auditkit.report.exports import register_xlsx
    from auditkit.report.folder import put
    from auditkit.report.office import Stamp
    from auditkit.report.say import ENGLISH, known_language, say, speaking

    if args.out is not None:
        require("office", "a folder with the register as CSV and XLSX needs")
    known_language(args.language)
    runs = [_run(args, sources, policy) for sources, policy in pairs(args.source, args.policy or [])]
    audits, spoken = [run.audit for run in runs], {run.language for run in runs}
    with speaking(args.language or (spoken.pop() if len(spoken) == 1 else ENGLISH)):
        found = register.entries(run.case for run in runs)
        table = lines.text(found)
        stamp = Stamp(max(audit.as_of for audit in audits), say("register.title"))
        sheet = register_xlsx.workbook(found, stamp) if args.out is not None else b""
    text, withheld = exports.scanned(lines.FILE, table, *audits)
    for place in withheld:
        print_message(place)
    if args.out is None:
        print_result(text, end="")
    else:
        book, _ = exports.scanned(register_xlsx.FILE, sheet, *audits)
        print_result(put(args.out, lines.FILE, text), put(args.out, register_xlsx.FILE, book))
    unseen = any(audit.is_incomplete for audit in audits)
    ending = "something could not be seen" if unseen else "everything that is declared was seen"
    print_message(f"exit code {3 if unseen else 0}: {ending}")
    return 3 if unseen else 0


def pairs(sources: list[str], policies: list[Path]) -> list[tuple[list[str], Path | None]]:
    """Return each source with its policy; a run folder has its own.

    Raises:
        UsageError: it is not clear which policy belongs to which source.

    >>> pairs(["crm.sqlite", "hr.csv"], [Path("crm.yaml"), Path("hr.yaml")])[1]
    (['hr.csv'], PosixPath('hr.yaml'))
    >>> pairs(["crm=crm.sqlite", "shop=shop.csv"], [Path("all.yaml")])
    [(['crm=crm.sqlite', 'shop=shop.csv'], PosixPath('all.yaml'))]
    """
    runs: list[tuple[list[str], Path | None]] = [([s], None) for s in sources if _is_run(s)]
    rest = [s for s in sources if not _is_run(s)]
    if len(policies) == 1 and rest:
        return [*runs, (rest, policies[0])]
    if len(policies) != len(rest):
        raise UsageError(
            f"there are {len(rest)} sources and {len(policies)} policies: give a policy for each source, in"
            " the same order, or one policy for all of them; the folder of a run needs none"
        )
    return [*runs, *(([source], policy) for source, policy in zip(rest, policies, strict=True))]


def _is_run(source: str) -> bool:
    return (Path(source) / "audit.json").is_file()


def _run(args: argparse.Namespace, sources: list[str], file: Path | None) -> SavedRun:
    """Return a run that is there, or one that is made now."""
    from auditkit.budget import Budget
    from auditkit.policy import Policy
    from auditkit.report.saved import SavedRun
    from auditkit.scanners import audit

    if file is None:
        return SavedRun.load(sources[0])
    policy = Policy.load(file)
    with logged(args, "register", source=source_in_log(sources)) as line:
        budget = Budget.of(args.budget)
        with opened(sources, policy, budget=budget) as (source, progress):
            made = audit(
                source, policy, as_of=args.as_of, sample=args.sample, budget=budget, progress=progress
            )
        line.add(**made.log_details())
        line.ended(3 if made.is_incomplete else 0)
    return SavedRun(file.parent, made)
