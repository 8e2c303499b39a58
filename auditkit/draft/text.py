"""The text of a drafted policy: what was found is declared, and what only people can state is null.

The machine never signs. A draft loads as it is. It proposes what names, references and values show: who the
tenants are, whom the rows are about, when a period starts. It promises nothing: periods and quasi-identifiers
are comments, each with what it would find.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditkit.detection.verdict import flattened
from auditkit.draft.human import statements
from auditkit.draft.plan import Plan, Proposed, Start, TablePlan, is_declared
from auditkit.draft.words import Words
from auditkit.html_tables import share
from auditkit.policy.scalar import scalar
from auditkit.vocabulary import ENTITIES

if TYPE_CHECKING:
    from auditkit.dataset import Dataset
    from auditkit.detection import Profile
    from auditkit.detection.verdict import ColumnVerdict
    from auditkit.draft.people import About
    from auditkit.draft.tenants import Root

_KEYS = "docs/reference/policy-keys.md"
_REVIEW = 'auditkit attest POLICY reviewed --by "Name" --role "role"'
_OWNER, _CONTROLLER = "process owner", "controller"
_PROCESSING = {"id": "number", "version": "version", "launched": "launched", "ends": "ends"}
"""The keys of the processing, each with the name of the sentence that explains it."""
CONTACTS = ("privacy@example.org", "dpo@example.org")
"""The addresses that every draft shows as examples."""
_PARTIES = {
    "controller": (_CONTROLLER, f"{{name: Example SA, contact: {CONTACTS[0]}}}"),
    "dpo": (_CONTROLLER, f"{{name: Ada Officer, contact: {CONTACTS[1]}}}"),
    "processors": (_CONTROLLER, "[{name: HostCo, tasks: hosting, country: DE}]"),
    "purposes": (_OWNER, "{support: {text: ..., legal_basis: contract}}"),
}
"""The keys that say who does what and why: who states them, each with an example."""
PREVIEW = "preview of a draft"
"""What the name of a policy says that nobody has stated."""
_ALTERNATIVES = 3
_LONGEST_KEY = 1000
"""A key of one line has at most 1,024 characters (YAML 1.2, 8.2.2)."""


def written(
    dataset: Dataset,
    profile: Profile,
    proposed: Plan,
    words: Words | None = None,
    *,
    language: str | None = None,
    preview: bool = False,
    longest: str | None = None,
) -> str:
    """Return the YAML text of a policy for what was found in a dataset.

    Args:
        dataset: the tables.
        profile: the personal data in their columns.
        proposed: the plan of the draft.
        words: the words of its comments; English by default.
        language: the language that people will write in.
        preview: take the proposed quasi-identifiers as stated, and say so in the name of the policy.
        longest: a retention period to take as stated for every proposed start.
    """
    name = f"{dataset.name} ({PREVIEW})" if preview else dataset.name
    draft = _Draft(words or Words(), preview, longest)
    lines = [
        *draft.head(name, language),
        *draft.tenancy(proposed.roots),
        "",
        "tables:" if proposed.tables else f"tables: null  # {draft.words.say('no_tables')}",
    ]
    for table in proposed.tables:
        lines += draft.table(table)
    lines += [
        *draft.to_review(proposed.others),
        *draft.unread(dataset, profile),
        *statements(draft.words),
    ]
    return "\n".join(lines) + "\n"


def _entry(indent: str, name: str, value: str) -> Iterator[str]:
    """Yield the lines of a key and its value; a long key needs a line of its own."""
    key = scalar(name)
    if len(key) < _LONGEST_KEY:
        yield f"{indent}{key}: {value}".rstrip()
    else:
        yield f"{indent}? {key}"
        yield f"{indent}: {value}".rstrip()


def _is_doubtful(verdict: ColumnVerdict) -> bool:
    return verdict.verdict in ("review", "empty") and verdict.category is not None


@dataclass(frozen=True)
class _Draft:
    """Writes the parts of a draft.

    Attributes:
        words: the words of its comments.
        preview: whether the proposed quasi-identifiers count as stated.
        longest: a retention period that counts as stated for every proposed start.
    """

    words: Words
    preview: bool = False
    longest: str | None = None

    def head(self, name: str, language: str | None) -> Iterator[str]:
        """Yield what stands before the tables."""
        say, such = self.words.say, self.words.such
        yield f"# {say('promises')}"
        yield f"# {say('fill_in')}"
        yield f"# {say('keys', page=_KEYS)}"
        yield "version: 1"
        yield f"name: {scalar(name)}"
        if language is not None:
            yield f"language: {language}"
        yield f"\n# {say('proposed')}"
        yield f"# {_REVIEW}"
        yield "proposed: true"
        yield f"reviewed: null  # {self._owner('as_above')}"
        yield "\nprocessing:"
        for key, hint in _PROCESSING.items():
            yield f"  {key}: null  # {self._owner(hint)}"
        for key, (role, example) in _PARTIES.items():
            yield f"{key}: null  # {such(role, example)}"

    def _owner(self, hint: str = "") -> str:
        return self.words.by(_OWNER, self.words.say(hint) if hint else "")

    def table(self, table: TablePlan) -> Iterator[str]:
        """Yield the block of a table that holds personal data, or has rows about people."""
        yield from _entry("  ", table.name, "")
        yield from self._subject(table.about)
        for key in ("purposes", "need", "recipients"):
            yield f"    {key}: null  # {self._owner(key)}"
        yield from self._columns(table.verdicts)
        if table.tenant_key is not None:
            yield f"    tenant_key: {scalar(table.tenant_key)}"
        if self.longest is not None and (column := _first(table.start)) is not None:
            yield f"    retention: {{start: {scalar(column)}, max: {self.longest}}}"
        else:
            yield from self._retention(table.start)
        if table.quasi:
            yield f"    {'' if self.preview else '# '}{self._quasi(table)}"
        yield from self._references(table.references)

    def _subject(self, about: About | None) -> Iterator[str]:
        if about is None or about.key is None:
            why = _printed(_why(about))
            yield f"    subject: null  # {self.words.by(_OWNER, why)}"
            return
        others = f"; or by {', '.join(about.others)}" if about.others else ""
        subject = f"{{type: {scalar(about.kind)}, key: {scalar(about.key)}}}"
        yield f"    subject: {subject}  # {_printed(about.why + others)}"

    def _columns(self, verdicts: Sequence[ColumnVerdict]) -> Iterator[str]:
        every = tuple(flattened(verdicts))
        declared = any(map(is_declared, every))
        if declared or any(map(_is_doubtful, every)):
            yield "    columns:" if declared else "    # columns:"
        for verdict in every:
            if is_declared(verdict):
                comment = f"{verdict.verdict}: {self._label(verdict)}"
                yield from _entry("      ", verdict.column, f"{verdict.category}  # {comment}")
            elif _is_doubtful(verdict):
                yield from _entry("      # ", verdict.column, f"{verdict.category}  # {self._doubt(verdict)}")

    def _retention(self, start: Start | None) -> Iterator[str]:
        """Yield the start of the period, and as comments what some periods would find."""
        if start is None:
            yield f"    retention: null  # {self._owner('no_end')}"
            return
        if start.elsewhere is not None:
            example = f"{{start: {scalar(start.elsewhere)}, max: P3Y, basis: ...}}  # {_printed(start.why)}"
            yield f"    retention: null  # {self._owner('no_end_but')}"
            yield f"    # retention: {example}"
            return
        yield "    retention:"
        if start.via is not None:
            yield f"      via: {scalar(start.via)}  # {_printed(start.why)}"
            return
        yield f"      start: {scalar(str(start.column))}  # {_printed(start.why)}"
        for period, rows in start.overdue.by_period.items() if start.overdue is not None else ():
            of = start.overdue.of if start.overdue is not None else 0
            yield f"      # max: {period}  # {self.words.say('overdue', rows=self._share(rows, of))}"
        yield "      # grace: P30D"
        yield f"      # basis: ...  # {self.words.say('basis')}"

    def _quasi(self, table: TablePlan) -> str:
        """Return the key for the columns that together may identify somebody, and what they would find."""
        say, alone = self.words.say, table.alone
        found = say("k_is_1", share=f"{alone:.0%}") if alone is not None else say("not_counted")
        return f"quasi_identifiers: [{', '.join(map(scalar, table.quasi))}]  # {found}"

    def _references(self, proposed: Sequence[Proposed]) -> Iterator[str]:
        """Yield the references that the values show; those that only a name shows are comments."""
        shown = [p for p in proposed if p.is_shown]
        if proposed:
            yield "    references:" if shown else "    # references:"
        for one in proposed:
            target = scalar(f"{one.reference.parent}.{one.reference.parent_columns[0]}")
            seen = self.words.say("keyed", keys=f"{one.keys:,}", values=f"{one.values or 0:,}")
            evidence = seen if one.values else self.words.say("by_name")
            indent = "      " if one.is_shown else "      # "
            yield from _entry(indent, one.reference.columns[0], f"{target}  # {evidence}")

    def _label(self, verdict: ColumnVerdict) -> str:
        """Return in words what a column holds, and what else its texts hold, or how many cells of a mix."""
        label = self.words.entity(verdict.entity or "personal data")
        if verdict.verdict == "mixed":
            cells = f"{verdict.rows - verdict.nulls:,}"
            parts = (
                self.words.say("mixed_part", label=self.words.entity(e), n=f"{n:,}")
                for e, n in sorted(verdict.contains.items())
            )
            return self.words.say("mixed", parts=", ".join(parts), cells=cells)
        inside = [self.words.entity(entity) for entity in sorted(verdict.contains) if entity in ENTITIES]
        return self.words.say("inside", label=label, inside=", ".join(inside)) if inside else label

    def _doubt(self, verdict: ColumnVerdict) -> str:
        key = "empty" if verdict.verdict == "empty" else "perhaps"
        return self.words.say(key, label=self._label(verdict))

    def _share(self, rows: int, of: int) -> str:
        if not of:
            return self.words.say("no_row")
        return self.words.say("share", share=share(rows, of), rows=f"{rows:,}", of=f"{of:,}")

    def tenancy(self, found: Sequence[Root]) -> Iterator[str]:
        """Yield the root of the tenants where a name shows it, with the evidence and the alternatives."""
        first, *others = found or (None,)
        if first is None or not first.named:
            yield f"tenancy: null  # {self._owner()}"
            unsure = found
        else:
            yield "tenancy:"
            yield f"  root: {scalar(first.table)}  # {_printed(first.evidence)}"
            yield f"  key: {scalar(first.key)}"
            unsure = others
        for root in unsure[:_ALTERNATIVES]:
            block = f"{{root: {scalar(root.table)}, key: {scalar(root.key)}}}"
            yield f"# tenancy: {block}  # {self.words.say('roots', evidence=_printed(root.evidence))}"

    def to_review(self, others: Mapping[str, Sequence[ColumnVerdict]]) -> Iterator[str]:
        """Yield as comments the doubtful columns of tables that are not declared."""
        doubtful = [verdict for found in others.values() for verdict in found if _is_doubtful(verdict)]
        if doubtful:
            yield f"\n  # {self.words.say('review')}"
        for verdict in doubtful:
            place = f"{scalar(verdict.table)}: {scalar(verdict.column)}"
            yield f"  # {place}: {verdict.category}  # {self._doubt(verdict)}"

    def unread(self, dataset: Dataset, profile: Profile) -> Iterator[str]:
        """Yield as a comment the tables that could not be read."""
        unread = {name for name, relation in dataset.relations.items() if relation.table is None}
        tables = sorted(unread | set(profile.failed))
        if tables:
            yield f"\n  # {self.words.say('unread', tables=', '.join(map(scalar, tables)))}"


def _why(about: About | None) -> str:
    if about is None:
        return ""
    if about.via is not None:
        return f"{about.why}, whose rows are about one {about.kind}"
    return f"{about.why}, by {', '.join(about.others)}"


def _first(start: Start | None) -> str | None:
    """Return the column with the moment that may start a period, perhaps in another table."""
    return None if start is None else start.column or start.elsewhere


def _printed(text: str) -> str:
    """Return a comment on one line: a name may hold a line break."""
    return "".join(c if c.isprintable() else "?" for c in text)
