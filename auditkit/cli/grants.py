"""The command that shows who may read which personal data: grants."""

from __future__ import annotations

import argparse

from auditkit.cli import arguments
from auditkit.cli.console import opened, print_message, print_on_terminal, print_scanned
from auditkit.cli.run_log import logged, policy_in_log


def add(command: arguments.Commands) -> None:
    """Add this command."""
    purpose = "Show which roles of a database server may read which personal data."
    parser = command("grants", _grants, purpose, example="env:APP_URL -p privacy.yaml")
    arguments.add_source(parser)
    arguments.add_policy(parser, "a policy; it declares what the columns hold and what the roles are for")
    arguments.add_sample(parser)
    arguments.add_budget(parser)
    parser.add_argument("--format", choices=["table", "json"], default="table", help="the output format")
    arguments.add_log(parser)


def _grants(args: argparse.Namespace) -> int:
    from auditkit.options import RunOptions
    from auditkit.report.folder import allowance
    from auditkit.scanners.access import grants

    policy = arguments.policy_of(args)
    with logged(args, "grants") as line, opened(args.source) as (source, progress):
        line.add(source=source.name, policy=policy_in_log(policy))
        options = RunOptions.of(sample=args.sample, budget=args.budget, progress=progress)
        found = grants.of(source, policy, options)
        line.ended(found.exit_code)
    if args.format == "json":
        print_scanned("grants.json", found.to_json(), allowance(policy), end="")
    else:
        print_on_terminal(found.to_text(), allowance(policy), end="")
    result = "something could not be seen" if found.exit_code else "everything was seen"
    print_message(f"exit code {found.exit_code}: {result}")
    return found.exit_code
