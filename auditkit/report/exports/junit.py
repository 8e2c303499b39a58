"""The outcomes as JUnit XML, for the test view of a CI server.

A check on a place is a test case. A finding is a failure, what could not be seen is an error, and what is not
declared or is waived is skipped. What does not apply is left out. So a run in which something was not seen
never looks as if everything had passed.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from auditkit.escaping import visible
from auditkit.outcome import BLIND, Cause, Finding, NotAssessed, Outcome
from auditkit.record import AuditRecord
from auditkit.report.case import words
from auditkit.report.text import amount, place_of

if TYPE_CHECKING:
    from auditkit.report.saved import SavedRun

FILE = "findings.junit.xml"

_LEFT_OUT = frozenset({Cause.NOT_APPLICABLE, Cause.EXCLUDED})
_KINDS = ("failure", "error", "skipped")


def render(run: SavedRun) -> str:
    """Return the outcomes of a run."""
    return of(run.audit)


def of(audit: AuditRecord) -> str:
    """Return the outcomes of an audit as one document, with a suite for each scanner."""
    root = ElementTree.Element("testsuites", name="auditkit")
    shown = [o for o in audit.outcomes if not (isinstance(o, NotAssessed) and o.cause in _LEFT_OUT)]
    ordered = sorted(shown, key=lambda o: (o.scanner, o.sort_key))
    for scanner, outcomes in groupby(ordered, key=lambda o: o.scanner):
        root.append(_suite(scanner, outcomes, audit))
    for kind, number in [("tests", len(shown)), *_counts(root)]:
        root.set(kind, str(number))
    ElementTree.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(scanner: str, outcomes: Iterable[Outcome], audit: AuditRecord) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", name=f"auditkit.{scanner}")
    properties = ElementTree.SubElement(suite, "properties")
    known = {"source": audit.source, "as_of": audit.as_of.isoformat(), "policy": audit.policy.get("name")}
    for name, value in known.items():
        if value:
            ElementTree.SubElement(properties, "property", name=name, value=visible(str(value)))
    cases = [_case(outcome) for outcome in outcomes]
    suite.extend(cases)
    suite.set("tests", str(len(cases)))
    for kind, number in _counts(suite):
        suite.set(kind, str(number))
    return suite


def _counts(element: ElementTree.Element) -> list[tuple[str, int]]:
    """Return how many test cases are a failure, an error, or skipped, as JUnit names them."""
    names = {"failure": "failures", "error": "errors", "skipped": "skipped"}
    return [(names[kind], sum(1 for _ in element.iter(kind))) for kind in _KINDS]


def _case(outcome: Outcome) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase",
        classname=outcome.check,
        name=visible(place_of(outcome)),
        time="0",
    )
    match outcome:
        case Finding():
            _finding(case, outcome)
        case NotAssessed(cause=cause, reason=reason):
            kind = "error" if cause in BLIND else "skipped"
            result = ElementTree.SubElement(case, kind, message=visible(f"not assessed: {reason}"))
            if kind == "error":
                result.set("type", cause.value)
    return case


def _finding(case: ElementTree.Element, finding: Finding) -> None:
    check = words(finding.check)
    message = ": ".join(filter(None, [check.title, finding.entity, amount(finding)]))
    if finding.waiver is not None:
        text = f"waived until {finding.waiver.until}: {message}"
        ElementTree.SubElement(case, "skipped", message=visible(text))
        return
    failure = ElementTree.SubElement(case, "failure", type=finding.severity.value, message=visible(message))
    failure.text = visible(f"fingerprint {finding.fingerprint}; auditkit explain {finding.check}")
