"""What an audit found, as data that can be kept, compared and read again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

from auditkit import outcome as outcomes_json
from auditkit.detection.verdict import ColumnVerdict, NamesModel
from auditkit.errors import UsageError
from auditkit.html_tables import count
from auditkit.incident.incident import Incident
from auditkit.outcome import BLIND, Cause, Confidence, Finding, NotAssessed, Outcome, Passed, Severity, Waiver
from auditkit.policy import Policy, PolicyError
from auditkit.record import sighting
from auditkit.record.difference import Difference, between, worst_first
from auditkit.record.groups import Group, groups
from auditkit.record.next_step import next_step
from auditkit.record.sighting import Sighting
from auditkit.record.untrusted import Unfit, checked, read_json

SCHEMA = "auditkit/audit/1"
_CHECK = re.compile(r"[a-z]+(-[a-z0-9_]+)+")


@dataclass(frozen=True, kw_only=True, repr=False)
class AuditRecord:
    """Every planned outcome of an audit, and what was detected on the way.

    Attributes:
        outcomes: what became of everything that was planned.
        source: what the source is called; never a path or a password.
        as_of: the day of the audit, 00:00 UTC.
        columns: the verdict on every column; empty where no check needed the search for personal data.
        incidents: what Art. 33(3) asks of each observed leak.
        names_model: whether names of people in free text were looked for; None where nothing was.
        policy: the policy's name, digest and file; empty without one.
        declared: what the policy declared, as `Policy.to_dict` writes it; empty without one.
        relations: how many tables and views were examined, and how many there are.
        sample: how many rows of a table were read at most for personal data; None for all.
        first_seen: where each finding of earlier runs was first seen, by its fingerprint.
        run: all that may differ between two runs on the same input, such as times and versions.
    """

    outcomes: tuple[Outcome, ...]
    source: str
    as_of: date
    columns: tuple[ColumnVerdict, ...] = ()
    incidents: tuple[Incident, ...] = ()
    names_model: NamesModel | None = None
    policy: Mapping[str, Any] = field(default_factory=dict)
    declared: Mapping[str, Any] = field(default_factory=dict)
    relations: tuple[int, int] = (0, 0)
    sample: int | None = None
    first_seen: Mapping[str, Sighting] = field(default_factory=dict)
    run: Mapping[str, Any] = field(default_factory=dict)

    @property
    def detections(self) -> tuple[dict[str, Any], ...]:
        """The verdicts on the columns as plain dicts, as they stand in `audit.json`."""
        return tuple(column.to_dict() for column in self.columns)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings, the worst first; waived ones last."""
        found = [o for o in self.outcomes if isinstance(o, Finding)]
        return tuple(sorted(found, key=worst_first))

    @cached_property
    def not_assessed(self) -> tuple[NotAssessed, ...]:
        """What could not be assessed, and why."""
        return tuple(o for o in self.outcomes if isinstance(o, NotAssessed))

    @cached_property
    def passed(self) -> tuple[Passed, ...]:
        """What was seen whole and breaks nothing."""
        return tuple(o for o in self.outcomes if isinstance(o, Passed))

    @cached_property
    def by_cause(self) -> tuple[Group, ...]:
        """The outcomes by their cause, in the order in which a reader sees them: errors, the worst findings.

        Each outcome is in exactly one group. Outcomes, fingerprints and counts stay as they are.
        """
        return groups(self.outcomes)

    @cached_property
    def declared_policy(self) -> Policy:
        """What the policy declared when the audit was made, without its block `detection`.

        Without a policy it declares nothing.
        """
        return Policy.from_dict(self.declared) if self.declared else Policy.empty()

    def sighting(self, fingerprint: str) -> Sighting:
        """Return the run that had a finding of this audit first, and its day: this run, or an earlier one."""
        return self.first_seen.get(fingerprint) or Sighting(str(self.run.get("id") or ""), self.as_of)

    @property
    def errors(self) -> tuple[NotAssessed, ...]:
        """The checks that ended with an error."""
        return tuple(o for o in self.not_assessed if o.cause is Cause.ERROR)

    @property
    def absent(self) -> tuple[str, ...]:
        """The tables that the policy names and the source does not have, each as a sentence."""
        return tuple(self.policy.get("absent", ()))

    @property
    def is_incomplete(self) -> bool:
        """Whether something was not seen, or the source lacks a table that the policy names."""
        return bool(self.absent) or any(o.cause in BLIND for o in self.not_assessed)

    @property
    def worst(self) -> Severity | None:
        """The highest severity of the findings that nobody waived; None where there is no such finding."""
        return max(
            (f.severity for f in self.findings if f.waiver is None), key=lambda s: s.rank, default=None
        )

    @property
    def coverage(self) -> dict[str, Any]:
        """How much was planned, and what became of it."""
        return {
            "planned": len(self.outcomes),
            "passed": len(self.passed),
            "findings": len(self.findings),
            "not_assessed": len(self.not_assessed),
            "relations": "{} of {}".format(*self.relations),
        }

    def grave(
        self,
        fail_on: Severity = Severity.HIGH,
        confidence: Confidence = Confidence.HIGH,
        against: AuditRecord | None = None,
    ) -> tuple[Finding, ...]:
        """Return the findings that make the exit code 1: nobody waived them, and they are grave and sure.

        Args:
            fail_on: the lowest severity that counts.
            confidence: the lowest confidence that counts.
            against: an earlier audit; only findings that are new since then or have grown count.
        """
        counted: Iterable[Finding] = self.findings
        if against is not None:
            change = self.diff(against)
            counted = (*change.new, *change.grown)
        return tuple(
            f for f in counted if f.waiver is None and f.severity >= fail_on and f.confidence >= confidence
        )

    def exit_code(
        self,
        fail_on: Severity = Severity.HIGH,
        confidence: Confidence = Confidence.HIGH,
        against: AuditRecord | None = None,
    ) -> Literal[0, 1, 3]:
        """Return 1 for a grave finding that nobody waived, else 3 where something was not seen, else 0.

        A table that the policy names and the source lacks was not seen. The arguments are those of `grave`.
        """
        if self.grave(fail_on, confidence, against):
            return 1
        return 3 if self.is_incomplete else 0

    def diff(self, earlier: AuditRecord) -> Difference:
        """Return what changed since an earlier audit, finding by finding."""
        return between(earlier.outcomes, self.outcomes)

    def waived(self, waivers: Iterable[Waiver]) -> Self:
        """Return this audit with waivers applied; a waived finding stays a finding.

        A waiver whose day has passed no longer counts.

        Raises:
            UsageError: the fingerprint of a waiver fits several findings.
        """
        outcomes: list[Outcome] = list(self.outcomes)
        for waiver in waivers:
            fits = {i: f for i, f in enumerate(outcomes) if isinstance(f, Finding) and waiver.fits(f)}
            if len({f.fingerprint for f in fits.values()}) > 1:
                raise UsageError(
                    f"the waiver {waiver.fingerprint} fits {len(fits)} findings; give more digits of the"
                    " fingerprint"
                )
            if waiver.until >= self.as_of:
                for i, finding in fits.items():
                    outcomes[i] = replace(finding, waiver=waiver)
        return replace(self, outcomes=tuple(outcomes))

    def to_dict(self) -> dict[str, Any]:
        """Return the audit as JSON types of the schema `auditkit/audit/1`.

        All but `run` is the same for the same input.
        """
        outcomes = sorted(self.outcomes, key=lambda o: o.sort_key)
        return {
            "schema": SCHEMA,
            "audience": "internal",
            "run": dict(self.run),
            "source": self.source,
            "as_of": self.as_of.isoformat(),
            "sample": self.sample,
            "policy": dict(self.policy),
            "declared": dict(self.declared),
            "causes": [{**g.to_dict(), "next": next_step(g)} for g in self.by_cause if not g.is_hidden],
            "note": self.names_model.sentence if self.names_model is not None else None,
            "detections": list(self.detections),
            "incidents": [incident.to_dict() for incident in self.incidents],
            "first_seen": {fingerprint: seen.to_dict() for fingerprint, seen in self.first_seen.items()},
            "outcomes": [outcomes_json.to_dict(o) for o in outcomes],
            "coverage": self.coverage,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the audit that `to_dict` wrote.

        Raises:
            UsageError: it is of another schema.
            ValueError: something in it has another type, or is no id of a check.
            KeyError: a key is missing.
        """
        if data.get("schema") != SCHEMA:
            raise UsageError(f"expected an audit of schema {SCHEMA}; the file says {data.get('schema')!r}")
        examined, _, known = str(data["coverage"]["relations"]).partition(" of ")
        record = cls(
            outcomes=tuple(map(_outcome, data["outcomes"])),
            source=data["source"],
            as_of=date.fromisoformat(data["as_of"]),
            columns=tuple(ColumnVerdict.from_dict(d) for d in data["detections"]),
            incidents=tuple(Incident.from_dict(i) for i in data.get("incidents", ())),
            names_model=NamesModel.from_note(data.get("note")),
            policy=data.get("policy", {}),
            declared=data.get("declared", {}),
            relations=(int(examined), int(known)),
            sample=data.get("sample"),
            first_seen=sighting.from_dict(data.get("first_seen", {})),
            run=data["run"],
        )
        checked(record)
        texts = [*(record.policy.get(k) for k in ("name", "digest", "file")), *record.absent]
        texts += [record.run.get(k) for k in ("id", "key", "started", "finished")]
        if not all(text is None or isinstance(text, str) for text in texts):
            raise Unfit("the policy or the run has another type")
        try:
            _ = record.declared_policy
        except PolicyError:
            raise Unfit("what it declares is no policy") from None
        return record

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Return the audit of an `audit.json`, or of the run folder that holds one.

        Raises:
            FileNotFoundError: there is no such file.
            UsageError: it does not hold an audit.
        """
        file = Path(path)
        try:
            data = read_json(file / "audit.json" if file.is_dir() else file)
            return cls.from_dict(data)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            why = f" ({error})" if type(error) in (Unfit, UsageError) else ""
            raise UsageError(
                f"{file.name} does not hold an audit{why}: expected a run folder, or its audit.json"
            ) from None

    def to_json(self) -> str:
        """Return `to_dict()` as JSON text."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    def log_details(self) -> dict[str, Any]:
        """Return what a log may say of this audit: names, digests and counts."""
        severities = [f.severity for f in self.findings if f.waiver is None]
        counts = {s.value: severities.count(s) for s in reversed(Severity)}
        waived = sum(f.waiver is not None for f in self.findings)
        return {
            "source": self.source,
            "policy": {k: self.policy.get(k) for k in ("name", "digest")} if self.policy else None,
            "as_of": self.as_of.isoformat(),
            "sample": self.sample,
            "counts": self.coverage,
            "findings": {**counts, "waived": waived},
        }

    def __repr__(self) -> str:
        c = self.coverage
        counts = f"{count(c['findings'], 'finding')}, worst {self.worst or 'none'}; {c['passed']} passed"
        return (
            f"{type(self).__name__}({self.source!r} as of {self.as_of}: {counts},"
            f" {c['not_assessed']} not assessed)"
        )


def _outcome(data: Mapping[str, Any]) -> Outcome:
    """Return the outcome in a file that anybody may have written.

    Raises:
        ValueError: its check is no id, or its fingerprint is not its own.
    """
    outcome = outcomes_json.from_dict(data)
    if not isinstance(outcome.check, str) or not _CHECK.fullmatch(outcome.check):
        raise Unfit("an outcome has no id of a check")
    place = f"{outcome.table} {outcome.columns} {outcome.target}"
    if checked(outcome).fingerprint != data["fingerprint"] and "[withheld: " not in place:
        raise Unfit("an outcome has the fingerprint of another")
    return outcome
