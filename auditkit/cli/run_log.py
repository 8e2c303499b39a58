"""The line that a command leaves in the log of the runs."""

from __future__ import annotations

import argparse
import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from auditkit.running import audit_log

if TYPE_CHECKING:
    from auditkit.policy import Policy


def logged(
    args: argparse.Namespace, command: str, **details: object
) -> AbstractContextManager[audit_log.Line]:
    """Return a context that appends a line to the log, where the command or `AUDITKIT_LOG` names a log.

    Args:
        args: the arguments of the command.
        command: its name.
        details: what is known of the run before it begins.
    """
    file = args.log or os.environ.get(audit_log.VARIABLE)
    return audit_log.line(file, f"auditkit {command}", failed=2, **details)


def source_in_log(sources: list[str]) -> str | None:
    """Return the name of a source for the log, before it is opened; None for several sources.

    It is a base name, the name of an environment variable, or the kind of a database.
    """
    from auditkit.naming.names import shown_source

    if len(sources) != 1:
        return None
    (source,) = sources
    if source.startswith("env:"):
        return source
    scheme, separator, _ = source.partition("://")
    return scheme if separator else shown_source(Path(source).name)


def policy_in_log(policy: Policy) -> dict[str, str] | None:
    """Return the name and the digest of a policy for the log; None for an empty policy."""
    return {"name": policy.name, "digest": policy.digest} if policy.name else None
