"""Waivers to be stated: what a person pastes into the policy and completes; the machine accepts nothing."""

from __future__ import annotations

from collections.abc import Collection

from auditkit.errors import UsageError
from auditkit.outcome import Finding
from auditkit.record import AuditRecord
from auditkit.report.text import amount, place_of
from auditkit.vocabulary import did_you_mean

_LEFT = {
    "reason": "to be stated by whoever accepts the risk",
    "owner": "to be stated: the person who answers for it",
    "until": "to be stated: the last day it is accepted, such as 2026-12-31",
}


def chosen(
    audit: AuditRecord, checks: Collection[str] | None = None, tables: Collection[str] | None = None
) -> tuple[Finding, ...]:
    """Return the findings that nobody has waived, of some checks and tables or of all.

    Raises:
        ValueError: a check or table has no such finding; the message has the nearest one.
    """
    unwaived = [f for f in audit.findings if f.waiver is None]
    for asked, what, there in (
        (checks, "check", {f.check for f in unwaived}),
        (tables, "table", {f.table for f in unwaived if f.table is not None}),
    ):
        for name in asked or ():
            if name not in there:
                raise UsageError(
                    f"this run has no unwaived finding of the {what}"
                    f" {name!r}.{did_you_mean(name, sorted(there))}"
                )
    return tuple(
        f for f in unwaived if (not checks or f.check in checks) and (not tables or f.table in tables)
    )


def yaml(findings: Collection[Finding]) -> str:
    """Return the block `waivers` of a policy for some findings; what only a person can state is null in it.

    >>> from auditkit.outcome import Confidence, Severity
    >>> f = Finding(check="minimisation-empty-column", table="users", columns=("fax",),
    ...             severity=Severity.LOW, confidence=Confidence.HIGH)
    >>> print(yaml([f]))
    waivers:
      # low minimisation-empty-column: users.fax
      - fingerprint: "d0bff9a566c2d965"
        reason: null  # to be stated by whoever accepts the risk
        owner: null  # to be stated: the person who answers for it
        until: null  # to be stated: the last day it is accepted, such as 2026-12-31
    """
    lines = ["waivers:"]
    for f in findings:
        finding = ", ".join(filter(None, [place_of(f), f.entity, amount(f)]))
        lines.append(f"  # {f.severity} {f.check}: {finding}")
        lines.append(f'  - fingerprint: "{f.fingerprint}"')  # in quotes: some are numbers to YAML
        lines += [f"    {key}: null  # {who}" for key, who in _LEFT.items()]
    return "\n".join(lines)
