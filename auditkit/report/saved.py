"""A run as its folder holds it; whoever wrote the folder is not trusted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from auditkit.record import AuditRecord
from auditkit.report.case import Case


@dataclass(frozen=True)
class SavedRun:
    """A run that was written: its folder, and the record in it."""

    folder: Path
    audit: AuditRecord

    @classmethod
    def load(cls, place: str | Path) -> SavedRun:
        """Return the run of a folder, or of an `audit.json`.

        Raises:
            FileNotFoundError: there is no such file.
            UsageError: it does not hold an audit.
        """
        path = Path(place)
        audit = AuditRecord.load(path)
        return cls(path if path.is_dir() else path.parent, audit)

    @property
    def name(self) -> str:
        """The name of the processing, or without a policy that of the source."""
        return self.case.name or self.audit.source

    @cached_property
    def case(self) -> Case:
        """The audit with what its policy declared."""
        return Case(self.audit, self.audit.declared_policy if self.audit.declared else None)
