"""What a report is about, with the provenance of each kind of statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from auditkit.catalogue import catalogue
from auditkit.incident import Incident, is_sure
from auditkit.outcome import Finding
from auditkit.record import AuditRecord
from auditkit.report.evidence import Evidence, Provenance, Row, Scalar, Statement

if TYPE_CHECKING:
    from auditkit.policy import Policy

UNKNOWN = Provenance(Evidence.NOT_ASSESSED)


@dataclass(frozen=True)
class Words:
    """What is said about a check."""

    title: str
    remedy: str = ""
    articles: tuple[str, ...] = ()


def words(check: str) -> Words:
    """Return the words of a check: from the catalogue, or from its id where an older or foreign audit names
    one that is not there.
    """
    known = catalogue().get(check)
    if known is None:
        return Words(check.replace("-", " "))
    return Words(known.title, known.remedy, known.articles)


def is_leak(finding: Finding) -> bool:
    """Return whether a finding is an observed leak between tenants: an incident, and no risk to be weighed.

    It is one when its check is about incidents and the finding is sure enough. Where the tenant is no boundary
    at all, nothing leaks over it.
    """
    check = catalogue().get(finding.check)
    return check is not None and check.incident and is_sure(finding) and finding.waiver is None


@dataclass(frozen=True)
class Case:
    """An audit with the policy it was made under and the audit before it, where they are at hand."""

    audit: AuditRecord
    policy: Policy | None = None
    previous: AuditRecord | None = None
    said: Mapping[str, Any] = field(init=False)
    """The policy as plain JSON types; empty without one."""

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "said", self.policy.model_dump(mode="json") if self.policy and self.policy.name else {}
        )

    @property
    def as_of(self) -> str:
        """The day the audit is for."""
        return self.audit.as_of.isoformat()

    @property
    def name(self) -> str:
        """The name of the processing."""
        return str(self.said.get("name") or self.audit.policy.get("name") or "")

    @cached_property
    def incidents(self) -> Mapping[str, Incident]:
        """What was seen of each observed leak, by the fingerprint of its finding; an audit of an older
        version holds none.
        """
        return {i.fingerprint: i for i in self.audit.incidents}

    @cached_property
    def leaks(self) -> tuple[Finding, ...]:
        """The findings that are incidents to assess, the worst first; what is waived is none."""
        seen = self.incidents
        return tuple(
            f for f in self.audit.findings if is_leak(f) or (f.fingerprint in seen and f.waiver is None)
        )

    def measured(self, by: str) -> Provenance:
        """Return the provenance of what a check counted."""
        return Provenance(Evidence.MEASURED, by, self.as_of, self.audit.source)

    def derived(self, by: str) -> Provenance:
        """Return the provenance of what a rule makes of facts and declarations."""
        return Provenance(Evidence.DERIVED, by, self.as_of, self.audit.source)

    def attested(self, *path: str | int, by: str | None = None, at: str | None = None) -> Provenance:
        """Return the provenance of what the policy says at a place."""
        line = self.policy.line(*path) if self.policy else None
        return Provenance(
            Evidence.ATTESTED, by or "the policy", at, f"policy, line {line}" if line else "policy"
        )

    def statement(self, label: str, *path: str, value: Scalar = None) -> Statement:
        """Return what the policy says at a place, or that it says nothing there."""
        text = value if value is not None else in_words(self.at(*path))
        return Statement(
            label, text or None, self.attested(*path) if text else _unsaid(f"`{'.'.join(path)}`")
        )

    def at(self, *path: str) -> Any:
        """Return what the policy says at a place; None where it says nothing."""
        here: Any = self.said
        for key in path:
            here = here.get(key) if isinstance(here, Mapping) else None
        return here

    @cached_property
    def attestations(self) -> Mapping[str, Mapping[str, Any]]:
        """What persons have stated, by the field it is about, without what has expired."""
        stated = enumerate(self.said.get("attestations") or ())
        return {str(a["field"]): {**a, "place": i} for i, a in stated if not _expired(a, self.audit.as_of)}

    def attestation(self, label: str, field: str) -> Statement:
        """Return what a person has stated on a field, with name and date, or that nobody has, or that it has
        expired.
        """
        given = self.attestations.get(field)
        if (
            given is None or not given.get("value") or not given.get("by")
        ):  # a statement has words, and somebody who answers for them
            return Statement(label, None, _unsaid(f"`attestations`, field `{field}`"))
        by = ", ".join(str(given[k]) for k in ("by", "role") if given.get(k))
        until = f"; until {given['until']}" if given.get("until") else ""
        value = "; ".join(str(given[k]) for k in ("value", "evidence") if given.get(k))
        return Statement(
            label,
            f"{value}{until}",
            self.attested("attestations", given["place"], by=by or None, at=_day(given.get("at"))),
        )

    def finding_row(self, finding: Finding, *cells: Scalar) -> Row:
        """Return a line that shows a finding, and leads to it."""
        return Row(cells, self.measured(finding.check), anchor=finding.fingerprint)


def in_words(value: Any) -> str:
    """Return a value of the policy as one line of text.

    >>> in_words({"name": "Example SA", "contact": None, "country": "LU"}), in_words(["a", "b"]), in_words(None)
    ('Example SA, LU', 'a, b', '')
    """
    match value:
        case None | "":
            return ""
        case Mapping():
            return ", ".join(filter(None, (in_words(v) for v in value.values())))
        case list() | tuple():
            return ", ".join(filter(None, (in_words(v) for v in value)))
        case _:
            return str(value)


def in_short(text: Any, most: int = 400) -> str | None:
    """Return a text as one line, cut where it is long."""
    if not text:
        return None
    line = " ".join(str(text).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def listed(names: Iterable[str], most: int = 12) -> str:
    """Return names as one line, with the number of those left out.

    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    every = list(dict.fromkeys(names))
    return ", ".join(every[:most]) + (f" and {len(every) - most:,} more" if len(every) > most else "")


def unsaid(statements: Iterable[Statement]) -> tuple[str, ...]:
    """Return what has to be stated by a person and is not, each with the place of the policy where it would
    be.
    """
    return tuple(
        f"{s.label}: to be stated by a person ({s.provenance.source})." for s in statements if s.value is None
    )


def _unsaid(place: str) -> Provenance:
    """Return the provenance of what nobody has said; the source is the place of the policy where it would be
    said.
    """
    return Provenance(Evidence.NOT_ASSESSED, source=place)


def _expired(attestation: Mapping[str, Any], as_of: date) -> bool:
    until = attestation.get("until")
    return bool(until) and str(until) < as_of.isoformat()


def _day(value: Any) -> str | None:
    return str(value) if value else None
