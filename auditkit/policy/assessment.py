"""The closed list of what people state in an impact assessment; each field has one home in the policy.

It holds every field that the templates of the EDPB (1.0, 2026), the ICO and the CNIL ask for and no check
measures. `assessment.toml` is the list. A field of `attestations` is a statement, which a person signs; any
other is a key of the policy.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from auditkit.policy.practices import PREFIX, practices
from auditkit.vocabulary import did_you_mean

STATEMENTS = "attestations"
"""The home of what is signed as a statement."""
YES_NO, RISK, LEVEL, RUN = "yes or no", "risk", "level", "run"
"""What a statement holds besides its text: an answer, positions of a risk, a level of risk, its run."""

RISKS: Mapping[str, str] = MappingProxyType({
    "access": "illegitimate access to data",
    "change": "unwanted change of data",
    "loss": "disappearance of data",
    "excess": "more data than needed",
    "storage": "data kept too long",
    "singling_out": "re-identification",
})  # fmt: skip
"""The risks by their ids, which measures, actions and statements name."""

TRIGGERS: Mapping[str, str] = MappingProxyType({
    "new_special_category": "a column with a special category or criminal data that was not there before",
    "new_category": "a category of personal data in a table that had none of it before",
    "new_source": "a table with personal data that was not there before",
    "new_incident": "a possible incident that was not there before",
    "new_critical_finding": "a critical finding that was not there before",
    "risk_level_up": "a risk with a higher level than before",
    "measure_failed": "a measure whose check has findings that were not there before",
    "policy_changed": "a policy with another text than before",
})  # fmt: skip
"""The events since the run of the decision that call for a review, each with what it looks at."""

_INCIDENT = re.compile(r"incident\.([0-9a-f]{8,64})\.([a-z_]+)")


@dataclass(frozen=True)
class HumanField:
    """Something that a person states.

    Attributes:
        id: the field of the statement, or the key of the policy.
        question: the question, in plain English.
        role: who states it.
        group: the part of the assessment it belongs to.
        mandatory: whether an assessment without it is incomplete.
        edpb: the fields of the EDPB's template that it answers.
        ico: the steps of the ICO's template.
        cnil: the answers of the CNIL's tool, or keys of its file.
        home: the key of the policy that holds it.
        holds: what a statement holds besides its text.
        when: the case in which the question is asked; always where it is empty.
    """

    id: str
    question: str
    role: str
    group: str
    mandatory: bool = False
    edpb: str = ""
    ico: str = ""
    cnil: str = ""
    home: str = STATEMENTS
    holds: str = ""
    when: str = ""

    @property
    def is_statement(self) -> bool:
        """Whether it is signed as a statement."""
        return self.home == STATEMENTS


@cache
def fields() -> Mapping[str, HumanField]:
    """Return what people state, by its id, in the order of a draft; without the best practices.

    >>> fields()["necessity"].edpb, fields()["necessity"].role
    ('3.2', 'process owner')
    """
    data = tomllib.loads(files("auditkit.policy").joinpath("assessment.toml").read_text(encoding="utf-8"))
    found = [HumanField(group=g["title"], **f) for g in data["group"] for f in g["field"]]
    return MappingProxyType({field.id: field for field in found})


@cache
def _practices() -> Mapping[str, HumanField]:
    """Return the statements on best practices, by their fields."""
    return {
        p.field: HumanField(p.field, f"Best practice: {p.text}.", "head of operations", p.group)
        for p in practices()
    }


def field_of(name: str) -> HumanField | None:
    """Return the field of a statement, or None where there is no such field.

    A statement on one incident names it by its fingerprint: `incident.3f9c0a12.assessment`.

    >>> field_of("incident.3f9c0a12.aware").role, field_of("nothing")
    ('controller', None)
    """
    known = fields().get(name) or _practices().get(name)
    if known is not None:
        return known if known.is_statement else None
    one = _INCIDENT.fullmatch(name)
    common = fields().get(f"incident.{one[2]}") if one else None
    return replace(common, id=name) if common is not None else None


def unknown_field(name: str) -> str:
    """Return what is wrong with a field that is not in the list, with the nearest one that is."""
    if name in fields():
        return f"this is not a statement: write it under the key `{name.partition('.')[0]}`"
    names = [i for i, field in fields().items() if field.is_statement]
    near = did_you_mean(name, [*names, *_practices()] if name.startswith(PREFIX) else names)
    return f"unknown field.{near} docs/reference/statements.md lists the fields"
