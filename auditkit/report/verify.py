"""Whether a run, or a chain of runs, is as it was written; every byte that is not is named with its file."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from auditkit.record import AuditRecord
from auditkit.report import manifest, ssh
from auditkit.report.manifest import Sealed
from auditkit.report.text import printable
from auditkit.running import audit_log

_BESIDE = (manifest.NAME, manifest.SIGNATURE)
"""What a manifest does not list."""


@dataclass(frozen=True)
class Fault:
    """Something in a run that is not as it was written."""

    run: str
    file: str
    what: str
    """changed, added, missing, or not a plain file; of the chain, what breaks it."""

    def __str__(self) -> str:
        return f"{self.run}/{self.file}: {self.what}"


@dataclass(frozen=True)
class Verification:
    """What became of a check of one or more runs."""

    runs: tuple[Path, ...]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()

    @property
    def intact(self) -> bool:
        """Whether every byte is as it was written."""
        return not self.faults


def verify(place: Path) -> Verification:
    """Check a run folder, or every run below a folder together with the chains that they form.

    Of a single run the link to the run before it is checked where that lies beside it. Where the log of the
    audits lies above, it is a second witness: of the last run, which no other names yet, and of a last run
    that is gone. Nothing else is needed.

    Raises:
        FileNotFoundError: there is no run.
    """
    if _is_run(place):
        sealed, own = _checked(place)
        beside = {s.run: s for s in manifest.sealed_in(place.absolute().parent)} if sealed else {}
        return Verification(
            (place,),
            (
                *own,
                *(_link(sealed, beside) if sealed else ()),
                *_witnessed([sealed] if sealed else [], place),
            ),
        )
    runs = _runs_below(place)
    if not runs:
        raise FileNotFoundError(2, "No run is there: expected a run folder, or a folder of them", str(place))
    faults: list[Fault] = []
    notes: list[str] = []
    for _, group in groupby(runs, key=lambda run: run.parent):
        checked = [_checked(run) for run in group]
        faults += [fault for _, found in checked for fault in found]
        chains: dict[str, list[Sealed]] = {}
        for sealed, _ in checked:
            if sealed:
                chains.setdefault(sealed.chain, []).append(sealed)
        for chain in chains.values():
            broken, remarks = _chain(chain, whole=all(sealed for sealed, _ in checked))
            faults += [*broken, *_witnessed(chain, place, whole=True)]
            notes += remarks
    return Verification(tuple(runs), tuple(faults), tuple(notes))


def signatures(run: Path, signers: Path) -> Iterator[tuple[bool, str]]:
    """Yield whether each SSH signature of a run is valid, with a sentence: of the run, then of statements."""
    name, found = run.absolute().name, ssh.run(run, signers)
    yield found.is_valid, f"{name}/{manifest.NAME}: {found.words}"
    policy = AuditRecord.load(run).declared_policy
    for field, checked in ssh.statements(policy, signers).items():
        yield checked.is_valid, f"{name}, {field}: {checked.words}"


def _is_run(place: Path) -> bool:
    return any((place / name).is_file() for name in (manifest.NAME, "audit.json"))


def _runs_below(place: Path) -> list[Path]:
    """Return the runs in a folder and in its folders: `reports/` holds `<policy>/<run>/`."""
    found = []
    for one in _folders(place):
        found += [one] if _is_run(one) else [two for two in _folders(one) if _is_run(two)]
    return sorted(found, key=lambda run: (run.parent, run.name))


def _folders(place: Path) -> list[Path]:
    """Return the folders in a folder; a link, such as `latest`, leads to one of them."""
    inside = sorted(place.iterdir()) if place.is_dir() else ()
    return [folder for folder in inside if folder.is_dir() and not folder.is_symlink()]


def _checked(folder: Path) -> tuple[Sealed | None, tuple[Fault, ...]]:
    name = folder.absolute().name
    try:
        sealed = manifest.read(folder)
    except FileNotFoundError:
        return None, (Fault(name, manifest.NAME, "missing"),)
    except (OSError, ValueError):
        return None, (Fault(name, manifest.NAME, "changed"),)
    listed = {f["path"]: f for f in sealed.contents["files"]}
    there = {entry.name: entry for entry in os.scandir(folder) if entry.name not in _BESIDE}
    faults = [Fault(name, file, "missing") for file in listed.keys() - there.keys()]
    faults += [Fault(name, printable(file), "added") for file in there.keys() - listed.keys()]
    for file in listed.keys() & there.keys():
        if not stat.S_ISREG(there[file].stat(follow_symlinks=False).st_mode):
            faults.append(Fault(name, file, "not a plain file"))
        elif manifest.entry(folder / file) != listed[file]:
            faults.append(Fault(name, file, "changed"))
    return sealed, tuple(sorted(faults, key=lambda f: f.file))


def _link(sealed: Sealed, beside: dict[str, Sealed]) -> Iterable[Fault]:
    """Yield that the run before is not the one that this run followed, where it is at hand."""
    before = beside.get(sealed.previous["run"]) if sealed.previous else None
    if sealed.previous and before and before.sha256 != sealed.previous["manifest_sha256"]:
        yield Fault(before.run, manifest.NAME, f"not the one that run {sealed.run} followed")


def _witnessed(chain: list[Sealed], place: Path, *, whole: bool = False) -> Iterable[Fault]:
    """Yield the runs of which the log says something else; of a `whole` chain also those that ended after its
    last run and are gone.
    """
    here = place.absolute()
    log = next(
        (p / audit_log.NAME for p in (here, *here.parents[:2]) if (p / audit_log.NAME).is_file()), None
    )
    known = {s.run: s for s in chain}
    ended = (
        [line for line in _lines(log) if chain and line.get("run") and _chain_of(line) == chain[0].chain]
        if log
        else []
    )
    for line in ended:
        if line["run"] in known and line.get("manifest_sha256") != known[line["run"]].sha256:
            yield Fault(line["run"], manifest.NAME, f"not the one that {audit_log.NAME} names")
    last = max((i for i, line in enumerate(ended) if line["run"] in known), default=len(ended))
    yield from (
        Fault(str(line["run"]), manifest.NAME, f"gone; {audit_log.NAME} names it")
        for line in ended[last + 1 :]
        if whole
    )


def _lines(log: Path) -> Iterator[dict[str, Any]]:
    for text in log.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            line = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(line, dict) and isinstance(line.get("run"), str | None):
            yield line


def _chain_of(line: dict[str, Any]) -> str:
    policy = line.get("policy")
    return str((policy.get("name") if isinstance(policy, dict) else None) or line.get("source"))


def _chain(chain: list[Sealed], *, whole: bool) -> tuple[list[Fault], list[str]]:
    """Return what breaks a chain of runs: a link that does not fit, a run that is gone, two that follow the
    same one.

    Only its beginning may be gone, as where old runs are removed in their time; that is said. `whole` is
    false where a run's own manifest cannot be read: then a run that is not found is no second fault.
    """
    known = {s.run: s for s in chain}
    faults = [fault for s in chain for fault in _link(s, known)]
    begins = sorted(
        (s for s in chain if not s.previous or s.previous["run"] not in known),
        key=lambda s: str(s.contents["sealed"]),
    )
    notes = [
        f"the chain begins with run {first.run}; the run before it, {first.previous['run']}, is not here"
        for first in begins[:1]
        if first.previous
    ]
    for later in begins[1:] if whole else ():
        gone = (
            f"the run before it, {later.previous['run']}, is gone"
            if later.previous
            else "it follows no run, and others came before"
        )
        faults.append(Fault(later.run, manifest.NAME, gone))
    followers: dict[str, list[str]] = {}
    for s in chain:
        if s.previous:
            followers.setdefault(s.previous["run"], []).append(s.run)
    faults += [
        Fault(run, manifest.NAME, f"followed by {' and '.join(sorted(f))}")
        for run, f in followers.items()
        if len(f) > 1
    ]
    return faults, notes
