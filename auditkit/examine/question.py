"""One run of one check: the question that it asks of the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import ibis.expr.types as ir

from auditkit.check import Check, Measure, Offending, graded
from auditkit.outcome import Confidence, Finding, Locus, Missing, NotAssessed, Passed, Severity


@dataclass(frozen=True)
class Question:
    """What a check returned in one scope, not counted yet.

    Attributes:
        check: the check.
        locus: the place it looked at: some of `table`, `columns` and `target`.
        answer: what it returned.
        subject: the column that names the data subject of a row; None where the policy declares none.
        sensitive: the table holds special categories, credentials or payment data.
        scope: the item that was meant of each fact with several items.
    """

    check: Check
    locus: Mapping[str, Any]
    answer: Offending
    subject: str | None
    sensitive: bool
    scope: Mapping[str, Any] = field(default_factory=dict)

    def settled(self) -> Question:
        """Return the question after the closer look that its check asks for.

        Raises:
            SourceError: the source cannot be asked.
        """
        closer = self.answer.closer
        return self if closer is None else replace(self, answer=closer())

    @property
    def fingerprint(self) -> str:
        """The fingerprint that a finding of this question has, where the question is about rows."""
        return Locus(check=self.check.id, **self.locus).fingerprint

    @property
    def result_table(self) -> ir.Table:
        """The result, where it is a table of its own."""
        result = self.answer.result
        assert isinstance(result, ir.Table)
        return result

    @property
    def base(self) -> Any:
        """The rows that the result is about, so that results over the same rows can be counted together.

        None where the result is a table of its own.

        Raises:
            TypeError: the result is over the rows of several relations.
        """
        result = self.answer.result
        if isinstance(result, ir.Table):
            return None
        relations = (result.value if isinstance(result, Measure) else result).op().relations
        if len(relations) != 1:
            raise TypeError(
                f"{self.check.id} returned an expression over {len(relations)} relations; it must be over the"
                " rows of one"
            )
        return next(iter(relations))

    def finding(
        self,
        *,
        severity: Severity | None = None,
        confidence: Confidence | None = None,
        sensitive: bool | None = None,
        detail: Mapping[str, Any] | None = None,
        **facts: Any,
    ) -> Finding:
        """Return the finding of this question, with its severity by the severity rule.

        Args:
            severity: what a row of the result says; else what the answer says, else what the check says.
            confidence: likewise; it never exceeds the check's own.
            sensitive: what a row of the result says; else what is known of the table.
            detail: the details of the finding.
            facts: other fields of the finding.
        """
        answer = self.answer
        sure = min(self.check.confidence, confidence or answer.confidence or self.check.confidence, key=_rank)
        stated = answer.severity if isinstance(answer.severity, Severity) else self.check.severity
        graver = self.sensitive if sensitive is None else sensitive
        details = dict(detail or {})
        if not answer.boundary_holds:
            details["boundary"] = NO_BOUNDARY
        return Finding(
            check=self.check.id,
            severity=graded(severity or stated, sensitive=graver, confidence=sure),
            confidence=sure,
            detail=details,
            **{**self.locus, **facts},
        )

    def passed(self, **facts: Any) -> Passed:
        """Return that nothing breaks the policy here."""
        return Passed(check=self.check.id, **{**self.locus, **facts})

    def not_assessed(self, missing: Missing) -> NotAssessed:
        """Return that this could not be seen, and why."""
        return NotAssessed(check=self.check.id, cause=missing.cause, reason=missing.reason, **self.locus)


def _rank(confidence: Confidence) -> int:
    return confidence.rank


NO_BOUNDARY = "does not hold"
"""What the detail `boundary` says where the data shows that the tenant is no boundary."""
