"""The folder of a run: what was found in every form it is written in, and its manifest; there as a whole or
not at all.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from auditkit import project_key
from auditkit.errors import UsageError
from auditkit.finished_file import placed
from auditkit.record import AuditRecord
from auditkit.record.sighting import seen_until
from auditkit.report import csv, html, manifest, model, sarif, selfscan
from auditkit.report.case import Case
from auditkit.report.exports import inventory
from auditkit.running import own_file

if TYPE_CHECKING:
    from auditkit.policy import Policy


_DEVICE = re.compile(r"con|prn|aux|nul|com\d|lpt\d")
"""Names that no folder can have on Windows."""
WITHHELD = "withheld.txt"
"""The file of a run that names where a personal value was withheld; without one there is no such file."""
ADVICE = (
    "If it is a contact that you want to publish, name it in the policy. Otherwise give the table, column or",
    "file another name, or report this as a fault.",
)


def place(out: str | Path, name: str, moment: datetime | None = None) -> Path:
    """Return the folder of a new run, `OUT/<name>/<run id>`; it is not made.

    >>> place("reports", "Help desk", datetime(2026, 11, 22, 9, 30, tzinfo=UTC)).as_posix()[:-8]
    'reports/help-desk/20261122T093000Z-'
    """
    now = (moment or datetime.now(UTC)).astimezone(UTC)
    return Path(out) / slug(name) / f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


def slug(name: str) -> str:
    """Return a name as it can stand in a path.

    >>> slug("Gestion des clients (été)"), slug("../.."), slug("Con")
    ('gestion-des-clients-ete', 'audit', 'con-audit')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "audit"
    return f"{made}-audit" if _DEVICE.fullmatch(made) else made


def save(
    audit: AuditRecord,
    folder: str | Path,
    *,
    policy: Policy | None = None,
    previous: AuditRecord | None = None,
    view: str | None = None,
    runs: Mapping[str, AuditRecord] | None = None,
    signatures: Mapping[str, str] | None = None,
) -> Path:
    """Write an audit and its report into a folder that is not there yet; return the folder.

    The files are made in a folder beside it, looked through, and then take their place in one step, their
    manifest last. A personal value in one of them is withheld; `withheld.txt` names the place and the kind.

    Raises:
        FileExistsError: the folder is there and holds something; nothing is overwritten.
        PersonalValueError: a personal value could not be taken out of a file; a note names the place.
    """
    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FileExistsError(f"{target.name} is there already; a run is never overwritten")
    named = replace(
        audit,
        first_seen=seen_until(previous, audit.as_of),
        run={**audit.run, "id": audit.run.get("id") or target.name, "key": audit.run.get("key") or _key_id()},
    )
    report = model.of(named, policy=policy, previous=previous, view=view, runs=runs, signatures=signatures)
    files = {
        "audit.json": named.to_json(), "findings.csv": csv.render(named),
        "findings.sarif": sarif.render(named, policy=policy, previous=previous),
        inventory.FILE: inventory.text(Case(named, policy)),
        "report.json": report.to_json(),
    }  # fmt: skip
    # Whom the file of allowed signers names may be shown: the reader has to know whose signature is valid.
    signers = selfscan.Allowed.of(*(signatures or {}).values()).literals
    allowed = selfscan.Allowed(allowance(policy, named, previous).literals | signers)
    withheld = list[str]()
    try:
        for name in tuple(files):
            files[name] = _scanned(name, files[name], allowed, withheld)
        digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
        files["report.html"] = _scanned("report.html", html.render(report, digests), allowed, withheld)
    except selfscan.PersonalValueError as error:
        leave_note(target, str(error))
        raise
    if withheld:
        files[WITHHELD] = "\n".join([*withheld, *ADVICE]) + "\n"
    return write(target, files, finish=lambda staging: manifest.seal(staging, target.parent))


def _scanned(name: str, text: str, allowed: selfscan.Allowed, withheld: list[str]) -> str:
    """Return a file without personal values; the places of those that it held are added to a list."""
    clean, places = selfscan.withheld(name, text, allowed)
    withheld += places
    return clean


def allowance(policy: Policy | None, *audits: AuditRecord | None) -> selfscan.Allowed:
    """Return the literals that artefacts may hold: what the policy names, and fingerprints, of which a few
    look like card numbers.
    """
    declared = [policy.model_dump(mode="json")] if policy else []
    declared += [dict(audit.declared) for audit in audits if audit]
    named = selfscan.Allowed.of(*_texts(declared)).literals
    seen = {f for audit in audits if audit for f in audit.first_seen}
    return selfscan.Allowed(
        named | seen | {o.fingerprint for audit in audits if audit for o in audit.outcomes}
    )


def _key_id() -> str | None:
    """Return the id of the project's key; None where none can be kept, as in a container without a home."""
    try:
        return project_key.key().id
    except OSError:
        return None


def write(folder: Path, files: Mapping[str, str], finish: Callable[[Path], object] = lambda _: None) -> Path:
    """Write text files of mode 0600 into a folder of mode 0700 that appears in one step; return the folder.

    `finish` is called with the folder before it takes its place.
    """
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))  # mkdtemp makes it 0700
    try:
        for name, text in files.items():
            with os.fdopen(
                os.open(staging / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600),
                "w",
                encoding="utf-8",
                newline="",
            ) as file:
                file.write(text)
        finish(staging)
        staging.rename(folder)  # refused by the system where the folder holds something meanwhile
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    return folder


def put(folder: Path, name: str, content: str | bytes) -> Path:
    """Write one file of mode 0600 into a folder, whole or not at all; return its path.

    Raises:
        FileExistsError: the file is there already; nothing is overwritten.
        UsageError: the folder holds a run, which no file may be added to.
    """
    if (folder / manifest.NAME).exists() or (folder / "audit.json").exists():
        raise UsageError(
            f"{folder.name} holds a run, and a file in it would break its seal: give another folder"
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    handle, draft = tempfile.mkstemp(dir=folder, prefix=f".{name}.")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        placed(Path(draft), folder / name)
    except FileExistsError:
        raise FileExistsError(17, "nothing is overwritten, and the file is there already", name) from None
    finally:
        Path(draft).unlink(missing_ok=True)
    return folder / name


def leave_note(folder: Path, text: str) -> Path:
    """Write `<folder>.stopped.txt`, which says why a run left nothing; return its path."""
    note = folder.with_name(f"{folder.name}.stopped.txt")
    note.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return own_file.replaced(note, text + "\n")


def _texts(value: object) -> tuple[str, ...]:
    match value:
        case str():
            return (value,)
        case Mapping():
            return tuple(t for k, v in value.items() for t in (*_texts(k), *_texts(v)))
        case list() | tuple():
            return tuple(t for v in value for t in _texts(v))
        case _:
            return ()
