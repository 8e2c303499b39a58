"""The commands that look for personal data: profile and init."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from auditkit.cli import arguments
from auditkit.cli.console import opened, print_message, print_on_terminal, print_page, print_scanned
from auditkit.cli.run_log import logged, source_in_log
from auditkit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditkit.dataset import Dataset
    from auditkit.detection import Profile
    from auditkit.options import RunOptions
    from auditkit.outcome import Outcome
    from auditkit.policy import Policy


def add(command: arguments.Commands) -> None:
    """Add these commands."""
    parser = command("profile", _profile, "Show which columns hold personal data.", example="people.csv")
    arguments.add_source(parser)
    arguments.add_policy(parser, "a policy; its block `detection` says what else to look for")
    parser.add_argument("--all", action="store_true", help="show also the columns without personal data")
    parser.add_argument(
        "--explain", metavar="TABLE.COLUMN", help="show the evidence for the verdict on one column instead"
    )
    arguments.add_sample(parser)
    arguments.add_budget(parser)
    parser.add_argument(
        "--format", choices=["table", "json", "csv"], default="table", help="the output format"
    )
    text = "write a page of one file: a table of the columns, and a card for each; with -p also the checks"
    parser.add_argument("-o", "--out", type=Path, metavar="FILE", help=text)
    arguments.add_log(parser)

    purpose = "Draft a policy for a source, for people to complete."
    parser = command("init", _init, purpose, example="app.sqlite > privacy.yaml")
    arguments.add_source(parser)
    arguments.add_sample(parser)
    text = "the language of the questions and comments: en, de or fr (default: en)"
    parser.add_argument("--language", metavar="LANGUAGE", help=text)


def _profile(args: argparse.Namespace) -> int:
    from auditkit.budget import Budget
    from auditkit.facts.profile import within
    from auditkit.options import RunOptions
    from auditkit.policy import Policy
    from auditkit.report import text

    if args.out is not None and (args.explain or args.format != "table"):
        raise UsageError("-o writes a page of its own: leave --format and --explain out")
    policy = Policy.load(args.policy) if args.policy else None
    budget = Budget.of(args.budget)
    with (
        logged(args, "profile", source=source_in_log(args.source)) as line,
        opened(args.source, budget=budget) as (source, progress),
    ):
        line.add(source=source.name)
        tables = tuple(source.relations)
        options = RunOptions.of(sample=args.sample, budget=budget, progress=progress)
        profile = within(budget, source, tables, sample=args.sample, progress=progress, policy=policy)
        code = 3 if profile.failed else 0
        outcomes = _outcomes(source, profile, policy, options) if args.out and policy else ()
        line.ended(code)
    _show(args, profile, policy, source.name, outcomes)
    for table, missing in profile.failed.items():
        print_message(f"not seen: {text.printable(table)}: {missing.reason}")
    return code


def _show(
    args: argparse.Namespace,
    profile: Profile,
    policy: Policy | None,
    source: str,
    outcomes: Sequence[Outcome],
) -> None:
    """Print the profile, or the evidence on one column, or write the page and print its path."""
    from auditkit.report import text
    from auditkit.report.csv import neutral
    from auditkit.report.folder import allowance

    allowed = allowance(policy)
    if args.explain:
        print_on_terminal(_explanation(profile, args.explain), allowed)
        return
    if args.out is not None:
        print_page("profile.html", args.out, profile.to_html(source, outcomes), allowed)
        return
    match args.format:
        case "json":
            columns = [verdict.to_dict() for verdict in profile.columns]
            listed = json.dumps(columns, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
            print_scanned("profile.json", listed, allowed, end="")
        case "csv":
            frame = profile.to_pandas()
            frame = frame.map(lambda cell: neutral(cell) if isinstance(cell, str) else cell)
            print_scanned("profile.csv", frame.to_csv(index=False), allowed, end="")
        case _:
            print_on_terminal(text.profile(profile.places, everything=args.all), allowed)


def _outcomes(source: Dataset, profile: Profile, policy: Policy, options: RunOptions) -> Sequence[Outcome]:
    """Return what the checks for personal data find with a policy, in what the profile saw."""
    from auditkit.audit.run import run
    from auditkit.catalogue import chosen

    return run(chosen(["pii"], None), source, policy, options, known={"profile": profile}).outcomes


def _explanation(profile: Profile, wanted: str) -> str:
    """Return the evidence on a column.

    Raises:
        UsageError: there is no such column.
    """
    from auditkit import detection

    columns = [(c.table, c.column) for c in profile.places if f"{c.table}.{c.column}" == wanted]
    table, _, column = wanted.rpartition(".")
    if not columns and not table:
        raise UsageError("--explain takes a table and a column with a dot between them, such as users.email")
    return detection.explain(profile, *(columns[0] if columns else (table, column)))


def _init(args: argparse.Namespace) -> int:
    from auditkit import detection, draft
    from auditkit.draft.text import CONTACTS
    from auditkit.draft.words import Words
    from auditkit.report.say import named, speaking
    from auditkit.report.selfscan import Allowed

    with speaking(args.language), opened(args.source) as (source, progress):
        profile = detection.profile(source, sample=args.sample, progress=progress)
        text = draft.draft(source, profile, words=Words(named), language=args.language)
        print_scanned("draft.yaml", text, Allowed.of(*CONTACTS), end="")
    return 0
