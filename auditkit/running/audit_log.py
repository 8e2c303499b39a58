"""The log of the audits themselves, as JSON lines: who ran what on which source under which policy, when, and
what came out.

A line holds counts, base names and digests: no value, no path, no password. It is appended in one write and
forced to the disk.
"""

from __future__ import annotations

import getpass
import json
import os
import stat
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from auditkit.outcome import Audit, Severity

SCHEMA = "auditkit/log/1"
NAME = "audit.log.jsonl"
VARIABLE = "AUDITKIT_LOG"


@dataclass
class Line:
    """What a run says of itself while it goes on; keys that it does not say are null."""

    told: dict[str, Any] = field(default_factory=dict)

    def ended(self, exit_code: int | None = None, **told: Any) -> None:
        """Say how the run ended."""
        self.told |= {"exit_code": exit_code, **told}

    def audited(self, audit: Audit) -> None:
        """Say what was audited, and what came out."""
        open_findings = Counter(f.severity for f in audit.findings if f.waiver is None)
        waived = sum(f.waiver is not None for f in audit.findings)
        self.told |= {
            "source": audit.source,
            "policy": {k: audit.policy.get(k) for k in ("name", "digest")} if audit.policy else None,
            "as_of": audit.as_of.isoformat(), "sample": audit.sample, "counts": audit.coverage,
            "findings": {**{s.value: open_findings[s] for s in reversed(Severity)}, "waived": waived},
        }  # fmt: skip


@contextmanager
def line(file: str | Path | None, program: str, *, failed: int | None = None, **told: Any) -> Iterator[Line]:
    """Append one line on a run to a log when the run ends, however it ends; without a file there is no log.

    The log is opened first: where it cannot be written, nothing is audited. A run that fails leaves the name
    of its error, never its text. The file has mode 0600, and lines of runs that end together do not mix.

    Args:
        file: the log; it is made where it is not there.
        program: the command, or the function.
        failed: the exit code of a run that ends with an error; a command has one.
        told: what is known of the run beforehand.

    Raises:
        OSError: the log cannot be opened, or not be written.
    """
    said = Line(dict(told))
    if not file:
        yield said
        return
    path = Path(file)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    started, error = _now(), None
    try:
        yield said
    except BaseException as stopped:
        error = type(stopped).__name__
        said.ended(failed)
        raise
    finally:
        try:
            _append(
                handle,
                {
                    **_head(program),
                    "started": started,
                    "finished": _now(),
                    **_KEYS,
                    **said.told,
                    "error": error,
                },
            )
        finally:
            os.close(handle)


_KEYS: dict[str, Any] = dict.fromkeys(
    (
        "source",
        "policy",
        "as_of",
        "sample",
        "counts",
        "findings",
        "run",
        "manifest_sha256",
        "exit_code",
        "finding",
        "rows_shown",
        "subject",
    )
)


def _head(program: str) -> dict[str, Any]:
    from auditkit.version import __version__

    return {"schema": SCHEMA, "user": _user(), "program": program, "version": __version__}


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name, as in a container
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _append(handle: int, told: dict[str, Any]) -> None:
    data = (json.dumps(told, ensure_ascii=True, default=str) + "\n").encode()
    while data:  # a disk that is full takes a part, and then raises
        data = data[os.write(handle, data) :]
    if stat.S_ISREG(os.fstat(handle).st_mode):  # a pipe or /dev/stderr cannot be forced to a disk
        os.fsync(handle)
