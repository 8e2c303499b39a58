"""The details of a finding in words, and the statement that would repair it."""

from __future__ import annotations

from auditkit.catalogue import catalogue
from auditkit.outcome import Finding
from auditkit.phrase import phrase
from auditkit.report.foreign import english
from auditkit.report.say import say

STATEMENT = "ddl"
"""The detail that holds SQL to run; it has a place of its own, and never stands between numbers."""


def details(finding: Finding) -> str:
    """Return the details of a finding as a phrase that a person reads; empty where it has no details.

    >>> from auditkit.outcome import Confidence, Severity
    >>> sure = {"severity": Severity.LOW, "confidence": Confidence.HIGH}
    >>> details(Finding(check="no-such-check", detail={"smallest_class": 1}, **sure))
    'smallest class 1'
    """
    check = catalogue().get(finding.check)
    known = {name: value for name, value in finding.detail.items() if name != STATEMENT}
    if check is None:
        parts = [f"{name.replace('_', ' ')} {value}" for name, value in sorted(known.items())]
        return "; ".join(parts)
    values = {"rows": finding.rows, "of": finding.of, "subjects": finding.subjects, **known}
    boundary = "" if finding.boundary_holds else say("details.no_boundary")
    return "; ".join(filter(None, [boundary, english(phrase(check.says, values))]))


def interval(finding: Finding) -> str:
    """Return between how many rows of the whole table lie, where only a sample was read."""
    if finding.interval is None:
        return ""
    low, high = finding.interval
    return say("details.interval", low=low, high=high)


def statement(finding: Finding) -> str:
    """Return the SQL that would repair the fault; empty where the check gives none."""
    return str(finding.detail.get(STATEMENT) or "")
