"""What a report is about, with the provenance of each kind of statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from auditkit.catalogue import catalogue as checks
from auditkit.incident import Incident, is_sure
from auditkit.outcome import Finding, Outcome
from auditkit.policy import Policy
from auditkit.policy.declaration import Declaration
from auditkit.policy.signing import Expired, Signable, Signed, Standing, Unsigned, standing
from auditkit.policy.statements import Action, Attestation, Decision
from auditkit.policy.tables import ColumnPolicy, TablePolicy
from auditkit.record import AuditRecord
from auditkit.report.evidence import Evidence, Provenance, Row, Scalar, Statement
from auditkit.report.foreign import cut, english, quoted
from auditkit.report.say import catalogue, day_words, named, say

UNKNOWN = Provenance(Evidence.NOT_ASSESSED)


@dataclass(frozen=True)
class Words:
    """The title, the remedy and the law of a check."""

    title: str
    remedy: str = ""
    articles: tuple[str, ...] = ()


def words(check: str) -> Words:
    """Return the words of a check; of a check that this version does not have, its id has to do."""
    known = checks().get(check)
    if known is None:
        return Words(check.replace("-", " "))
    title = named("check", check, known.title) or english(known.title)
    return Words(title, english(known.remedy), known.articles)


def is_leak(finding: Finding) -> bool:
    """Return whether a finding is an observed leak between tenants: an incident, and no risk to be weighed.

    It is one when its check is about incidents and the finding is sure enough. Where the tenant is no
    boundary at all, nothing leaks over it.
    """
    check = checks().get(finding.check)
    return check is not None and check.incident and is_sure(finding) and finding.waiver is None


@dataclass(frozen=True, eq=False)
class Case:
    """An audit, the policy it was made under, and the audit before it, where there are any."""

    audit: AuditRecord
    policy: Policy | None = None
    previous: AuditRecord | None = None
    runs: Mapping[str, AuditRecord] = field(default_factory=dict)
    """The runs that a decision or an advice was signed on, by their ids; those that are as they were."""
    signatures: Mapping[str, str] = field(default_factory=dict)
    """What became of the SSH signatures of statements, by their fields."""

    @cached_property
    def declared(self) -> Policy:
        """What the policy declares; without a policy, nothing."""
        return self.policy if self.policy is not None and self.policy.name else Policy.empty()

    @property
    def as_of(self) -> str:
        """The day of the audit."""
        return self.audit.as_of.isoformat()

    @property
    def name(self) -> str:
        """The name of the processing."""
        return self.declared.name or str(self.audit.policy.get("name") or "")

    @cached_property
    def incidents(self) -> Mapping[str, Incident]:
        """What was seen of each observed leak, by the fingerprint of its finding.

        An audit of an older version has no incidents.
        """
        return {i.fingerprint: i for i in self.audit.incidents}

    @cached_property
    def by_check(self) -> Mapping[str, Sequence[Outcome]]:
        """The outcomes of each check."""
        found: dict[str, list[Outcome]] = {}
        for outcome in self.audit.outcomes:
            found.setdefault(outcome.check, []).append(outcome)
        return found

    @cached_property
    def leaks(self) -> tuple[Finding, ...]:
        """The findings that are incidents to assess, the worst first; waived findings are not."""
        return tuple(
            f
            for f in self.audit.findings
            if is_leak(f) or (f.fingerprint in self.incidents and f.waiver is None)
        )

    def own(self, text: str) -> str:
        """Return words of the policy, marked with their language where it is not that of the report."""
        return quoted(text, self.declared.language)

    @cached_property
    def tables(self) -> Mapping[str, TablePolicy]:
        """What the policy declares of each table that is there, or that it names one by one.

        A pattern of the policy, such as `'*'`, is no table: what it says holds for those that match it.
        """
        there = {c.table for c in self.audit.columns} | {o.table for o in self.audit.outcomes if o.table}
        names = sorted(there | {name for name in self.declared.tables if "*" not in name})
        return {n: table for n in names if (table := self.declared.table(n)) is not None}

    @cached_property
    def columns(self) -> Mapping[tuple[str, str], ColumnPolicy]:
        """What the policy declares of each column, by its table and name.

        Of what a pattern declares for all tables, only the columns that a table has count.
        """
        there = {(c.table, c.column) for c in self.audit.columns}
        own = {(t, c) for t, table in self.declared.tables.items() for c in table.columns}
        return {
            (name, column): declared
            for name, table in self.tables.items()
            for column, declared in table.columns.items()
            if (name, column) in there | own
        }

    def measured(self, by: str) -> Provenance:
        """Return the provenance of what a check counted."""
        return Provenance(Evidence.MEASURED, by, self.as_of, self.audit.source)

    def derived(self, by: str) -> Provenance:
        """Return the provenance of what a rule makes of facts and declarations."""
        return Provenance(Evidence.DERIVED, by, self.as_of, self.audit.source)

    def attested(self, *path: str | int, by: str | None = None, at: date | None = None) -> Provenance:
        """Return the provenance of what the policy says at a place."""
        line = self.policy.line(*path) if self.policy else None
        day = at.isoformat() if at is not None else None
        source = say("provenance.line", n=line) if line else say("provenance.file")
        return Provenance(Evidence.ATTESTED, by or say("provenance.policy"), day, source)

    def unknown(self, source: str) -> Provenance:
        """Return the provenance of what is not assessed, with where it would be stated."""
        return Provenance(Evidence.NOT_ASSESSED, source=source)

    @cached_property
    def late_actions(self) -> tuple[Action, ...]:
        """The actions that are not done although their day is over."""
        return tuple(
            a
            for a in self.declared.actions
            if a.due is not None and a.due < self.audit.as_of and a.status not in {"done", "dropped"}
        )

    def statement(self, label: str, value: object, *path: str) -> Statement:
        """Return what the policy says at a place, or that it says nothing there."""
        text = in_words(value)
        provenance = self.attested(*path) if text else _unstated(f"`{'.'.join(path)}`")
        return Statement(label, self.own(text) or None, provenance)

    @cached_property
    def stated(self) -> Mapping[str, tuple[int, Attestation]]:
        """What the policy holds of each field, signed or not, each with its place in the list."""
        return {a.field: (place, a) for place, a in enumerate(self.declared.attestations)}

    @cached_property
    def attestations(self) -> Mapping[str, tuple[int, Attestation]]:
        """What people have signed and what is still valid, by field, each with its place in the list."""
        return {field: one for field, one in self.stated.items() if isinstance(self.standing(one[1]), Signed)}

    def standing(self, block: Signable | None) -> Standing:
        """Return what a signed block is worth on the day of the audit."""
        return standing(block, self.audit.as_of)

    def attestation(self, label: str, field: str) -> Statement:
        """Return what a person has signed on a field, with who and when; or why nothing is stated."""
        place, stated = self.stated.get(field, (0, None))
        found = self.standing(stated)
        missing = _unstated(say("provenance.attestation", field=field))
        match found:
            case Signed() if stated is not None:
                by, note = f"{found.by}, {self.own(found.role)}", self.signature(field, stated)
                provenance = self.attested("attestations", place, by=by, at=found.at)
                return Statement(label, self._whole(stated), provenance, note)
            case Expired() if stated is not None:
                return Statement(label, None, missing, self.signature(field, stated), self._whole(stated))
            case Unsigned():
                return Statement(label, None, missing, self.signature(field, stated))
            case _:
                return Statement(label, None, missing)

    @cached_property
    def decision(self) -> Statement:
        """What was decided, by whom and when; or why there is no decision."""
        made, label = self.declared.decision, say("field.decision")
        found, missing = self.standing(made), _unstated("`decision`")
        match found:
            case Signed() if made is not None:
                by, note = f"{found.by}, {self.own(found.role)}", self.signature("decision", made)
                return Statement(label, _outcome(made), self.attested("decision", by=by, at=found.at), note)
            case Expired() if made is not None:
                return Statement(label, None, missing, self.signature("decision", made), _outcome(made))
            case _:
                return Statement(label, None, missing, self.signature("decision", made))

    def signature(self, name: str, block: Signable | None) -> str | None:
        """Return who signed a block and until when, with what became of its SSH signature."""
        found = self.standing(block)
        if isinstance(found, Signed | Expired):
            found = replace(found, role=self.own(found.role))
        words = signature_in_words(found)
        return "; ".join(filter(None, (words, self.signatures.get(name)))) if words else None

    def _whole(self, stated: Attestation) -> str:
        """Return a statement with what it holds besides its text, and its evidence."""
        evidence = say("signed.evidence", text=self.own(stated.evidence)) if stated.evidence else None
        text = self.own(stated.text) if stated.text else None
        return "\n\n".join(filter(None, (held(stated), text, evidence)))

    def finding_row(self, finding: Finding, *cells: Scalar) -> Row:
        """Return a line that shows a finding, and leads to it."""
        return Row(cells, self.measured(finding.check), anchor=finding.fingerprint)


def in_words(value: object) -> str:
    """Return a value of the policy as one line of text.

    >>> in_words({"name": "Example SA", "contact": None}), in_words(["a", "b"]), in_words(None)
    ('Example SA', 'a, b', '')
    """
    match value:
        case None | "":
            return ""
        case Declaration():
            return in_words([getattr(value, name) for name in type(value).model_fields])
        case Mapping():
            return in_words(list(value.values()))
        case list() | tuple():
            return ", ".join(filter(None, map(in_words, value)))
        case bool():
            return say("answer.yes" if value else "answer.no")
        case date():
            return day_words(value)
        case _:
            return str(value)


def in_short(text: Any, most: int = 400) -> str | None:
    """Return a text as one line, cut where it is long."""
    if not text:
        return None
    return cut(" ".join(str(text).split()), most)


def listed(names: Iterable[str], most: int = 12) -> str:
    """Return names as one line, with the number of those left out.

    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    every = list(dict.fromkeys(names))
    shown = ", ".join(every[:most])
    return say("listed.more", names=shown, n=len(every) - most) if len(every) > most else shown


def unstated(statements: Iterable[Statement]) -> tuple[str, ...]:
    """Return what a person still has to state, each with its place in the policy and what is wrong."""
    return tuple(_missing(s) for s in statements if s.value is None)


def _missing(statement: Statement) -> str:
    text = say("missing.statement", label=statement.label, place=statement.provenance.source)
    return say("missing.why", text=text, note=statement.note) if statement.note else text


def signature_in_words(found: Standing) -> str | None:
    """Return who signed and until when, or why the signature does not hold; None where nothing is stated.

    >>> signature_in_words(Signed("A. Kühn", "DPO", date(2026, 11, 12), date(2027, 11, 12)))
    'A. Kühn (DPO) on 12 Nov 2026, valid to 12 Nov 2027'
    >>> signature_in_words(Expired("A. Kühn", "DPO", date(2025, 11, 12), date(2026, 11, 12)))
    'Stated by A. Kühn (DPO) on 12 Nov 2025, expired 12 Nov 2026'
    """
    match found:
        case Signed(by, role, at, until):
            return say("signed.note", by=by, role=role, at=day_words(at), until=day_words(until))
        case Expired(by, role, at, until):
            return say("signed.expired_note", by=by, role=role, at=day_words(at), until=day_words(until))
        case Unsigned():
            return say("signed.unsigned_note", reason=reason_words(found))
        case _:
            return None


def _outcome(made: Decision) -> str:
    """Return the outcome of a decision in words."""
    key = f"outcome.{made.outcome}"
    return catalogue().get(key, str(made.outcome))


def held(stated: Attestation) -> str | None:
    """Return what a statement holds besides its text, such as its answer, in one line; None without any.

    >>> held(Attestation(field="criterion.monitoring", answer=False))
    'Answer: no'
    """
    level = say(f"scale.level.{stated.level.replace(' ', '_')}") if stated.level else None
    run = say("held.run_of", id=stated.run.id, digest=stated.run.manifest_sha256) if stated.run else None
    positions = {"inherent": stated.inherent, "residual": stated.residual, "target": stated.target}
    steps = {
        name: say("risk.steps", severity=at.severity, likelihood=at.likelihood)
        for name, at in positions.items()
        if at is not None
    }
    answer = in_words(stated.answer)
    found = {"answer": answer, **steps, "level": level, "run": run}
    return ". ".join(say(f"held.{key}", value=value) for key, value in found.items() if value) or None


def reason_words(unsigned: Unsigned) -> str:
    """Return why a signature does not hold, in words.

    >>> from auditkit.policy.signing import Flaw
    >>> reason_words(Unsigned((Flaw.NO_NAME, Flaw.NO_ROLE)))
    'the name is missing; the role is missing'
    """
    return "; ".join(named("flaw", flaw.value, flaw.words) or english(flaw.words) for flaw in unsigned.flaws)


def _unstated(place: str) -> Provenance:
    """Return the provenance of what nobody has stated; its source is its place in the policy."""
    return Provenance(Evidence.NOT_ASSESSED, source=place)
