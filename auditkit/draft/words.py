"""What a draft says in its comments: in English, or in a language whose words the caller has.

The draft is below the report, which holds the words of other languages. So whoever asks for a draft hands in
where to look a word up, by its kind and name; what is not there is said in English.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from auditkit.policy.assessment import HumanField
from auditkit.policy.practices import PREFIX, Practice
from auditkit.vocabulary import ENTITIES

Named = Callable[[str, str, str], str | None]
"""Returns what a language calls something, by its kind, its name and what it is called in English."""

SENTENCES: Mapping[str, str] = MappingProxyType({
    "promises": "A draft of a policy, made from the data. It promises nothing yet.",
    "fill_in": "People fill in each null, review the rest, and choose a period where several are comments.",
    "keys": "Every key is described in {page}.",
    "proposed": "The tables below are only proposed. When you have checked them:",
    "by": "to be stated by the {role}",
    "by_so": "to be stated by the {role}: {hint}",
    "by_such": "to be stated by the {role}, such as {example}",
    "by_command": "to be stated by the {role}, with `{command}`",
    "as_above": "as above",
    "number": "its number in the register of processing (Art. 30)",
    "version": "the version of the processing, such as \"1.0\"",
    "launched": "the day on which it began, or will begin",
    "ends": "the day, or the condition, on which it ends",
    "purposes": "names from `purposes`",
    "need": "why these purposes need its data",
    "recipients": "who receives its data, as a list",
    "yes_no": "yes or no",
    "level": "low, medium, high or very high",
    "run": "sign it with --run, on the run that it is about",
    "answer": "What people state. Write the answer under `text`: on one line in quotes, or as paragraphs"
    " below `text: |`.",
    "sign": "Then sign it: {command}",
    "fields": "{page} explains each field. What is not mandatory says so.",
    "practices": "Best practices that are followed and that no check sees; none of them is mandatory",
    "optional": "Not mandatory.",
    "only": "Only where {when}.",
    "no_tables": "no personal data was found",
    "no_end": "no column is named like an end",
    "no_end_but": "no column is named like an end, but perhaps:",
    "overdue": "{rows} would be overdue",
    "basis": "the law, the contract or the purpose that needs the period",
    "roots": "if its rows are separate organisations: {evidence}",
    "review": "To review, in tables without other personal data:",
    "unread": "Not searched, because they could not be read: {tables}",
    "keyed": "{keys} of {values} values are keys there",
    "by_name": "by its name alone",
    "k_is_1": "k = 1 for {share} of rows",
    "not_counted": "not counted",
    "share": "{share} of rows, {rows} of {of},",
    "no_row": "no row",
    "inside": "{label}, with {inside} in it",
    "mixed_part": "{label} in {n}",
    "mixed": "{parts} of {cells} cells",
    "perhaps": "to review, perhaps: {label}",
    "empty": "empty, but named like: {label}",
})  # fmt: skip
"""The sentences by their names; a place in braces is filled in."""


def english(kind: str, name: str, words: str) -> str | None:
    """Return the English words of anything."""
    return words


@dataclass(frozen=True)
class Words:
    """The words of a language."""

    named: Named = english

    def say(self, name: str, **values: Any) -> str:
        """Return a sentence with its values.

        >>> Words().say("by", role="controller")
        'to be stated by the controller'
        """
        return self._of("draft", name, SENTENCES[name]).format_map(values)

    def by(self, role: str, hint: str = "") -> str:
        """Return who states something, and what it is about."""
        who = self._of("role", role.replace(" ", "_"), role)
        return self.say("by_so", role=who, hint=hint) if hint else self.say("by", role=who)

    def such(self, role: str, example: str) -> str:
        """Return who states something, with an example."""
        return self.say("by_such", role=self._of("role", role.replace(" ", "_"), role), example=example)

    def command(self, role: str, command: str) -> str:
        """Return who states something, and with which command."""
        return self.say("by_command", role=self._of("role", role.replace(" ", "_"), role), command=command)

    def question(self, field: HumanField) -> str:
        """Return what a person is asked, and in which case."""
        asked = self._of("question", field.id, field.question)
        if field.when:
            return f"{asked} {self.say('only', when=self._of('when', field.id, field.when))}"
        return asked if field.mandatory else f"{asked} {self.say('optional')}"

    def group(self, title: str) -> str:
        """Return the title of a part of the assessment."""
        return self._of("group", title.lower().replace(" ", "_").replace(",", ""), title)

    def practice(self, practice: Practice) -> str:
        """Return a best practice."""
        return self._of("practice", practice.field.removeprefix(PREFIX), practice.text)

    def entity(self, name: str) -> str:
        """Return a kind of personal data."""
        known = ENTITIES.get(name)
        return self._of("entity", name, known.label) if known else name

    def _of(self, kind: str, name: str, words: str) -> str:
        return self.named(kind, name, words) or words
