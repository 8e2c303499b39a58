"""When a finding was first seen: which run of the chain had it first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from auditkit.record.untrusted import Unfit, checked

if TYPE_CHECKING:
    from auditkit.record.record import AuditRecord

_FINGERPRINT = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Sighting:
    """The run that had a finding first, and the day that the run is for."""

    run: str
    day: date

    def to_dict(self) -> dict[str, str]:
        """Return it as JSON types.

        >>> Sighting("20261122T093000Z-1f", date(2026, 11, 22)).to_dict()
        {'run': '20261122T093000Z-1f', 'day': '2026-11-22'}
        """
        return {"run": self.run, "day": self.day.isoformat()}


def seen_until(previous: AuditRecord | None, day: date) -> Mapping[str, Sighting]:
    """Return where each finding of an earlier run, and of the runs before it, was first seen.

    A finding keeps its first sighting while it is gone, so that it does not look new when it is back. Runs
    for a later day are left out.
    """
    if previous is None:
        return {}
    own = {f.fingerprint: previous.sighting(f.fingerprint) for f in previous.findings}
    known = {**own, **previous.first_seen}
    return {fingerprint: known[fingerprint] for fingerprint in sorted(known) if known[fingerprint].day <= day}


def from_dict(data: Mapping[str, Any]) -> dict[str, Sighting]:
    """Return the sightings in a file that anybody may have written.

    Raises:
        ValueError: something in it has another type, or is no fingerprint.
        KeyError: a key is missing.
    """
    if not all(_FINGERPRINT.fullmatch(fingerprint) for fingerprint in data):
        raise Unfit("a first sighting is of no finding")
    return {
        fingerprint: checked(Sighting(seen["run"], date.fromisoformat(seen["day"])))
        for fingerprint, seen in data.items()
    }
