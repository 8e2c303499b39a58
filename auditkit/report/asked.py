"""What people are asked to state, each with what became of it: stated, missing, not signed, or expired."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from auditkit.policy.assessment import HumanField, fields
from auditkit.policy.signing import Expired, Signed, Unsigned
from auditkit.policy.tables import TablePolicy
from auditkit.report.case import Case, in_words, listed
from auditkit.report.evidence import Statement
from auditkit.report.foreign import english
from auditkit.report.lawfulness import sensitive_columns
from auditkit.report.say import named, say
from auditkit.vocabulary import PRESENT, Sensitivity, is_ancestor

INCIDENT, CONVICTIONS, DECISION = "incident.", "article10", "decision"
PERSON = "user.unique_id"
"""The category of a column that says which person a row is about."""


class State(StrEnum):
    """What became of a question."""

    STATED = "stated"
    MISSING = "missing"
    UNSIGNED = "unsigned"
    EXPIRED = "expired"
    NOT_ASKED = "not asked"


OPEN = (State.MISSING, State.UNSIGNED, State.EXPIRED)
"""The states in which a person still has to state something."""


@dataclass(frozen=True)
class Asked:
    """A question with its answer."""

    field: HumanField
    state: State
    statement: Statement

    @property
    def is_open(self) -> bool:
        """Whether an assessment without the answer is incomplete."""
        return self.field.mandatory and self.state in OPEN

    @property
    def words(self) -> str:
        """What is asked, with what became of it where it is not only missing."""
        label = self.statement.label
        if self.state is State.MISSING:
            return label
        return say("asked.with_state", label=label, state=say(f"asked.state.{self.state.name.lower()}"))

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return {
            "id": self.field.id, "question": question_words(self.field), "role": self.field.role,
            "mandatory": self.field.mandatory, "state": self.state.value, "edpb": self.field.edpb,
            "ico": self.field.ico, "cnil": self.field.cnil, **self.statement.to_dict(),
        }  # fmt: skip


def question_words(field: HumanField) -> str:
    """Return what a person is asked, in words.

    >>> question_words(fields()["necessity"])
    'Why is the processing necessary for its purposes?'
    """
    return named("question", field.id, field.question) or english(field.question)


def asked(case: Case) -> Mapping[str, Asked]:
    """Return every question of the closed list with what became of it, by its id."""
    return {name: _asked(case, field) for name, field in fields().items()}


def still_open(answers: Mapping[str, Asked]) -> tuple[Asked, ...]:
    """Return what people still have to state before a decision; without the decision itself."""
    return tuple(a for a in answers.values() if a.is_open and a.field.id != DECISION)


def _asked(case: Case, field: HumanField) -> Asked:
    label = say(f"field.{field.id}")
    if not field.is_statement:
        return _declared(case, field, label)
    statement = case.attestation(label, field.id)
    _, stated = case.stated.get(field.id, (0, None))
    match case.standing(stated):
        case Signed():
            state = State.STATED
        case Expired():
            state = State.EXPIRED
        case Unsigned():
            state = State.UNSIGNED
        case _:
            state = State.MISSING if _applies(case, field) else State.NOT_ASKED
    return Asked(field, state, statement)


def _applies(case: Case, field: HumanField) -> bool:
    """Return whether a question is asked in this case."""
    if field.id.startswith(INCIDENT):
        return bool(case.leaks)
    if field.id == CONVICTIONS:
        return any(place.kind is Sensitivity.CRIMINAL for place in sensitive_columns(case))
    return not field.when


def _declared(case: Case, field: HumanField, label: str) -> Asked:
    """Return what a key of the policy says."""
    if field.id == DECISION:
        made = case.decision
        return Asked(field, State.STATED if made.value is not None else _made(case), made)
    path = ("review", "next") if field.id == "review" else tuple(field.id.split("."))
    if path[0] == "tables":
        return _of_tables(case, field, label)
    statement = case.statement(label, _block(case, path), *path)
    return Asked(field, State.STATED if statement.value is not None else State.MISSING, statement)


def _made(case: Case) -> State:
    match case.standing(case.declared.decision):
        case Expired():
            return State.EXPIRED
        case Unsigned():
            return State.UNSIGNED
        case _:
            return State.MISSING


def _block(case: Case, path: tuple[str, ...]) -> str:
    value: Any = case.declared
    for key in path:
        value = getattr(value, key, None)
    match value:
        case Mapping():
            return listed(value)
        case tuple():
            return listed(in_words(getattr(v, "title", None) or getattr(v, "name", None) or v) for v in value)
        case _:
            return in_words(value)


def _of_tables(case: Case, field: HumanField, label: str) -> Asked:
    """Return for how many of the tables with personal data a key is declared; it is stated where for all."""
    key = field.id.partition(".")[2]
    tables = {name: case.declared.table(name) for name in personal_tables(case)}
    drafted = {name for name in tables if case.declared.proposes(name, case.audit.as_of)}
    lacking = [name for name, t in tables.items() if t is None or name in drafted or not _says(t, key)]
    stated = len(tables) - len(lacking)
    text = say("asked.tables", n=stated, tables=len(tables)) if stated else ""
    if text and lacking:
        text = say("asked.lacking", text=text, names=listed(lacking, most=5))
    statement = case.statement(label, text, "tables")
    return Asked(field, State.MISSING if lacking or not tables else State.STATED, statement)


def personal_tables(case: Case) -> tuple[str, ...]:
    """Return the tables that hold personal data, found or declared."""
    found = {c.table for c in case.audit.columns if c.verdict in PRESENT}
    declared = {table for (table, _), column in case.columns.items() if column.personal}
    return tuple(sorted(found | declared))


def _says(table: TablePolicy, key: str) -> bool:
    """Return whether a table declares a key, for itself or for each of its columns.

    A table without people of its own leads to them by a column that identifies a person.
    """
    if key == "subject":
        return table.subject is not None or any(
            is_ancestor(PERSON, c.category) for c in table.columns.values() if c.personal
        )
    own = getattr(table, key, None)
    personal = [c for c in table.columns.values() if c.personal]
    return bool(own) or bool(personal and all(getattr(c, key, None) for c in personal))
