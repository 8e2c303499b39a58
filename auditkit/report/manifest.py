"""The manifest of a run: what its folder holds, byte for byte, and which run came before it.

`manifest.json` lists every other file of the folder with its size and SHA-256, names the previous run of the
same policy with the SHA-256 of that run's manifest, and ends with a digest of itself. It is written last. So
a changed, added or missing byte shows, and whoever rewrites a run together with its manifest must rewrite
every later run too.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from auditkit.errors import UsageError
from auditkit.record import AuditRecord
from auditkit.record.untrusted import read_json
from auditkit.report.tally import tally

SCHEMA = "auditkit/manifest/1"
NAME, AUDIT = "manifest.json", "audit.json"
SIGNATURE = f"{NAME}.sig"
"""The SSH signature of the manifest; it is no part of what the manifest lists."""


@dataclass(frozen=True)
class Sealed:
    """A manifest as it was read, with the SHA-256 of its file."""

    folder: Path
    contents: Mapping[str, Any]
    sha256: str

    @property
    def run(self) -> str:
        """The run it seals."""
        return str(self.contents["run"])

    @property
    def previous(self) -> Mapping[str, str] | None:
        """The run before it: `run` and `manifest_sha256`."""
        return self.contents["previous"]  # type: ignore[no-any-return]

    @property
    def chain(self) -> str:
        """What the runs of one chain have in common: the policy, or without one the source."""
        return str(self.contents["policy"].get("name") or self.contents["source"])


def seal(folder: Path, runs: Path | None = None) -> Path:
    """Write the manifest of a run folder, over the one that is there; return its path.

    Args:
        folder: the run folder, with everything in it but the manifest.
        runs: the folder of the earlier runs, of which the last of the same policy becomes the previous one.

    Raises:
        OSError, ValueError: the folder has no `audit.json` that can be read.
    """
    audit = AuditRecord.load(folder)
    run = str(audit.run.get("id") or folder.name)
    before = latest(runs, str(audit.policy.get("name") or audit.source), besides=run) if runs else None
    contents: dict[str, Any] = {
        "schema": SCHEMA, "run": run, "sealed": datetime.now(UTC).isoformat(timespec="microseconds"),
        "command": shlex.join(command(audit)), "source": audit.source, "policy": dict(audit.policy),
        "as_of": audit.as_of.isoformat(), "sample": audit.sample, "key": audit.run.get("key"),
        "coverage": audit.coverage, "tally": tally(audit),
        "made": {k: audit.run.get(k) for k in ("started", "finished", "python", "versions")},
        "files": [entry(path) for path in sorted(folder.iterdir()) if path.name not in (NAME, SIGNATURE)],
        "previous": {"run": before.run, "manifest_sha256": before.sha256} if before else None,
    }  # fmt: skip
    text = canonical({**contents, "digest": digest(contents)})
    handle, draft = tempfile.mkstemp(dir=folder, prefix=f".{NAME}.")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            out.write(text)
        return Path(draft).replace(folder / NAME)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def read(folder: Path) -> Sealed:
    """Return the manifest of a run folder.

    Raises:
        OSError: there is no manifest.
        ValueError: it is not as `seal` wrote it.
    """
    file = folder / NAME
    try:
        contents = read_json(file)
        data = file.read_bytes()
        whole = {k: v for k, v in contents.items() if k != "digest"}
        if (
            contents["schema"] != SCHEMA
            or contents["digest"] != digest(whole)
            or data != canonical(contents).encode()
        ):
            raise ValueError
        names = [str(f["path"]) for f in contents["files"]]
        if any(Path(name).name != name or name in ("", "..", NAME) for name in names) or len(
            set(names)
        ) != len(names):
            raise ValueError
        if (before := contents["previous"]) is not None and not all(
            isinstance(before[key], str) for key in ("run", "manifest_sha256")
        ):
            raise ValueError
        sealed = Sealed(folder, contents, hashlib.sha256(data).hexdigest())
        _ = sealed.run, sealed.chain, contents["sealed"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageError(f"{NAME} of {folder.name} is not as it was written") from None
    return sealed


def latest(runs: Path, chain: str, besides: str | None = None) -> Sealed | None:
    """Return the last run of a chain in a folder of runs: the newest that no other names as its previous one;
    `besides` is passed over.
    """
    found = [s for s in sealed_in(runs) if s.chain == chain and s.run != besides]
    followed = {s.previous["run"] for s in found if s.previous}
    return max(
        (s for s in found if s.run not in followed),
        key=lambda s: (str(s.contents["sealed"]), s.run),
        default=None,
    )


def signed(runs: Mapping[str, str], *folders: Path) -> dict[str, AuditRecord]:
    """Return the records of the runs that people signed on; without those that are not as they were.

    Args:
        runs: the SHA-256 of each run's manifest, by its id.
        folders: where runs are looked for.
    """
    found = {}
    for sealed in (s for folder in folders for s in sealed_in(folder) if runs.get(s.run) == s.sha256):
        listed = {f["path"]: f for f in sealed.contents["files"]}
        audit = sealed.folder / AUDIT
        if audit.is_file() and listed.get(AUDIT) == entry(audit):
            found[sealed.run] = AuditRecord.load(sealed.folder)
    return found


def sealed_in(runs: Path) -> list[Sealed]:
    """Return the manifests of the runs in a folder, those that can be read, by the names of their folders."""
    found = []
    for folder in sorted(runs.iterdir()) if runs.is_dir() else ():
        if folder.is_dir() and not folder.is_symlink() and not folder.name.startswith("."):
            try:
                found.append(read(folder))
            except (OSError, ValueError):
                continue
    return found


def entry(path: Path) -> dict[str, Any]:
    """Return the name, size and SHA-256 of a file."""
    with path.open("rb") as file:
        return {
            "path": path.name,
            "size": path.stat().st_size,
            "sha256": hashlib.file_digest(file, "sha256").hexdigest(),
        }


def command(audit: AuditRecord) -> list[str]:
    """Return the words of the command that repeats a run, with base names for paths.

    >>> from datetime import date
    >>> policy = {"name": "App", "file": "privacy.yaml"}
    >>> command(AuditRecord(outcomes=(), source="app.sqlite", as_of=date(2026, 11, 22), policy=policy))
    ['auditkit', 'report', 'app.sqlite', '-p', 'privacy.yaml', '--as-of', '2026-11-22']
    """
    words = ["auditkit", "report", audit.source]
    words += ["-p", str(audit.policy["file"])] if audit.policy.get("file") else []
    words += ["--as-of", audit.as_of.isoformat()]
    words += ["--sample", str(audit.sample)] if audit.sample else []
    return words


def canonical(contents: Mapping[str, Any]) -> str:
    """Return the one text that says this: any other spelling of it is a change."""
    return json.dumps(contents, indent=1, ensure_ascii=False) + "\n"


def digest(contents: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what a manifest says, without this digest."""
    return hashlib.sha256(canonical(contents).encode()).hexdigest()
