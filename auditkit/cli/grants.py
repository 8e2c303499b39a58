"""The command on who may read what: grants."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from auditkit.cli import arguments
from auditkit.cli.console import opened, say, tell
from auditkit.running import audit_log


def add(command: arguments.Commands) -> None:
    """Add this command."""
    made = command(
        "grants",
        _grants,
        "Say which role of a database server may read personal data of which sensitivity; shows no values.",
    )
    arguments.reading(made)
    made.add_argument(
        "-p",
        "--policy",
        type=Path,
        metavar="FILE",
        help="the policy (privacy.yaml): what columns hold, and what roles are for",
    )
    made.add_argument("--format", choices=["table", "json"], default="table")
    arguments.log(made)


def _grants(given: argparse.Namespace) -> int:
    from auditkit.policy import Policy
    from auditkit.options import RunOptions
    from auditkit.scanners.access import grants

    declared = Policy.load(given.policy) if given.policy else Policy.empty()
    with (
        audit_log.line(given.log or os.environ.get(audit_log.VARIABLE), "auditkit grants", failed=2) as said,
        opened(given.source) as told,
    ):
        source, progress = told
        said.details |= {
            "source": source.name,
            "policy": {"name": declared.name, "digest": declared.digest} if declared.name else None,
        }
        found = grants.of(
            source, declared, RunOptions.of(sample=given.sample, budget=given.budget, progress=progress)
        )
        said.ended(found.exit_code)
    tell(found.to_json() if given.format == "json" else found.to_text(), end="")
    say(
        f"exit {found.exit_code}: "
        + ("something could not be seen" if found.exit_code else "all that was to be seen was")
    )
    return found.exit_code
