"""An audit as its users see it: the record of what it found, and the views of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from auditkit.errors import UnknownNameError, UsageError
from auditkit.outcome import BLIND, Confidence, Outcome, Passed, Severity, to_dict
from auditkit.record import AuditRecord
from auditkit.report.causes import title
from auditkit.vocabulary import did_you_mean

if TYPE_CHECKING:
    import pandas as pd

_EXAMPLE = Passed(check="")


@dataclass(frozen=True, kw_only=True, repr=False)
class Audit(AuditRecord):
    """The result of an audit: every planned outcome, and what was detected on the way.

    >>> import auditkit, pandas as pd
    >>> audit = auditkit.audit(pd.DataFrame({"n": [1, 2]}), checks=["pii-undeclared"], as_of="2026-11-22")
    >>> [(o.check, o.table, o.cause.value) for o in audit.not_assessed]
    [('pii-undeclared', 'data', 'undeclared')]
    """

    def __getitem__(self, table: str) -> Audit:
        """Return what the audit says about one table, as an audit.

        Raises:
            UnknownNameError: the audit has no such table.

        >>> import auditkit, pandas as pd
        >>> frames = {name: pd.DataFrame({"note": ["a@example.org"] * 9}) for name in ("notes", "texts")}
        >>> {outcome.table for outcome in auditkit.audit(frames, checks=["pii-secret"])["notes"].outcomes}
        {'notes'}
        """
        tables = {o.table for o in self.outcomes} | {c.table for c in self.columns}
        if table not in tables:
            hint = did_you_mean(str(table), [name for name in tables if name is not None])
            raise UnknownNameError(f"the audit has no table {table!r}.{hint}")
        of_table = self._only([o for o in self.outcomes if o.table == table])
        return replace(of_table, columns=tuple(c for c in self.columns if c.table == table))

    def by(self, what: Literal["table", "check", "cause"]) -> dict[str, Audit]:
        """Return the audit in parts, the part with the worst finding first.

        Args:
            what: `table` or `check`; or `cause`, whose keys are titles of findings, and the reasons why
                something was not assessed.

        Raises:
            UsageError: it is another word.
        """
        parts: dict[str, list[Outcome]] = {}
        for group in self.by_cause:
            for outcome in group.outcomes:
                match what:
                    case "table":
                        key = outcome.table or "the whole source"
                    case "check":
                        key = outcome.check
                    case "cause":
                        key = title(group) if group.verdict != "passed" else "passed"
                    case _:
                        raise UsageError("an audit is shown by 'table', 'check' or 'cause'")
                parts.setdefault(key, []).append(outcome)
        return {key: self._only(outcomes) for key, outcomes in parts.items()}

    def _only(self, outcomes: Sequence[Outcome]) -> Audit:
        """Return the audit with some of its outcomes."""
        kept = {o.fingerprint for o in outcomes}
        incidents = tuple(i for i in self.incidents if i.fingerprint in kept)
        return replace(self, outcomes=tuple(outcomes), incidents=incidents)

    def to_pandas(self) -> pd.DataFrame:
        """Return one row for each outcome, with the keys of `to_dict()["outcomes"]` as columns.

        The findings come first, the worst before the others. `verdict`, `severity` and `confidence` are
        ordered.
        """
        import pandas as pd

        gaps = sorted(self.not_assessed, key=lambda o: (o.cause not in BLIND, o.sort_key))
        ordered: list[Outcome] = [*self.findings, *gaps, *self.passed]
        frame = pd.DataFrame([to_dict(outcome) for outcome in ordered], columns=list(to_dict(_EXAMPLE)))
        scales = {
            "verdict": ["passed", "not_assessed", "finding"],
            "severity": [severity.value for severity in Severity],
            "confidence": [confidence.value for confidence in Confidence],
        }
        for column, words in scales.items():
            frame[column] = pd.Categorical(frame[column], words, ordered=True)
        return frame

    def to_html(self) -> str:
        """Return the report of this audit as one page that needs no other file."""
        from auditkit.report import html, model

        return html.render(model.of(self))

    def to_sarif(self) -> str:
        """Return the findings as SARIF 2.1.0."""
        from auditkit.report import sarif

        return sarif.render(self)

    def save(self, folder: str | Path) -> Path:
        """Write the files of a run into a folder, all or none of them, and return the folder."""
        from auditkit.report import folder as run_folder

        return run_folder.save(self, Path(folder))

    def _repr_html_(self) -> str:
        from auditkit.report import html

        return html.fragment(self)
