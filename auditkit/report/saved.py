"""A run as its folder holds it; whoever wrote the folder is not trusted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from auditkit.errors import UsageError
from auditkit.record import AuditRecord
from auditkit.record.untrusted import read_json
from auditkit.report.case import Case
from auditkit.report.say import known_language, language_of


def language(folder: Path) -> str | None:
    """Return the language of the report in a run folder; None where no report tells it."""
    try:
        return known_language(str(read_json(folder / "report.json")["language"]))
    except (OSError, ValueError, KeyError, TypeError, UsageError):
        return None


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
    def language(self) -> str:
        """The language of its report; of a run without a report, that of its policy where there is one."""
        return language(self.folder) or language_of(self.case.declared.language)

    @cached_property
    def case(self) -> Case:
        """The audit with what its policy declared."""
        return Case(self.audit, self.audit.declared_policy if self.audit.declared else None)
