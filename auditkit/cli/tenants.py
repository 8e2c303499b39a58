"""The command that shows how tables belong to tenants: tenants."""

from __future__ import annotations

import argparse

from auditkit.cli import arguments
from auditkit.cli.console import opened, print_on_terminal, print_scanned


def add(command: arguments.Commands) -> None:
    """Add this command."""
    purpose = "Show how each table belongs to a tenant, with the evidence."
    parser = command("tenants", _tenants, purpose, example="app.sqlite -p privacy.yaml")
    arguments.add_source(parser)
    arguments.add_policy(parser)
    text = "the output format; yaml prints a block for the policy"
    parser.add_argument("--format", choices=["text", "yaml"], default="text", help=text)


def _tenants(args: argparse.Namespace) -> int:
    from auditkit.report import text
    from auditkit.report.folder import allowance
    from auditkit.scanners import tenancy

    policy = arguments.policy_of(args)
    with opened(args.source, policy) as (source, _):
        found = tenancy.tenant_map(source, policy)
    if args.format == "yaml":
        print_scanned("tenants.yaml", found.to_yaml(), allowance(policy), end="")
    else:
        lines = map(text.printable, found.to_text().splitlines())
        print_on_terminal("\n".join(lines), allowance(policy))
    return 0
